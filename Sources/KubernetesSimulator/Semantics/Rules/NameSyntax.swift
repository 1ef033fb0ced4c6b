/// What Kubernetes calls things, and what it says of a name that it does not take.
enum NameSyntax {
    private static let subdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + #"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
    private static let labelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
        + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    private static let label1035Text =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
        + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    private static let labelValueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
        + "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    private static let qualifiedText =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    private static let dataKeyText =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  "
        + "or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

    // MARK: - What is wrong with a name

    static func subdomain(_ name: String) -> [String] {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return tooLong(name, 253) + (parts.allSatisfy(isLabel) ? [] : [subdomainText])
    }

    static func label(_ name: String) -> [String] {
        tooLong(name, 63) + (isLabel(name[...]) ? [] : [labelText])
    }

    /// A label that begins with a letter.
    static func label1035(_ name: String) -> [String] {
        let isLetter = name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
        return tooLong(name, 63) + (isLetter && isLabel(name[...]) ? [] : [label1035Text])
    }

    /// Anything that stands between two slashes of a path.
    static func segment(_ name: String) -> [String] {
        if name == "." || name == ".." { return ["may not be '\(name)'"] }
        return ["/", "%"].filter { name.contains($0) }.map { "may not contain '\($0)'" }
    }

    static func labelValue(_ text: String) -> [String] {
        tooLong(text, 63) + (text.isEmpty || isWord(text[...]) ? [] : [labelValueText])
    }

    /// `name` or `domain/name`.
    static func qualified(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2 else {
            return [
                "a qualified name \(qualifiedText) with an optional DNS subdomain prefix and '/' "
                    + "(e.g. 'example.com/MyName')"
            ]
        }
        var errors: [String] = []
        if parts.count == 2 {
            errors += parts[0].isEmpty ? ["must be non-empty"] : subdomain(String(parts[0]))
            errors = errors.map { "prefix part \($0)" }
        }
        if name.isEmpty { errors.append("name part must be non-empty") }
        errors += tooLong(String(name), 63).map { "name part \($0)" }
        return errors + (isWord(name) ? [] : ["name part \(qualifiedText)"])
    }

    /// A key of a ConfigMap or Secret.
    static func dataKey(_ key: String) -> [String] {
        var errors = tooLong(key, 253)
        let isPlain = key.utf8.allSatisfy { isAlphanumeric($0) || isInner($0) }
        if key.isEmpty || !isPlain { errors.append(dataKeyText) }
        switch key {
        case ".", "..": errors.append("must not be '\(key)'")
        default: if key.hasPrefix("..") { errors.append("must not start with '..'") }
        }
        return errors
    }

    private static func tooLong(_ text: String, _ limit: Int) -> [String] {
        text.utf8.count > limit ? ["must be no more than \(limit) characters"] : []
    }

    // MARK: - Words

    /// Lower-case letters, digits and inner dashes.
    static func isLabel(_ text: Substring) -> Bool {
        isWord(text) { $0 == UInt8(ascii: "-") } && !text.utf8.contains { (0x41...0x5A).contains($0) }
    }

    /// Letters and digits, with `-`, `_` and `.` inside.
    private static func isWord(_ text: Substring) -> Bool { isWord(text, inner: isInner) }

    private static func isWord(_ text: Substring, inner: (UInt8) -> Bool) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && text.utf8.allSatisfy { isAlphanumeric($0) || inner($0) }
    }

    private static func isInner(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
