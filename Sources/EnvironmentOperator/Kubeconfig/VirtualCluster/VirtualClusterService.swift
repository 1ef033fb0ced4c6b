package import EnvironmentAPI
import Formats
package import Kubernetes

/// The Service in front of a virtual cluster's API server, as the host shows it.
package struct VirtualClusterService: Sendable, Hashable {
    package var uid: String
    /// `nil` while it has none.
    package var clusterIP: String?
    package var port: Int64
    package var nodePort: Int64?
    /// Addresses and names of a load balancer, as far as there is one.
    package var balancers: [String]

    package init(_ object: KubernetesObject) {
        uid = object.uid ?? ""
        let address = object.json[path: "spec", "clusterIP"]?.string
        clusterIP = address.flatMap { Self.isHost($0) && $0 != "None" ? $0 : nil }
        let ports = object.json[path: "spec", "ports"]?.array ?? []
        let main = ports.first { $0["name"]?.string == "https" } ?? ports.first
        port = main?["port"]?.integer ?? 443
        nodePort = main?["nodePort"]?.integer
        let ingress = object.json[path: "status", "loadBalancer", "ingress"]?.array ?? []
        balancers = ingress.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }.filter(Self.isHost)
    }

    /// Where the operator reaches it; `nil` while there is nowhere.
    var address: String? { clusterIP.map { Self.url($0, port) } }

    static func url(_ host: String, _ port: Int64) -> String {
        let host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "https://\(host):\(port)"
    }

    /// What may stand for a host in a URL, and can be nothing else there.
    static func isHost(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A: true
            default: false
            }
        }
        return isPlain && (1...253).contains(text.utf8.count)
    }
}

/// Where users are sent, or what that waits for.
package enum VirtualClusterServer: Sendable, Hashable {
    case known(String)
    case pending(String)
}

extension EnvironmentClass.VirtualCluster.Exposure {
    /// The server that users' kubeconfigs name.
    ///
    /// Each is a name of the virtual cluster's certificate: `<release>.<namespace>`, the load balancer's and the
    /// ingress' host are by themselves, the nodes' address where the chart's values name it (`proxy.extraSANs`).
    package func server(
        of service: VirtualClusterService,
        release: String,
        namespace: String
    ) -> VirtualClusterServer {
        switch type {
        case .clusterIP:
            // Not `.svc`: that is no name of the certificate.
            return .known(VirtualClusterService.url("\(release).\(namespace)", service.port))
        case .nodePort:
            return nodePortServer(service, release)
        case .loadBalancer:
            guard let host = service.balancers.first else {
                return .pending("Service \(release) has no load balancer yet: the cloud's controller assigns one.")
            }
            return .known(VirtualClusterService.url(host, service.port))
        case .ingress:
            guard let domain = ingress?.domain, VirtualClusterService.isHost(domain) else {
                return .pending("The class names no domain: set virtualCluster.exposure.ingress.domain.")
            }
            return .known("https://\(namespace).\(domain)")
        }
    }

    private func nodePortServer(_ service: VirtualClusterService, _ release: String) -> VirtualClusterServer {
        guard let address = nodePort?.address, VirtualClusterService.isHost(address) else {
            return .pending(
                "The nodes' address in the class is no host name or IP address: "
                    + "correct virtualCluster.exposure.nodePort.address.")
        }
        guard let port = service.nodePort else {
            return .pending("Service \(release) has no node port yet: it must be of type NodePort.")
        }
        return .known(VirtualClusterService.url(address, port))
    }
}
