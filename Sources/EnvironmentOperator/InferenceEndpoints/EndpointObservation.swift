package import EnvironmentAPI
package import Formats
package import Kubernetes

/// All that one pass knows about an inference endpoint; what follows from it is decided by pure functions.
package struct EndpointObservation: Sendable, Hashable, HostedObservation {
    package let endpoint: InferenceEndpoint
    package let identity: OwnerIdentity
    /// The API server's time, or a little before it.
    package var now: Timestamp
    /// What is wrong with the spec.
    package let violations: [Violation]
    let desired: DesiredObjects
    package var namespace: ObservedNamespace?
    package var owned: [ObjectKey: ObservedObject]
    /// What the model server said when it was last asked; `nil` where it was not asked.
    package var answer: ModelAnswer?
    /// Whether one token came; `nil` where it was not asked for, also because one came before.
    package var token: TokenAnswer?
    /// What is known of the engine's pod; `nil` where there is none.
    package var engine: ObservedEngine?
    /// Of the page.
    package var webUI: ObservedWorkload?
    /// Environments that are bound to it.
    package let bindings: [EndpointBinding]
    /// Where it has its GPUs; `nil` where it needs none, or nobody lets the operator look at nodes.
    package let outlook: PlacementOutlook?
    package var remains: ObservedRemains?
    package var lateness: Duration?
    package var hold: Hold?

    package init(
        endpoint: InferenceEndpoint,
        now: Timestamp,
        bindings: [EndpointBinding] = [],
        outlook: @autoclosure () -> PlacementOutlook? = nil,
        namespace: ObservedNamespace? = nil,
        owned: [ObjectKey: ObservedObject] = [:],
        operatorIdentity: Subject
    ) {
        self.endpoint = endpoint
        self.now = now
        self.bindings = bindings
        self.namespace = namespace
        self.owned = owned
        identity = OwnerIdentity(endpoint)
        let violations = endpoint.violations()
        self.violations = violations
        // What is out of order is given nothing.
        self.outlook = violations.isEmpty ? outlook() : nil
        desired = DesiredObjects(
            of: endpoint, identity, bindings, isPlaced: self.outlook != nil, operator: operatorIdentity)
    }
}

/// An environment that is bound to an endpoint.
package struct EndpointBinding: Sendable, Hashable {
    package var environment: String
    package var namespace: String
    package var hostNamespace: String

    package init(environment: String, namespace: String, hostNamespace: String) {
        self.environment = environment
        self.namespace = namespace
        self.hostNamespace = hostNamespace
    }
}

extension EndpointObservation {
    var recordedNamespace: Environment.Status.NamespaceReference? { endpoint.status.namespace }
    var podSecurity: EnvironmentClass.PodSecurity? { violations.isEmpty ? Self.podSecurity : nil }
    var conditions: [Condition] { endpoint.status.conditions }
    var reportsDrift: Bool { false }
    var isHeld: Bool { endpoint.metadata.finalizers.contains(Words.Finalizer.teardown) }
    package var endReason: EndReason? { endpoint.metadata.isDeleting ? .deleted : nil }
    /// What is in the volumes can be fetched again.
    var keepsVolumes: Bool { false }
    var releaseDrift: String? { nil }

    private static let podSecurity = EnvironmentClass.PodSecurity(enforce: .baseline, warn: .baseline, audit: .baseline)
}

extension EndpointObservation {
    /// It is to have GPUs of the cluster, and has none.
    var awaitsPlace: Bool {
        guard endpoint.effectiveMode == .cluster, let outlook else { return false }
        return outlook.verdict.node == nil
    }

    /// Who is asked for tokens: another pod, another start of it or another address has to prove itself anew.
    var answerer: String? {
        switch endpoint.effectiveMode {
        case .host: endpoint.spec.host.map { "\($0.address) \($0.port)" }
        case .cluster, .auto: engine?.incarnation
        }
    }

    /// A token of the model came from there, and it has been ready since.
    var hasAnswered: Bool {
        guard let model = endpoint.status.model, let answerer else { return false }
        return model.answeredBy == answerer && model.name == endpoint.spec.model.name
    }
}

extension InferenceEndpoint {
    /// Where it is served: `Auto` by what the status decided last.
    package var effectiveMode: Spec.Mode {
        guard spec.mode == .auto else { return spec.mode }
        return status.mode == .cluster ? .cluster : .host
    }

    /// Where pods of the cluster reach it.
    package func url(in hostNamespace: String) -> String {
        "http://\(spec.serving.serviceName).\(hostNamespace).svc:\(spec.serving.port)/v1"
    }
}
