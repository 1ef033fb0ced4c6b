import Formats

/// Who owns which fields of one object.
struct ManagedFields {
    struct Manager: Hashable {
        enum Operation: String {
            case apply = "Apply"
            case update = "Update"
        }

        var name: String
        var operation: Operation
        /// Only of an update: whoever applies is one manager, whatever version it applies.
        var apiVersion: String
        var subresource: String

        init(_ name: String, _ operation: Operation, apiVersion: String, subresource: String = "") {
            self.name = name
            self.operation = operation
            self.apiVersion = operation == .apply ? "" : apiVersion
            self.subresource = subresource
        }
    }

    struct Entry {
        var fields: FieldSet
        var apiVersion: String
        var time: String
    }

    private(set) var entries: [Manager: Entry] = [:]

    init(_ json: JSONValue?) {
        for entry in json?.array ?? [] {
            guard let operation = Manager.Operation(rawValue: entry["operation"]?.string ?? "") else { continue }
            let apiVersion = entry["apiVersion"]?.string ?? ""
            let manager = Manager(
                entry["manager"]?.string ?? "",
                operation,
                apiVersion: apiVersion,
                subresource: entry["subresource"]?.string ?? ""
            )
            let fields = FieldSet(entry["fieldsV1"] ?? .null)
            entries[manager] = Entry(fields: fields, apiVersion: apiVersion, time: entry["time"]?.string ?? "")
        }
    }

    /// `nil` where nobody owns anything.
    var json: JSONValue? {
        guard !entries.isEmpty else { return nil }
        let ordered = entries.map { ($0.key, $0.value) }.sorted { Self.rank($0) < Self.rank($1) }
        return .array(ordered.map(Self.json))
    }

    private static func rank(_ entry: (Manager, Entry)) -> (String, String, String, String, String) {
        (entry.0.operation.rawValue, entry.1.time, entry.0.name, entry.1.apiVersion, entry.0.subresource)
    }

    private static func json(_ manager: Manager, _ entry: Entry) -> JSONValue {
        var json: JSONValue = [
            "manager": .string(manager.name),
            "operation": .string(manager.operation.rawValue),
            "apiVersion": .string(entry.apiVersion),
            "time": .string(entry.time),
            "fieldsType": "FieldsV1",
            "fieldsV1": entry.fields.json,
        ]
        if entry.time.isEmpty { json["time"] = nil }
        if !manager.subresource.isEmpty { json["subresource"] = .string(manager.subresource) }
        return json
    }
}

// MARK: - Who takes what

extension ManagedFields {
    /// Fields of other managers that an apply would change.
    struct Conflict {
        var manager: Manager
        var fields: FieldSet
    }

    /// Notes an update: the manager owns what it added or changed, nobody owns what is gone.
    mutating func recordUpdate(
        _ comparison: FieldComparison, by manager: Manager, _ apiVersion: String, at time: String
    ) {
        let changed = comparison.changed
        subtract(changed.union(comparison.removed), from: Array(entries.keys))
        guard !changed.isEmpty else { return }
        let previous = entries[manager]?.fields ?? FieldSet()
        entries[manager] = Entry(fields: previous.union(changed), apiVersion: apiVersion, time: time)
    }

    /// What stands in the way of an apply with this outcome.
    func conflicts(_ comparison: FieldComparison, for manager: Manager) -> [Conflict] {
        let changed = comparison.changed
        guard !changed.isEmpty else { return [] }
        return entries.compactMap { other, entry -> Conflict? in
            let common = entry.fields.intersection(changed)
            guard other != manager, !common.isEmpty else { return nil }
            return Conflict(manager: other, fields: common)
        }.sorted { ($0.manager.name, $0.manager.apiVersion) < ($1.manager.name, $1.manager.apiVersion) }
    }

    /// Notes an apply: the manager owns exactly what it applied, others lose what it changed or removed.
    mutating func recordApply(
        _ fields: FieldSet,
        _ comparison: FieldComparison,
        by manager: Manager,
        _ apiVersion: String,
        at time: String
    ) {
        subtract(comparison.changed.union(comparison.removed), from: entries.keys.filter { $0 != manager })
        guard !fields.isEmpty else { return entries[manager] = nil }
        var entry = Entry(fields: fields, apiVersion: apiVersion, time: time)
        // An apply that changes nothing leaves no trace, or no cluster would ever come to rest.
        if comparison.isSame, let previous = entries[manager], previous.fields == fields { entry.time = previous.time }
        entries[manager] = entry
    }

    /// What all managers own, with these fields as the ones of `manager`.
    func owned(with fields: FieldSet, by manager: Manager) -> FieldSet {
        entries.reduce(fields) { $1.key == manager ? $0 : $0.union($1.value.fields) }
    }

    private mutating func subtract(_ fields: FieldSet, from managers: [Manager]) {
        guard !fields.isEmpty else { return }
        for manager in managers {
            guard let entry = entries[manager] else { continue }
            let rest = entry.fields.subtracting(fields)
            entries[manager] = rest.isEmpty ? nil : Entry(fields: rest, apiVersion: entry.apiVersion, time: entry.time)
        }
    }
}

extension ManagedFields.Conflict {
    /// `"kubectl" using v1`, as the server names a manager in its messages.
    var managerText: String {
        var text = JSONValue.string(manager.name).text()
        if !manager.subresource.isEmpty { text += " with subresource \"\(manager.subresource)\"" }
        return manager.operation == .update ? "\(text) using \(manager.apiVersion)" : text
    }
}
