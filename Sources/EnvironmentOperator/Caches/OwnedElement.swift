package import ControllerRuntime
package import EnvironmentAPI
import Formats
package import Kubernetes

/// What a cache keeps of an object made for an environment or an inference endpoint.
///
/// Ten thousand environments have a hundred thousand of them, so both uids are kept in sixteen bytes.
package struct OwnedElement: Sendable, Hashable {
    // In this order they leave the smallest gaps.
    package var observed: ObservedObject
    package var owner: Owner
    package let ownerID: ObjectUID

    package init?(_ object: KubernetesObject) {
        guard let owner = object.owner, let uid = object.ownerUID, !object.isMadeByCluster else { return nil }
        self.owner = owner
        ownerID = ObjectUID(uid)
        observed = ObservedObject(object)
    }

    package var ownerUID: String { ownerID.description }
}

/// What a cache keeps of a workload: of a virtual cluster's release, or of an inference endpoint.
package struct WorkloadElement: Sendable, Hashable {
    package var owner: Owner
    package var ownerUID: String
    package var observed: ObservedWorkload

    package init?(_ object: KubernetesObject, of resource: APIResource) {
        guard let owner = object.labelledOwner, let uid = object.ownerUID,
            let observed = ObservedWorkload(object, of: resource)
        else { return nil }
        self.owner = owner
        ownerUID = uid
        self.observed = observed
    }
}

/// Where the pods behind an endpoint's Service are, as the cluster's own controller finds them.
package struct PodAddresses: Sendable, Hashable {
    package var endpoint: NamespacedName
    package var endpointUID: String
    /// Of those that are ready.
    package var addresses: [String]

    package init?(_ object: KubernetesObject) {
        guard let owner = object.owner, owner.kind == .inferenceEndpoint, let uid = object.ownerUID,
            object.isMadeByCluster, object.name != OwnerIdentity.webUIName
        else { return nil }
        (endpoint, endpointUID) = (owner.name, uid)
        let found = (object["subsets"]?.array ?? []).flatMap { $0["addresses"]?.array ?? [] }
        addresses = found.compactMap { $0["ip"]?.string }.sorted()
    }
}

/// What a cache keeps of a namespace: of teams' namespaces the labels, by which classes select them.
package struct NamespaceElement: Sendable, Hashable {
    package var labels: SortedMap<String>
    package var owner: Owner?
    package var observed: ObservedNamespace

    package init(_ object: KubernetesObject) {
        labels = ObjectMetadata(of: object).labels
        owner = object.owner
        observed = ObservedNamespace(object)
    }
}

extension KubernetesObject {
    /// A controller of the cluster made it from a Service of ours, whose labels it copies.
    fileprivate var isMadeByCluster: Bool {
        kind == APIResource.endpoints.kind && label(Words.Label.component) != Words.Component.addresses
    }
}
