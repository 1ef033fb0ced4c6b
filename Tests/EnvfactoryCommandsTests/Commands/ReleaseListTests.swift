import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands
@testable import Helm

@Suite("envfactory release list and history")
struct ReleaseListTests {
    /// Two environments with releases, one of which failed to upgrade, and one without.
    private func cluster() async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.store(TestRevision(status: .superseded))
        cluster.cluster.time.advance(by: .seconds(90))
        try await cluster.store(TestRevision(revision: 2, status: .failed, description: "hook h failed"))
        try await cluster.virtualEnvironment("b", deployed: false)
        try await cluster.store(TestRevision(environment: "b", status: .pendingInstall, operation: nil))
        try await cluster.environment("c")
        return cluster
    }

    @Test("lists the newest revision of each environment's release as helm does, also before it is deployed")
    func table() async throws {
        let cluster = try await cluster()
        let expected = CommandLineRun(
            """
            NAME   NAMESPACE   REVISION   UPDATED                         STATUS            CHART             APP VERSION   ENVIRONMENT
            a      env-a       2          2026-01-01 00:01:30 +0000 UTC   failed            vcluster-0.36.1   0.36.1        team/a
            b      env-b       1          2026-01-01 00:01:30 +0000 UTC   pending-install   vcluster-0.36.1   0.36.1        team/b

            """)
        #expect(await cluster.run("release list") == expected)
        #expect(await cluster.run("release list -n team") == expected)
        #expect(await cluster.run("release list -A") == expected)
    }

    @Test("prints helm's own keys for programs, and Secrets' names for scripts")
    func forms() async throws {
        let cluster = try await cluster()
        let json = try JSONValue(parsing: await cluster.run("release list -o json").output)
        #expect(
            json.array?.first == [
                "name": "a", "namespace": "env-a", "revision": "2", "updated": "2026-01-01 00:01:30 +0000 UTC",
                "status": "failed", "chart": "vcluster-0.36.1", "app_version": "0.36.1", "environment": "team/a",
            ])
        #expect(json.array?.count == 2)
        let yaml = try YAML.documents(in: Array(await cluster.run("release list -o yaml").output.utf8))
        #expect(yaml == [json])
        #expect(
            await cluster.run("release list -o name").output
                == "secret/sh.helm.release.v1.a.v2\nsecret/sh.helm.release.v1.b.v1\n")
    }

    @Test("lists all releases of a host namespace, also those that somebody made with helm")
    func hostNamespace() async throws {
        let cluster = try await cluster()
        try await cluster.store(TestRevision(name: "tool", operation: nil))
        #expect(
            await cluster.run("release list -n env-a")
                == CommandLineRun(
                    """
                    NAME   NAMESPACE   REVISION   UPDATED                         STATUS     CHART             APP VERSION   ENVIRONMENT
                    a      env-a       2          2026-01-01 00:01:30 +0000 UTC   failed     vcluster-0.36.1   0.36.1        team/a
                    tool   env-a       1          2026-01-01 00:01:30 +0000 UTC   deployed   vcluster-0.36.1   0.36.1        <none>

                    """))
    }

    @Test("tells what cannot be read, and hides nothing for it")
    func unreadable() async throws {
        let cluster = try await cluster()
        try await cluster.storeBroken("b", revision: 2, in: "env-b")
        let warning =
            "warning: release Secret env-b/sh.helm.release.v1.b.v2 cannot be read: it is no base64\n"
        let list = await cluster.run("release list -o name")
        #expect(
            list
                == CommandLineRun(
                    "secret/sh.helm.release.v1.a.v2\nsecret/sh.helm.release.v1.b.v1\n", diagnostics: warning))
        let history = await cluster.run("release history b -o name")
        #expect(history == CommandLineRun("secret/sh.helm.release.v1.b.v1\n", diagnostics: warning))
    }

    @Test("says on standard error that there is nothing, and prints an empty list")
    func empty() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("c")
        #expect(await cluster.run("release list") == CommandLineRun(diagnostics: "no releases in team\n"))
        #expect(await cluster.run("release list -A -q") == CommandLineRun())
        #expect(await cluster.run("release list -o json") == CommandLineRun("[]\n"))
        #expect(await cluster.run("release list -A -n team").code == .usage)
    }

    @Test("names the right that is missing, after all that may be seen")
    func rights() async throws {
        var cluster = try await cluster()
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["list", "get"], "environments")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let refused = await cluster.run("release history a")
        #expect(refused.code == .forbidden)
        #expect(refused.output.isEmpty)
        #expect(refused.diagnostics.hasPrefix("error: cannot list secrets: "))
        #expect(
            refused.diagnostics.hasSuffix(
                "\nhint: releases are kept in Secrets: ask whoever runs this cluster for the right to list secrets in "
                    + "namespace env-a\n"))
        #expect(await cluster.run("release list").code == .forbidden)
        #expect(await cluster.run("release status a").code == .forbidden)
        try await cluster.grant(jane, ["list"], "secrets", group: "", in: "env-b")
        let partial = await cluster.run("release list -o name")
        #expect(partial.output == "secret/sh.helm.release.v1.b.v1\n")
        #expect(partial.code == .forbidden)
        #expect(partial.diagnostics.contains("namespace env-a\n"))
        #expect(!partial.diagnostics.contains("env-b"))
    }

    @Test("shows the revisions of a release, the oldest first, as helm does")
    func history() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("release history a")
                == CommandLineRun(
                    """
                    REVISION   UPDATED                    STATUS       CHART             APP VERSION   DESCRIPTION
                    1          Thu Jan  1 00:00:00 2026   superseded   vcluster-0.36.1   0.36.1        Install complete
                    2          Thu Jan  1 00:01:30 2026   failed       vcluster-0.36.1   0.36.1        hook h failed

                    """))
        let json = try JSONValue(parsing: await cluster.run("release history a -o json").output)
        #expect(
            json.array?.last == [
                "revision": 2, "updated": "2026-01-01T00:01:30.000000Z", "status": "failed",
                "chart": "vcluster-0.36.1", "app_version": "0.36.1", "description": "hook h failed",
            ])
    }

    @Test("says of an environment without a release what to do", arguments: ["history", "status"])
    func absent(verb: String) async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("c")
        #expect(
            await cluster.run("release \(verb) c")
                == CommandLineRun(
                    diagnostics: """
                        error: environment team/c has no release
                        hint: only classes of isolation VirtualCluster install one, which 'envfactory class get review' shows
                        hint: 'envfactory describe c -n team' tells how far it is

                        """, code: .notFound))
        try await cluster.virtualEnvironment("d", deployed: false)
        let begun = await cluster.run("release \(verb) d")
        #expect(begun.code == .notFound)
        #expect(
            begun.diagnostics.hasPrefix(
                "error: environment team/d has no release in namespace env-d\n  - waits for a hook\n"))
        #expect(await cluster.run("release \(verb) nothing").code == .notFound)
        try await cluster.storeBroken("d", revision: 1, in: "env-d")
        #expect(await cluster.run("release \(verb) d").code == .rejected)
    }
}
