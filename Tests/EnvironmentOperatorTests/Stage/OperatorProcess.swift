import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import Synchronization
import Telemetry
import TestSupport

@testable import EnvironmentOperator

/// The whole operator with its watches, election, controllers and events, for a run in virtual time.
struct OperatorProcess: Sendable {
    let `operator`: Operator
    let line: ProcessLine
    let metrics: MetricRegistry
    let log = MemorySink()

    init(
        _ name: String, _ cluster: SimulatedCluster, seed: UInt64 = 1, workers: Int = 16,
        journal: any InFlightJournal = NoJournal(), web: any HTTPTransport = NoWeb(), connector: WebConnector? = nil,
        pullRequestInterval: Duration? = nil, metrics: MetricRegistry = MetricRegistry(),
        configure: (inout Operator.Configuration) -> Void = { _ in }
    ) {
        self.metrics = metrics
        let time = cluster.time
        line = ProcessLine(cluster.transport(as: OperatorStage.identity), time: time)
        var configuration = Operator.Configuration(instance: name)
        configuration.workers = workers
        if let pullRequestInterval {
            configuration.pullRequestInterval = pullRequestInterval
            configuration.takesWebhooks = true
        }
        configure(&configuration)
        `operator` = Operator(
            configuration,
            Operator.Environs(
                transport: line, time: time, random: SeededRandom(seed: seed), metrics: metrics,
                log: Logger(sink: log) { time.now },
                charts: StandInCharts(), connector: { [server = cluster.server] in server.transport(to: $0) },
                web: connector ?? { _ in web }, models: web, journal: journal),
            endpoint: OperatorStage.endpoint(cluster))
    }

    /// Runs until it is stopped or has lost its lease.
    func run() async throws {
        do { try await `operator`.runtime.run() } catch is LeadershipLost {}
    }
}

/// One process's way to the server, which can fail, and which keeps what was sent on it.
final class ProcessLine: HTTPTransport {
    enum Failure: Sendable {
        /// Requests for the lease are lost.
        case lease
        /// All requests are lost; those that change something arrive much later, long after the client gave up.
        case everything
        /// Everything but the lease is answered so late, or given up before.
        case slow(Duration)
    }

    /// A request that would change something.
    struct Change: Sendable {
        var request: HTTPRequest
        var sentAt: Duration
        var isLease: Bool { request.target.contains("/leases") }
    }

    private struct State {
        var failure: Failure?
        var changes: [Change] = []
        var delayed: [HTTPRequest] = []
        var underWay = 0
        var peak = 0
    }

    private let base: any HTTPTransport
    private let time: any TimeSource
    private let state = Mutex(State())

    init(_ base: any HTTPTransport, time: any TimeSource) {
        self.base = base
        self.time = time
    }

    /// Every changing request that the process tried to send.
    var changes: [Change] { state.withLock(\.changes) }

    /// The most requests that were ever under way to a slow server, lists and watches aside.
    var peak: Int { state.withLock(\.peak) }

    func fail(_ failure: Failure?) { state.withLock { $0.failure = failure } }

    /// The requests that were lost arrive after all; returns what the server said.
    func deliverDelayed() async throws -> [(request: HTTPRequest, response: HTTPResponse)] {
        let delayed = state.withLock { state in
            defer { state.delayed = [] }
            return state.delayed
        }
        var answers: [(request: HTTPRequest, response: HTTPResponse)] = []
        for request in delayed { answers.append((request, try await base.send(request))) }
        return answers
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await pass(request)
        let response = try await base.send(request)
        try await wait(for: request)
        return response
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await pass(request)
        return try await base.stream(request, receive)
    }

    /// Lets the answer come late.
    private func wait(for request: HTTPRequest) async throws {
        guard case .slow(let delay)? = state.withLock(\.failure), !request.target.contains("/leases") else { return }
        let isList = request.target.contains("limit=")
        state.withLock { state in
            state.underWay += isList ? 0 : 1
            state.peak = max(state.peak, state.underWay)
        }
        defer { state.withLock { $0.underWay -= isList ? 0 : 1 } }
        let limit = request.timeout ?? delay
        try await time.sleep(for: min(limit, delay))
        if limit < delay { throw HTTPTransportError(.timedOut, "no response within \(limit)") }
    }

    private func pass(_ request: HTTPRequest) async throws {
        let isChange = request.method != .get && request.method != .head
        let change = Change(request: request, sentAt: time.monotonic)
        let isLost = state.withLock { state in
            if isChange { state.changes.append(change) }
            switch state.failure {
            case nil: return false
            case .slow?: return false
            case .lease?: return change.isLease
            case .everything?:
                if isChange { state.delayed.append(request) }
                return true
            }
        }
        guard isLost else { return }
        try await time.sleep(for: request.timeout ?? .seconds(10))
        throw HTTPTransportError(.timedOut, "the line is down")
    }
}
