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
    private let provenNow: @Sendable () -> Timestamp?
    private let clusterDomain: String
    private let pullRequest: @Sendable (Environment) -> PullRequestOutlook?
    private let virtualClusters: VirtualClusterObserver

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
        provenNow = context.provenNow
        clusterDomain = context.clusterDomain
        pullRequest = context.pullRequest
        virtualClusters = VirtualClusterObserver(
            client: context.client, view: context.view, renderer: context.renderer,
            kubeconfigs: VirtualClusterKubeconfigIssuer(client: context.client, connector: context.connector))
    }

    func observe(_ pass: inout Pass, _ memory: SharedMemory) async throws -> EnvironmentObservation {
        let environment = pass.environment
        var observation = EnvironmentObservation(
            environment: environment,
            now: serverNow(),
            admission: Admission(environment, view),
            operatorIdentity: identity,
            resumedAt: endings.resumedAt,
            links: { InferenceLink.links(of: environment, in: $0, view, clusterDomain) }
        )
        observation.pullRequest = pullRequest(environment)
        let hostNamespace = observation.identity.hostNamespace
        observation.namespace = pass.writes.over(view.namespace(hostNamespace), named: hostNamespace)
        observation.owned = memory.comparable(pass.writes.over(view.owned(by: environment.metadata.uid)))
        if observation.isEnding {
            let (key, now) = (environment.key, time.monotonic)
            observation.lateness = memory.withLock { $0.lateness(of: key, at: now) }
            try await observeEnd(&observation, &pass, memory)
        } else {
            if observation.isDue { try await observeHold(&observation) }
            // Somebody deleted the namespace: our binding must not hold it.
            if case .terminating = observation.namespaceState { try await observeRemains(&observation) }
            if let inputs = observation.releaseInputs {
                try await observeVirtualCluster(&observation, inputs, &pass, memory)
            } else {
                try await observeKubeconfig(&observation, pass, memory)
            }
        }
        return observation
    }

    /// How often an environment is looked at without a reason: seldom enough that looking at all of them is cheap.
    var sweep: Duration { max(Self.shortestSweep, .seconds(view.environmentCount / 50)) }

    /// Before anything is taken away, the API server itself is asked, and never a cache.
    private func observeEnd(
        _ observation: inout EnvironmentObservation, _ pass: inout Pass, _ memory: SharedMemory
    ) async throws {
        try await observeHold(&observation)
        try await observeRemains(&observation)
        guard observation.remains != nil else { return }
        let secret = try await client.find(observation.kubeconfigKey, metadataOnly: true)
        observation.kubeconfig = ObservedKubeconfig(secret, of: observation.environment, server: endpoint.server)
        observation.formerCopy = try await copies(of: observation.environment, keeping: nil)
        if case .own = observation.namespaceState, let inputs = observation.releaseInputs {
            observation.endingRelease = try await ReleaseObserver(client: client, renderer: virtualClusters.renderer)
                .observeEnd(observation, inputs.scope(observation.identity), &pass, memory)
        }
    }

    /// Asks whether anything may be taken away, and takes the time of the answer for the time.
    ///
    /// The estimate was carried here by this machine's clock, which may run fast; an answer's `Date` has passed.
    private func observeHold(_ observation: inout EnvironmentObservation) async throws {
        observation.hold = try await endings.hold()
        guard observation.hold == nil, let proven = provenNow() else { return }
        observation.now = min(observation.now, proven)
    }

    private func observeRemains(_ observation: inout EnvironmentObservation) async throws {
        let namespace = try await client.find(ObjectKey(.namespaces, name: observation.identity.hostNamespace))
        observation.namespace = namespace.map(ObservedNamespace.init)
        let reader = RemainsReader(client: client)
        guard let namespace else {
            observation.keptVolumes = try await reader.volumes(of: observation.identity.hostNamespace)
            return
        }
        guard observation.namespaceState.ownUID != nil else { return }
        // Without its binding, the operator has no rights in the namespace.
        guard observation.owned[observation.selfBindingKey] != nil else { return }
        observation.remains = try await reader.remains(in: namespace)
    }

    /// Looks at a virtual cluster where the time for a look has come, or anything is not as it was last found.
    private func observeVirtualCluster(
        _ observation: inout EnvironmentObservation,
        _ inputs: ReleaseInputs,
        _ pass: inout Pass,
        _ memory: SharedMemory
    ) async throws {
        guard case .own = observation.namespaceState, observation.owned[observation.selfBindingKey] != nil,
            observation.guardsBind
        else { return }
        let environment = observation.environment
        let (key, now, sweep) = (environment.key, time.monotonic, self.sweep)
        let workloads = virtualClusters.workloads(environment, pass)
        let wishes = observation.wishes(inputs)
        let isQuiet = memory.withLock { memory in
            memory.isSettled(key, on: wishes) && !memory.isLookDue(key, at: now, every: sweep)
        }
        guard
            !isQuiet || pass.release != nil || environment.status.condition(.ready)?.status != .isTrue
                || !workloads.allSatisfy(\.isReady)
        else { return }
        let cluster = try await virtualClusters.observe(observation, inputs, &pass, memory)
        observation.virtualCluster = cluster
        observation.kubeconfig = cluster.kubeconfig?.written ?? .unknown
        let isSettled = if case .unchanged = cluster.wanted { true } else { false }
        memory.withLock { memory in
            memory.looked(key, at: now)
            memory.settle(key, on: isSettled ? wishes : nil)
        }
        if case .present = observation.kubeconfig {
            try await observeCopies(&observation, try await client.find(observation.kubeconfigKey))
        }
    }

    private func observeKubeconfig(
        _ observation: inout EnvironmentObservation,
        _ pass: Pass,
        _ memory: SharedMemory
    ) async throws {
        let key = observation.environment.key
        let (now, sweep) = (time.monotonic, self.sweep)
        let status = observation.environment.status
        // A look that found none may have said nothing yet, because an earlier step failed.
        let wasReady = status.kubeconfig != nil && status.condition(.kubeconfigReady)?.status == .isTrue
        let isDue = memory.withLock { $0.isLookDue(key, at: now, every: sweep) }
        let isPublished = observation.environment.spec.publishTo == status.kubeconfig?.publishedTo
        guard observation.canMakeKubeconfig, isDue || !wasReady || pass.wroteKubeconfig || !isPublished else { return }
        let secret = try await client.find(observation.kubeconfigKey)
        observation.kubeconfig = ObservedKubeconfig(secret, of: observation.environment, server: endpoint.server)
        memory.withLock { $0.looked(key, at: now) }
        try await observeCopies(&observation, secret)
    }

    /// The copy beside the Environment, and one that is not wanted any more.
    private func observeCopies(
        _ observation: inout EnvironmentObservation, _ original: KubernetesObject?
    ) async throws {
        let environment = observation.environment
        observation.formerCopy = try await copies(of: environment, keeping: environment.spec.publishTo)
        guard let name = environment.spec.publishTo, let original, case .present = observation.kubeconfig else {
            return
        }
        observation.published = try await PublishedKubeconfig.read(
            PublishedKubeconfig.key(name, of: environment), of: environment, original: original, with: client,
            as: identity)
    }

    /// The copy that the status remembers, where it is ours and not the one to keep.
    private func copies(of environment: Environment, keeping name: String?) async throws -> Remainder? {
        let known = environment.status.kubeconfig?.publishedTo ?? (name == nil ? environment.spec.publishTo : nil)
        guard let known, known != name else { return nil }
        do {
            let object = try await client.find(PublishedKubeconfig.key(known, of: environment), metadataOnly: true)
            guard let object, object.label(Words.Label.environmentUID) == environment.metadata.uid, !object.isDeleting
            else { return nil }
            return Remainder(object, of: .secrets)
        } catch let error as KubernetesError where error.code == .forbidden {
            return nil
        }
    }
}

extension EnvironmentObservation {
    var selfBindingKey: ObjectKey {
        ObjectKey(.roleBindings, namespace: identity.hostNamespace, name: Words.Binding.operator.rawValue)
    }

    /// All that is asked for of a virtual cluster, also what its release is not made of: suspension, manifests, exposure.
    fileprivate func wishes(_ inputs: ReleaseInputs) -> String {
        let generation = environment.metadata.generation
        guard case .accepted(_, let resolved, _) = admission else { return "\(inputs.digest) \(generation)" }
        return "\(inputs.digest) \(generation) \(resolved.uid) \(resolved.generation)"
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
                .serviceAccounts, namespace: identity.hostNamespace, name: OwnerIdentity.tenantServiceAccount)]
            != nil
    }
}
