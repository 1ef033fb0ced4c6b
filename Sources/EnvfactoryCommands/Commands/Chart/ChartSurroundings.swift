import Cryptography
import GoTemplate
import Helm
import Kubernetes

extension CommandContext {
    /// What templates may call.
    func chartFunctions() -> FunctionLibrary {
        HelmFunctions.library(
            HelmFunctionSources(now: { [time] in time.now }, randomBytes: { try SecureRandom.bytes($0) }))
    }
}

extension CommandFailure {
    /// A chart cannot be rendered; what else the reason names is told line by line.
    init(rendering chart: String, _ reason: any Error, hints: [String] = []) {
        let lines = "\(reason)".split(separator: "\n").map(String.init)
        self.init(
            .rejected, "\(chart) cannot be rendered: \(lines.first ?? "")", details: Array(lines.dropFirst()),
            hints: hints)
    }
}

extension Capabilities {
    /// The Kubernetes that a chart is rendered for where no cluster is asked, as Helm takes it for granted.
    static let standardVersion = "v1.36.0"

    /// A cluster that is not asked: what every Kubernetes serves, and more where somebody says so.
    init(unasked version: String, apiVersions more: [String] = []) throws(HelmError) {
        self.init(
            kubeVersion: try Capabilities.KubeVersion(parsing: version), apiVersions: Self.standardAPIVersions + more)
    }

    private static let standardAPIVersions: [String] = [
        "v1", "admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1alpha1",
        "admissionregistration.k8s.io/v1beta1", "apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1", "apps/v1",
        "apps/v1beta1", "apps/v1beta2", "authentication.k8s.io/v1", "authentication.k8s.io/v1alpha1",
        "authentication.k8s.io/v1beta1", "authorization.k8s.io/v1", "authorization.k8s.io/v1beta1", "autoscaling/v1",
        "autoscaling/v2", "batch/v1", "batch/v1beta1", "certificates.k8s.io/v1", "certificates.k8s.io/v1alpha1",
        "certificates.k8s.io/v1beta1", "coordination.k8s.io/v1", "coordination.k8s.io/v1alpha2",
        "coordination.k8s.io/v1beta1", "discovery.k8s.io/v1", "discovery.k8s.io/v1beta1", "events.k8s.io/v1",
        "events.k8s.io/v1beta1", "extensions/v1beta1", "flowcontrol.apiserver.k8s.io/v1",
        "flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta2",
        "flowcontrol.apiserver.k8s.io/v1beta3", "internal.apiserver.k8s.io/v1alpha1", "networking.k8s.io/v1",
        "networking.k8s.io/v1beta1", "node.k8s.io/v1", "node.k8s.io/v1alpha1", "node.k8s.io/v1beta1", "policy/v1",
        "policy/v1beta1", "rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1alpha1",
        "rbac.authorization.k8s.io/v1beta1", "resource.k8s.io/v1", "resource.k8s.io/v1alpha3",
        "resource.k8s.io/v1beta1", "resource.k8s.io/v1beta2", "scheduling.k8s.io/v1", "scheduling.k8s.io/v1alpha2",
        "scheduling.k8s.io/v1beta1", "storage.k8s.io/v1", "storage.k8s.io/v1alpha1", "storage.k8s.io/v1beta1",
        "storagemigration.k8s.io/v1beta1",
    ]
}
