import EnvironmentAPI
import HTTPModel
import Kubernetes
import PortForward

/// How an environment's API server is reached: decided from what its status and its kubeconfig say.
enum EnvironmentRoute: Sendable, Hashable {
    /// By the kubeconfig as it is.
    case direct
    /// Through the host's API server, where the kubeconfig's own address leads nowhere from here.
    case forward(PodDialer.Target, serverName: String)
    /// From inside the host cluster alone.
    case inside(className: String)

    /// Where vCluster's API server listens in its pod, whatever its Service's port is.
    private static let podPort: UInt16 = 8443

    /// The route to an environment whose kubeconfig names an address inside the host cluster.
    init(inside environment: Environment) {
        let names = [environment.status.release?.name, environment.status.namespace?.name].compactMap(\.self)
        self.init(environment, server: "https://\(names.joined(separator: "."))")
    }

    init(_ environment: Environment, server: String) {
        guard let namespace = environment.status.namespace?.name, let release = environment.status.release?.name,
            let host = URLParts(server)?.host, host == "\(release).\(namespace)"
        else {
            self = .direct
            return
        }
        let resolved = environment.status.resolvedClass
        let exposure = resolved.flatMap { EnvironmentClass.Spec(json: $0.spec).virtualCluster?.exposure }
        guard exposure?.clusterIP?.portForward ?? EnvironmentClass.Defaults.portForward else {
            self = .inside(className: resolved?.name ?? environment.spec.environmentClassName)
            return
        }
        self = .forward(
            PodDialer.Target(
                namespace: namespace, labelSelector: Self.podSelector(release: release), port: Self.podPort),
            serverName: host)
    }

    /// The labels of a control plane's pods, not its Service's selector: its readers may be fewer than the pods'.
    static func podSelector(release: String) -> String { "app=vcluster,release=\(release)" }
}

extension CommandFailure {
    /// There is no way from here to a virtual cluster that a ClusterIP stands for.
    static func unreachable(_ name: String, className: String) -> CommandFailure {
        CommandFailure(
            .unreachable,
            "environment \(name) is reached from inside the host cluster alone: its class \(className) exposes a ClusterIP, "
                + "and forwards no port",
            hints: [
                "use a class whose virtualCluster.exposure is NodePort, LoadBalancer or Ingress, or one that sets "
                    + "exposure.clusterIP.portForward",
                "in a pod of the host cluster, 'envfactory kubeconfig \(name)' works as it is",
            ])
    }
}
