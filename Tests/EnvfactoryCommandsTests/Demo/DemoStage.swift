import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import TestSupport

@testable import EnvfactoryCommands

/// A demo in process and in virtual time: no socket, and nobody waits.
struct DemoStage: Sendable {
    let server = SimulatedAPIServer()
    let output = MemoryOutput()
    let diagnostics = MemoryOutput()
    var machine = TestMachine()
    var acts = DemoScript.acts

    /// As the real host, with names in place of certificates.
    var host: DemoHost {
        let kubeconfig = """
            apiVersion: v1
            kind: Config
            current-context: demo
            contexts: [{name: demo, context: {cluster: demo, user: admin}}]
            clusters: [{name: demo, cluster: {server: "https://host.example:6443"}}]
            users: [{name: admin, user: {username: admin, password: admin}}]
            """
        return DemoHost(
            address: "https://host.example:6443", kubeconfig: Redacted(kubeconfig), time: server.time,
            transport: { [server] settings in Self.transport(settings, server) },
            setPace: { _ in },
            run: { [time = server.time] in while true { try await time.sleep(for: .seconds(3600)) } })
    }

    private static func transport(_ settings: ConnectionSettings, _ server: SimulatedAPIServer) -> any HTTPTransport {
        guard settings.server == "https://host.example:6443" else { return server.transport(to: settings) }
        if let name = settings.tlsServerName {
            var settings = settings
            settings.server = "https://\(name)"
            return server.transport(to: settings)
        }
        switch settings.credential {
        case .basic: return server.transport(as: .admin)
        case .token(let token): return TokenTransport(base: server.transport(as: .anonymous), token: token.secret)
        default: return server.transport(as: .anonymous)
        }
    }

    /// Runs the demo as the command does, and `act` beside it; ends with whichever of them throws.
    func run(
        _ line: String = "", seed: UInt64 = 1, interruption: Interruption = Interruption(),
        while act: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        var machine = machine
        machine.time = server.time
        let arguments = try ArgumentParser.parse(
            line.split(separator: " ").map(String.init), DemoRun.description)
        var surroundings = machine.surroundings(output, diagnostics)
        surroundings.interruption = interruption
        let context = CommandContext(surroundings, SharedOptions(arguments))
        let command = try DemoRun(arguments)
        try await virtually(seed: seed, server.time) { [acts, host] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await command.run(acts, on: host, charts: StandInCharts(), context) }
                group.addTask { try await act() }
                while try await group.next() != nil {}
            }
        }
    }

    /// Returns once this was printed.
    func until(_ text: String) async throws {
        while !output.text.contains(text) { try await server.time.sleep(for: .milliseconds(10)) }
    }

    /// What was printed, but for what was told of environments while they were waited for.
    var story: String {
        let lines = Self.mask(output.text).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix(" <time>") }.joined(separator: "\n")
    }

    /// What was told of environments while they were waited for: which states are seen is chance.
    var news: [String] {
        Self.mask(output.text).split(separator: "\n").filter { $0.hasPrefix(" <time> ") }
            .map { String($0.dropFirst(8)) }
    }

    /// With marks in place of what differs from run to run.
    static func mask(_ text: String) -> String {
        text.replacing(/env-([a-z0-9-]+)-[0-9a-f]{8}/) { "env-\($0.output.1)-xxxxxxxx" }
            .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/, with: "<moment>")
            // Columns are as wide as what is in them.
            .replacing(#/ *\b[0-9]+[smhd](?:[0-9]+[smhd])?\b/#, with: " <time>")
            .replacing(#/<time> +/#, with: "<time> ")
    }
}

/// Carries a bearer token, as a kubeconfig with one does.
private struct TokenTransport: HTTPTransport {
    let base: any HTTPTransport
    let token: String

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await base.send(signed(request)) }

    func stream(_ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void) async throws
        -> HTTPResponse
    { try await base.stream(signed(request), receive) }

    private func signed(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        if request.headers["Authorization"] == nil { request.headers["Authorization"] = "Bearer \(token)" }
        return request
    }
}
