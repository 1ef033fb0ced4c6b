import Formats
import Kubernetes

/// Shows objects as rows, as `kubectl get` asks for them.
struct TableWriter {
    /// How much of its object a row has with it.
    enum Included: String, Sendable, Hashable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    var included: Included
    var now: Timestamp

    /// - Parameters:
    ///   - objects: A row each.
    ///   - descriptor: What they are.
    ///   - metadata: The list's own.
    ///   - hasHead: The columns are described; within a watch, only its first table does that.
    /// - Returns: A `Table` of `meta.k8s.io/v1`.
    func table(
        _ objects: [StoredObject],
        _ descriptor: ResourceDescriptor,
        metadata: JSONValue,
        hasHead: Bool = true
    ) -> JSONValue {
        let columns = descriptor.columns
        let rows = objects.map { object -> JSONValue in
            let json = object.json(for: descriptor)
            var row: JSONValue = ["cells": .array(columns.map { $0.cell(json, now) })]
            if let shown = shown(json) { row["object"] = shown }
            return row
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": hasHead ? .array(columns.map(\.definition)) : nil, "rows": .array(rows),
        ]
    }

    private func shown(_ json: JSONValue) -> JSONValue? {
        switch included {
        case .none: nil
        case .metadata:
            [
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": json["metadata"] ?? [:],
            ]
        case .object: json
        }
    }
}

extension ResourceDescriptor {
    /// What a table of the kind shows.
    var columns: [TableColumn] {
        if let custom { return [.name] + (custom.columns.isEmpty ? [.age] : custom.columns.map(\.column)) }
        return BuiltInTables.columns(kind: resource.kind)
    }
}
