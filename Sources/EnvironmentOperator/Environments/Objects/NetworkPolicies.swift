import EnvironmentAPI
import Formats
import Kubernetes

extension OwnerIdentity {
    /// The network policies: none where the class's network is open.
    ///
    /// Together they deny both ways, but for DNS, the environment's own pods, and what the class adds. Each is
    /// written as the API server stores it, with the defaults that it would fill in.
    func networkPolicies(_ network: EnvironmentClass.Network) -> [KubernetesObject] {
        guard network.mode == .isolated else { return [] }
        var policies = [isolation, dns]
        if !network.egress.isEmpty || !network.ingress.isEmpty { policies.append(rules(network)) }
        return policies
    }

    /// Denies both ways, but inside the namespace.
    private var isolation: KubernetesObject {
        let ownPods: JSONValue = [["podSelector": [:]]]
        return policy(
            Words.Fixed.networkPolicyIsolation,
            egress: [["to": ownPods]],
            ingress: [["from": ownPods]]
        )
    }

    /// Names resolve wherever the cluster's DNS runs: at a pod, at a node's cache, or on the host.
    private var dns: KubernetesObject {
        let ports: JSONValue = [["protocol": "UDP", "port": 53], ["protocol": "TCP", "port": 53]]
        return policy(Words.Fixed.networkPolicyDNS, egress: [["ports": ports]], ingress: nil)
    }

    private func rules(_ network: EnvironmentClass.Network) -> KubernetesObject {
        let egress = network.egress.map { $0.json(.egress) }
        let ingress = network.ingress.map { $0.json(.ingress) }
        return policy(
            Words.Fixed.networkPolicyRules,
            egress: egress.isEmpty ? nil : .array(egress),
            ingress: ingress.isEmpty ? nil : .array(ingress)
        )
    }

    /// A policy for pods of the namespace, all unless told; a direction that is `nil` is none of its business.
    func policy(
        _ name: String, for pods: JSONValue = [:], egress: JSONValue?, ingress: JSONValue?
    ) -> KubernetesObject {
        var policy = object(.networkPolicies, name: name)
        var types: [JSONValue] = []
        var spec: JSONValue = ["podSelector": pods]
        if let ingress {
            types.append("Ingress")
            spec["ingress"] = ingress
        }
        if let egress {
            types.append("Egress")
            spec["egress"] = egress
        }
        spec["policyTypes"] = .array(types)
        policy["spec"] = spec
        return policy
    }
}
