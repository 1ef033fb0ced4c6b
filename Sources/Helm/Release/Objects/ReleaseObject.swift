import Formats
package import Kubernetes

/// An object of a release as it shall be, with the labels and annotations that it gets from Helm and from its owner.
package struct ReleaseObject: Sendable, Hashable {
    /// Which object it is, whatever the version in which the chart writes it.
    package let key: ObjectKey
    /// The resource in the object's own version, for writing it.
    package let resource: APIResource
    package let object: KubernetesObject
    /// The template that it comes from.
    package let path: String
    /// `helm.sh/resource-policy: keep`: it stays where the release goes.
    package let isKept: Bool
}

extension ReleaseObject {
    /// Completes what a chart wrote.
    init(_ written: KubernetesObject, key: ObjectKey, path: String, in scope: ReleaseScope) {
        var object: KubernetesObject = written
        object["metadata"]?["namespace"] = .string(scope.namespace)
        object.set(scope.objectLabels.merging([ReleaseWords.managedBy: "Helm"]) { $1 }, in: "labels")
        object.set(
            [ReleaseWords.releaseName: scope.name, ReleaseWords.releaseNamespace: scope.namespace], in: "annotations")
        if object.kind == "Service" { object.removeUnsetNodePorts() }
        var resource: APIResource = key.resource
        resource.version = written.version
        (self.key, self.resource, self.object, self.path) = (key, resource, object, path)
        isKept = written.isKept
    }

    /// The same object for one run of a hook, by which it is told from what other runs left.
    func marked(run: String) -> ReleaseObject {
        var object: KubernetesObject = object
        object.set([ReleaseWords.operation: run], in: "annotations")
        return ReleaseObject(key: key, resource: resource, object: object, path: path, isKept: isKept)
    }
}

extension KubernetesObject {
    /// Takes `nodePort: 0` away, which charts write where they mean none: with server-side apply the API server takes
    /// it for a wish and gives another port out with every apply.
    fileprivate mutating func removeUnsetNodePorts() {
        guard let ports = json[path: "spec", "ports"]?.array else { return }
        json["spec"]?["ports"] = .array(
            ports.map { port in
                var port: JSONValue = port
                if port["nodePort"]?.integer == 0 { port["nodePort"] = nil }
                return port
            })
    }

    /// Sets labels or annotations over those that are there.
    fileprivate mutating func set(_ texts: [String: String], in field: String) {
        var members: JSONObject = json[path: "metadata", field]?.object ?? JSONObject()
        for (key, value) in texts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            members[key] = .string(value)
        }
        json["metadata"]?[field] = .object(members)
    }
}

/// A hook, with the object that it makes.
package struct DesiredHook: Sendable, Hashable {
    package var hook: ReleaseHook
    package var object: ReleaseObject
}

extension ReleaseObject: CustomStringConvertible, CustomReflectable {
    package var description: String { key.description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
