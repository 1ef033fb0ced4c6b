import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory extend")
struct EnvironmentExtendTests {
    private func cluster(_ spec: JSONValue = ["ttl": "24h"]) async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.environment("a", spec)
        try await cluster.status("a", [.ready], ["expiresAt": "2026-01-02T00:00:00Z"])
        return cluster
    }

    private func ttl(_ cluster: CommandCluster) async throws -> JSONValue? {
        try await cluster.cluster.admin.get(cluster.key("a")).json[path: "spec", "ttl"]
    }

    @Test("moves the end, and says where to; warns where a manifest will move it back")
    func extends() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("extend a --by 12h")
                == CommandLineRun(
                    "environment.envfactory.dev/a ends at 2026-01-02T12:00:00Z, in 36h\n",
                    diagnostics: "warning: kubectl set spec.ttl, and undoes this when it applies its manifest again: "
                        + "change the ttl there too\n"))
        #expect(try await ttl(cluster) == "36h")
        // The field is ours now.
        #expect(
            await cluster.run("extend a --ttl 48h")
                == CommandLineRun("environment.envfactory.dev/a ends at 2026-01-03T00:00:00Z, in 2d\n"))
        #expect(
            await cluster.run("extend a --ttl 48h")
                == CommandLineRun("environment.envfactory.dev/a ends at 2026-01-03T00:00:00Z, in 2d, as before\n"))
    }

    @Test("gives what the class allows, and says so")
    func capped() async throws {
        let cluster = try await cluster([:])
        #expect(
            await cluster.run("extend a --by 100h")
                == CommandLineRun(
                    "environment.envfactory.dev/a ends at 2026-01-04T00:00:00Z, in 3d\n",
                    diagnostics: "warning: class review allows 72h at most: it gets that\n"))
        #expect(try await ttl(cluster) == "72h")
    }

    @Test("goes by the class as it was last resolved where the user may not read classes")
    func withoutClasses() async throws {
        var cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.status(
            "a", [.ready],
            [
                "expiresAt": "2026-01-02T00:00:00Z",
                "resolvedClass": [
                    "name": "review", "uid": "1", "generation": 1,
                    "spec": ["isolation": "Namespace", "lifetime": ["maximum": "30h"]],
                ],
            ])
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["get", "patch"], "environments")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        #expect(
            await cluster.run("extend a --by 12h").output.hasPrefix(
                "environment.envfactory.dev/a ends at 2026-01-02T06:00:00Z"))
    }

    @Test(
        "refuses what has ended, and says what to do",
        arguments: [
            ("Expired", "make a new one with 'envfactory up' or 'envfactory create'"),
            ("Closed", "its pull request is closed, and no other takes its place"),
        ])
    func ended(reason: String, hint: String) async throws {
        let cluster = try await cluster()
        try await cluster.status("a", [.no(.terminated, reason), .no(.ready, reason)])
        #expect(
            await cluster.run("extend a --ttl 2h")
                == CommandLineRun(
                    diagnostics: "error: environment a has ended (\(reason)): it cannot be extended\nhint: \(hint)\n",
                    code: .rejected))
        #expect(try await ttl(cluster) == "24h")
    }

    @Test("decides anew where somebody else was faster, so that an end is never undone")
    func race() async throws {
        var cluster = try await cluster()
        let other = cluster
        // Between the look and the write the environment expires.
        cluster.machine.transport = InterveningTransport(
            cluster.machine.transport, before: { $0.method == .patch },
            act: { try await other.status("a", [.no(.terminated, "Expired"), .no(.ready, "Expired")]) })
        let run = await cluster.run("extend a --ttl 48h")
        #expect(run.code == .rejected)
        #expect(run.diagnostics.hasPrefix("error: environment a has ended (Expired)"))
        #expect(try await ttl(cluster) == "24h")
    }

    @Test("wants one of --ttl and --by")
    func usage() async {
        #expect(await TestMachine().run("extend a").code == .usage)
        #expect(await TestMachine().run("extend a --ttl 1h --by 1h").code == .usage)
        #expect(await TestMachine().run("extend a --ttl 7d").diagnostics.contains("use 168h"))
    }
}

/// Lets something happen once, just before a request is sent.
final class InterveningTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let matches: @Sendable (HTTPRequest) -> Bool
    private let act: @Sendable () async throws -> Void
    private let state = ManualFlag()

    init(
        _ base: any HTTPTransport,
        before matches: @escaping @Sendable (HTTPRequest) -> Bool,
        act: @escaping @Sendable () async throws -> Void
    ) {
        self.base = base
        self.matches = matches
        self.act = act
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if matches(request), state.raise() { try await act() }
        return try await base.send(request)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(request, receive)
    }
}
