import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory inference logs")
struct InferenceLogsTests {
    private static let path = "/api/v1/namespaces/inf-a/pods"

    @Test("shows the newest pod's engine, line by line")
    func engine() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        try await cluster.enginePod("z-old", of: "a")
        cluster.cluster.time.advance(by: .seconds(60))
        try await cluster.enginePod("new", of: "a")
        let script = cluster.script([
            .expect(
                .get, "\(Self.path)/new/log?container=engine",
                .lines(["loading\r", "10%\tdone", "ready"], ending: .end))
        ])
        #expect(await cluster.run("inference logs a") == CommandLineRun("loading\n10%\tdone\nready\n"))
        #expect(script.isFinished)
    }

    @Test("follows, of the step that fetches the model, the end that is asked for")
    func fetch() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        try await cluster.enginePod("p", of: "a", initContainers: [["name": "fetch", "image": "engine:1"]])
        let script = cluster.script([
            .expect(
                .get, "\(Self.path)/p/log?container=fetch&follow=true&tailLines=5", .lines(["fetching"], ending: .end))
        ])
        #expect(await cluster.run("inference logs a --fetch -f --tail 5") == CommandLineRun("fetching\n"))
        #expect(script.isFinished)
    }

    @Test("lets no line steer the terminal")
    func escapes() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        try await cluster.enginePod("p", of: "a")
        _ = cluster.script([.any(.lines(["\u{1B}[2J\u{9B}31mred\u{202E}", "a\u{7}\rb"], ending: .end))])
        #expect(
            await cluster.run("inference logs a")
                == CommandLineRun("\\u{1b}[2J\\u{9b}31mred\\u{202e}\na\\u{7}\\rb\n"))
    }

    @Test("says what came before a stream broke off")
    func breaks() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        try await cluster.enginePod("p", of: "a")
        _ = cluster.script([.any(.lines(["one"], ending: .failure(.interrupted)))])
        let run = await cluster.run("inference logs a --follow")
        #expect(run.output == "one\n")
        #expect(run.code == .unreachable)
    }

    @Test("says where the log is that is not here")
    func besideTheCluster() async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a", CommandCluster.hostSpec)
        #expect(
            await cluster.run("inference logs a")
                == CommandLineRun(
                    diagnostics: """
                        error: inference endpoint a is served beside the cluster, at host.example:8080: its log is on that machine
                        hint: look where the model server was started there; 'envfactory inference get a' tells what the operator sees of it

                        """, code: .notFound))
    }

    @Test("says why there is no log yet")
    func notBegun() async throws {
        var cluster = try await CommandCluster()
        try await cluster.endpoint("b")
        let none = """
            error: inference endpoint b has no pod yet
            hint: 'envfactory inference wait b' waits for it

            """
        #expect(await cluster.run("inference logs b") == CommandLineRun(diagnostics: none, code: .notFound))
        try await cluster.servedEndpoint(
            "a", [.no(.placed, "WaitingForGPU", "No GPU is free."), .no(.ready, "WaitingForGPU", "No GPU is free.")])
        #expect(
            await cluster.run("inference logs a").diagnostics.hasPrefix(
                "error: inference endpoint a has no pod yet: Placed is False (WaitingForGPU): No GPU is free.\n"))
        try await cluster.enginePod("p", of: "a")
        #expect(
            await cluster.run("inference logs a --fetch")
                == CommandLineRun(
                    diagnostics: """
                        error: the engine of inference endpoint a fetches its model by itself: it has no such step
                        hint: 'envfactory inference logs a' shows the engine's log

                        """, code: .notFound))
        let message = #"container "engine" in pod "p" is waiting to start: PodInitializing"#
        _ = cluster.script([.any(.status(400, "BadRequest", message: message))])
        #expect(
            await cluster.run("inference logs a")
                == CommandLineRun(
                    diagnostics: """
                        error: \(message)
                        hint: the model may still be fetched: 'envfactory inference logs a --fetch' shows how far it is

                        """, code: .rejected))
    }

    @Test("says what to ask for where the right is missing")
    func forbidden() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["get"], "inferenceendpoints")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let run = await cluster.run("inference logs a")
        #expect(run.code == .forbidden)
        #expect(run.diagnostics.hasPrefix("error: cannot list pods: "))
        #expect(
            run.diagnostics.hasSuffix(
                "hint: ask whoever runs this cluster for a role in namespace inf-a that may list pods and get pods/log\n"
            ))
    }

    @Test("a pod that ends is shown where there is no other")
    func ending() {
        func pod(_ name: String, created: String, isEnding: Bool) -> KubernetesObject {
            var pod = KubernetesObject(.pods, namespace: "n", name: name)
            pod["metadata"]?["creationTimestamp"] = .string(created)
            if isEnding { pod["metadata"]?["deletionTimestamp"] = "2026-01-03T00:00:00Z" }
            return pod
        }
        let old = pod("old", created: "2026-01-01T00:00:00Z", isEnding: false)
        let new = pod("new", created: "2026-01-02T00:00:00Z", isEnding: true)
        #expect(PodLog.newest(of: [new, old]) == old)
        #expect(PodLog.newest(of: [new]) == new)
        #expect(PodLog.newest(of: []) == nil)
    }
}
