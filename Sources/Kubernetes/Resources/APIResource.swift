/// A resource of the API: where its objects live and what they are called.
package struct APIResource: Sendable, Hashable {
    /// Empty for the core group.
    package var group: String
    package var version: String
    /// The plural in the URL, `networkpolicies`.
    package var plural: String
    package var kind: String
    package var isNamespaced: Bool

    package init(_ group: String, _ version: String, _ plural: String, kind: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    /// `v1`, `apps/v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `pods`, `deployments.apps`: as `kubectl` and the server's messages name it.
    package var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }
}

extension APIResource {
    package static let namespaces = APIResource("", "v1", "namespaces", kind: "Namespace", isNamespaced: false)
    package static let nodes = APIResource("", "v1", "nodes", kind: "Node", isNamespaced: false)
    package static let pods = APIResource("", "v1", "pods", kind: "Pod")
    package static let secrets = APIResource("", "v1", "secrets", kind: "Secret")
    package static let configMaps = APIResource("", "v1", "configmaps", kind: "ConfigMap")
    package static let services = APIResource("", "v1", "services", kind: "Service")
    package static let endpoints = APIResource("", "v1", "endpoints", kind: "Endpoints")
    package static let serviceAccounts = APIResource("", "v1", "serviceaccounts", kind: "ServiceAccount")
    package static let resourceQuotas = APIResource("", "v1", "resourcequotas", kind: "ResourceQuota")
    package static let limitRanges = APIResource("", "v1", "limitranges", kind: "LimitRange")
    package static let persistentVolumeClaims = APIResource(
        "", "v1", "persistentvolumeclaims", kind: "PersistentVolumeClaim")
    package static let persistentVolumes = APIResource(
        "", "v1", "persistentvolumes", kind: "PersistentVolume", isNamespaced: false)
    package static let networkPolicies = APIResource(
        "networking.k8s.io", "v1", "networkpolicies", kind: "NetworkPolicy")
    package static let roleBindings = APIResource(
        "rbac.authorization.k8s.io", "v1", "rolebindings", kind: "RoleBinding")
    package static let leases = APIResource("coordination.k8s.io", "v1", "leases", kind: "Lease")
    package static let events = APIResource("events.k8s.io", "v1", "events", kind: "Event")
    /// The older form of Events, which alone can be selected by the object they are about.
    package static let coreEvents = APIResource("", "v1", "events", kind: "Event")
    package static let customResourceDefinitions = APIResource(
        "apiextensions.k8s.io", "v1", "customresourcedefinitions", kind: "CustomResourceDefinition", isNamespaced: false
    )
}
