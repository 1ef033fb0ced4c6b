import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// One model server that an environment asks for, and where that leads.
struct InferenceLink: Sendable, Hashable {
    enum Outcome: Sendable, Hashable {
        case leads(Route)
        case refused(InferenceReason, String)
    }

    /// How the environment's pods reach the model.
    struct Route: Sendable, Hashable {
        /// The name of the endpoint's Service, for pods that ask the cluster's DNS.
        var name: String
        /// The port that clients call.
        var port: Int64
        /// What a virtual cluster's Service leads to, whose DNS knows no name of the host cluster; `nil` where no
        /// address is known yet.
        var inside: ServiceTarget?
        /// What an isolated environment's pods are let through to: a rule of a network policy.
        var opening: JSONValue
    }

    var serviceName: String
    var outcome: Outcome

    var route: Route? {
        guard case .leads(let route) = outcome else { return nil }
        return route
    }
}

extension InferenceLink {
    /// Follows all bindings of an environment of a class.
    static func links(
        of environment: Environment, in environmentClass: EnvironmentClass.Spec, _ view: any EnvironmentView,
        _ clusterDomain: String
    ) -> [InferenceLink] {
        let place = LinkPlace(clusterDomain: clusterDomain, isIsolated: environmentClass.network.mode == .isolated)
        return environment.spec.inference.map { InferenceLink($0, of: environment, in: view, place) }
    }

    /// Follows a binding of an environment, by what the caches know.
    init(
        _ binding: Environment.InferenceBinding, of environment: Environment, in view: any EnvironmentView,
        _ place: LinkPlace
    ) {
        serviceName = binding.serviceName
        let name = NamespacedName(namespace: binding.endpointNamespace, name: binding.endpointName)
        let labels = view.labels(ofNamespace: environment.metadata.namespace) ?? [:]
        guard let endpoint = view.endpoint(name), !endpoint.metadata.isDeleting else {
            outcome = .refused(
                .endpointNotFound,
                "There is no InferenceEndpoint \(name): create it, or correct spec.inference.")
            return
        }
        guard endpoint.admits(environmentsOf: environment.metadata.namespace, labels) else {
            outcome = .refused(
                .notAllowed,
                "InferenceEndpoint \(name) is not for namespace \(environment.metadata.namespace): ask its owner to widen"
                    + " spec.usage.namespaceSelector, or correct spec.inference.")
            return
        }
        outcome = Self.follow(endpoint, name, view, place)
    }

    private static func follow(
        _ endpoint: InferenceEndpoint, _ name: NamespacedName, _ view: any EnvironmentView, _ place: LinkPlace
    ) -> Outcome {
        guard let namespace = endpoint.status.namespace?.name, endpoint.status.url != nil else {
            return .refused(.waiting, "InferenceEndpoint \(name) is not served yet: 'kubectl describe inf' tells why.")
        }
        let spec = endpoint.spec
        var route = Route(
            name: "\(spec.serving.serviceName).\(namespace).svc.\(place.clusterDomain)", port: spec.serving.port,
            inside: nil, opening: .null)
        if endpoint.effectiveMode == .cluster {
            route.opening = opening(to: namespace, port: spec.engine.port)
            let addresses = view.podAddresses(of: endpoint.metadata.uid)
            route.inside = addresses.isEmpty ? nil : .addresses(addresses, port: spec.engine.port)
            return .leads(route)
        }
        guard let host = spec.host else { return .refused(.waiting, "InferenceEndpoint \(name) names no host.") }
        // Behind the virtual cluster's own DNS, names of the host cluster mean nothing: addresses are surer.
        route.inside = host.addresses.isEmpty ? endpoint.target : .addresses(host.addresses, port: host.port)
        guard place.isIsolated else { return .leads(route) }
        guard let blocks = host.addressBlocks else {
            return .refused(
                .noAddresses,
                "The class isolates its environments, and InferenceEndpoint \(name) leads to a name: write where"
                    + " \(host.address) is into spec.host.cidrs of the endpoint.")
        }
        let peers = blocks.map { block -> JSONValue in ["ipBlock": ["cidr": .string(block)]] }
        route.opening = ["to": .array(peers), "ports": [OwnerIdentity.tcp(host.port)]]
        return .leads(route)
    }

    private static func opening(to namespace: String, port: Int64) -> JSONValue {
        let namespaceLabels = JSONValue.object(JSONObject(unique: [(Words.Label.namespaceName, .string(namespace))]))
        let podLabels = JSONValue.object(
            JSONObject(unique: [(Words.Label.component, .string(Words.Component.engine))]))
        return [
            "to": [
                [
                    "namespaceSelector": ["matchLabels": namespaceLabels], "podSelector": ["matchLabels": podLabels],
                ]
            ],
            "ports": [OwnerIdentity.tcp(port)],
        ]
    }
}

/// Where bindings are looked at from.
struct LinkPlace: Sendable, Hashable {
    /// The cluster's domain in its DNS.
    var clusterDomain: String
    /// The environment's pods reach nothing that is not opened for them.
    var isIsolated: Bool
}

extension InferenceEndpoint {
    /// Whether environments of a namespace may bind it: always those beside it.
    func admits(environmentsOf namespace: String, _ labels: SortedMap<String>) -> Bool {
        namespace == metadata.namespace || spec.usage?.matches(labels) ?? false
    }
}

// MARK: - What stands for it

extension OwnerIdentity {
    /// In a namespace, the Services by which pods reach the models they may.
    func inferenceServices(_ links: [InferenceLink]) -> [WantedObject] {
        links.flatMap { link in
            link.route.map { service(link.serviceName, port: $0.port, to: .name($0.name)) } ?? []
        }
    }

    /// Opens an isolated environment for exactly what it is bound to; `nil` where it is bound to nothing.
    func inferencePolicy(_ links: [InferenceLink]) -> KubernetesObject? {
        let openings = links.compactMap { $0.route?.opening }.filter { $0 != .null }
        guard !openings.isEmpty else { return nil }
        return policy(Words.Fixed.networkPolicyInference, egress: .array(openings), ingress: nil)
    }
}
