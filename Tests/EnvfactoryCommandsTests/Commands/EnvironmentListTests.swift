import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory list, get and describe")
struct EnvironmentListTests {
    /// Three environments, in three states.
    private func cluster() async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.environment("a", ["ttl": "24h"])
        try await cluster.status(
            "a",
            [
                .yes(.accepted, "Accepted", "The environment is accepted."), .yes(.expiring, "Warned", "ends soon"),
                .ready,
            ],
            [
                "expiresAt": "2026-01-02T00:00:00Z", "namespace": ["name": "env-a-1", "uid": "1"],
                "kubeconfig": [
                    "secretRef": ["namespace": "env-a-1", "name": "envfactory-kubeconfig"], "server": "https://h",
                ],
            ])
        try await cluster.environment("b")
        try await cluster.status(
            "b",
            [.no(.terminated, "Leftovers", "held by \u{1B}[31mx"), .no(.ready, "Expired", "held by \u{1B}[31mx")],
            [
                "expiresAt": "2025-12-31T00:00:00Z",
                "leftovers": [
                    [
                        "apiVersion": "v1", "kind": "ConfigMap", "namespace": "env-b", "name": "keep",
                        "heldBy": "example.com/hold", "since": "2026-01-01T00:00:00Z",
                    ]
                ],
            ])
        try await cluster.environment("c")
        cluster.cluster.time.advance(by: .seconds(180))
        return cluster
    }

    @Test("shows how each stands, in kubectl's form, by the server's time")
    func table() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("list")
                == CommandLineRun(
                    """
                    NAME   CLASS    READY     HOST-NAMESPACE   EXPIRES-IN   AGE   MESSAGE
                    a      review   Ready     env-a-1          23h          3m    ends soon
                    b      review   Expired   <none>           due          3m    held by \\u{1b}[31mx
                    c      review   Pending   <none>           <unknown>    3m

                    """))
        let everywhere = await cluster.run("list -A")
        #expect(everywhere.output.hasPrefix("NAMESPACE   NAME   CLASS"))
        #expect(everywhere.output.contains("\nteam        a      review"))
    }

    @Test("prints a List for programs, and names for scripts")
    func forms() async throws {
        let cluster = try await cluster()
        let json = try JSONValue(parsing: await cluster.run("list -o json").output)
        #expect(json.object?.keys == ["apiVersion", "kind", "items"])
        #expect(json["apiVersion"] == "v1" && json["kind"] == "List")
        #expect(json["items"]?.array?.count == 3)
        #expect(json["items"]?.array?.allSatisfy { $0[path: "metadata", "managedFields"] == nil } == true)
        let yaml = try YAML.documents(in: Array(await cluster.run("list -o yaml").output.utf8))
        #expect(yaml == [json])
        #expect(
            await cluster.run("list --output=name").output
                == "environment.envfactory.dev/a\nenvironment.envfactory.dev/b\nenvironment.envfactory.dev/c\n")
    }

    @Test("says on standard error that there is nothing, and prints an empty List")
    func empty() async throws {
        let cluster = try await CommandCluster()
        #expect(await cluster.run("list") == CommandLineRun(diagnostics: "no environments in namespace team\n"))
        #expect(await cluster.run("list -A -q") == CommandLineRun())
        let json = await cluster.run("list -o json")
        #expect(
            json == CommandLineRun("{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"List\",\n    \"items\": []\n}\n"))
    }

    @Test("selects by label, refuses what contradicts itself")
    func selector() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        _ = try await cluster.cluster.admin.patch(
            cluster.key("a"), .merge, ["metadata": ["labels": ["team": "payments"]]])
        try await cluster.environment("b")
        #expect(await cluster.run("list -l team=payments -o name").output == "environment.envfactory.dev/a\n")
        #expect(await cluster.run("list -A -n team").code == .usage)
    }

    @Test("says that the operator is paused, and by whom it was stopped")
    func banner() async throws {
        let cluster = try await cluster()
        try await cluster.cluster.namespace("envfactory-system")
        #expect(await cluster.run("pause --reason maintenance").code == .success)
        let banner =
            "warning: the operator is paused since 2026-01-01T00:03:00Z: maintenance ('envfactory unpause' ends it)\n"
        for command in ["list", "get a", "describe a", "list -o json", "list --quiet"] {
            #expect(await cluster.run(command).diagnostics == banner)
        }
        #expect(await cluster.run("wait a").diagnostics.hasPrefix(banner))
        let key = PauseNotice.key
        _ = try await cluster.cluster.admin.patch(
            key, .merge, ["data": ["by": "brake", "reason": "More than 30 of 40"]])
        #expect(
            await cluster.run("list").diagnostics
                == "warning: the brake holds every teardown since 2026-01-01T00:03:00Z: More than 30 of 40 "
                + "('envfactory unpause' ends it)\n")
    }

    @Test("lists for who may list environments and nothing else")
    func leastRights() async throws {
        var cluster = try await cluster()
        let jane = Identity(user: "jane")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let refused = await cluster.run("list")
        #expect(refused.code == .forbidden)
        #expect(refused.diagnostics.hasPrefix("error: cannot list environments.envfactory.dev: "))
        try await cluster.grant(jane, ["list", "get"], "environments")
        #expect(await cluster.run("list -o name").code == .success)
        let described = await cluster.run("describe a")
        #expect(described.code == .success)
        #expect(described.diagnostics.hasPrefix("events are left out: "))
    }

    @Test("gets one, or says that there is none")
    func get() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("get a").output.hasSuffix(
                "\na      review   Ready   env-a-1          23h          3m    ends soon\n"))
        #expect(
            await cluster.run("get \u{1B}[31mx")
                == CommandLineRun(
                    diagnostics: """
                        error: there is no environment \\u{1b}[31mx in namespace team
                        hint: 'envfactory list --all-namespaces' shows what there is

                        """, code: .notFound))
        #expect(await cluster.run("get a -n nowhere").code == .notFound)
    }

    @Test("describes all that one may want to know")
    func describe() async throws {
        let cluster = try await cluster()
        let uid = try await cluster.cluster.admin.get(cluster.key("b")).uid ?? ""
        var event = KubernetesObject(.events, namespace: "team", name: "b.1")
        event["regarding"] = ["kind": "Environment", "name": "b", "namespace": "team", "uid": .string(uid)]
        for (key, value) in [
            ("type", "Warning"), ("reason", "TeardownBlocked"), ("note", "held\nby x"), ("action", "TearDown"),
            ("eventTime", "2026-01-01T00:01:00.000000Z"), ("reportingController", "envfactory.dev/operator"),
            ("reportingInstance", "one"),
        ] { event[key] = .string(value) }
        _ = try await cluster.cluster.admin.create(event, as: .events)
        let run = await cluster.run("describe b")
        #expect(
            run
                == CommandLineRun(
                    """
                    Name:       b
                    Namespace:  team
                    Class:      review
                    Ready:      False (Expired)
                    Message:    held by \\u{1b}[31mx
                    Created:    2026-01-01T00:00:00Z (3m ago)
                    Ends:       2025-12-31T00:00:00Z (ttl of the class; due)

                    Conditions:
                      TYPE         STATUS   REASON      AGE   MESSAGE
                      Terminated   False    Leftovers   3m    held by \\u{1b}[31mx
                      Ready        False    Expired     3m    held by \\u{1b}[31mx

                    Leftovers:
                      KIND        NAMESPACE   NAME   SINCE                  HELD-BY
                      ConfigMap   env-b       keep   2026-01-01T00:00:00Z   example.com/hold

                    Events:
                      AGE   TYPE      REASON            MESSAGE
                      2m    Warning   TeardownBlocked   held\\nby x

                    """))
    }

    @Test("describes where it comes from and who may use it")
    func describeSource() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment(
            "a",
            [
                "ttl": "36h",
                "access": [
                    ["kind": "User", "name": "jane"], ["kind": "ServiceAccount", "name": "ci", "namespace": "team"],
                ],
                "source": [
                    "provider": "GitHub", "repository": "acme/payments", "pullRequest": 42, "branch": "fix",
                    "commit": "0a1b2c3d4e5f60718293",
                ],
            ])
        let output = await cluster.run("describe a").output
        #expect(output.contains("Source:     GitHub acme/payments, pull request 42, branch fix, commit 0a1b2c3d4e5f\n"))
        #expect(output.contains("Access:\n  KIND             NAMESPACE   NAME\n  User                         jane\n"))
        #expect(output.contains("Ready:      Unknown (Pending)\n"))
    }
}
