import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Gathers what one pass must know of an endpoint: caches for what a watch tells, the API server and the model
/// server for the rest.
struct EndpointObserver: Sendable {
    private let context: OperatorContext
    private let probe: ModelProbe
    private let board: PlacementBoard?

    /// A model that went, and any change that no watch told, is noticed within this time.
    static let sweep: Duration = .seconds(45)

    init(_ context: OperatorContext, probe: ModelProbe, board: PlacementBoard?) {
        self.context = context
        self.probe = probe
        self.board = board
    }

    /// Whether enough is known to look at it.
    func isReady(for endpoint: InferenceEndpoint) -> Bool { board?.isReady(for: endpoint) ?? true }

    func observe(_ pass: EndpointPass, _ memory: SharedMemory) async throws -> EndpointObservation {
        let endpoint = pass.endpoint
        let view = context.view
        var observation = EndpointObservation(
            endpoint: endpoint, now: context.serverNow(),
            bindings: view.bindings(
                to: NamespacedName(
                    namespace: endpoint.metadata.namespace, name: endpoint.metadata.name)),
            outlook: board?.outlook(for: endpoint),
            operatorIdentity: context.identity)
        let host = observation.identity.hostNamespace
        observation.namespace = pass.writes.over(view.namespace(host), named: host)
        observation.owned = memory.comparable(pass.writes.over(view.owned(by: endpoint.metadata.uid)))
        if observation.endReason != nil {
            let now = context.time.monotonic
            observation.lateness = memory.withLock { $0.lateness(of: endpoint.key, at: now) }
            try await observeEnd(&observation)
        } else if observation.violations.isEmpty, case .own = observation.namespaceState {
            try await observeModel(&observation)
        }
        return observation
    }

    /// Before anything is taken away, the API server itself is asked, and never a cache.
    private func observeEnd(_ observation: inout EndpointObservation) async throws {
        observation.hold = try await context.endings.hold(.inferenceEndpoints)
        let namespace = try await context.client.find(ObjectKey(.namespaces, name: observation.identity.hostNamespace))
        observation.namespace = namespace.map(ObservedNamespace.init)
        guard let namespace, observation.namespaceState.ownUID != nil,
            observation.owned[observation.selfBindingKey] != nil
        else { return }
        observation.remains = try await RemainsReader(client: context.client).remains(
            in: namespace, hasExposures: true)
    }

    /// Asks the model server, once what leads to it stands.
    private func observeModel(_ observation: inout EndpointObservation) async throws {
        let desired = observation.desired
        guard observation.owned[observation.selfBindingKey] != nil,
            observation.corrections(desired.guards + desired.serving, part: .serviceReady).isEmpty
        else { return }
        let endpoint = observation.endpoint
        observation.webUI = try await page(observation)
        if endpoint.effectiveMode == .host {
            guard let host = endpoint.spec.host else { return }
            return try await ask(host.address, host.port, &observation)
        }
        // What has no place has no pod.
        guard !observation.awaitsPlace else { return }
        observation.engine = ObservedEngine(try await evidence(observation))
        guard let engine = observation.engine, engine.isReady, let address = engine.podIP else { return }
        try await ask(address, endpoint.spec.engine.port, &observation)
    }

    /// Asks what it lists; and, once each time it has become ready, for a token: a list costs a busy server nothing.
    private func ask(_ address: String, _ port: Int64, _ observation: inout EndpointObservation) async throws {
        let model = observation.endpoint.spec.model.name
        let answer = try await probe.ask(address, port: port)
        observation.answer = answer
        guard case .lists(let names) = answer, names.contains(model), !observation.hasAnswered else { return }
        observation.token = try await probe.askForToken(of: model, address, port: port)
    }

    /// No watch tells of the pages' pods.
    private func page(_ observation: EndpointObservation) async throws -> ObservedWorkload? {
        guard observation.endpoint.spec.webUI.isEnabled else { return nil }
        let key = ObjectKey(
            .deployments, namespace: observation.identity.hostNamespace, name: OwnerIdentity.webUIName)
        return try await context.client.find(key).flatMap { ObservedWorkload($0, of: .deployments) }
    }

    private func evidence(_ observation: EndpointObservation) async throws -> ControlPlaneEvidence {
        let host = observation.identity.hostNamespace
        let selector = "\(Words.Label.component)=\(Words.Component.engine)"
        let pods = try await context.client.listAll(
            .pods, namespace: host, ListOptions(labelSelector: selector, limit: 50))
        var evidence = ControlPlaneEvidence(
            pods: pods.items, now: observation.now, place: "the endpoint's spec")
        let isReady = ObservedEngine(evidence)?.isReady ?? false
        guard !isReady else { return evidence }
        evidence.claims = try await context.client.listAll(.persistentVolumeClaims, namespace: host).items
        evidence.events = try await context.client.listAll(.coreEvents, namespace: host).items
        return evidence
    }
}
