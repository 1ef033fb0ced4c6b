/// An RFC 6902 patch.
package struct JSONPatch: Sendable, Hashable {
    package enum Operation: Sendable, Hashable {
        case add(JSONPointer, JSONValue)
        case remove(JSONPointer)
        case replace(JSONPointer, JSONValue)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        case test(JSONPointer, JSONValue)
    }

    package var operations: [Operation]

    package init(_ operations: [Operation]) { self.operations = operations }

    /// Reads a patch; members that an operation does not know are ignored, as the RFC wants it.
    package init(_ json: JSONValue) throws(FormatError) {
        guard let elements = json.array else {
            throw FormatError("a JSON patch is an array of operations: put the operation in brackets")
        }
        guard elements.count <= Self.mostOperations else {
            throw FormatError(
                "the patch has \(elements.count) operations, over the limit of \(Self.mostOperations): split it")
        }
        operations = []
        for (index, element) in elements.enumerated() {
            do throws(FormatError) {
                operations.append(try Operation(element))
            } catch {
                throw FormatError("operation \(index) of the patch: \(error.message)")
            }
        }
    }

    /// What an API server takes.
    package static let mostOperations: Int = 10_000

    /// The patch as JSON.
    package var json: JSONValue { .array(operations.map(\.json)) }
}

extension JSONPatch.Operation: CustomStringConvertible {
    /// The operation and its place; never its value, which may be secret.
    package var description: String {
        switch self {
        case .add(let path, _): "add \(path)"
        case .remove(let path): "remove \(path)"
        case .replace(let path, _): "replace \(path)"
        case .move(let from, let path): "move \(from) to \(path)"
        case .copy(let from, let path): "copy \(from) to \(path)"
        case .test(let path, _): "test \(path)"
        }
    }

    var json: JSONValue {
        switch self {
        case .add(let path, let value): Self.json("add", path, value: value)
        case .remove(let path): Self.json("remove", path)
        case .replace(let path, let value): Self.json("replace", path, value: value)
        case .move(let from, let path): Self.json("move", path, from: from)
        case .copy(let from, let path): Self.json("copy", path, from: from)
        case .test(let path, let value): Self.json("test", path, value: value)
        }
    }

    private static func json(
        _ name: String, _ path: JSONPointer, from: JSONPointer? = nil, value: JSONValue? = nil
    ) -> JSONValue {
        var json: JSONValue = ["op": .string(name), "path": .string(path.description)]
        json["from"] = from.map { .string($0.description) }
        json["value"] = value
        return json
    }

    init(_ json: JSONValue) throws(FormatError) {
        guard let members = json.object else { throw FormatError("is no object: write {\"op\": …, \"path\": …}") }
        guard let name = members["op"]?.string else { throw FormatError("has no string \"op\": add one") }
        let path: JSONPointer = try Self.pointer("path", of: members, name)
        switch name {
        case "add": self = .add(path, try Self.value(of: members, name))
        case "remove": self = .remove(path)
        case "replace": self = .replace(path, try Self.value(of: members, name))
        case "move": self = .move(from: try Self.pointer("from", of: members, name), to: path)
        case "copy": self = .copy(from: try Self.pointer("from", of: members, name), to: path)
        case "test": self = .test(path, try Self.value(of: members, name))
        default:
            throw FormatError("unknown op \(name.quoted): use add, remove, replace, move, copy or test")
        }
        if case .move(let from, let to) = self, from.contains(to) {
            throw FormatError("\(self) moves a value into itself: choose a path outside of it")
        }
    }

    private static func pointer(
        _ key: String, of members: JSONObject, _ name: String
    ) throws(FormatError) -> JSONPointer {
        guard let text = members[key]?.string else { throw FormatError("\(name) has no string \(key.quoted): add one") }
        return try JSONPointer(parsing: text)
    }

    private static func value(of members: JSONObject, _ name: String) throws(FormatError) -> JSONValue {
        guard let value = members["value"] else {
            throw FormatError("\(name) has no \"value\": add one, null if need be")
        }
        return value
    }
}
