import Formats

/// One field of an object that is being read: its value, its place, and where its problems are noted.
///
/// Every reader notes what is wrong and returns `nil` (or what remains), so that one bad field hides no other.
/// `null` counts as absent, as it does for the API server.
struct Field {
    let path: String
    let value: JSONValue?
    private let log: ViolationLog

    init(_ value: JSONValue?, at path: String, _ log: ViolationLog) {
        self.path = path
        self.value = value == .null ? nil : value
        self.log = log
    }

    var isAbsent: Bool { value == nil }

    subscript(key: String) -> Field {
        let place = path.isEmpty ? key : "\(path).\(Self.keyText(key))"
        return Field(value?.object?[key], at: place, log)
    }

    /// An item of this list.
    func item(at index: Int, _ item: JSONValue) -> Field {
        Field(item, at: "\(path)[\(index)]", log)
    }

    func note(_ message: String) {
        log.note(path, message)
    }

    func note(_ rule: Rule) {
        log.note(rule, at: path)
    }

    /// Notes a missing value; reads on as if it were optional.
    func required(_ instruction: String) -> Field {
        if isAbsent { note("\(path) is missing: \(instruction)") }
        return self
    }

    /// Notes what is no object, and members other than these.
    func members(_ known: String...) -> Field {
        guard let value else { return self }
        guard let object = value.object else {
            note("\(path) is \(value.kindText), not an object: write its fields \(known.joined(separator: ", "))")
            return self
        }
        for key in object.keys where !known.contains(key) {
            let place = path.isEmpty ? Self.keyText(key) : "\(path).\(Self.keyText(key))"
            log.note(place, "\(place) is not known here: remove it, or use one of \(known.joined(separator: ", "))")
        }
        return self
    }

    private static func keyText(_ key: String) -> String { key.shown }
}

extension JSONValue {
    /// What kind of value it is, for messages; never the value itself.
    var kindText: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .unsigned, .double: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
