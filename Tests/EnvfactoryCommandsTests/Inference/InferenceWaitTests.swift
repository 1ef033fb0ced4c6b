import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory inference wait and delete")
struct InferenceWaitTests {
    @Test("shows its turn, the loading, and what holds already, each as it changes")
    func progress() async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        let run = try await cluster.run("inference wait a") {
            let accepted = TestCondition.yes(.accepted, "Accepted")
            let waiting = TestCondition.no(.placed, "WaitingForGPU", "Both GPUs are held.")
            let ready = TestCondition.no(.ready, "WaitingForGPU", "Both GPUs are held.")
            for position in [2, 1] as [Int64] {
                let queue: JSONValue = ["position": .integer(position), "waitingFor": "team/b"]
                try await cluster.endpointStatus("a", [accepted, waiting, ready], ["queue": queue])
            }
            let placed = TestCondition.yes(.placed, "Placed")
            try await cluster.endpointStatus(
                "a", [accepted, placed, .no(.modelReady, "Loading", "It loads."), .no(.ready, "Loading", "It loads.")],
                ["queue": nil])
            try await cluster.endpointStatus(
                "a", [accepted, placed, .yes(.modelReady, "ModelReady"), .yes(.webUIReady, "NotNeeded"), .modelAnswers])
        }
        #expect(
            run
                == CommandLineRun(
                    "inferenceendpoint.envfactory.dev/a ready\n",
                    diagnostics: """
                        0s\tok    Accepted
                        0s\twait  WaitingForGPU: Both GPUs are held.
                        0s\twait  position 2 in the queue, waiting for team/b
                        0s\twait  position 1 in the queue, waiting for team/b
                        0s\tok    Placed
                        0s\twait  Loading: It loads.
                        0s\tok    ModelReady

                        """))
    }

    @Test(
        "ends at once where waiting longer cannot help",
        arguments: [
            (
                [
                    TestCondition.no(.modelReady, "DigestMismatch", "The digest is another."),
                    .no(.ready, "Failed", "The digest is another."),
                ], 9,
                """
                error: inference endpoint a is not ready (Failed): ModelReady is False (DigestMismatch): The digest is another.
                hint: 'envfactory inference get a' shows its conditions and events

                """
            ),
            (
                [.no(.namespaceReady, "NameConflict", "foreign"), .no(.ready, "NameConflict", "foreign")], 9,
                """
                error: inference endpoint a is not ready (NameConflict): NamespaceReady is False (NameConflict): foreign
                hint: 'envfactory inference get a' shows its conditions and events

                """
            ),
            (
                [.no(.accepted, "Invalid", "one; two"), .no(.ready, "Rejected", "one; two")], 5,
                "error: inference endpoint a is rejected: correct this and apply it again\n  - one\n  - two\n"
            ),
            (
                [.no(.terminated, "Deleted", "A pod is left."), .no(.ready, "Deleting", "A pod is left.")], 9,
                "error: inference endpoint a ends and will not be ready: Terminated is False (Deleted): A pod is left.\n"
            ),
        ] as [([TestCondition], Int32, String)])
    func failures(conditions: [TestCondition], code: Int32, message: String) async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        try await cluster.endpointStatus("a", conditions)
        let run = await cluster.run("inference wait a -q")
        #expect(run.diagnostics == message)
        #expect(run.code.rawValue == code)
        #expect(run.output.isEmpty)
    }

    @Test("gives the cause in one line when the time is over")
    func timesOut() async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        try await cluster.endpointStatus(
            "a", [.no(.modelReady, "Loading", "It loads."), .no(.ready, "Loading", "It loads.")])
        #expect(
            await cluster.runOut("inference wait a --timeout 90s -q", after: .seconds(90))
                == CommandLineRun(
                    diagnostics: """
                        error: inference endpoint a is not ready after 1m30s: ModelReady is False (Loading): It loads.
                        hint: 'envfactory inference get a' tells more; --timeout waits longer

                        """, code: .timedOut))
    }

    @Test("what was said of an older spec is no answer")
    func observedGeneration() async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        try await cluster.endpointStatus("a", [.modelAnswers])
        _ = try await cluster.cluster.admin.patch(
            cluster.endpointKey("a"), .merge, ["spec": ["model": ["name": "owner/other"]]])
        #expect(await cluster.runOut("inference wait a -q --timeout 5s", after: .seconds(5)).code == .timedOut)
    }

    @Test("what is gone is gone, and will not be ready", arguments: ["gone", "deleted"])
    func gone(goal: String) async throws {
        let cluster = try await CommandCluster()
        #expect(
            await cluster.run("inference wait a --for \(goal)")
                == CommandLineRun("inferenceendpoint.envfactory.dev/a gone\n"))
        try await cluster.endpoint("a")
        let run = try await cluster.run("inference wait a") { _ = await cluster.run("inference delete a") }
        #expect(
            run
                == CommandLineRun(
                    diagnostics: "error: the inference endpoint was deleted before it was ready\n",
                    code: .environmentFailed))
        #expect(await cluster.run("inference wait a").code == .notFound)
    }

    // MARK: Deleting

    private func hold(_ name: String, in cluster: CommandCluster, _ finalizers: JSONValue) async throws {
        _ = try await cluster.cluster.admin.patch(
            cluster.endpointKey(name), .merge, ["metadata": ["finalizers": finalizers]])
    }

    @Test("deletes several, and says of each whether it is gone")
    func several() async throws {
        let cluster = try await CommandCluster()
        for name in ["a", "b"] { try await cluster.endpoint(name) }
        try await hold("b", in: cluster, [.string(Words.Finalizer.teardown)])
        #expect(
            await cluster.run("inference delete a b a")
                == CommandLineRun(
                    """
                    inferenceendpoint.envfactory.dev/a gone
                    inferenceendpoint.envfactory.dev/b is being deleted

                    """))
    }

    @Test("waits until all are gone, and shows what holds them")
    func waitsForAll() async throws {
        let cluster = try await CommandCluster()
        for name in ["a", "b"] {
            try await cluster.endpoint(name)
            try await hold(name, in: cluster, [.string(Words.Finalizer.teardown)])
        }
        let run = try await cluster.run("inference delete a b --wait") {
            try await cluster.endpointStatus(
                "a", [.no(.terminated, "Deleted", "A pod is left."), .no(.ready, "Deleting", "A pod is left.")])
            for name in ["b", "a"] { try await hold(name, in: cluster, nil) }
        }
        #expect(
            run
                == CommandLineRun(
                    "inferenceendpoint.envfactory.dev/a gone\ninferenceendpoint.envfactory.dev/b gone\n",
                    diagnostics: "0s\twait  Terminated: A pod is left.\n"))
    }

    @Test("deletes none where one does not exist, unless told to be content")
    func absent() async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        #expect(
            await cluster.run("inference delete a b c")
                == CommandLineRun(
                    diagnostics: """
                        error: there is no inference endpoint b in namespace team
                          - there is no inference endpoint c in namespace team
                        hint: 'envfactory inference list --all-namespaces' shows what there is

                        """, code: .notFound))
        #expect(
            await cluster.run("inference delete b a --ignore-not-found")
                == CommandLineRun(
                    "inferenceendpoint.envfactory.dev/a gone\n",
                    diagnostics: "there is no inference endpoint b in namespace team: nothing to delete\n"))
    }
}
