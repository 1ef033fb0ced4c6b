import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory delete and wait")
struct EnvironmentDeleteTests {
    /// An environment that the operator's finalizer holds.
    private func held() async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.hold("a")
        return cluster
    }

    @Test("says gone only where it is gone")
    func gone() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        #expect(await cluster.run("delete a") == CommandLineRun("environment.envfactory.dev/a gone\n"))
        let held = try await held()
        #expect(await held.run("delete a") == CommandLineRun("environment.envfactory.dev/a is being deleted\n"))
    }

    @Test("deletes by uid, so that a successor of the name is untouched")
    func precondition() async throws {
        let path = "/apis/envfactory.dev/v1alpha1/namespaces/team/environments/a"
        let transport = ScriptedTransport([
            .expect(
                .get, path,
                .json(200, ["kind": "Environment", "metadata": ["name": "a", "namespace": "team", "uid": "1"]])),
            .expect(
                .delete, path,
                .answer { request in
                    let body = try JSONValue(parsing: request.body)
                    let isGuarded = body[path: "preconditions", "uid"] == "1"
                    return HTTPResponse(status: isGuarded ? 409 : 200, body: Array(#"{"kind":"Status"}"#.utf8))
                }),
        ])
        var machine = TestMachine()
        machine.transport = transport
        let run = await machine.run("delete a")
        #expect(run.code == .rejected)
        #expect(run.output.isEmpty)
        #expect(transport.isFinished)
    }

    @Test("waits until it is gone, and shows what holds it meanwhile")
    func waits() async throws {
        let cluster = try await held()
        let run = try await cluster.run("delete a --wait") {
            try await cluster.status(
                "a", [.no(.terminated, "Deleted", "3 pods are left."), .no(.ready, "Deleting", "3 pods are left.")],
                [
                    "leftovers": [
                        ["apiVersion": "v1", "kind": "Pod", "namespace": "env-a", "name": "p", "heldBy": "x/y"]
                    ]
                ])
            try await cluster.release("a")
        }
        #expect(run.output == "environment.envfactory.dev/a gone\n")
        #expect(run.code == .success)
        #expect(
            run.diagnostics.hasSuffix("0s\twait  Terminated: 3 pods are left.\n0s\theld  Pod env-a/p, held by x/y\n"))
    }

    @Test("tells what holds it when the time is over")
    func timesOut() async throws {
        let cluster = try await held()
        try await cluster.status(
            "a",
            [
                .no(.terminated, "Leftovers", "The namespace is held."),
                .no(.ready, "Deleting", "The namespace is held."),
            ],
            [
                "leftovers": [
                    [
                        "apiVersion": "v1", "kind": "ConfigMap", "namespace": "env-a", "name": "keep",
                        "heldBy": "example.com/hold", "since": "2026-01-01T00:00:00Z",
                    ]
                ]
            ])
        let run = await cluster.runOut("delete a --wait --timeout 25s --quiet", after: .seconds(25))
        #expect(
            run
                == CommandLineRun(
                    diagnostics: """
                        error: environment a is not gone after 25s: Terminated is False (Leftovers): The namespace is held.
                          - ConfigMap env-a/keep, held by example.com/hold since 2026-01-01T00:00:00Z
                        hint: 'envfactory describe a' tells more; --timeout waits longer

                        """, code: .timedOut))
    }

    @Test("has nothing to delete where there is none, and is content if told so")
    func absent() async throws {
        let cluster = try await CommandCluster()
        #expect(await cluster.run("delete a").code == .notFound)
        #expect(
            await cluster.run("delete a --ignore-not-found")
                == CommandLineRun(diagnostics: "there is no environment a in namespace team: nothing to delete\n"))
    }

    @Test("one that takes the name later is not waited for")
    func successor() async throws {
        let cluster = try await held()
        let run = try await cluster.run("delete a --wait") {
            try await cluster.release("a")
            try await cluster.environment("a")
        }
        #expect(run.output == "environment.envfactory.dev/a gone\n")
        #expect(try await cluster.cluster.admin.find(cluster.key("a")) != nil)
    }

    @Test("waits through broken watches and an outage")
    func outage() async throws {
        let cluster = try await held()
        let run = try await cluster.run("delete a --wait") {
            cluster.cluster.server.cutWatches()
            try await cluster.release("a")
            for _ in 0..<200 {
                await Task.yield()
                cluster.cluster.time.advance(by: .milliseconds(100))
            }
        }
        #expect(run.output == "environment.envfactory.dev/a gone\n")
    }

    @Test(
        "waits for what it is told to wait for",
        arguments: [
            ("wait a", "ready"), ("wait a --for ready", "ready"), ("wait a --for condition=expiring", "Expiring=True"),
            ("wait a --for condition=Terminated=False", "Terminated=False"),
        ])
    func goals(line: String, outcome: String) async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.status("a", [.yes(.expiring, "Warned"), .no(.terminated, "Running"), .ready])
        #expect(await cluster.run("\(line) -q") == CommandLineRun("environment.envfactory.dev/a \(outcome)\n"))
    }

    @Test(
        "ends at once where waiting longer cannot help",
        arguments: [
            (
                [TestCondition.no(.ready, "Failed", "no")], 9,
                "error: environment a is not ready (Failed): Ready is False (Failed): no\n"
            ),
            (
                [.no(.namespaceReady, "NameConflict", "foreign"), .no(.ready, "NameConflict", "foreign")], 9,
                "error: environment a is not ready (NameConflict): NamespaceReady is False (NameConflict): foreign\n"
            ),
            (
                [.no(.terminated, "Expired", "3 pods"), .no(.ready, "Expired", "3 pods")], 9,
                "error: environment a ends and will not be ready: Terminated is False (Expired): 3 pods\n"
            ),
            (
                [.no(.accepted, "Invalid", "one; two"), .no(.ready, "Rejected", "one")], 5,
                "error: environment a is rejected: correct this and apply it again\n  - one\n  - two\n"
            ),
        ] as [([TestCondition], Int32, String)])
    func failures(conditions: [TestCondition], code: Int32, message: String) async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.status("a", conditions)
        let run = await cluster.run("wait a -q")
        #expect(run.diagnostics.hasPrefix(message))
        #expect(run.code.rawValue == code)
        #expect(run.output.isEmpty)
    }

    @Test("gives the cause in one line when the time is over")
    func waitTimesOut() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        let silent = await cluster.runOut("wait a --timeout 90s -q", after: .seconds(90))
        #expect(
            silent.diagnostics.hasPrefix(
                "error: environment a is not ready after 1m30s: nothing was heard of it: see whether the operator runs\n"
            ))
        try await cluster.status(
            "a",
            [
                .yes(.accepted, "Accepted"), .no(.guardrailsReady, "QuotaPending", "the quota does not bind yet"),
                .no(.ready, "Provisioning", "the quota does not bind yet"),
            ])
        let run = await cluster.runOut("wait a --timeout 90s -q", after: .seconds(90))
        #expect(
            run.diagnostics.hasPrefix(
                "error: environment a is not ready after 1m30s: GuardrailsReady is False (QuotaPending): the quota does not bind yet\n"
            ))
        #expect(run.code == .timedOut)
    }

    @Test("what was said of an older spec is no answer")
    func observedGeneration() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.status("a", [.ready])
        _ = try await cluster.cluster.admin.patch(cluster.key("a"), .merge, ["spec": ["ttl": "1h"]])
        #expect(await cluster.runOut("wait a -q --timeout 5s", after: .seconds(5)).code == .timedOut)
    }

    @Test("an environment that vanishes will not be ready; one that is gone is gone")
    func vanishes() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        let run = try await cluster.run("wait a") {
            _ = await cluster.run("delete a")
        }
        #expect(
            run
                == CommandLineRun(
                    diagnostics: "error: the environment was deleted before it was ready\n", code: .environmentFailed))
        #expect(await cluster.run("wait a --for gone") == CommandLineRun("environment.envfactory.dev/a gone\n"))
        #expect(await cluster.run("wait a").code == .notFound)
        #expect(await cluster.run("wait a --for never").code == .usage)
    }
}
