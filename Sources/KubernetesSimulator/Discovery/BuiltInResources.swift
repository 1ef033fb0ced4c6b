import Kubernetes

/// The kinds that need no definition.
enum BuiltInResources {
    static let all: [ResourceDescriptor] = core + apps + policy + access + machinery

    private static let core: [ResourceDescriptor] = [
        make("", "v1", "namespaces", "Namespace", short: ["ns"], namespaced: false) {
            $0.subresources = ["finalize", "status"]
            $0.nameRule = .label
            $0.returnsDeletedObject = true
            $0.deletesCollections = false
        },
        make("", "v1", "pods", "Pod", short: ["po"]) {
            $0.subresources = ["eviction", "log", "portforward", "status"]
            $0.categories = ["all"]
            $0.returnsDeletedObject = true
        },
        make("", "v1", "secrets", "Secret"),
        make("", "v1", "configmaps", "ConfigMap", short: ["cm"]),
        make("", "v1", "services", "Service", short: ["svc"]) {
            $0.subresources = ["status"]
            $0.categories = ["all"]
            $0.nameRule = .label1035
        },
        make("", "v1", "endpoints", "Endpoints", short: ["ep"]),
        make("", "v1", "serviceaccounts", "ServiceAccount", short: ["sa"]) {
            $0.subresources = ["token"]
            $0.returnsDeletedObject = true
        },
        make("", "v1", "resourcequotas", "ResourceQuota", short: ["quota"]) {
            $0.subresources = ["status"]
            $0.returnsDeletedObject = true
        },
        make("", "v1", "limitranges", "LimitRange", short: ["limits"]) { $0.createsOnUpdate = true },
        make("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"]) {
            $0.subresources = ["status"]
            $0.returnsDeletedObject = true
        },
        make("", "v1", "persistentvolumes", "PersistentVolume", short: ["pv"], namespaced: false) {
            $0.subresources = ["status"]
            $0.returnsDeletedObject = true
        },
        make("", "v1", "nodes", "Node", short: ["no"], namespaced: false) { $0.subresources = ["status"] },
        make("", "v1", "events", "Event", short: ["ev"], table: "events") { $0.createsOnUpdate = true },
        make("events.k8s.io", "v1", "events", "Event", short: ["ev"], table: "events") { $0.createsOnUpdate = true },
    ]

    private static let apps: [ResourceDescriptor] = [
        make("apps", "v1", "deployments", "Deployment", short: ["deploy"], workload),
        make("apps", "v1", "statefulsets", "StatefulSet", short: ["sts"], workload),
        make("batch", "v1", "jobs", "Job") {
            $0.subresources = ["status"]
            $0.categories = ["all"]
            $0.generation = .spec
            $0.defaultPropagation = .orphan
        },
    ]

    private static let policy: [ResourceDescriptor] = [
        make("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", short: ["netpol"]) {
            $0.generation = .spec
        },
        make("networking.k8s.io", "v1", "ingresses", "Ingress", short: ["ing"]) {
            $0.subresources = ["status"]
            $0.generation = .spec
        },
        make("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", short: ["pdb"]) {
            $0.subresources = ["status"]
            $0.generation = .spec
            $0.allowsUnconditionalUpdate = false
        },
        make("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice") { $0.generation = .spec },
    ]

    private static let access: [ResourceDescriptor] = [
        make("rbac.authorization.k8s.io", "v1", "roles", "Role", rules),
        make("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", rules),
        make("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", namespaced: false, rules),
        make("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced: false, rules),
    ]

    private static let machinery: [ResourceDescriptor] = [
        make("coordination.k8s.io", "v1", "leases", "Lease") {
            $0.createsOnUpdate = true
            $0.allowsUnconditionalUpdate = false
        },
        make(
            "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition",
            short: ["crd", "crds"], namespaced: false
        ) {
            $0.subresources = ["status"]
            $0.generation = .spec
            $0.allowsUnconditionalUpdate = false
        },
        // Kept and shown, but nothing is refused by them here.
        make(
            "admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy",
            namespaced: false
        ) {
            $0.subresources = ["status"]
            $0.generation = .spec
        },
        make(
            "admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings",
            "ValidatingAdmissionPolicyBinding", namespaced: false
        ) { $0.generation = .spec },
    ]

    private static func workload(_ descriptor: inout ResourceDescriptor) {
        descriptor.subresources = ["scale", "status"]
        descriptor.categories = ["all"]
        descriptor.generation = .spec
    }

    private static func rules(_ descriptor: inout ResourceDescriptor) {
        descriptor.nameRule = .segment
        descriptor.createsOnUpdate = true
    }

    private static func make(
        _ group: String,
        _ version: String,
        _ plural: String,
        _ kind: String,
        short: [String] = [],
        namespaced: Bool = true,
        table: String? = nil,
        _ adjust: (inout ResourceDescriptor) -> Void = { _ in }
    ) -> ResourceDescriptor {
        let resource = APIResource(group, version, plural, kind: kind, isNamespaced: namespaced)
        var descriptor = ResourceDescriptor(resource, table: table)
        descriptor.shortNames = short
        descriptor.shape = .builtIn(resource)
        descriptor.schema = BuiltInSchemas.schema(kind: kind)
        adjust(&descriptor)
        return descriptor
    }
}
