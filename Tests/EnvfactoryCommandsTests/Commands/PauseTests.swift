import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory pause and unpause")
struct PauseTests {
    private func data(_ cluster: CommandCluster) async throws -> KubernetesObject {
        try await cluster.cluster.admin.get(PauseNotice.key)
    }

    @Test("write what the operator reads, and say what holds now")
    func pause() async throws {
        var cluster = try await CommandCluster()
        cluster.machine.variables["USER"] = "jane"
        try await cluster.cluster.namespace(Words.Installation.namespace)
        #expect(
            await cluster.machine.run(["pause", "--reason", "until noon"])
                == CommandLineRun("paused: no environment is made, changed or ended until 'envfactory unpause'\n"))
        #expect(
            try await data(cluster)["data"] == [
                "paused": "true", "reason": "until noon", "since": "2026-01-01T00:00:00Z", "by": "jane",
            ])
        cluster.cluster.time.advance(by: .seconds(60))
        #expect(
            await cluster.run("unpause")
                == CommandLineRun(
                    """
                    the pause is over (it was: until noon)
                    what became due meanwhile ends after the shortest warning of its class

                    """))
        let resumed = try await data(cluster)["data"]
        #expect(resumed == ["paused": "false", "resumed": "2026-01-01T00:01:00Z"])
        #expect(await cluster.run("unpause") == CommandLineRun("not paused: the operator works\n"))
        #expect(await cluster.run("list -A").diagnostics == "no environments\n")
    }

    @Test("never passes a person's pause off as the brake's")
    func brake() async throws {
        var cluster = try await CommandCluster()
        cluster.machine.variables["USER"] = "brake"
        try await cluster.cluster.namespace(Words.Installation.namespace)
        #expect(await cluster.run("pause").code == .success)
        #expect(try await data(cluster).json[path: "data", "by"] == "user")
        _ = try await cluster.cluster.admin.patch(
            PauseNotice.key, .merge, ["data": ["by": "brake", "reason": "too many"]])
        #expect(await cluster.run("unpause").output.hasPrefix("the brake is released (it was: too many)\n"))
    }

    @Test("say that envfactory is not installed")
    func notInstalled() async throws {
        let cluster = try await CommandCluster()
        #expect(
            await cluster.run("pause")
                == CommandLineRun(
                    diagnostics: """
                        error: there is no namespace envfactory-system: envfactory is not installed here
                        hint: run 'envfactory install'

                        """, code: .notFound))
    }
}
