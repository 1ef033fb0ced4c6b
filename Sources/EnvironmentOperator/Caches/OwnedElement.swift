package import ControllerRuntime
package import EnvironmentAPI
package import Kubernetes

/// What a cache keeps of an object made for an environment.
package struct OwnedElement: Sendable, Hashable {
    package var environment: NamespacedName
    package var environmentUID: String
    package var observed: ObservedObject

    package init?(_ object: KubernetesObject) {
        guard let environment = object.environmentName,
            let uid = object.label(Words.Label.environmentUID)
        else { return nil }
        self.environment = environment
        environmentUID = uid
        observed = ObservedObject(object)
    }
}

/// What a cache keeps of a workload of a virtual cluster's release.
package struct WorkloadElement: Sendable, Hashable {
    package var environment: NamespacedName
    package var environmentUID: String
    package var observed: ObservedWorkload

    package init?(_ object: KubernetesObject, of resource: APIResource) {
        guard let namespace = object.label(Words.Label.environmentNamespace),
            let name = object.label(Words.Label.environment), let uid = object.label(Words.Label.environmentUID),
            let observed = ObservedWorkload(object, of: resource)
        else { return nil }
        environment = NamespacedName(namespace: namespace, name: name)
        environmentUID = uid
        self.observed = observed
    }
}

/// What a cache keeps of a namespace: of teams' namespaces the labels, by which classes select them.
package struct NamespaceElement: Sendable, Hashable {
    package var labels: SortedMap<String>
    package var environment: NamespacedName?
    package var observed: ObservedNamespace

    package init(_ object: KubernetesObject) {
        labels = ObjectMetadata(of: object).labels
        environment = object.environmentName
        observed = ObservedNamespace(object)
    }
}

extension KubernetesObject {
    /// The Environment that an object is labelled for; its uid decides whether that is so.
    package var environmentName: NamespacedName? {
        guard label(Words.Label.managedBy) == Words.Label.managedByValue,
            let namespace = label(Words.Label.environmentNamespace), let name = label(Words.Label.environment)
        else { return nil }
        return NamespacedName(namespace: namespace, name: name)
    }
}
