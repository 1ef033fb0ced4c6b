import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory logs")
struct EnvironmentLogsTests {
    private static let path = "/api/v1/namespaces/env-a/pods"

    @Test("shows the log of the control plane's pod, and lets no line steer the terminal")
    func shows() async throws {
        var cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.controlPlanePod("a-0", of: "a")
        let script = cluster.script([
            .expect(
                .get, "\(Self.path)/a-0/log?container=syncer",
                .lines(["starting\r", "\u{1B}[2Jup"], ending: .end))
        ])
        #expect(await cluster.run("logs a") == CommandLineRun("starting\n\\u{1b}[2Jup\n"))
        #expect(script.isFinished)
    }

    @Test(
        "asks for what kubectl's options of these names ask for",
        arguments: [
            ("-f", "syncer&follow=true"), ("--tail 5", "syncer&tailLines=5"),
            ("--since 1500ms", "syncer&sinceSeconds=2"),
            ("-c init", "init"), ("-p", "syncer&previous=true"), ("--timestamps", "syncer&timestamps=true"),
            (
                "-f --tail 0 --since 10m -c init -p --timestamps",
                "init&follow=true&tailLines=0&sinceSeconds=600&previous=true&timestamps=true"
            ),
        ])
    func options(options: String, query: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.controlPlanePod("a-0", of: "a")
        let script = cluster.script([
            .expect(.get, "\(Self.path)/a-0/log?container=\(query)", .lines(["x"], ending: .end))
        ])
        #expect(await cluster.run("logs a \(options)") == CommandLineRun("x\n"))
        #expect(script.isFinished)
    }

    @Test("takes the newest pod that is ready, and says which of several that is")
    func several() async throws {
        var cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        for (name, isReady) in [("a-0", true), ("a-1", true), ("a-2", false)] {
            // Before it is made: the simulated node makes every pod ready in time.
            cluster.cluster.time.advance(by: .seconds(60))
            try await cluster.controlPlanePod(name, of: "a", isReady: isReady)
        }
        let script = cluster.script([
            .expect(.get, "\(Self.path)/a-1/log?container=syncer", .lines(["x"], ending: .end))
        ])
        #expect(await cluster.run("logs a") == CommandLineRun("x\n", diagnostics: "of 3 pods this is a-1\n"))
        #expect(script.isFinished)
    }

    @Test("says what to do where there is no control plane, no pod, no container")
    func absences() async throws {
        let cluster = try await CommandCluster()
        try await cluster.readyEnvironment("n")
        let none = await cluster.run("logs n")
        #expect(none.code == .notFound)
        #expect(none.diagnostics.hasPrefix("error: environment team/n has no release\n"))
        #expect(none.diagnostics.contains("hint: only classes of isolation VirtualCluster install one"))
        try await cluster.virtualEnvironment("a")
        #expect(
            await cluster.run("logs a")
                == CommandLineRun(
                    diagnostics: """
                        error: the control plane of environment a has no pod: ReleaseReady is False (Installing): waits for a hook
                        hint: 'envfactory wait a' waits for it; 'envfactory events a' tells what keeps it away

                        """, code: .notFound))
        try await cluster.controlPlanePod("a-0", of: "a")
        #expect(
            await cluster.run("logs a -c etcd")
                == CommandLineRun(
                    diagnostics: """
                        error: pod a-0 has no container etcd
                        hint: name one that it has with --container: syncer, init

                        """, code: .notFound))
    }

    @Test(
        "passes on why a container has no log, with what to do",
        arguments: [("", "'envfactory events a' tells"), ("--previous", "leave --previous out")])
    func waiting(option: String, hint: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.controlPlanePod("a-0", of: "a")
        _ = cluster.script([.any(.status(400, "BadRequest", message: "no log yet"))])
        let run = await cluster.run("logs a \(option)")
        #expect(run.code == .rejected)
        #expect(run.output.isEmpty)
        #expect(run.diagnostics.hasPrefix("error: no log yet\nhint: "))
        #expect(run.diagnostics.contains(hint))
    }

    @Test("names the right that is missing", arguments: [false, true])
    func forbidden(mayList: Bool) async throws {
        var cluster = try await CommandCluster()
        try await cluster.virtualEnvironment("a")
        try await cluster.controlPlanePod("a-0", of: "a")
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["get"], "environments")
        if mayList { try await cluster.grant(jane, ["list"], "pods", group: "", in: "env-a") }
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let run = await cluster.run("logs a")
        #expect(run.code == .forbidden)
        #expect(run.diagnostics.contains(mayList ? "pods/log" : "cannot list pods"))
        #expect(
            run.diagnostics.hasSuffix(
                "hint: ask whoever runs this cluster for a role in namespace env-a that may list pods and get pods/log\n"
            ))
    }

    @Test("the container that the pod itself names stands for all")
    func defaultContainer() {
        var pod = KubernetesObject(.pods, namespace: "n", name: "p")
        pod["spec"] = ["containers": [["name": "one"], ["name": "two"]]]
        #expect(PodLog().container(in: pod) == "one")
        pod["metadata"]?["annotations"] = ["kubectl.kubernetes.io/default-container": "two"]
        #expect(PodLog().container(in: pod) == "two")
        pod["metadata"]?["annotations"] = ["kubectl.kubernetes.io/default-container": "none"]
        #expect(PodLog().container(in: pod) == "one")
    }
}

extension CommandCluster {
    /// A pod of an environment's control plane.
    fileprivate func controlPlanePod(_ name: String, of environment: String, isReady: Bool = true) async throws {
        var pod = KubernetesObject(.pods, namespace: "env-\(environment)", name: name)
        pod["metadata"]?["labels"] = ["app": "vcluster", "release": .string(environment)]
        pod["spec"] = [
            "containers": [["name": "syncer", "image": "vcluster:1"]],
            "initContainers": [["name": "init", "image": "vcluster:1"]],
        ]
        let created = try await cluster.admin.create(pod, as: .pods)
        let key = ObjectKey(.pods, namespace: created.namespace, name: name)
        let status: JSONValue = ["conditions": [["type": "Ready", "status": isReady ? "True" : "False"]]]
        _ = try await cluster.admin.patch(key, .merge, ["status": status], subresource: .status)
    }
}
