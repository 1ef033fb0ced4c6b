import Formats

/// What every object's metadata must look like.
struct MetadataRules {
    var descriptor: ResourceDescriptor

    private static let subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + #"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
    private static let label =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
        + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    private static let label1035 =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
        + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    private static let labelValue =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
        + "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    private static let qualifiedName =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

    func errors(in object: JSONValue) -> [FieldError] {
        let metadata = object["metadata"] ?? [:]
        return nameErrors(metadata) + labelErrors(metadata) + annotationErrors(metadata)
            + finalizerErrors(metadata) + ownerErrors(metadata)
    }

    private func nameErrors(_ metadata: JSONValue) -> [FieldError] {
        let name = metadata["name"]?.string ?? ""
        func invalid(_ why: String) -> [FieldError] { [.invalid("metadata.name", .string(name), why)] }
        switch descriptor.nameRule {
        case .label:
            if name.utf8.count > 63 { return invalid("must be no more than 63 characters") }
            return Self.isLabel(name[...]) ? [] : invalid(Self.label)
        case .label1035:
            if name.utf8.count > 63 { return invalid("must be no more than 63 characters") }
            let isLetter = name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
            return isLetter && Self.isLabel(name[...]) ? [] : invalid(Self.label1035)
        case .subdomain:
            if name.utf8.count > 253 { return invalid("must be no more than 253 characters") }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            return parts.allSatisfy(Self.isLabel) ? [] : invalid(Self.subdomain)
        case .segment:
            if name == "." || name == ".." { return invalid("may not be '\(name)'") }
            guard let bad = ["/", "%"].first(where: { name.contains($0) }) else { return [] }
            return invalid("may not contain '\(bad)'")
        }
    }

    private func labelErrors(_ metadata: JSONValue) -> [FieldError] {
        (metadata["labels"]?.object ?? JSONObject()).flatMap { key, value -> [FieldError] in
            let text = value.string ?? ""
            var errors =
                Self.isQualified(key) ? [] : [FieldError.invalid("metadata.labels", .string(key), Self.qualifiedName)]
            if text.utf8.count > 63 {
                errors.append(.invalid("metadata.labels", value, "must be no more than 63 characters"))
            } else if !text.isEmpty, !Self.isWord(text[...]) {
                errors.append(.invalid("metadata.labels", value, Self.labelValue))
            }
            return errors
        }
    }

    private func annotationErrors(_ metadata: JSONValue) -> [FieldError] {
        let annotations = metadata["annotations"]?.object ?? JSONObject()
        var errors = annotations.keys.filter { !Self.isQualified($0) }.map {
            FieldError.invalid("metadata.annotations", .string($0), Self.qualifiedName)
        }
        let size = annotations.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0) }
        if size > 256 << 10 {
            errors.append(
                FieldError(
                    type: .tooLong, field: "metadata.annotations", body: "Too long: must have at most 262144 bytes"))
        }
        return errors
    }

    private func finalizerErrors(_ metadata: JSONValue) -> [FieldError] {
        let standard = ["orphan", "foregroundDeletion", "kubernetes", CustomResource.cleanupFinalizer]
        return (metadata["finalizers"]?.array ?? []).enumerated().flatMap { index, value -> [FieldError] in
            let name = value.string ?? ""
            if standard.contains(name) { return [] }
            guard Self.isQualified(name) else {
                return [.invalid("metadata.finalizers", .string(name), Self.qualifiedName)]
            }
            guard !name.contains("/") else { return [] }
            return [
                .invalid(
                    "metadata.finalizers[\(index)]", .string(name),
                    "name is neither a standard finalizer name nor is it fully qualified")
            ]
        }
    }

    private func ownerErrors(_ metadata: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let owners = metadata["ownerReferences"]?.array ?? []
        for owner in owners {
            for field in ["apiVersion", "kind", "name", "uid"] where owner[field]?.string?.isEmpty ?? true {
                let word = field == "apiVersion" ? "version" : field
                errors.append(.invalid("metadata.ownerReferences.\(field)", "", "\(word) must not be empty"))
            }
        }
        if owners.filter({ $0["controller"]?.bool == true }).count > 1 {
            errors.append(
                .invalid(
                    "metadata.ownerReferences", .array(owners),
                    "Only one reference can have Controller set to true"))
        }
        return errors
    }

    // MARK: - Words

    /// Lower-case letters, digits and inner dashes.
    static func isLabel(_ text: Substring) -> Bool {
        isWord(text) { $0 == UInt8(ascii: "-") } && !text.utf8.contains { (0x41...0x5A).contains($0) }
    }

    /// Letters and digits, with `-`, `_` and `.` inside.
    private static func isWord(_ text: Substring) -> Bool {
        isWord(text) { [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0) }
    }

    private static func isWord(_ text: Substring, inner: (UInt8) -> Bool) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && text.utf8.allSatisfy { isAlphanumeric($0) || inner($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// `name` or `domain/name`.
    private static func isQualified(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2, name.utf8.count <= 63, isWord(name) else { return false }
        guard parts.count == 2 else { return true }
        return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }
}
