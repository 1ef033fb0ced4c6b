import Formats

/// A column that a definition gives its resource.
struct PrinterColumn: Sendable {
    var name: String
    var type: String
    var format: String
    var priority: Int64
    private var path: JSONPath

    /// `nil` where the path cannot be read, as a definition's own check says.
    init?(_ json: JSONValue) {
        guard let path = JSONPath(json["jsonPath"]?.string ?? "") else { return nil }
        self.path = path
        name = json["name"]?.string ?? ""
        type = json["type"]?.string ?? "string"
        format = json["format"]?.string ?? ""
        priority = json["priority"]?.integer ?? 0
    }

    var column: TableColumn {
        TableColumn(name: name, type: type, format: format, priority: priority) { [self] object, now in
            guard let value = path.values(in: object).first else { return .null }
            switch type {
            case "date": return .string(HumanDuration.since(value, now))
            case "string": return .string(value.string ?? value.text())
            default: return value
            }
        }
    }
}
