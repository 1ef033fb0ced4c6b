import EnvironmentAPI
import Formats
import Kubernetes

/// One object of an installation, and where the API keeps it.
struct InstalledObject: Sendable {
    var object: KubernetesObject
    var resource: APIResource

    var key: ObjectKey { ObjectKey(resource, namespace: object.namespace, name: object.name) }

    /// `clusterrole.rbac.authorization.k8s.io/envfactory-core`.
    var reference: String { resource.shortReference(object.name) }

    var isDefinition: Bool { resource.plural == APIResource.customResourceDefinitions.plural }

    /// The objects in their order.
    static func all(_ documents: [JSONValue]) throws(CommandFailure) -> [InstalledObject] {
        var objects: [InstalledObject] = []
        for document in documents { objects.append(try InstalledObject(KubernetesObject(document))) }
        return objects
    }

    private init(_ object: KubernetesObject) throws(CommandFailure) {
        guard let plural = Self.plurals.first(where: { $0.kind == object.kind })?.plural else {
            throw CommandFailure(.internalError, "no resource is known for kind \(object.kind)")
        }
        let parts = object.apiVersion.split(separator: "/").map(String.init)
        self.object = object
        resource = APIResource(
            parts.count > 1 ? parts[0] : "", parts.last ?? "", plural, kind: object.kind,
            isNamespaced: object.namespace != nil)
    }

    private static let plurals: [(kind: String, plural: String)] = [
        ("Namespace", "namespaces"),
        ("CustomResourceDefinition", "customresourcedefinitions"),
        ("ServiceAccount", "serviceaccounts"),
        ("ClusterRole", "clusterroles"),
        ("ClusterRoleBinding", "clusterrolebindings"),
        ("Role", "roles"),
        ("RoleBinding", "rolebindings"),
        ("ConfigMap", "configmaps"),
        ("Lease", "leases"),
        ("Service", "services"),
        ("Deployment", "deployments"),
        ("PodDisruptionBudget", "poddisruptionbudgets"),
        ("ValidatingAdmissionPolicy", "validatingadmissionpolicies"),
        ("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"),
    ]
}

/// The server for which manifests are made.
enum LegacyChoice: String, Sendable, Hashable, CaseIterable {
    /// As the server's version asks for.
    case auto, yes, no
}

/// The options that `install` and `uninstall` share.
enum InstallationOptions {
    static let namespace = Valued<String>(
        "system-namespace", "name", "Where the operator lives; \(Words.Installation.namespace) unless given.")
    /// Who owns what an installation sets.
    static let fieldManager = "envfactory-install"
    /// How long what was asked for may take to take effect.
    static let patience: Duration = .seconds(60)
    static let interval: Duration = .milliseconds(200)
}
