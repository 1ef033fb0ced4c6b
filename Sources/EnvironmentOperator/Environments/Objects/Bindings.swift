import EnvironmentAPI
import Formats
import Kubernetes

extension OwnerIdentity {
    /// Whose kubeconfig is handed out: the identity of whoever holds it.
    static let tenantServiceAccount = "envfactory-tenant"

    func tenantServiceAccountObject() -> KubernetesObject {
        object(.serviceAccounts, name: Self.tenantServiceAccount)
    }

    /// The operator's rights in this namespace, and nowhere else.
    ///
    /// Its finalizer keeps them until the namespace is empty: deleting a namespace removes its bindings early, and
    /// the operator would be forbidden to look just when it must say what is stuck.
    func selfBinding(operator serviceAccount: Subject) -> KubernetesObject {
        var binding = roleBinding(.operator, to: .inNamespace, subjects: [serviceAccount])
        binding["metadata"]?["finalizers"] = [.string(Words.Finalizer.teardown)]
        return binding
    }

    /// What those who may use the environment get: the tenant role, and reading the one Secret.
    func accessBindings(_ role: EnvironmentClass.TenantRole, to subjects: [Subject]) -> [KubernetesObject] {
        let tenant = Subject(kind: .serviceAccount, name: Self.tenantServiceAccount, namespace: hostNamespace)
        var bindings: [KubernetesObject] = []
        if let role = role.clusterRole {
            bindings.append(roleBinding(.tenant, to: role, subjects: [tenant] + subjects))
        }
        bindings.append(roleBinding(.kubeconfigReader, to: .kubeconfigReader, subjects: subjects))
        return bindings
    }

    /// What a virtual cluster's control plane may do in its namespace; the chart makes no role of its own.
    func controlPlaneBinding(_ place: ReleasePlace) -> KubernetesObject {
        let account = Subject(kind: .serviceAccount, name: place.serviceAccount, namespace: hostNamespace)
        return roleBinding(.vcluster, to: .vcluster, subjects: [account])
    }

    /// What lets users reach a virtual cluster through the host.
    func portForwardBinding(to subjects: [Subject]) -> KubernetesObject {
        roleBinding(.portForward, to: .portForward, subjects: subjects)
    }

    private func roleBinding(_ name: Words.Binding, to role: Words.Role, subjects: [Subject]) -> KubernetesObject {
        var binding = object(.roleBindings, name: name.rawValue)
        binding["roleRef"] = [
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role.rawValue),
        ]
        binding["subjects"] = .array(subjects.map(\.roleBindingJSON))
        return binding
    }
}
