import ControllerRuntime
import EnvironmentAPI
import EnvironmentOperator
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import Telemetry

/// One process of the operator: all of it, with its watches, election, controllers and events.
///
/// It can die at any moment. What it sends then arrives nowhere.
final class OperatorProcess: HTTPTransport, LogSink {
    static let identity = Identity.serviceAccount(
        namespace: Words.Installation.namespace, name: Words.Installation.serviceAccount)

    let name: String
    private let base: any HTTPTransport
    private let observer: any ProcessObserver
    private let codeHost: SimulatedCodeHost
    private let kept: KeptJournal
    private let time: any TimeSource
    private let chance: SeededRandom
    private let isDead = Mutex(false)
    private let webhooks = Mutex<WebhookEndpoint?>(nil)
    private let deaths: AsyncStream<Void>
    private let death: AsyncStream<Void>.Continuation

    init(_ name: String, in world: World, seed: UInt64, _ kept: KeptJournal) {
        self.name = name
        self.kept = kept
        chance = SeededRandom(seed: seed)
        observer = world
        codeHost = world.codeHost
        time = world.server.time
        base = world.network.transport(to: world.server.transport(as: Self.identity.process(name)))
        (deaths, death) = AsyncStream.makeStream()
    }

    /// Runs the operator until it ends by itself or dies.
    func run(on server: SimulatedAPIServer, seed: UInt64, _ clock: SkewedTime) async {
        let made = makeOperator(on: server, seed: seed, clock)
        webhooks.withLock { $0 = made.webhooks }
        // It knows this process as well.
        defer { webhooks.withLock { $0 = nil } }
        let runtime = made.runtime
        await withTaskGroup { group in
            group.addTask {
                // Whatever ended it, a new process begins anew.
                do { try await runtime.run() } catch {}
            }
            group.addTask { for await _ in self.deaths { return } }
            await group.next()
            die()
            group.cancelAll()
        }
    }

    func die() {
        isDead.withLock { $0 = true }
        death.finish()
    }

    /// Takes a webhook, if it takes any just now.
    func hear(_ webhook: HTTPRequest) {
        guard !isDead.withLock({ $0 }) else { return }
        _ = webhooks.withLock(\.self)?.answer(webhook)
    }

    /// Notes that it dies by its own doing.
    func trap() { kept.noteTrap() }

    private func makeOperator(on server: SimulatedAPIServer, seed: UInt64, _ clock: SkewedTime) -> Operator {
        var configuration = Operator.Configuration(instance: name)
        configuration.pullRequestInterval = .seconds(30)
        configuration.takesWebhooks = true
        return Operator(
            configuration,
            Operator.Environs(
                transport: self, time: clock, random: SeededRandom(seed: seed), metrics: MetricRegistry(),
                log: Logger(level: .warning, sink: self) { clock.now }, charts: StandInCharts(),
                connector: { [weak server, weak self] settings in
                    guard let server, let self else { return Unreachable() }
                    return VirtualTransport(process: self, base: server.transport(to: settings))
                },
                web: { [weak self, codeHost] _ in
                    guard let self else { return Unreachable() }
                    return CodeHostTransport(process: self, base: codeHost)
                }, journal: self),
            endpoint: HostEndpoint(
                server: "https://host.example:6443", certificateAuthority: Array("CA".utf8),
                transport: server.transport(as: .anonymous)))
    }

    // MARK: - What it sends

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await send(request, over: base) }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse { try await stream(request, over: base, receive) }

    fileprivate func send(_ request: HTTPRequest, over base: any HTTPTransport) async throws -> HTTPResponse {
        let sent = SentRequest(request)
        try pass(sent)
        try await travel()
        let response = try await base.send(request)
        try await travel()
        try arrive(response, to: sent)
        return response
    }

    fileprivate func stream(
        _ request: HTTPRequest,
        over base: any HTTPTransport,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try pass(SentRequest(request))
        try await travel()
        return try await base.stream(request) { line in
            try await travel()
            guard !isDead.withLock({ $0 }) else { throw HTTPTransportError(.closed, "\(name) is dead") }
            try await receive(line)
        }
    }

    /// The time on the network, in which others have their turn.
    private func travel() async throws {
        try await time.sleep(for: .milliseconds(Int64(chance.next() % 20)))
    }

    private func pass(_ request: SentRequest) throws {
        guard !isDead.withLock({ $0 }) else { throw HTTPTransportError(.closed, "\(name) is dead") }
        observer.observe(.sent(name, request, time.now))
    }

    private func arrive(_ response: HTTPResponse, to request: SentRequest) throws {
        guard !isDead.withLock({ $0 }) else { throw HTTPTransportError(.closed, "\(name) is dead") }
        observer.observe(.answered(name, request, response, time.now))
    }

    func write(_ line: [UInt8]) { observer.observe(.logged(name, line)) }
}

extension OperatorProcess: InFlightJournal {
    func begin(_ controller: String, _ key: String, revision: String) -> Bool {
        kept.begin(Quarantine.Suspect(controller: controller, key: key, revision: revision))
    }

    /// The dead note nothing: their tasks end only because nobody can take them away.
    func end(_ controller: String, _ key: String) {
        if !isDead.withLock({ $0 }) { kept.end(controller, key) }
    }
}

/// Is told what a process does.
protocol ProcessObserver: Sendable {
    func observe(_ fact: Fact)
}

/// The way of a process to a virtual cluster, whose requests count as all others do.
private struct VirtualTransport: HTTPTransport {
    let process: OperatorProcess
    let base: any HTTPTransport

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await process.send(request, over: base) }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse { try await process.stream(request, over: base, receive) }
}

/// The way of a process to the code host; the dead ask nobody.
private struct CodeHostTransport: HTTPTransport {
    let process: OperatorProcess
    let base: SimulatedCodeHost

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await process.send(request, over: base)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse { try await send(request) }
}

/// Leads nowhere.
private struct Unreachable: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw HTTPTransportError(.unreachable, "the simulation is over")
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        throw HTTPTransportError(.unreachable, "the simulation is over")
    }
}

/// Chance of a process, replayed by a seed.
final class SeededRandom: RandomSource {
    private let generator: Mutex<SplitMix64>

    init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    func next() -> UInt64 { generator.withLock { $0.next() } }
}
