import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory version")
struct VersionShowTests {
    private func machine(_ reply: ScriptedTransport.Reply) -> TestMachine {
        var machine = TestMachine()
        machine.transport = ScriptedTransport([.expect(.get, "/version", reply)])
        return machine
    }

    private let version: JSONValue = ["major": "1", "minor": "36", "gitVersion": "v1.36.2"]

    @Test("shows both versions, in every form")
    func both() async {
        #expect(
            await machine(.json(200, version)).run("version") == CommandLineRun("Client: v0.1.0\nServer: v1.36.2\n"))
        #expect(
            await machine(.json(200, version)).run("version -o yaml")
                == CommandLineRun("client:\n  version: v0.1.0\nserver:\n  version: v1.36.2\n"))
    }

    @Test("shows its own where the server cannot be reached, without delay and without a failure")
    func unreachable() async {
        let run = await machine(.failure(.unreachable)).run("version")
        #expect(run.output == "Client: v0.1.0\n")
        #expect(run.code == .success)
        #expect(run.diagnostics.hasPrefix("the server's version is not known: "))
        var lost = TestMachine()
        lost.variables = [:]
        #expect(await lost.run("version").output == "Client: v0.1.0\n")
    }

    @Test("asks no server where it is told so")
    func clientOnly() async {
        #expect(await TestMachine().run("version --client") == CommandLineRun("Client: v0.1.0\n"))
        #expect(
            await TestMachine().run("version --client -o json")
                == CommandLineRun("{\n    \"client\": {\n        \"version\": \"v0.1.0\"\n    }\n}\n"))
    }

    @Test("shows every request with -v, and never a credential")
    func verbose() async {
        let run = await machine(.json(200, version)).run("version -v")
        #expect(run.diagnostics == "GET /version: 200, 0 ms\n")
    }
}
