package import CodeHosts
import ControllerRuntime
package import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import Telemetry

/// Asks code hosts whether the pull requests of environments are still open: by a schedule, and soon where a webhook
/// tells of news.
///
/// The only part that speaks with code hosts. It writes nothing: what follows is the environment's own plan's to
/// decide, which is told to look.
package final class PullRequestWatch: Sendable {
    /// What it needs of the process that it is part of.
    struct Surroundings: Sendable {
        var web: WebConnector
        var time: any TimeSource
        var random: any RandomSource
        /// The API server's time.
        var serverNow: @Sendable () -> Timestamp
        var metrics: MetricRegistry
        var log: Logger
        var journal: any InFlightJournal
        /// Tells whoever looks at an object.
        var events: @Sendable (EventRecord) -> Void
    }

    private let surroundings: Surroundings
    private let connections: CodeHostConnections
    private let interval: Duration
    private let view: any EnvironmentView
    /// Has an environment looked at.
    private let wake: @Sendable (NamespacedName) -> Void
    private let metrics: PullRequestMetrics
    private let queue: WorkQueue<NamespacedName>
    private let state = Monitor(State())

    private struct State {
        var memory = PullRequestMemory()
        var areHostsKnown = false
        /// When each host last said something that could be used.
        var answered: [String: Duration] = [:]
    }

    /// Of the Secrets that tell of code hosts.
    let secrets = ObjectCache<CodeHostSecret>(.secrets) { CodeHostSecret($0) }

    init(
        _ surroundings: Surroundings, interval: Duration, view: any EnvironmentView,
        wake: @escaping @Sendable (NamespacedName) -> Void
    ) {
        self.surroundings = surroundings
        connections = CodeHostConnections(surroundings.web)
        self.interval = interval
        self.view = view
        self.wake = wake
        metrics = PullRequestMetrics(surroundings.metrics)
        queue = WorkQueue(time: surroundings.time, random: surroundings.random, tenant: { $0.namespace })
    }

    /// What is known of an environment's pull request; `nil` where nothing new is.
    package func outlook(for environment: Environment) -> PullRequestOutlook? {
        let name = NamespacedName(namespace: environment.metadata.namespace, name: environment.metadata.name)
        let now = surroundings.time.monotonic
        return state.read { $0.memory.outlook(for: environment, as: name, now: now) }
    }

    /// The hosts that an administrator told of, once they are known.
    package var hosts: [CodeHost]? { state.read { $0.areHostsKnown ? $0.memory.hosts.map(\.host) : nil } }

    /// Returns once there is somebody to ask for, so that it is worth knowing the hosts.
    func untilWanted() async throws { try await state.wait { $0.memory.isEmpty ? nil : () } }

    /// Takes in a hint: where to look, and nothing that is believed.
    ///
    /// - Returns: How many environments are looked after.
    package func hear(_ hint: WebhookHint, from host: CodeHost) -> Int {
        let names = state.withLock { $0.memory.hear(hint, from: host) }
        for name in names { queue.add(name) }
        return names.count
    }
}

// MARK: - What caches tell

extension PullRequestWatch {
    func environmentChanged(_ change: CacheChange<Environment>) {
        let (name, environment) = (change.object.name, change.object.element)
        if case .removed = change { return state.withLock { $0.memory.forget(name) } }
        guard state.withLock({ $0.memory.note(environment, as: name) }) else { return }
        if isFresh(environment) {
            // A job that runs late makes an environment for a pull request that is closed already.
            queue.add(name)
        } else {
            // A process that starts finds all of them at once.
            queue.add(name, after: interval * surroundings.random.fraction())
        }
    }

    private func isFresh(_ environment: Environment) -> Bool {
        guard environment.pullRequestPhase == .living, let created = environment.metadata.creationTimestamp else {
            return false
        }
        return surroundings.serverNow() - created < interval * 2
    }

    func secretsChanged() {
        let hosts = secrets.all.compactMap { secret in
            secret.element.host.map { PullRequestMemory.Host(host: $0, version: secret.resourceVersion) }
        }
        let names = state.withLock { state in
            state.areHostsKnown = state.areHostsKnown || secrets.hasSynced
            return state.memory.setHosts(hosts)
        }
        connections.keep(for: hosts.map(\.host))
        for name in names {
            queue.add(name, .sweep)
            wake(name)
        }
    }

    /// Takes in a Secret that tells of a code host, or does no longer.
    func secretChanged(_ change: CacheChange<CodeHostSecret>) {
        if case .unchanged = change { return }
        secretsChanged()
        guard let problem = change.object.element.problem, change.isNews else { return }
        if case .removed = change { return }
        surroundings.log.warning("a code host is not asked", ["problem": .text(problem)])
        surroundings.events(change.object.element.event)
    }
}

// MARK: - Asking

extension PullRequestWatch {
    /// Asks for as long as the process leads.
    func run(_ secrets: any RunnableReflector) async throws {
        let controller = controller
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await secrets.run() }
            group.addTask {
                try await secrets.progress.untilSynced()
                self.secretsChanged()
                try await controller.run()
            }
            group.addTask {
                while true {
                    self.noteAges()
                    try await self.surroundings.time.sleep(for: .seconds(15))
                }
            }
            try await group.next()
        }
    }

    private var controller: Controller<NamespacedName> {
        var hooks = Controller<NamespacedName>.Hooks()
        // What a host sends may crash the process as well as anything else.
        hooks.journal = surroundings.journal
        hooks.revision = { [view] in view.environment($0)?.metadata.resourceVersion ?? "" }
        return Controller(
            name: "pullrequest", queue: queue, workers: 4, limit: .seconds(60), hooks: hooks, time: surroundings.time,
            metrics: surroundings.metrics, log: surroundings.log
        ) { try await self.check($0) }
    }

    private func check(_ name: NamespacedName) async throws -> ReconcileOutcome {
        let now = surroundings.time.monotonic
        let step = state.withLock { $0.memory.step(name, now: now) }
        switch step {
        case .forget: return .settled
        case .wait(let wait): return .recheck(after: wait)
        case .unknown: break
        case .ask(let host, let pullRequest, let tag):
            let (answer, limit) = try await ask(host.host, pullRequest, tag)
            take(answer, limit, to: name, at: host)
        }
        if isNews(name) { wake(name) }
        let fraction = surroundings.random.fraction()
        return .recheck(after: state.withLock { $0.memory.wait(for: name, interval, fraction) })
    }

    /// Whether the environment does not say yet what is known by now.
    private func isNews(_ name: NamespacedName) -> Bool {
        guard let environment = view.environment(name), let outlook = outlook(for: environment) else { return false }
        guard let verdict = outlook.verdict, environment.endReason == nil else { return true }
        let said = environment.status.condition(.pullRequestOpen)
        return said?.status == .isFalse || said?.reason != verdict.reason || said?.message != verdict.message
    }

    private func ask(
        _ host: CodeHost, _ pullRequest: PullRequestName, _ tag: String?
    ) async throws -> (PullRequestAnswer, RateLimit?) {
        do {
            let response = try await connections.transport(to: host).send(host.request(for: pullRequest, unless: tag))
            let now = surroundings.serverNow()
            let answer = host.answer(response, to: pullRequest, hadTag: tag != nil, now: now)
            return (answer, RateLimit(response.headers, now: now))
        } catch let error as HTTPTransportError {
            return (host.answer(error), nil)
        }
    }

    private func take(
        _ answer: PullRequestAnswer, _ limit: RateLimit?, to name: NamespacedName, at host: PullRequestMemory.Host
    ) {
        metrics.count(answer, limit, from: host.host.name)
        let (now, fraction) = (surroundings.time.monotonic, surroundings.random.fraction())
        state.withLock { state in
            state.memory.note(answer, limit, to: name, at: host, now: now, fraction: fraction)
            if case .failure = answer { return }
            state.answered[host.host.name] = now
        }
        guard case .failure(let failure) = answer else { return }
        surroundings.log.warning(
            "a pull request cannot be read",
            [
                "key": .text(name.description), "host": .text(host.host.name), "reason": .text(failure.reason.rawValue),
                "error": .text(failure.message),
            ])
    }

    private func noteAges() {
        let now = surroundings.time.monotonic
        let ages = state.withLock { state in
            let names = Set(state.memory.hosts.map(\.host.name))
            state.answered = state.answered.filter { names.contains($0.key) }
            return state.answered.mapValues { now - $0 }
        }
        for (host, age) in ages { metrics.set(age: age, of: host) }
    }
}

/// What is kept of a Secret that tells of a code host.
struct CodeHostSecret: Sendable, Hashable {
    var identity: EventRecord.Regarding
    /// `nil` where it is out of order.
    var host: CodeHost?
    /// What is wrong with it.
    var problem: String?

    init(_ object: KubernetesObject) {
        identity = EventRecord.Regarding(
            apiVersion: "v1", kind: "Secret", namespace: object.namespace, name: object.name, uid: object.uid ?? "")
        do {
            host = try CodeHost(secret: object.name) { object.json[path: "data", $0]?.string.flatMap(Base64.decode) }
        } catch {
            problem = error.message
        }
    }

    /// Tells whoever looks at the Secret what is wrong with it.
    var event: EventRecord {
        EventRecord(
            regarding: identity, kind: .warning, reason: EventReason.codeHostInvalid.rawValue, action: "ReadCodeHost",
            note: "\(problem ?? "") No pull request is asked for here before that is mended.")
    }
}
