import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands
@testable import Helm

@Suite("envfactory release status")
struct ReleaseStatusTests {
    private static let manifest = """
        ---
        # Source: vcluster/templates/a.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: same}
        data: {key: value}
        ---
        # Source: vcluster/templates/b.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: changed}
        data: {key: value}
        ---
        # Source: vcluster/templates/c.yaml
        apiVersion: v1
        kind: Secret
        metadata: {name: lost}
        data: {password: aHVzaA==}
        """

    private static let hook = """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: prepare, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
        """

    /// A release of which one object was changed and another is lost.
    private func cluster() async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.store(TestRevision(status: .superseded))
        let hook = try TestRevision.hook(Self.hook, .succeeded, at: cluster.cluster.time.now)
        try await cluster.store(
            TestRevision(
                revision: 2, description: "Upgrade complete", notes: "\nIt runs.\n\u{1B}[31mred\n\n",
                manifest: Self.manifest, hooks: [try #require(hook)]))
        for (name, value) in [("same", "value"), ("changed", "other")] {
            var object = KubernetesObject(.configMaps, namespace: "env-a", name: name)
            object["metadata"]?["labels"] = ["app.kubernetes.io/managed-by": "Helm"]
            object["metadata"]?["annotations"] = [
                "meta.helm.sh/release-name": "a", "meta.helm.sh/release-namespace": "env-a",
            ]
            object["data"] = ["key": .string(value)]
            _ = try await cluster.cluster.admin.create(object, as: .configMaps)
        }
        return cluster
    }

    @Test("shows the record, whose it is, its hooks, how its objects stand, and the notes")
    func text() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("release status a")
                == CommandLineRun(
                    """
                    NAME: a
                    LAST DEPLOYED: Thu Jan  1 00:00:00 2026
                    NAMESPACE: env-a
                    STATUS: deployed
                    REVISION: 2
                    DESCRIPTION: Upgrade complete
                    CHART: vcluster-0.36.1
                    APP VERSION: 0.36.1
                    ENVIRONMENT: team/a
                    OPERATION: envfactory's
                    HOOKS:
                      KIND   NAME      EVENTS                    LAST RUN    STARTED                COMPLETED
                      Job    prepare   pre-install,pre-upgrade   Succeeded   2026-01-01T00:00:00Z
                    RESOURCES:
                      KIND        NAME      STATE
                      ConfigMap   same      AsWritten
                      ConfigMap   changed   Different
                      Secret      lost      Missing
                    NOTES:
                    It runs.
                    \\u{1b}[31mred

                    """))
    }

    @Test("has helm's own keys for programs, and neither values nor manifests")
    func forms() async throws {
        let cluster = try await cluster()
        let run = await cluster.run("release status a -o json")
        let json = try JSONValue(parsing: run.output)
        #expect(json.object?.keys == ["name", "info", "hooks", "version", "namespace", "envfactory"])
        #expect(json[path: "info", "status"] == "deployed")
        #expect(json[path: "info", "notes"] == "\nIt runs.\n\u{1B}[31mred\n\n")
        #expect(json["version"] == 2)
        #expect(json["hooks"]?.array?.first?[path: "last_run", "phase"] == "Succeeded")
        #expect(
            json[path: "envfactory", "resources"]?.array?.last == [
                "kind": "Secret", "name": "lost", "state": "Missing",
            ])
        let yaml = try YAML.documents(in: Array(await cluster.run("release status a -o yaml").output.utf8))
        #expect(yaml == [json])
        #expect(await cluster.run("release status a -o name").output == "secret/sh.helm.release.v1.a.v2\n")
        for form in ["table", "json", "yaml", "name"] {
            let output = await cluster.run("release status a -o \(form)").output
            for secret in ["hush", "password", "aHVzaA"] { #expect(!output.contains(secret)) }
        }
    }

    @Test("shows an older revision without objects, which are those of the newest")
    func older() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("release status a --revision 1")
                == CommandLineRun(
                    """
                    NAME: a
                    LAST DEPLOYED: Thu Jan  1 00:00:00 2026
                    NAMESPACE: env-a
                    STATUS: superseded
                    REVISION: 1
                    DESCRIPTION: Install complete
                    CHART: vcluster-0.36.1
                    APP VERSION: 0.36.1
                    ENVIRONMENT: team/a
                    OPERATION: envfactory's

                    """))
        #expect(
            await cluster.run("release status a --revision 7")
                == CommandLineRun(
                    diagnostics: """
                        error: release env-a/a has no revision 7
                        hint: it has 1, 2: give one of them, or leave --revision out

                        """, code: .notFound))
    }

    @Test(
        "says whose operation it is, and what to do where it hangs or failed",
        arguments: [
            (ReleaseStatus.pendingUpgrade, "op" as String?, "envfactory's", "the operator goes on with it by itself"),
            (.failed, "op", "envfactory's", "the operator tries again by itself, later each time; 'envfactory"),
            (
                .pendingRollback, nil, "somebody's helm",
                "the operator leaves it to that helm: let it end; where none runs any more, delete Secret "
                    + "sh.helm.release.v1.a.v2 in namespace env-a\n"
            ),
            (.deployed, nil, "somebody's helm", "the operator puts its own in its place: change the class"),
        ])
    func advice(status: ReleaseStatus, operation: String?, whose: String, advice: String) async throws {
        let cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.store(TestRevision(status: .superseded))
        try await cluster.store(TestRevision(revision: 2, status: status, operation: operation))
        let output = await cluster.run("release status a").output
        #expect(output.contains("\nSTATUS: \(status.rawValue)\n"))
        #expect(output.contains("\nOPERATION: \(whose)\nADVICE: \(advice)"))
    }

    @Test("says how to make room where somebody else installed the release")
    func foreign() async throws {
        let cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a", deployed: false)
        try await cluster.store(TestRevision(operation: nil))
        let output = await cluster.run("release status a").output
        #expect(output.contains("ADVICE: the operator does not touch what it did not install: run 'helm uninstall a "))
    }

    @Test("tells that a record is another than the one that was written, and knows its own without annotations")
    func changed() async throws {
        let cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.store(TestRevision(operation: nil))
        #expect(await cluster.run("release status a").output.contains("\nOPERATION: envfactory's\n"))
        let other = try await CommandCluster()
        try await other.virtualEnvironment("a")
        try await other.store(TestRevision(manifest: Self.manifest))
        #expect(
            await other.run("release status a").output
                .contains("\nOPERATION: envfactory's, and the record was changed since\n"))
    }

    @Test("shows what can be read where a newer record or some of the objects cannot")
    func unreadable() async throws {
        var cluster = try await cluster()
        try await cluster.storeBroken("a", revision: 3, in: "env-a")
        let run = await cluster.run("release status a")
        #expect(
            run.diagnostics
                == "warning: release Secret env-a/sh.helm.release.v1.a.v3 cannot be read: it is no base64\n")
        #expect(run.output.contains("\nREVISION: 2\n"))
        #expect(await cluster.run("release status a --revision 3").code == .rejected)
        let key = ObjectKey(.secrets, namespace: "env-a", name: "sh.helm.release.v1.a.v3")
        let uid = try await cluster.cluster.admin.get(key).uid ?? ""
        _ = try await cluster.cluster.admin.delete(key, DeletePreconditions(uid: uid))
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["get"], "environments")
        try await cluster.grant(jane, ["get", "list"], "secrets", group: "")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let partial = await cluster.run("release status a")
        #expect(partial.code == .success)
        #expect(partial.output.contains("  ConfigMap   same      Unknown\n"))
        #expect(partial.output.contains("  Secret      lost      Missing\n"))
        #expect(partial.diagnostics.hasPrefix("some resources are not known: cannot read configmaps env-a/same: "))
    }
}
