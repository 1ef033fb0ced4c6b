import EnvironmentAPI
import Formats
import Glibc
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("The program")
struct ProgramTests {
    @Test("a signal ends a command that waits, with 130, and nothing is left half done")
    func signal() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        let (output, diagnostics) = (MemoryOutput(), MemoryOutput())
        let surroundings = cluster.machine.surroundings(output, diagnostics)
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        async let code = Program.run(["wait", "a", "--timeout", "10h"], surroundings, until: signals)
        await cluster.cluster.eventually("it watches") { cluster.cluster.server.openWatches > 0 }
        continuation.yield(2)
        #expect(await code == .interrupted)
        #expect(output.text.isEmpty)
        #expect(
            diagnostics.text == """
                error: interrupted before environment a was ready: it goes on without you
                hint: 'envfactory wait a' waits for it again

                """)
        #expect(cluster.cluster.server.openWatches == 0)
    }

    @Test(
        "a signal while something is waited for says how to come back to it, and how to be rid of it",
        arguments: [
            (
                "create b --class review --wait -q",
                """
                error: interrupted before environment b was ready: it goes on without you
                hint: 'envfactory wait b' waits for it again
                hint: 'envfactory delete b' takes it away

                """
            ),
            (
                "up --name b --class review -q",
                """
                error: interrupted before environment b was ready: it goes on without you
                hint: the same 'envfactory up' goes on with it, 'envfactory down' takes it away

                """
            ),
            (
                "wait a --for condition=Drifted -q",
                """
                error: interrupted before environment a was Drifted=True: it goes on without you
                hint: 'envfactory wait a --for condition=Drifted=True' waits for it again

                """
            ),
        ])
    func wayBack(line: String, text: String) async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        let diagnostics = MemoryOutput()
        let surroundings = cluster.machine.surroundings(MemoryOutput(), diagnostics)
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        async let code = Program.run(line.split(separator: " ").map(String.init), surroundings, until: signals)
        await cluster.cluster.eventually("it watches") { cluster.cluster.server.openWatches > 0 }
        continuation.yield(2)
        #expect(await code == .interrupted)
        #expect(diagnostics.text == text)
    }

    @Test("a log that takes nothing more leaves nothing half done")
    func fullLog() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.status("a", [.ready])
        let output = MemoryOutput()
        let full = BrokenOutput(error: SystemError("the disk is full"))
        #expect(await Program.run(["wait", "a"], cluster.machine.surroundings(output, full)) == .success)
        #expect(output.text == "environment.envfactory.dev/a ready\n")
    }

    @Test("'--version' alone tells the program's; beside a command it is no option")
    func version() async {
        let machine = TestMachine()
        #expect(await machine.run("--version") == machine.run("version --client"))
        #expect(await machine.run("list --version").code == .usage)
        #expect(await machine.run("--version list").code == .usage)
    }

    @Test("a command that ends before a signal keeps its exit code")
    func noSignal() async {
        let surroundings = TestMachine().surroundings(MemoryOutput(), MemoryOutput())
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        #expect(await Program.run(["help"], surroundings, until: signals) == .success)
        #expect(await Program.run(["nothing"], surroundings, until: signals) == .usage)
        continuation.finish()
    }

    @Test("ends without what libraries have left for the end, which threads of the network may still use")
    func end() async {
        await #expect(processExitsWith: .exitCode(8)) {
            atexit { _exit(99) }
            Program.end(.timedOut)
        }
    }

    @Test("finds its cluster by flag, variable and file, in this order")
    func connection() async {
        var machine = TestMachine()
        machine.variables = [
            "KUBECONFIG": "/environment", "ENVFACTORY_KUBECONFIG": "/kubeconfig", "ENVFACTORY_CONTEXT": "other",
        ]
        let files = MemoryFiles(["/kubeconfig": TestMachine.kubeconfig, "/home/jane/mine": TestMachine.kubeconfig])
        machine.files = files
        #expect(await machine.run("list").diagnostics.contains("no context is named \"other\""))
        #expect(await machine.run("list --context third").diagnostics.contains("no context is named \"third\""))
        #expect(await machine.run("list --kubeconfig nothing").diagnostics.contains("/home/jane/nothing"))
        machine.variables["ENVFACTORY_CONTEXT"] = ""
        machine.transport = ScriptedTransport([
            .expect(
                .get, "/apis/envfactory.dev/v1alpha1/namespaces/x/environments/a", .status(503, "ServiceUnavailable"))
        ])
        machine.variables["ENVFACTORY_NAMESPACE"] = "x"
        #expect(await machine.run("delete a --kubeconfig mine").code == .unreachable)
    }

    @Test("gives a request the time it is told, and tells an outage within seconds")
    func timeouts() async {
        var machine = TestMachine()
        let transport = ScriptedTransport([
            .any(.failure(.unreachable)), .any(.failure(.unreachable)), .any(.json(200, [:])),
        ])
        machine.transport = transport
        let run = await machine.run("delete a --request-timeout 3s")
        #expect(run.code == .unreachable)
        #expect(run.diagnostics.contains("hint: see whether the cluster is up"))
        #expect(transport.requests.map(\.timeout) == [.seconds(3), .seconds(3)])
    }
}
