import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory inference list and get")
struct InferenceListTests {
    /// Four endpoints, in four states.
    private func cluster() async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        try await cluster.endpointStatus(
            "a", [.yes(.modelReady, "ModelReady", "It lists the model."), .modelAnswers],
            [
                "boundEnvironments": 2, "model": ["loaded": true, "name": "owner/gemma"],
                "placement": ["node": "gpu-1", "resource": "nvidia.com/gpu", "count": 1],
                "url": "http://llm-server.inf-a.svc:18080/v1",
            ])
        try await cluster.endpoint("b", CommandCluster.clusterSpec.setting(["mode": "Auto"]))
        try await cluster.endpointStatus(
            "b", [.no(.placed, "WaitingForGPU", "No GPU is free."), .no(.ready, "WaitingForGPU", "No GPU is free.")],
            [
                "mode": "Cluster",
                "queue": ["position": 2, "waitingFor": "team/\u{1B}[31ma", "since": "2026-01-01T00:00:00Z"],
            ])
        try await cluster.endpoint("c", CommandCluster.hostSpec)
        try await cluster.endpointStatus(
            "c",
            [
                .yes(.serviceReady, "ServiceReady"), .no(.modelReady, "Unreachable", "Nobody answers."),
                .no(.ready, "Provisioning", "Nobody answers."),
            ],
            ["mode": "Host", "url": "http://llm-server.inf-c.svc:8080/v1"])
        try await cluster.endpoint("d", CommandCluster.hostSpec)
        cluster.cluster.time.advance(by: .seconds(180))
        return cluster
    }

    @Test("shows how each stands, in kubectl's form")
    func table() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("inference list")
                == CommandLineRun(
                    """
                    NAME   MODE      MODEL         READY           NODE     BOUND   AGE   MESSAGE
                    a      Cluster   owner/gemma   Ready           gpu-1    2       3m
                    b      Cluster   owner/gemma   WaitingForGPU   <none>   0       3m    No GPU is free.
                    c      Host      gemma         Provisioning    <none>   0       3m    Nobody answers.
                    d      Host      gemma         Pending         <none>   0       3m

                    """))
        let everywhere = await cluster.run("inference list -A")
        #expect(everywhere.output.hasPrefix("NAMESPACE   NAME   MODE"))
        #expect(everywhere.output.contains("\nteam        a      Cluster"))
        #expect(await cluster.run("inference list -o name -l none=such") == CommandLineRun())
        let json = try JSONValue(parsing: await cluster.run("inference list -o json").output)
        #expect(json["items"]?.array?.count == 4)
    }

    @Test("says on standard error that there is nothing, and refuses what contradicts itself")
    func empty() async throws {
        let cluster = try await CommandCluster()
        #expect(
            await cluster.run("inference list")
                == CommandLineRun(diagnostics: "no inference endpoints in namespace team\n"))
        #expect(await cluster.run("inference list -A") == CommandLineRun(diagnostics: "no inference endpoints\n"))
        #expect(await cluster.run("inference list -A -n team").code == .usage)
    }

    @Test("tells all of one that is ready, and how it is used")
    func ready() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("inference get a")
                == CommandLineRun(
                    """
                    Name:            a
                    Namespace:       team
                    Mode:            Cluster
                    Ready:           True (Ready)
                    Created:         2026-01-01T00:00:00Z (3m ago)
                    URL:             http://llm-server.inf-a.svc:18080/v1
                    Host namespace:  inf-a
                    Model:           owner/gemma, file gemma.gguf (it answers)
                    Engine:          LlamaCpp, image engine:1
                    Placement:       1 nvidia.com/gpu on node gpu-1
                    Bound:           2 environments

                    Conditions:
                      TYPE         STATUS   REASON       AGE   MESSAGE
                      ModelReady   True     ModelReady   3m    It lists the model.
                      Ready        True     Ready        3m    The model answers.

                    Next:
                      'envfactory inference chat a hello' asks it
                      an environment reaches it by spec.inference: [{endpointRef: {namespace: team, name: a}, serviceName: llm-server}]

                    """))
    }

    @Test("tells of one that waits what it waits for")
    func waiting() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("inference get b")
                == CommandLineRun(
                    """
                    Name:       b
                    Namespace:  team
                    Mode:       Cluster (chosen by Auto)
                    Ready:      False (WaitingForGPU)
                    Message:    No GPU is free.
                    Created:    2026-01-01T00:00:00Z (3m ago)
                    Model:      owner/gemma, file gemma.gguf
                    Engine:     LlamaCpp, image engine:1
                    Queue:      position 2 in the queue, waiting for team/\\u{1b}[31ma, since 2026-01-01T00:00:00Z (3m)
                    Bound:      no environment

                    Conditions:
                      TYPE     STATUS   REASON          AGE   MESSAGE
                      Placed   False    WaitingForGPU   3m    No GPU is free.
                      Ready    False    WaitingForGPU   3m    No GPU is free.

                    Next:
                      nothing, it takes its turn; 'envfactory inference list --all-namespaces' shows who holds GPUs
                      'envfactory inference wait b --timeout 1h' waits for it

                    """))
        let beside = await cluster.run("inference get c").output
        #expect(beside.contains("\nHost:       host.example:8080\n"))
        #expect(beside.hasSuffix("\nNext:\n  'envfactory inference wait c' waits for it\n"))
    }

    @Test(
        "says what to do next, by where it stands",
        arguments: [
            ([], ["nothing was heard of it yet: see whether the operator runs"]),
            ([.no(.ready, "Rejected", "no")], ["correct what Accepted says, and apply it again"]),
            ([.no(.ready, "NameConflict", "no")], ["delete what has its name, or use another name"]),
            ([.no(.ready, "Deleting", "no")], ["'envfactory inference wait a --for gone' waits for its end"]),
            (
                [.yes(.serviceReady, "ServiceReady"), .no(.modelReady, "CacheTooSmall"), .no(.ready, "Failed", "no")],
                ["mend what the message says", "'envfactory inference logs a --fetch' shows what it says"]
            ),
            (
                [.yes(.serviceReady, "ServiceReady"), .no(.modelReady, "Loading"), .no(.ready, "Loading", "no")],
                [
                    "'envfactory inference wait a' waits for it", "'envfactory inference logs a' shows what it says",
                ]
            ),
        ] as [([TestCondition], [String])])
    func next(conditions: [TestCondition], lines: [String]) async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        try await cluster.endpointStatus("a", conditions)
        let output = await cluster.run("inference get a").output
        #expect(output.hasSuffix("\nNext:\n" + lines.map { "  \($0)\n" }.joined()))
    }

    @Test("gets the whole object for programs, or says that there is none")
    func forms() async throws {
        let cluster = try await cluster()
        let json = try JSONValue(parsing: await cluster.run("inference get a -o json").output)
        #expect(json[path: "status", "placement", "node"] == "gpu-1")
        #expect(await cluster.run("inference get a -o name").output == "inferenceendpoint.envfactory.dev/a\n")
        #expect(
            await cluster.run("inference get \u{1B}[31mx")
                == CommandLineRun(
                    diagnostics: """
                        error: there is no inference endpoint \\u{1b}[31mx in namespace team
                        hint: 'envfactory inference list --all-namespaces' shows what there is

                        """, code: .notFound))
    }

    @Test("lists and gets for who may read endpoints and nothing else")
    func leastRights() async throws {
        var cluster = try await cluster()
        let jane = Identity(user: "jane")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        #expect(await cluster.run("inference list").code == .forbidden)
        try await cluster.grant(jane, ["list", "get"], "inferenceendpoints")
        #expect(await cluster.run("inference list -o name").code == .success)
        let run = await cluster.run("inference get a")
        #expect(run.code == .success)
        #expect(run.diagnostics.hasPrefix("events are left out: "))
    }

    @Test(
        "leads from a wrong word to the right one",
        arguments: [
            ("inference", "inference needs a second word: use 'envfactory inference create' or "),
            ("inference lst", "there is no command \"inference lst\": did you mean 'inference list'?"),
            ("inference rm", "there is no command \"inference rm\": did you mean 'inference delete'?"),
            ("infernece list", "there is no command infernece: did you mean 'inference'?"),
            ("models", "there is no command models: did you mean 'inference list'?"),
        ])
    func wrongWords(line: String, message: String) async {
        let run = await TestMachine().run(line)
        #expect(run.diagnostics.hasPrefix("error: \(message)"))
        #expect(run.code == .usage)
    }
}

extension JSONValue {
    /// With members of an object replaced.
    fileprivate func setting(_ members: JSONValue) -> JSONValue {
        var json = self
        for (key, value) in members.object ?? JSONObject() { json[key] = value }
        return json
    }
}
