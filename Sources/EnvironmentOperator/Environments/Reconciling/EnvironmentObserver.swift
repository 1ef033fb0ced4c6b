import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Gathers what one pass must know: caches for what a watch tells, the API server for the rest and before an end.
struct EnvironmentObserver: Sendable {
    private let client: KubernetesClient
    private let view: any EnvironmentView
    private let endings: EndingControl
    private let endpoint: HostEndpoint
    private let identity: Subject
    private let time: any TimeSource
    private let serverNow: @Sendable () -> Timestamp

    /// A deleted or damaged kubeconfig is noticed within this time, and so is any other loss that no watch told.
    static let shortestSweep: Duration = .seconds(45)

    init(_ context: OperatorContext) {
        client = context.client
        view = context.view
        endings = context.endings
        endpoint = context.endpoint
        identity = context.identity
        time = context.time
        serverNow = context.serverNow
    }

    func observe(_ pass: Pass, _ memory: SharedMemory) async throws -> EnvironmentObservation {
        let environment = pass.environment
        var observation = EnvironmentObservation(
            environment: environment,
            now: serverNow(),
            admission: Admission(environment, view),
            operatorIdentity: identity,
            resumedAt: endings.resumedAt
        )
        let hostNamespace = observation.identity.hostNamespace
        observation.namespace = pass.writes.over(view.namespace(hostNamespace), named: hostNamespace)
        observation.owned = owned(pass, memory)
        if observation.isEnding {
            try await observeEnd(&observation)
        } else {
            if observation.isDue { observation.hold = try await endings.hold() }
            // Somebody deleted the namespace: our binding must not hold it.
            if case .terminating = observation.namespaceState { try await observeRemains(&observation) }
            try await observeKubeconfig(&observation, memory)
        }
        return observation
    }

    /// How often an environment is looked at without a reason: seldom enough that looking at all of them is cheap.
    var sweep: Duration { max(Self.shortestSweep, .seconds(view.environmentCount / 50)) }

    private func owned(_ pass: Pass, _ memory: SharedMemory) -> [ObjectKey: ObservedObject] {
        let written = pass.writes.over(view.owned(by: pass.environment.metadata.uid))
        return memory.withLock { memory in
            var owned = written
            for (key, object) in owned { owned[key]?.hash = memory.comparable(object.hash, of: key) }
            return owned
        }
    }

    /// Before anything is taken away, the API server itself is asked, and never a cache.
    private func observeEnd(_ observation: inout EnvironmentObservation) async throws {
        observation.hold = try await endings.hold()
        try await observeRemains(&observation)
        guard observation.remains != nil else { return }
        let secret = try await client.find(observation.kubeconfigKey, metadataOnly: true)
        observation.kubeconfig = ObservedKubeconfig(secret, of: observation.environment, server: endpoint.server)
    }

    private func observeRemains(_ observation: inout EnvironmentObservation) async throws {
        let namespace = try await client.find(ObjectKey(.namespaces, name: observation.identity.hostNamespace))
        observation.namespace = namespace.map(ObservedNamespace.init)
        guard let namespace, observation.namespaceState.ownUID != nil else { return }
        // Without its binding, the operator has no rights in the namespace.
        guard observation.owned[observation.selfBindingKey] != nil else { return }
        observation.remains = try await RemainsReader(client: client)
            .remains(of: observation.environment, in: namespace)
    }

    private func observeKubeconfig(
        _ observation: inout EnvironmentObservation,
        _ memory: SharedMemory
    ) async throws {
        let key = observation.environment.key
        let (now, sweep) = (time.monotonic, self.sweep)
        let wasReady = observation.environment.status.condition(.kubeconfigReady)?.status == .isTrue
        let isDue = memory.withLock { $0.isLookDue(key, at: now, every: sweep) }
        guard observation.canMakeKubeconfig, isDue || !wasReady else { return }
        let secret = try await client.find(observation.kubeconfigKey)
        observation.kubeconfig = ObservedKubeconfig(secret, of: observation.environment, server: endpoint.server)
        memory.withLock { $0.looked(key, at: now) }
    }
}

extension EnvironmentObservation {
    var selfBindingKey: ObjectKey {
        ObjectKey(.roleBindings, namespace: identity.hostNamespace, name: Words.Binding.operator.rawValue)
    }

    /// It was deleted or closed, or its time is over.
    var isDue: Bool {
        environment.metadata.isDeleting || environment.metadata.annotations[Words.Annotation.closed] != nil
            || dueAt <= now
    }

    /// Its namespace is there, with the operator's rights and the identity to make a token for.
    fileprivate var canMakeKubeconfig: Bool {
        guard case .own = namespaceState, owned[selfBindingKey] != nil else { return false }
        return owned[
            ObjectKey(
                .serviceAccounts, namespace: identity.hostNamespace, name: EnvironmentIdentity.tenantServiceAccount)]
            != nil
    }
}
