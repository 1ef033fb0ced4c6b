package import Formats
package import Kubernetes

/// What every object carries about itself, read once.
package struct ObjectMetadata: Sendable, Hashable {
    package var name: String
    /// Empty for cluster-scoped objects.
    package var namespace: String
    package var uid: String
    package var generation: Int64
    package var resourceVersion: String
    package var creationTimestamp: Timestamp?
    package var deletionTimestamp: Timestamp?
    package var finalizers: [String]
    package var labels: SortedMap<String>
    package var annotations: SortedMap<String>

    package init(
        name: String,
        namespace: String = "",
        uid: String = "",
        generation: Int64 = 0,
        resourceVersion: String = "",
        creationTimestamp: Timestamp? = nil,
        deletionTimestamp: Timestamp? = nil,
        finalizers: [String] = [],
        labels: SortedMap<String> = [:],
        annotations: SortedMap<String> = [:]
    ) {
        self.name = name
        self.namespace = namespace
        self.uid = uid
        self.generation = generation
        self.resourceVersion = resourceVersion
        self.creationTimestamp = creationTimestamp
        self.deletionTimestamp = deletionTimestamp
        self.finalizers = finalizers
        self.labels = labels
        self.annotations = annotations
    }

    /// Whether the API server was asked to delete it.
    package var isDeleting: Bool { deletionTimestamp != nil }
}

extension ObjectMetadata {
    /// The most entries that are read of finalizers, labels and annotations.
    private static let limit = 10_000

    init(_ field: Field) {
        self.init(
            name: field["name"].string() ?? "",
            namespace: field["namespace"].string() ?? "",
            uid: field["uid"].string() ?? "",
            generation: field["generation"].integer(in: 0...Int64.max) ?? 0,
            resourceVersion: field["resourceVersion"].string() ?? "",
            creationTimestamp: field["creationTimestamp"].timestamp(),
            deletionTimestamp: field["deletionTimestamp"].timestamp(),
            finalizers: field["finalizers"].list(limit: Self.limit) { $0.string() },
            labels: field["labels"].map(limit: Self.limit) { $0.string() },
            annotations: field["annotations"].map(limit: Self.limit) { $0.string() }
        )
    }

    /// The metadata of any object, as far as it can be read.
    package init(of object: KubernetesObject) {
        self.init(Field(object["metadata"], at: "metadata", ViolationLog()))
    }

    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("name", name)
        if !namespace.isEmpty { json.put("namespace", namespace) }
        if !uid.isEmpty { json.put("uid", uid) }
        if generation > 0 { json.put("generation", generation) }
        if !resourceVersion.isEmpty { json.put("resourceVersion", resourceVersion) }
        json.put("creationTimestamp", creationTimestamp)
        json.put("deletionTimestamp", deletionTimestamp)
        json.put("finalizers", finalizers)
        json.put("labels", labels.mapValues { JSONValue.string($0) })
        json.put("annotations", annotations.mapValues { JSONValue.string($0) })
        return json
    }
}
