import Formats
package import Kubernetes

/// A model server under one name: on a machine beside the cluster, or on GPUs in it.
package struct InferenceEndpoint: Sendable, Hashable {
    package var metadata: ObjectMetadata
    package var spec: Spec
    package var status: Status
    /// What of the metadata and the spec could not be read; everything else was.
    package var unreadable: [Violation]
    /// What of the status could not be read.
    ///
    /// Never a reason to forget what the endpoint owns.
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
        spec = Spec(Field(object["spec"], at: "spec", log).required("write at least model.name in it"))
        let statusLog = ViolationLog()
        status = Status(Field(object["status"], at: "status", statusLog))
        unreadable = log.violations
        unreadableStatus = statusLog.violations
    }

    /// The object as it is sent to the API server; without a status where there is none.
    package var object: KubernetesObject {
        var json: JSONValue = [
            "apiVersion": .string(APIResource.inferenceEndpoints.apiVersion),
            "kind": .string(APIResource.inferenceEndpoints.kind),
        ]
        json["metadata"] = metadata.json
        json["spec"] = spec.json
        if status != Status() { json["status"] = status.json }
        return KubernetesObject(json)
    }

    package var key: ObjectKey {
        ObjectKey(.inferenceEndpoints, namespace: metadata.namespace, name: metadata.name)
    }
}
