import Formats
package import Kubernetes

/// What a user asks for: one isolated, short-lived environment.
package struct Environment: Sendable, Hashable {
    package var metadata: ObjectMetadata
    package var spec: Spec
    package var status: Status
    /// What of the metadata and the spec could not be read; everything else was.
    package var unreadable: [Violation]
    /// What of the status could not be read.
    ///
    /// Never a reason to forget what the environment owns.
    package var unreadableStatus: [Violation]

    package init(metadata: ObjectMetadata, spec: Spec, status: Status = Status()) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
        unreadable = []
        unreadableStatus = []
    }

    /// Reads an object as the API server, or a file, holds it.
    package init(from object: KubernetesObject) {
        let log = ViolationLog()
        metadata = ObjectMetadata(Field(object["metadata"], at: "metadata", log))
        spec = Spec(Field(object["spec"], at: "spec", log).required("write at least environmentClassName in it"))
        let statusLog = ViolationLog()
        status = Status(Field(object["status"], at: "status", statusLog))
        unreadable = log.violations
        unreadableStatus = statusLog.violations
    }

    /// The object as it is sent to the API server; without a status where there is none.
    package var object: KubernetesObject {
        var json: JSONValue = [
            "apiVersion": .string(APIResource.environments.apiVersion),
            "kind": .string(APIResource.environments.kind),
        ]
        json["metadata"] = metadata.json
        json["spec"] = spec.json
        if status != Status() { json["status"] = status.json }
        return KubernetesObject(json)
    }

    package var key: ObjectKey {
        ObjectKey(.environments, namespace: metadata.namespace, name: metadata.name)
    }
}
