package import ControllerRuntime
import EnvironmentAPI
import Formats
package import Kubernetes

/// An object as it should be.
package struct WantedObject: Sendable, Hashable {
    package let key: ObjectKey
    package let object: KubernetesObject
    /// Of the fields that we decide, in the form the API server stores them.
    package let hash: ObjectHash

    package init(_ object: KubernetesObject, of resource: APIResource) {
        key = ObjectKey(resource, namespace: object.namespace, name: object.name)
        self.object = object
        hash = resource == .namespaces ? Self.labelsHash(of: object) : Self.hash(of: object)
    }

    /// The hash of the fields that the operator decides, of an object of ours as the API server shows it.
    ///
    /// Desired objects are written with every default in place, so that both hashes are of the same text.
    package static func hash(of object: KubernetesObject) -> ObjectHash {
        var decided = specification(of: object)
        decided["labels"] = ownLabels(of: object)
        decided["annotations"] = ownAnnotations(of: object)
        return ObjectHash(of: decided, fields: (specifying + ["labels", "annotations"]).map { [$0] })
    }

    /// Of an object of ours, as it should be or as it is, the fields that we decide; of a namespace the labels only.
    static func decided(in object: KubernetesObject) -> JSONValue {
        var decided = object.kind == APIResource.namespaces.kind ? [:] : specification(of: object)
        decided["metadata"] = ["labels": ownLabels(of: object)]
        if let annotations = ownAnnotations(of: object) { decided["metadata"]?["annotations"] = annotations }
        return decided
    }

    private static let specifying = ["spec", "roleRef", "subjects", "subsets"]

    private static func specification(of object: KubernetesObject) -> JSONValue {
        var specification: JSONValue = [:]
        for field in specifying { specification[field] = object[field] }
        guard object.kind == APIResource.services.kind, let spec = object["spec"] else { return specification }
        // The rest of a Service the API server decides, such as its address.
        specification["spec"] = [:]
        for field in serviceFields { specification["spec"]?[field] = spec[field] }
        return specification
    }

    private static let serviceFields = ["type", "externalName", "ports", "selector"]

    /// The same for a namespace, of which we decide the labels only.
    package static func labelsHash(of object: KubernetesObject) -> ObjectHash {
        ObjectHash(of: ["labels": ownLabels(of: object)], fields: [["labels"]])
    }

    /// Labels that others put on our objects are theirs.
    private static func ownLabels(of object: KubernetesObject) -> JSONValue {
        let own = (object.json[path: "metadata", "labels"]?.object ?? JSONObject()).filter { isOwn($0.key) }
        return .object(JSONObject(unique: own))
    }

    /// Those by which a Service is exposed: what is not to be exposed any more must be seen to differ.
    private static func ownAnnotations(of object: KubernetesObject) -> JSONValue? {
        guard object.kind == APIResource.services.kind else { return nil }
        let keys = [Words.Tailscale.expose, Words.Tailscale.hostname]
        let own = keys.compactMap { key in object.annotation(key).map { (key, JSONValue.string($0)) } }
        return own.isEmpty ? nil : .object(JSONObject(unique: own))
    }

    private static func isOwn(_ label: String) -> Bool {
        label == Words.Label.managedBy || label.hasPrefix("envfactory.dev/")
            || label.hasPrefix("pod-security.kubernetes.io/")
    }
}
