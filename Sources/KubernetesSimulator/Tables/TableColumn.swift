import Formats

/// A column of a table: its head, and what it shows of an object at a moment.
struct TableColumn: Sendable {
    var name: String
    var type = "string"
    /// `name` for the column that names the object.
    var format = ""
    /// Above zero: shown only where more was asked for (`-o wide`).
    var priority: Int64 = 0
    var cell: @Sendable (JSONValue, Timestamp) -> JSONValue

    var definition: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format), "description": "",
            "priority": .integer(priority),
        ]
    }
}

extension TableColumn {
    static let name = TableColumn(name: "Name", format: "name") { object, _ in
        object[path: "metadata", "name"] ?? ""
    }

    static let age = TableColumn(name: "Age") { object, now in
        .string(HumanDuration.since(object[path: "metadata", "creationTimestamp"], now))
    }

    /// What kinds without a table of their own show.
    static let created = TableColumn(name: "Created At", type: "date") { object, _ in
        object[path: "metadata", "creationTimestamp"] ?? .null
    }

    /// A column of texts.
    static func text(_ name: String, _ read: @escaping @Sendable (JSONValue) -> String) -> TableColumn {
        TableColumn(name: name) { object, _ in .string(read(object)) }
    }

    /// The text at a path.
    static func text(_ name: String, at path: String..., else missing: String = "") -> TableColumn {
        text(name) { object in object[path: path]?.string ?? missing }
    }

    /// A column of whole numbers.
    static func count(
        _ name: String,
        type: String = "integer",
        _ read: @escaping @Sendable (JSONValue) -> Int64
    ) -> TableColumn {
        TableColumn(name: name, type: type) { object, _ in .integer(read(object)) }
    }

    /// The same column, shown only where more was asked for.
    var wide: TableColumn {
        var column = self
        column.priority = 1
        return column
    }
}

extension JSONValue {
    subscript(path path: [String]) -> JSONValue? {
        path.reduce(JSONValue?.some(self)) { $0?[$1] }
    }

    /// The members of an array, where it is one.
    func items(_ path: String...) -> [JSONValue] { self[path: path]?.array ?? [] }

    /// A whole number, zero where there is none.
    func number(_ path: String...) -> Int64 { self[path: path]?.integer ?? 0 }

    func words(_ path: String...) -> [String] { self[path: path]?.array?.compactMap(\.string) ?? [] }
}
