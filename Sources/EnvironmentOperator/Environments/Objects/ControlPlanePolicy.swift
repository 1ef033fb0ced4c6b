import EnvironmentAPI
import Formats
import Kubernetes

extension OwnerIdentity {
    /// What a virtual cluster's control plane needs beside its own namespace: the host's API server, and those who
    /// may reach it, which are the operator and whoever comes by the class's exposure.
    func controlPlanePolicy(
        _ place: ReleasePlace,
        _ network: EnvironmentClass.Network,
        _ exposure: EnvironmentClass.VirtualCluster.Exposure,
        _ operatorIdentity: Subject
    ) -> KubernetesObject {
        let port: JSONValue = [["protocol": "TCP", "port": 8443]]
        var from: [JSONValue] = []
        if let namespace = operatorIdentity.namespace {
            from.append([
                "namespaceSelector": ["matchLabels": [Words.Label.namespaceName: .string(namespace)]]
            ])
        }
        var ingress: [JSONValue] = [["ports": port, "from": .array(from)]]
        switch exposure.type {
        case .clusterIP: break
        case .nodePort, .ingress: ingress.append(["ports": port])
        case .loadBalancer:
            let ranges = exposure.loadBalancer?.sourceRanges ?? []
            ingress.append(ranges.isEmpty ? ["ports": port] : ["ports": port, "from": Self.blocks(ranges)])
        }
        return policy(
            Words.Fixed.networkPolicyControlPlane,
            for: ["matchLabels": ["app": "vcluster", "release": .string(place.release)]],
            egress: [["to": Self.blocks(network.apiServerCIDRs)]],
            ingress: .array(ingress))
    }

    private static func blocks(_ ranges: [String]) -> JSONValue {
        .array(ranges.map { ["ipBlock": ["cidr": .string($0)]] })
    }
}
