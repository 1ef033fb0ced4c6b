package import Formats
package import Kubernetes

/// What the platform team decides once for all environments of a kind.
package struct EnvironmentClass: Sendable, Hashable {
    package var metadata: ObjectMetadata
    package var spec: Spec
    package var status: Status
    /// What of the metadata and the spec could not be read; everything else was.
    package var unreadable: [Violation]

    package init(metadata: ObjectMetadata, spec: Spec, status: Status = Status()) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
        unreadable = []
    }

    /// Reads an object as the API server, or a file, holds it.
    package init(from object: KubernetesObject) {
        let log = ViolationLog()
        metadata = ObjectMetadata(Field(object["metadata"], at: "metadata", log))
        spec = Spec(Field(object["spec"], at: "spec", log).required("write at least isolation in it"))
        status = Status(Field(object["status"], at: "status", ViolationLog()))
        unreadable = log.violations
    }

    /// The object as it is sent to the API server; without a status where there is none.
    package var object: KubernetesObject {
        var json: JSONValue = [
            "apiVersion": .string(APIResource.environmentClasses.apiVersion),
            "kind": .string(APIResource.environmentClasses.kind),
        ]
        json["metadata"] = metadata.json
        json["spec"] = spec.json
        if status != Status() { json["status"] = status.json }
        return KubernetesObject(json)
    }
}

extension EnvironmentClass {
    /// Whether the class itself is in order.
    package struct Status: Sendable, Hashable {
        package var conditions: [Condition]
        package var observedGeneration: Int64

        package init(conditions: [Condition] = [], observedGeneration: Int64 = 0) {
            self.conditions = conditions
            self.observedGeneration = observedGeneration
        }

        init(_ field: Field) {
            self.init(
                conditions: field["conditions"].list(limit: Limits.conditions) { Condition($0) },
                observedGeneration: field["observedGeneration"].integer(in: 0...Int64.max) ?? 0
            )
        }

        package var json: JSONValue {
            var json: JSONValue = .emptyObject
            json.put("conditions", conditions.map(\.json))
            json.put("observedGeneration", observedGeneration)
            return json
        }
    }
}
