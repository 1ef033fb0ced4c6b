import Formats

/// What every object's metadata must look like.
struct MetadataRules {
    var descriptor: ResourceDescriptor

    func errors(in object: JSONValue) -> [FieldError] {
        let metadata = object["metadata"] ?? [:]
        return nameErrors(metadata) + generationErrors(metadata) + labelErrors(metadata) + annotationErrors(metadata)
            + finalizerErrors(metadata) + ownerErrors(metadata)
    }

    private func nameErrors(_ metadata: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if let prefix = metadata["generateName"]?.string, !prefix.isEmpty {
            // A dash at its end is followed by letters.
            let masked = prefix.hasSuffix("-") && prefix.count > 1 ? prefix.dropLast() + "a" : prefix
            errors += check(masked).map { .invalid("metadata.generateName", .string(prefix), $0) }
        }
        let name = metadata["name"]?.string ?? ""
        return errors + check(name).map { .invalid("metadata.name", .string(name), $0) }
    }

    private func check(_ name: String) -> [String] {
        switch descriptor.nameRule {
        case .label: NameSyntax.label(name)
        case .label1035: NameSyntax.label1035(name)
        case .subdomain: NameSyntax.subdomain(name)
        case .segment: NameSyntax.segment(name)
        }
    }

    private func generationErrors(_ metadata: JSONValue) -> [FieldError] {
        guard let generation = metadata["generation"]?.integer, generation < 0 else { return [] }
        return [.invalid("metadata.generation", .integer(generation), "must be greater than or equal to 0")]
    }

    private func labelErrors(_ metadata: JSONValue) -> [FieldError] {
        (metadata["labels"]?.object ?? JSONObject()).flatMap { key, value -> [FieldError] in
            NameSyntax.qualified(key).map { .invalid("metadata.labels", .string(key), $0) }
                + NameSyntax.labelValue(value.string ?? "").map { .invalid("metadata.labels", value, $0) }
        }
    }

    private func annotationErrors(_ metadata: JSONValue) -> [FieldError] {
        let annotations = metadata["annotations"]?.object ?? JSONObject()
        // Annotations may be written in capitals: they are compared without regard to case.
        var errors = annotations.keys.flatMap { key in
            NameSyntax.qualified(key.lowercased()).map { FieldError.invalid("metadata.annotations", .string(key), $0) }
        }
        let size = annotations.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0) }
        if size > 256 << 10 { errors.append(.tooLong("metadata.annotations", limit: 256 << 10)) }
        return errors
    }

    private static let standardFinalizers = [
        "orphan", "foregroundDeletion", "kubernetes", CustomResource.cleanupFinalizer,
    ]

    private func finalizerErrors(_ metadata: JSONValue) -> [FieldError] {
        let names = metadata["finalizers"]?.array?.map { $0.string ?? "" } ?? []
        var errors = names.flatMap { name in
            NameSyntax.qualified(name).map { FieldError.invalid("metadata.finalizers", .string(name), $0) }
        }
        if names.contains("orphan"), names.contains("foregroundDeletion") {
            let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
            let why = "finalizer orphan and foregroundDeletion cannot be both set"
            errors.append(
                FieldError(
                    type: .invalid, field: "metadata.finalizers", body: "Invalid value: []string{\(list)}: \(why)"))
        }
        // Whoever defines a kind may name its finalizers as it likes.
        guard descriptor.custom == nil, descriptor.table != .definitions else { return errors }
        for (index, name) in names.enumerated() where !Self.standardFinalizers.contains(name) && !name.contains("/") {
            errors.append(
                .invalid(
                    "metadata.finalizers[\(index)]", .string(name),
                    "name is neither a standard finalizer name nor is it fully qualified"))
        }
        return errors
    }

    private func ownerErrors(_ metadata: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let owners = metadata["ownerReferences"]?.array ?? []
        for owner in owners {
            for field in ["apiVersion", "kind", "name", "uid"] {
                let value = owner[field]?.string ?? ""
                let isUnreadable = field == "apiVersion" && value.split(separator: "/").count > 2
                guard value.isEmpty || isUnreadable else { continue }
                let word = field == "apiVersion" ? "version" : field
                errors.append(
                    .invalid("metadata.ownerReferences.\(field)", .string(value), "\(word) must not be empty"))
            }
            if owner["kind"] == "Event", owner["apiVersion"] == "v1" {
                errors.append(
                    .invalid("metadata.ownerReferences", owner, "/v1, Kind=Event is disallowed from being an owner"))
            }
        }
        let controllers = owners.filter { $0["controller"]?.bool == true }.map { $0["name"]?.string ?? "" }
        if let first = controllers.first, controllers.count > 1 {
            let why =
                "Only one reference can have Controller set to true. Found \"true\" in references for \(first) and "
                + controllers[1]
            errors.append(.invalid("metadata.ownerReferences", .array(owners), why))
        }
        return errors
    }
}
