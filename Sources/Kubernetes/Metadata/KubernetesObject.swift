package import Formats

/// An object of the API: its JSON, with names for the parts that every object has.
package struct KubernetesObject: Sendable, Hashable {
    package var json: JSONValue

    package init(_ json: JSONValue) { self.json = json }

    /// A new object with nothing but its identity.
    package init(_ resource: APIResource, namespace: String? = nil, name: String) {
        json = ["apiVersion": .string(resource.apiVersion), "kind": .string(resource.kind)]
        json["metadata"] = ["name": .string(name)]
        if let namespace { json["metadata"]?["namespace"] = .string(namespace) }
    }

    package subscript(key: String) -> JSONValue? {
        get { json[key] }
        set { json[key] = newValue }
    }

    package var apiVersion: String { json["apiVersion"]?.string ?? "" }
    package var kind: String { json["kind"]?.string ?? "" }
    package var name: String { metadata("name") ?? "" }
    package var namespace: String? { metadata("namespace") }
    package var uid: String? { metadata("uid") }
    package var resourceVersion: String? { metadata("resourceVersion") }
    package var generation: Int64? { json[path: "metadata", "generation"]?.integer }
    package var isDeleting: Bool { metadata("deletionTimestamp") != nil }
    package var finalizers: [String] { json[path: "metadata", "finalizers"]?.array?.compactMap(\.string) ?? [] }

    package func label(_ name: String) -> String? { json[path: "metadata", "labels", name]?.string }
    package func annotation(_ name: String) -> String? { json[path: "metadata", "annotations", name]?.string }

    private func metadata(_ key: String) -> String? { json[path: "metadata", key]?.string }
}
