package import ControllerRuntime
import EnvironmentAPI
import Formats
package import HTTPModel
package import Helm
package import Kubernetes
package import Telemetry

/// The operator: what it watches, what it runs, and how its parts reach the API server.
package struct Operator: Sendable {
    package struct Configuration: Sendable {
        /// Where the operator is installed: its lease, its pause object.
        package var namespace = Words.Installation.namespace
        package var serviceAccount = Words.Installation.serviceAccount
        /// This process, among others that stand by.
        package var instance: String
        package var workers = 16
        package var leaseTimes = LeaseTimes()
        /// The cluster's domain in its DNS.
        package var clusterDomain = OperatorContext.usualDomain
        /// NVIDIA's GPUs are given only on nodes that report a toolkit out of which no image escapes.
        package var needsFixedToolkit = false
        /// The longest time between two lists of a resource.
        package var resync: Duration = .seconds(300)
        /// How often it is asked whether a pull request is still open.
        package var pullRequestInterval: Duration = .seconds(300)
        /// Somebody sends webhooks, so that code hosts are to be known from the start.
        package var takesWebhooks = false

        package init(instance: String) { self.instance = instance }
    }

    /// What a process brings with it.
    package struct Environs: Sendable {
        package var transport: any HTTPTransport
        package var time: any TimeSource
        package var random: any RandomSource
        package var metrics: MetricRegistry
        package var log: Logger
        /// Where charts come from.
        package var charts: any ChartSource
        /// Reaches virtual clusters.
        package var connector: VirtualClusterConnector
        /// Reaches the code hosts that an administrator has named.
        package var web: WebConnector
        /// Reaches model servers, which users name: never the operator's own pod, nor what its cloud tells that alone.
        package var models: any HTTPTransport
        /// Outlives the process, and knows what it crashed on.
        package var journal: any InFlightJournal

        package init(
            transport: any HTTPTransport,
            time: any TimeSource,
            random: any RandomSource,
            metrics: MetricRegistry,
            log: Logger,
            charts: any ChartSource,
            connector: @escaping VirtualClusterConnector,
            web: @escaping WebConnector = { _ in NoWeb() },
            models: any HTTPTransport = NoWeb(),
            journal: any InFlightJournal = NoJournal()
        ) {
            self.transport = transport
            self.time = time
            self.random = random
            self.metrics = metrics
            self.log = log
            self.charts = charts
            self.connector = connector
            self.web = web
            self.models = models
            self.journal = journal
        }
    }

    package let runtime: Runtime
    package let caches: OperatorCaches
    package let endings: EndingControl
    /// Takes in webhooks, for a server to call.
    package let webhooks: WebhookEndpoint

    package init(_ configuration: Configuration, _ environs: Environs, endpoint: HostEndpoint) {
        let wiring = Wiring(configuration, environs, endpoint)
        caches = wiring.caches
        endings = wiring.endings
        webhooks = wiring.webhooks
        runtime = wiring.runtime()
    }
}

/// Puts the parts together.
private struct Wiring {
    let configuration: Operator.Configuration
    let environs: Operator.Environs
    let clock: ServerClock
    let gate: LeadershipGate
    let reader: KubernetesClient
    let writer: KubernetesClient
    let caches = OperatorCaches()
    let endings: EndingControl
    let ledger: WriteLedger<NamespacedName>
    let endpointLedger: WriteLedger<NamespacedName>
    let environments: WorkQueue<NamespacedName>
    let classes: WorkQueue<NamespacedName>
    let endpoints: WorkQueue<NamespacedName>
    let events: EventRecorder
    let board: PlacementBoard
    let watches: KubeconfigWatches
    let pullRequests: PullRequestWatch
    let context: OperatorContext

    init(_ configuration: Operator.Configuration, _ environs: Operator.Environs, _ endpoint: HostEndpoint) {
        self.configuration = configuration
        self.environs = environs
        let (time, random) = (environs.time, environs.random)
        let clock = ServerClock(environs.transport, time: time)
        self.clock = clock
        gate = LeadershipGate(time: time)
        let retrying = RetryingTransport(clock, policy: Self.retries, time: time, random: random)
        reader = KubernetesClient(transport: retrying)
        let pauseSwitch = PauseSwitch()
        // A retry asks the gates again: it is beneath them that it is sent.
        let gated = GatedTransport(clock, gate: WriteGates([gate, pauseSwitch]))
        writer = KubernetesClient(
            transport: RetryingTransport(gated, policy: Self.retries, time: time, random: random))
        endings = EndingControl(
            client: writer, namespace: configuration.namespace, pauseSwitch: pauseSwitch,
            environmentCount: { [caches] in caches.environmentCount })
        ledger = WriteLedger(caches.all, time: time)
        endpointLedger = WriteLedger(caches.all, time: time)
        environments = WorkQueue(Self.queue, time: time, random: random, tenant: { $0.namespace })
        classes = WorkQueue(Self.queue, time: time, random: random)
        endpoints = WorkQueue(Self.queue, time: time, random: random, tenant: { $0.namespace })
        events = EventRecorder(
            client: writer,
            reporter: EventReporter(controller: Words.reportingController, instance: configuration.instance),
            time: time, wallClock: { clock.now ?? time.now }, metrics: environs.metrics, log: environs.log)
        let wishes = PlacementBoard.Surroundings(
            client: reader,
            isWanted: { [caches] in caches.inferenceEndpoints.all.contains { $0.element.asksForGPUs } },
            needsFixedToolkit: configuration.needsFixedToolkit,
            endpoints: { [caches] in caches.endpoints },
            now: { clock.now ?? time.now },
            wake: { [endpoints] names in for name in names { endpoints.add(name) } },
            metrics: PlacementMetrics(environs.metrics))
        board = PlacementBoard(wishes, time: time) { [reader] board in
            func reflector<Element: Hashable>(
                _ cache: ObjectCache<Element>, _ handler: @escaping @Sendable (CacheChange<Element>) -> Void
            ) -> Reflector<Element> {
                Reflector(
                    cache, client: reader, namespace: nil, ListOptions(limit: 500), resync: configuration.resync,
                    time: time, random: random, metrics: environs.metrics, log: environs.log, handlers: [handler])
            }
            return [
                reflector(board.caches.nodes) { [weak board] in board?.take($0) },
                reflector(board.caches.pods) { [weak board] in board?.take($0) },
            ]
        }
        watches = KubeconfigWatches(client: reader) { [environments] in environments.add($0) }
        pullRequests = PullRequestWatch(
            PullRequestWatch.Surroundings(
                web: environs.web, time: time, random: random, serverNow: { clock.now ?? time.now },
                metrics: environs.metrics, log: environs.log, journal: environs.journal,
                events: { [events] in events.record($0) }),
            interval: configuration.pullRequestInterval, view: caches
        ) { [environments] in environments.add($0) }
        context = OperatorContext(
            client: writer,
            applier: { [ledger, writer] in
                ObjectApplier(client: writer).noting($0, in: ledger, where: OperatorCaches.shows)
            },
            endpointApplier: { [endpointLedger, writer] in
                ObjectApplier(client: writer).noting($0, in: endpointLedger, where: OperatorCaches.shows)
            },
            view: caches,
            endings: endings,
            events: EventBridge(recorder: events),
            endpoint: endpoint,
            renderer: ReleaseRenderer(
                environs.charts, reader: reader, namespace: configuration.namespace, time: time, random: random),
            connector: environs.connector,
            awaitSecret: { [watches] in watches.await($0, for: $1) },
            pullRequest: { [pullRequests] in pullRequests.outlook(for: $0) },
            identity: Subject(
                kind: .serviceAccount, name: configuration.serviceAccount, namespace: configuration.namespace),
            time: time,
            serverNow: { clock.now ?? time.now },
            provenNow: { clock.proven },
            clusterDomain: configuration.clusterDomain
        )
    }

    /// The queues have a back-off of their own, which another one beneath it would multiply.
    private static let retries = RetryPolicy(untimedTries: 1)

    /// What an outage held up goes on within a minute of its end.
    private static let queue: WorkQueueConfiguration = {
        var configuration = WorkQueueConfiguration()
        configuration.backoff.limit = .seconds(40)
        return configuration
    }()

    func runtime() -> Runtime {
        let elector = LeaderElector(
            client: KubernetesClient(transport: clock), namespace: configuration.namespace,
            name: Words.Installation.lease, identity: "\(configuration.instance)",
            times: configuration.leaseTimes, gate: gate, time: environs.time, random: environs.random,
            metrics: environs.metrics, log: environs.log)
        let clockWatch = ClockWatch(
            clock, elector: elector, events: events, time: environs.time, metrics: environs.metrics, log: environs.log)
        return Runtime(
            reflectors: reflectors,
            controllers: [environmentController, classController, endpointController],
            leaderServices: [
                RuntimeService("recall", { recallEnds() }),
                RuntimeService("placement", { [board] in try await board.run() }),
                RuntimeService("kubeconfigs", { [watches] in try await watches.run() }),
                RuntimeService("clock", clockWatch.run),
                RuntimeService("pull-requests", { try await watchPullRequests() }),
            ],
            elector: elector,
            gate: gate,
            events: events,
            time: environs.time, metrics: environs.metrics, log: environs.log
        )
    }

    /// Nobody is asked, and no Secret looked at, before some environment comes from a pull request.
    private func watchPullRequests() async throws {
        if !configuration.takesWebhooks { try await pullRequests.untilWanted() }
        let options = ListOptions(labelSelector: Words.Label.codeHostSelector, limit: 500)
        let secrets = reflector(pullRequests.secrets, options, namespace: configuration.namespace) {
            [pullRequests] in pullRequests.secretChanged($0)
        }
        try await pullRequests.run(secrets)
    }

    var webhooks: WebhookEndpoint {
        WebhookEndpoint(
            pullRequests,
            isLeading: { [gate, time = environs.time] in gate.leadingUntil.map { time.monotonic < $0 } ?? false },
            serverNow: context.serverNow, metrics: environs.metrics)
    }

    /// Ends that began under the last leader count for the brake as well.
    private func recallEnds() {
        for environment in caches.environments.all.map(\.element) {
            if let terminated = environment.status.condition(.terminated) {
                endings.recall(terminated.lastTransitionTime)
            }
        }
    }
}

// MARK: - Controllers

extension Wiring {
    private var environmentController: Controller<NamespacedName> {
        var hooks = Controller<NamespacedName>.Hooks()
        hooks.staleness = { [ledger] in ledger.staleness(of: $0) }
        // What is made of an environment follows from both, and to mend either may be what it takes.
        hooks.revision = { [caches] in caches.revision(ofEnvironment: $0) }
        hooks.journal = environs.journal
        hooks.tellQuarantined = { [caches, context] name in
            guard let environment = caches.environment(name) else { return }
            context.events.record(.quarantined("it or its class"), about: environment)
        }
        let reconciler = EnvironmentReconciler(context)
        return Controller(
            name: "environment", queue: environments, workers: configuration.workers, hooks: hooks,
            time: environs.time, metrics: environs.metrics, log: environs.log
        ) { try await reconciler.reconcile($0) }
    }

    private var endpointController: Controller<NamespacedName> {
        var hooks = Controller<NamespacedName>.Hooks()
        hooks.staleness = { [endpointLedger] in endpointLedger.staleness(of: $0) }
        hooks.revision = { [caches] in caches.inferenceEndpoints[$0]?.resourceVersion ?? "" }
        hooks.journal = environs.journal
        let reconciler = EndpointReconciler(
            context, probe: ModelProbe(environs.models), board: board,
            metrics: EndpointMetrics(environs.metrics))
        // Most of them wait for model servers that take their time.
        return Controller(
            name: "inferenceendpoint", queue: endpoints, workers: configuration.workers, hooks: hooks,
            time: environs.time,
            metrics: environs.metrics, log: environs.log
        ) { try await reconciler.reconcile($0) }
    }

    private var classController: Controller<NamespacedName> {
        var hooks = Controller<NamespacedName>.Hooks()
        hooks.revision = { [caches] in caches.classes[$0]?.resourceVersion ?? "" }
        hooks.journal = environs.journal
        hooks.tellQuarantined = { [caches, context] name in
            guard let environmentClass = caches.environmentClass(name.name) else { return }
            context.events.record(.quarantined("it"), about: environmentClass)
        }
        let reconciler = EnvironmentClassReconciler(context, caches: caches, applier: ObjectApplier(client: writer))
        return Controller(
            name: "environmentclass", queue: classes, workers: 1, hooks: hooks, time: environs.time,
            metrics: environs.metrics, log: environs.log
        ) { try await reconciler.reconcile($0) }
    }
}

// MARK: - Watches

extension Wiring {
    private var reflectors: [any RunnableReflector] {
        let router = ChangeRouter(caches: caches, environments: environments, classes: classes, endpoints: endpoints)
        let full = ListOptions(limit: 500)
        let managed = ListOptions(labelSelector: Words.Label.managedBySelector, limit: 500)
        var reflectors: [any RunnableReflector] = [
            reflector(caches.environments, full) { [pullRequests] change in
                router.environmentChanged(change)
                pullRequests.environmentChanged(change)
            },
            reflector(caches.classes, full) { router.classChanged($0) },
            reflector(caches.inferenceEndpoints, full) { [board] in
                router.endpointChanged($0)
                board.take($0)
            },
            reflector(
                caches.podAddresses, ListOptions(labelSelector: Words.Label.inferenceEndpointUID, limit: 500)
            ) { router.addressesChanged($0) },
            reflector(caches.namespaces, ListOptions(limit: 500, metadataOnly: true)) { router.namespaceChanged($0) },
            pauseReflector(router),
        ]
        // Whole objects, of which the projection keeps a hash: metadata alone would not show a changed rule.
        for cache in caches.owned { reflectors.append(reflector(cache, managed) { router.ownedChanged($0) }) }
        // Those of endpoints are told of by the watches of what is managed.
        let released = ListOptions(labelSelector: Words.Label.environmentUID, limit: 500)
        for cache in caches.workloads { reflectors.append(reflector(cache, released) { router.workloadChanged($0) }) }
        return reflectors
    }

    /// One object, in the operator's own namespace, stops everything within the time that a watch needs.
    private func pauseReflector(_ router: ChangeRouter) -> any RunnableReflector {
        let cache = ObjectCache<PauseState>(.configMaps) { PauseState($0) }
        let options = ListOptions(fieldSelector: "metadata.name=\(Words.Pause.configMap)")
        return reflector(cache, options, namespace: configuration.namespace) { [endings] change in
            let state: PauseState
            if case .removed = change { state = PauseState() } else { state = change.object.element }
            if endings.observe(state) { router.everything() }
        }
    }

    private func reflector<Element: Sendable>(
        _ cache: ObjectCache<Element>,
        _ options: ListOptions,
        namespace: String? = nil,
        _ handler: @escaping @Sendable (CacheChange<Element>) -> Void
    ) -> Reflector<Element> {
        Reflector(
            cache, client: reader, namespace: namespace, options, resync: configuration.resync, time: environs.time,
            random: environs.random, metrics: environs.metrics, log: environs.log, handlers: [handler])
    }
}

/// Reaches nothing: what a process has that asks no model servers.
package struct NoWeb: HTTPTransport {
    package init() {}

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw HTTPTransportError(.unreachable, "this process asks nobody")
    }

    package func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await send(request)
    }
}

/// Reports what happened to environments as events of theirs.
private struct EventBridge: EnvironmentEventRecorder {
    let recorder: EventRecorder

    func record(_ event: EnvironmentEvent, about environment: Environment) {
        record(event, regarding: EventRecord.Regarding(environment.object))
    }

    func record(_ event: EnvironmentEvent, about endpoint: InferenceEndpoint) {
        record(event, regarding: EventRecord.Regarding(endpoint.object))
    }

    func record(_ event: EnvironmentEvent, about environmentClass: EnvironmentClass) {
        record(event, regarding: EventRecord.Regarding(environmentClass.object))
    }

    func record(_ event: EnvironmentEvent, about namespace: NamedNamespace) {
        record(
            event,
            regarding: EventRecord.Regarding(
                apiVersion: "v1", kind: "Namespace", namespace: .none, name: namespace.name,
                uid: namespace.observed.uid))
    }

    private func record(_ event: EnvironmentEvent, regarding: EventRecord.Regarding) {
        recorder.record(
            EventRecord(
                regarding: regarding,
                kind: event.type == .warning ? .warning : .normal,
                reason: event.reason.rawValue,
                action: "Reconcile",
                note: event.note
            ))
    }
}
