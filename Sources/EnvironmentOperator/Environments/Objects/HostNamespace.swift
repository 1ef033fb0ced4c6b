import EnvironmentAPI
import Formats
import Kubernetes

extension OwnerIdentity {
    /// The namespace on the host, with the class's pod-security levels.
    func hostNamespaceObject(_ podSecurity: EnvironmentClass.PodSecurity) -> KubernetesObject {
        var object = KubernetesObject(.namespaces, name: hostNamespace)
        var labels = self.labels
        for mode in Words.PodSecurityMode.allCases {
            labels[Words.Label.podSecurity(mode)] = .string(podSecurity[mode].rawValue)
        }
        object["metadata"]?["labels"] = labels
        return object
    }
}
