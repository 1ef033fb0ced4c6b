import EnvironmentAPI
import Formats
import Kubernetes

/// Says whether NetworkPolicies let a flow pass, by the rules of their API and not by any network plugin's.
///
/// Where plugins may differ the answer is the more permissive one, so that "denied" holds on all of them: an `ipBlock`
/// covers pods' addresses too.
struct NetworkEvaluator: Sendable {
    enum TransportProtocol: String, Sendable {
        case tcp = "TCP"
        case udp = "UDP"
        case sctp = "SCTP"
    }

    /// One end of a flow.
    struct Endpoint: Sendable, Hashable {
        var address: String
        /// What selectors see; `nil` is no pod, or one in the node's own network.
        var pod: Pod?
    }

    struct Pod: Sendable, Hashable {
        var namespace: String
        var namespaceLabels: [String: String] = [:]
        var labels: [String: String] = [:]
        /// The ports of its containers that have a name.
        var namedPorts: [String: Int64] = [:]
        /// The address of its node, which always reaches it.
        var node = ""
    }

    struct Flow: Sendable {
        var from: Endpoint
        var to: Endpoint
        var transport: TransportProtocol
        var port: Int64
    }

    var policies: [KubernetesObject]

    /// Whether both ends let the flow pass.
    func allows(_ flow: Flow) -> Bool {
        if flow.from == flow.to { return true }
        return allows(flow, at: flow.from, other: flow.to, .egress)
            && allows(flow, at: flow.to, other: flow.from, .ingress)
    }

    private enum Direction {
        case egress, ingress

        var type: String { self == .egress ? "Egress" : "Ingress" }
        var rules: String { self == .egress ? "egress" : "ingress" }
        var peers: String { self == .egress ? "to" : "from" }
    }

    private func allows(_ flow: Flow, at end: Endpoint, other: Endpoint, _ direction: Direction) -> Bool {
        guard let pod = end.pod, other.address != pod.node else { return true }
        let selecting = policies.filter { policy in
            policy.namespace == pod.namespace && Self.types(policy).contains(direction.type)
                && Self.selects(policy["spec"]?["podSelector"], pod.labels)
        }
        guard !selecting.isEmpty else { return true }
        return selecting.contains { policy in
            (policy["spec"]?[direction.rules]?.array ?? []).contains { rule in
                let peers = rule[direction.peers]?.array ?? []
                let ports = rule["ports"]?.array ?? []
                return (peers.isEmpty || peers.contains { Self.covers($0, other, from: pod.namespace) })
                    && (ports.isEmpty || ports.contains { Self.covers($0, flow) })
            }
        }
    }

    /// Which directions a policy is about: without a word on it, ingress, and egress where it has rules for that.
    private static func types(_ policy: KubernetesObject) -> [String] {
        if let types = policy["spec"]?["policyTypes"]?.array, !types.isEmpty { return types.compactMap(\.string) }
        return policy["spec"]?["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"]
    }
}

// MARK: - Peers, ports, labels

extension NetworkEvaluator {
    private static func covers(_ peer: JSONValue, _ end: Endpoint, from namespace: String) -> Bool {
        if let block = peer["ipBlock"] {
            let except = block["except"]?.array ?? []
            return contains(block["cidr"], end.address) && !except.contains { contains($0, end.address) }
        }
        guard let pod = end.pod else { return false }
        let isInNamespace =
            peer["namespaceSelector"].map { selects($0, pod.namespaceLabels) } ?? (pod.namespace == namespace)
        return isInNamespace && selects(peer["podSelector"], pod.labels)
    }

    private static func contains(_ block: JSONValue?, _ address: String) -> Bool {
        guard let block = block?.string.flatMap(AddressBlock.init),
            let one = AddressBlock("\(address)/\(address.contains(":") ? 128 : 32)")
        else { return false }
        return block.contains(one)
    }

    private static func covers(_ port: JSONValue, _ flow: Flow) -> Bool {
        guard port["protocol"]?.string ?? "TCP" == flow.transport.rawValue else { return false }
        switch port["port"] {
        case nil: return true
        case let number? where number.integer != nil:
            let first = number.integer ?? 0
            return (first...max(first, port["endPort"]?.integer ?? first)).contains(flow.port)
        case let name?: return flow.to.pod?.namedPorts[name.string ?? ""] == flow.port
        }
    }

    /// An empty selector, or none, selects everything.
    private static func selects(_ selector: JSONValue?, _ labels: [String: String]) -> Bool {
        let wanted = selector?["matchLabels"]?.object ?? JSONObject()
        let expressions = selector?["matchExpressions"]?.array ?? []
        return wanted.allSatisfy { labels[$0.key] == $0.value.string }
            && expressions.allSatisfy { expression in
                let value = labels[expression["key"]?.string ?? ""]
                let values = expression["values"]?.array?.compactMap(\.string) ?? []
                switch expression["operator"]?.string {
                case "In": return value.map(values.contains) ?? false
                case "NotIn": return !(value.map(values.contains) ?? false)
                case "Exists": return value != nil
                case "DoesNotExist": return value == nil
                default: return false
                }
            }
    }
}
