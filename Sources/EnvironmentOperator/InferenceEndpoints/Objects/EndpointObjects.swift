import EnvironmentAPI
import Formats
import Kubernetes

extension DesiredObjects {
    /// What is to stand in an endpoint's namespace.
    init(
        of endpoint: InferenceEndpoint,
        _ identity: OwnerIdentity,
        _ bindings: [EndpointBinding],
        isPlaced: Bool,
        operator account: Subject
    ) {
        var guards = [identity.endpointQuota(endpoint)].map { WantedObject($0, of: .resourceQuotas) }
        guards += identity.endpointPolicies(endpoint, bindings, account).map { WantedObject($0, of: .networkPolicies) }
        var serving: [WantedObject] = []
        if endpoint.spec.mode != .host { serving += identity.cache(endpoint) }
        if endpoint.effectiveMode == .cluster {
            // Where the operator places, no pod is made that has no place.
            let node = isPlaced ? endpoint.status.placement?.node : nil
            if !isPlaced || node != nil { serving.append(identity.engine(endpoint, on: node)) }
        }
        if let target = endpoint.target {
            serving += identity.service(
                endpoint.spec.serving.serviceName, port: endpoint.spec.serving.port, to: target)
        }
        if endpoint.spec.webUI.isEnabled { serving += identity.webUI(endpoint) }
        self.init(of: identity, guards: guards, serving: serving, operator: account)
    }
}

extension OwnerIdentity {
    /// No more than what the endpoint says, and nothing that a cloud bills.
    func endpointQuota(_ endpoint: InferenceEndpoint) -> KubernetesObject {
        var hard: JSONValue = ["pods": "4", "services.loadbalancers": "0", "services.nodeports": "0"]
        if endpoint.spec.mode != .host, let resource = endpoint.spec.gpu.resource {
            // A pod on a node that is lost holds its own until it is gone.
            hard["requests.\(resource)"] = .string("\(2 * endpoint.spec.gpu.count)")
        }
        var quota = object(.resourceQuotas, name: Words.Fixed.resourceQuota)
        quota["spec"] = ["hard": hard]
        return quota
    }

    /// Denies both ways, but for names, the model's source, and those who may call.
    func endpointPolicies(
        _ endpoint: InferenceEndpoint,
        _ bindings: [EndpointBinding],
        _ account: Subject
    ) -> [KubernetesObject] {
        var policies = networkPolicies(EnvironmentClass.Network())
        if endpoint.spec.mode != .host { policies.append(enginePolicy(endpoint, bindings, account)) }
        if endpoint.spec.webUI.isEnabled { policies.append(webUIPolicy(endpoint)) }
        return policies
    }

    private func enginePolicy(
        _ endpoint: InferenceEndpoint,
        _ bindings: [EndpointBinding],
        _ account: Subject
    ) -> KubernetesObject {
        // Its own team may call it, the operator asks it, and so may the environments that are bound.
        let namespaces = Set([namespace, account.namespace].compactMap { $0 } + bindings.map(\.hostNamespace)).sorted()
        let callers: JSONValue = [
            "namespaceSelector": [
                "matchExpressions": [
                    [
                        "key": .string(Words.Label.namespaceName), "operator": "In",
                        "values": .array(namespaces.map { .string($0) }),
                    ]
                ]
            ]
        ]
        return policy(
            Words.Fixed.networkPolicyEngine, for: ["matchLabels": selector(Words.Component.engine)],
            egress: [["ports": [Self.tcp(endpoint.sourcePort)]]],
            ingress: [["from": [callers], "ports": [Self.tcp(endpoint.spec.engine.port)]]])
    }

    static func tcp(_ port: Int64) -> JSONValue { ["protocol": "TCP", "port": .integer(port)] }
}

extension InferenceEndpoint {
    /// Where the model's files come from: by name, on a port.
    var sourcePort: Int64 {
        guard let source = spec.model.source, let authority = Self.authority(of: source) else { return 443 }
        let port = authority.split(separator: ":").dropFirst().last.flatMap { Int64($0) }
        return port ?? (source.hasPrefix("http://") ? 80 : 443)
    }

    private static func authority(of source: String) -> Substring? {
        guard !source.hasPrefix("hf://"), let scheme = source.firstIndex(of: "/") else { return nil }
        return source[scheme...].dropFirst(2).prefix { $0 != "/" }
    }
}
