package import Formats

/// A JSON Schema of draft 7 or 2020-12, as `values.schema.json` has it.
///
/// References lead to places in the same text; one that leads out of it is refused, never fetched. `format` is taken
/// for a comment, as by Helm; so are `unevaluatedProperties` and `unevaluatedItems`.
package struct JSONSchema: Sendable {
    let root: JSONValue
    let patterns: PatternCompiler
    /// Places by their `$anchor` or `$id`.
    let anchors: [String: JSONValue]
    /// Whether what stands beside a reference says nothing, as until 2019.
    let ignoresSiblings: Bool
    let maximumSteps: Int

    /// Reads a schema.
    ///
    /// The steps bound how long a value is checked: alternatives within alternatives multiply.
    package init(
        _ bytes: [UInt8], patterns: @escaping PatternCompiler, maximumSteps: Int = 500_000
    ) throws(HelmError) {
        self.maximumSteps = maximumSteps
        do throws(FormatError) {
            root = try JSONValue(parsing: bytes.withoutByteOrderMark)
        } catch {
            throw HelmError("\(error)")
        }
        self.patterns = patterns
        var anchors: [String: JSONValue] = [:]
        Self.collect(root, into: &anchors)
        self.anchors = anchors
        let draft: String = root["$schema"]?.string ?? ""
        ignoresSiblings = ["draft-07", "draft-06", "draft-04"].contains { draft.contains($0) }
    }

    private static func collect(_ value: JSONValue, into anchors: inout [String: JSONValue]) {
        switch value {
        case .array(let elements): for element in elements { collect(element, into: &anchors) }
        case .object(let members):
            for key in ["$anchor", "$dynamicAnchor"] {
                if let name = members[key]?.string { anchors["#\(name)"] = value }
            }
            if let id = members["$id"]?.string { anchors[id.hasSuffix("#") ? String(id.dropLast()) : id] = value }
            for member in members { collect(member.value, into: &anchors) }
        default: break
        }
    }

    /// What is wrong with a value; nothing where it is valid.
    ///
    /// - Throws: where the schema itself cannot be followed.
    package func problems(of value: JSONValue) throws(HelmError) -> [SchemaProblem] {
        var validation: SchemaValidation = SchemaValidation(schema: self)
        try validation.check(value, by: root, depth: 0)
        return validation.problems
    }

    /// The schema that a reference leads to.
    func target(of reference: String) throws(HelmError) -> JSONValue {
        if reference == "#" || reference.isEmpty { return root }
        if let anchor = anchors[reference] { return anchor }
        let parts: [Substring] = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = parts[0].isEmpty ? root : anchors[String(parts[0])] else {
            throw HelmError("$ref \"\(reference)\" leads out of the schema, and is not fetched: copy it to $defs")
        }
        guard parts.count == 2, !parts[1].isEmpty else { return base }
        var current: JSONValue = base
        for part in parts[1].split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let next = Self.member(Self.unescaped(part), of: current) else {
                throw HelmError("$ref \"\(reference)\" leads nowhere: correct it")
            }
            current = next
        }
        guard parts[1].hasPrefix("/") else { throw HelmError("$ref \"\(reference)\" leads nowhere: correct it") }
        return current
    }

    private static func member(_ key: String, of value: JSONValue) -> JSONValue? {
        switch value {
        case .object(let members): return members[key]
        case .array(let elements):
            guard let index = Int(key), elements.indices.contains(index) else { return nil }
            return elements[index]
        default: return nil
        }
    }

    /// `%25`, `~1` and `~0`.
    private static func unescaped(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest: Substring.UTF8View = part.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: Array(rest.prefix(2)), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "~"), let escaped = rest.first, escaped == 0x30 || escaped == 0x31 {
                bytes.append(escaped == 0x31 ? UInt8(ascii: "/") : byte)
                rest = rest.dropFirst()
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
