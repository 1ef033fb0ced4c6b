import CodeHosts
import ControllerRuntime
import Cryptography
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import Telemetry
import TestSupport
import Testing

@testable import EnvironmentOperator

/// The whole operator on a simulated host, and a code host beside it, in virtual time.
struct PullRequestStage: Sendable {
    static let repository = "acme/payments"
    static let interval: Duration = .seconds(60)

    let cluster: SimulatedCluster
    let host: SimulatedCodeHost
    let process: OperatorProcess

    /// Runs `body` while the operator does; who trusts another than the `authority` does not reach the host.
    static func run(
        _ provider: CodeHost.Provider = .gitHub, seed: UInt64 = 1, retention: String = "1h",
        rules: SimulatedCodeHost.Rules = SimulatedCodeHost.Rules(), secret: [String: String]? = [:],
        authority: String? = nil,
        _ body: @escaping @Sendable (PullRequestStage) async throws -> Void
    ) async throws {
        let cluster = try await InstalledCluster.make()
        try await virtually(seed: seed, cluster.time) {
            let api = provider == .gitHub ? "https://api.github.com" : "https://git.example.com/api"
            let host = SimulatedCodeHost(provider, at: api, time: cluster.time, rules: rules)
            let process = OperatorProcess(
                "one", cluster, seed: seed,
                connector: { named in
                    if named == authority.map({ Array($0.utf8) }) { return host }
                    return DistrustedHost()
                },
                pullRequestInterval: interval)
            let stage = PullRequestStage(cluster: cluster, host: host, process: process)
            var json = StageObjects.environmentClass
            json["spec"]?["lifetime"]?["retention"] = .string(retention)
            _ = try await cluster.admin.create(KubernetesObject(json), as: .environmentClasses)
            if let secret { _ = try await cluster.admin.create(host.secret("code", secret), as: .secrets) }
            try await withThrowingTaskGroup { group in
                group.addTask { try await process.run() }
                try await body(stage)
                process.operator.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    // MARK: - What people do

    @discardableResult
    func create(_ name: String = "pr-42", _ number: Int64 = 42, _ change: (inout JSONValue) -> Void = { _ in })
        async throws -> String
    {
        var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: name)
        var source: JSONValue = ["provider": .string(host.provider.rawValue), "repository": .string(Self.repository)]
        source["pullRequest"] = .integer(number)
        change(&source)
        object["spec"] = ["environmentClassName": "review", "source": source]
        return try await cluster.admin.create(object, as: .environments).uid ?? ""
    }

    func sleep(_ seconds: Int) async throws { try await cluster.time.sleep(for: .seconds(seconds)) }

    // MARK: - What is to be seen

    func environment(_ name: String = "pr-42") async throws -> Environment? {
        try await cluster.admin.find(ObjectKey(.environments, namespace: OperatorStage.team, name: name))
            .map(Environment.init(from:))
    }

    func condition(_ type: ConditionType = .pullRequestOpen, _ name: String = "pr-42") async throws -> Condition? {
        try await environment(name)?.status.condition(type)
    }

    func isReady(_ name: String = "pr-42") async throws -> Bool {
        try await condition(.ready, name)?.status == .isTrue
    }

    func hasEnded(_ name: String = "pr-42") async throws -> Bool { try await environment(name)?.isTerminated == true }

    func namespaces() async throws -> [String] {
        try await cluster.admin.listAll(.namespaces).items.map(\.name).filter { $0.hasPrefix("env-") }
    }

    /// Waits until something holds; returns how long that took.
    @discardableResult
    func until(
        _ what: Comment, within limit: Int = 900, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws -> Duration {
        let start = cluster.time.monotonic
        while try await !condition() {
            guard cluster.time.monotonic - start < .seconds(limit) else {
                Issue.record(what, sourceLocation: sourceLocation)
                throw CancellationError()
            }
            try await cluster.time.sleep(for: .milliseconds(500))
        }
        return cluster.time.monotonic - start
    }

    /// What the operator writes while time passes, its Lease aside.
    func writes(during seconds: Int) async throws -> [WriteRecord] {
        try await cluster.writes(by: OperatorStage.identity) { try await sleep(seconds) }
    }

    func events() async throws -> [String] {
        try await cluster.admin.listAll(.events).items.compactMap { $0["reason"]?.string }
    }

    func webhook(_ secret: String, _ action: String, _ number: Int = 42, at moment: Int = 0, id: String = "a")
        -> HTTPRequest
    {
        let json: JSONValue = [
            "action": .string(action),
            "pull_request": [
                "number": .integer(Int64(number)), "state": .string(action == "closed" ? "closed" : "open"),
                "updated_at": .string("2026-11-30T01:00:\(moment + 10)Z"), "head": ["sha": "abc"],
            ],
            "repository": ["full_name": .string(Self.repository)],
        ]
        return GitHubWebhook.signed(json.encoded(), secret, id: id)
    }
}

/// What somebody meets who does not trust a host's authority.
private struct DistrustedHost: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw HTTPTransportError(.untrusted, "the certificate is of an unknown authority")
    }

    func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse { try await send(request) }
}
