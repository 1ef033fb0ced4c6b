import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory up and down as the step of a CI pipeline")
struct PipelineStepTests {
    private static let name = "payments-pr-42"

    /// A run for pull request 42, which comes from this repository.
    private func cluster(from head: String = "acme/payments") async throws -> CommandCluster {
        var cluster = try await CommandCluster()
        let event = """
            {"pull_request": {"number": 42, "head": {"repo": {"full_name": "\(head)"}},
             "base": {"repo": {"full_name": "acme/payments"}}}}
            """
        cluster.machine.variables = [
            "KUBECONFIG": "/kubeconfig", "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/payments",
            "GITHUB_EVENT_PATH": "/event.json", "GITHUB_ENV": "/github/env", "GITHUB_OUTPUT": "/github/output",
            "GITHUB_STEP_SUMMARY": "/github/summary", "RUNNER_TEMP": "/tmp",
        ]
        cluster.machine.files = MemoryFiles(["/kubeconfig": TestMachine.kubeconfig, "/event.json": event])
        return cluster
    }

    private func files(_ cluster: CommandCluster) throws -> MemoryFiles {
        try #require(cluster.machine.files as? MemoryFiles)
    }

    private func up(_ cluster: CommandCluster, _ options: String) async throws -> CommandLineRun {
        try await cluster.run("up --name \(Self.name) \(options) -q") { try await cluster.makeReady(Self.name) }
    }

    @Test("GitHub's later steps are told name, namespace, server, end and kubeconfig, and its page what they mean")
    func gitHub() async throws {
        let cluster = try await cluster()
        #expect(try await up(cluster, "--class review").code == .success)
        let file = "/tmp/envfactory/envfactory-team-\(Self.name).kubeconfig"
        let files = try files(cluster)
        #expect(files["/github/env"] == "KUBECONFIG=\(file)\nENVFACTORY_KUBECONFIG=/kubeconfig\n")
        #expect(
            files["/github/output"] == """
                name=payments-pr-42
                namespace=team
                server=
                expires-at=2026-01-02T00:00:00Z
                kubeconfig=\(file)

                """)
        #expect(
            files["/github/summary"] == """
                ### Environment `payments-pr-42` is ready

                | | |
                |---|---|
                | Class | review |
                | Ends | 2026-01-02T00:00:00Z |

                `envfactory kubeconfig payments-pr-42 --namespace team` gives you its kubeconfig, \
                `envfactory extend payments-pr-42 --namespace team --ttl 48h` more time.

                """)
    }

    @Test("GitLab's later jobs are told by a dotenv file, in which no path is that means nothing there")
    func gitLab() async throws {
        var cluster = try await cluster()
        cluster.machine.variables = [
            "KUBECONFIG": "/kubeconfig", "HOME": "/home/jane", "GITLAB_CI": "true", "CI_PROJECT_PATH": "acme/payments",
            "CI_MERGE_REQUEST_IID": "42",
        ]
        #expect(try await up(cluster, "--class review --dotenv out.env").code == .success)
        #expect(
            try files(cluster)["/home/jane/out.env"] == """
                ENVFACTORY_NAME=payments-pr-42
                ENVFACTORY_NAMESPACE=team
                ENVFACTORY_SERVER=
                ENVFACTORY_EXPIRES_AT=2026-01-02T00:00:00Z

                """)
    }

    @Test("a pull request from a fork gets nothing, unless it is said of which class such ones are")
    func forkRefused() async throws {
        let cluster = try await cluster(from: "mallory/payments")
        #expect(
            await cluster.run("up --name \(Self.name) --class review")
                == CommandLineRun(
                    diagnostics: """
                        error: this pull request comes from a fork, which may hold anything: it gets no environment
                        hint: --fork-class names the class of which such ones get one, whatever --class says

                        """, code: .rejected))
        #expect(try await cluster.cluster.admin.listAll(.environments).items.isEmpty)
    }

    @Test("a fork's environment is of the class for forks, and its job is not shown the way to the host")
    func fork() async throws {
        let cluster = try await cluster(from: "mallory/payments")
        try await cluster.environmentClass("forks")
        let run = try await up(cluster, "--class review --fork-class forks")
        let file = "/tmp/envfactory/envfactory-team-\(Self.name).kubeconfig"
        #expect(run == CommandLineRun("export KUBECONFIG='\(file)'\n"))
        #expect(try files(cluster)["/github/env"] == "KUBECONFIG=\(file)\n")
        let spec = try await cluster.cluster.admin.get(cluster.key(Self.name))["spec"]
        #expect(spec?["environmentClassName"] == "forks")
    }

    @Test("what another pull request owns is neither re-used nor taken away", arguments: ["up --class review", "down"])
    func foreign(command: String) async throws {
        let cluster = try await cluster()
        let theirs: JSONValue = ["provider": "GitHub", "repository": "acme/payments", "pullRequest": 41]
        let before = try await cluster.environment(Self.name, ["source": theirs])
        #expect(
            await cluster.run("\(command) --name \(Self.name)")
                == CommandLineRun(
                    diagnostics: """
                        error: environment payments-pr-42 was made for pull request 41 of acme/payments, and this is \
                        pull request 42 of acme/payments: it is left alone
                        hint: 'envfactory delete payments-pr-42' takes it away all the same, --name names another

                        """, code: .rejected))
        #expect(try await cluster.cluster.admin.get(cluster.key(Self.name)).resourceVersion == before.resourceVersion)
    }

    @Test("where the class is full it says who is in the way, and waits for its turn")
    func full() async throws {
        let cluster = try await cluster()
        let message = "class review has 50 of 50 environments: pr-7 ends first, at 2026-01-01T10:00:00Z"
        let run = try await cluster.run("up --name \(Self.name) --class review") {
            try await cluster.status(
                Self.name, [.no(.accepted, "LimitReached", message), .no(.ready, "Rejected", message)])
            await cluster.cluster.eventually("it is seen") { cluster.cluster.server.openWatches > 0 }
            try await cluster.makeReady(Self.name)
        }
        #expect(run.code == .success)
        let late = try await self.cluster()
        try await late.environment(Self.name)
        try await late.status(Self.name, [.no(.accepted, "LimitReached", message), .no(.ready, "Rejected", message)])
        let over = await late.runOut("up --name \(Self.name) --timeout 30s", after: .seconds(30))
        #expect(over.code == .timedOut)
        #expect(over.diagnostics.contains(message))
    }
}

@Suite("envfactory token")
struct TokenPrintTests {
    /// A token whose claims say that it ends in 2026.
    private static let token = "e30." + "eyJleHAiOjE3Njc2MDAwMDAsInN1YiI6InJlcG86YWNtZS9wYXltZW50cz8_In0" + ".c2ln"

    private static func answer(_ token: String, _ version: String = "v1") -> String {
        """
        {"apiVersion":"client.authentication.k8s.io/\(version)","kind":"ExecCredential",\
        "status":{"token":"\(token)","expirationTimestamp":"2026-01-05T08:00:00Z"}}

        """
    }

    @Test("asks GitHub for this run's identity, for the audience, and prints it as a kubeconfig's plugin does")
    func gitHub() async throws {
        var machine = TestMachine()
        machine.variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://token.example/run?api-version=2"
        machine.variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "run-secret"
        let script = ScriptedTransport([
            .expect(
                .get, "https://token.example/run?api-version=2&audience=my%20cluster",
                .response(HTTPResponse(status: 200, body: Array(#"{"value":"\#(Self.token)"}"#.utf8))))
        ])
        machine.repositories = script
        #expect(await machine.run(["token", "--audience", "my cluster"]) == CommandLineRun(Self.answer(Self.token)))
        #expect(script.requests.first?.headers["Authorization"] == "Bearer run-secret")
    }

    @Test("takes GitLab's from its variable, and answers in the version that is asked for")
    func gitLab() async {
        var machine = TestMachine()
        machine.variables["ENVFACTORY_ID_TOKEN"] = Self.token
        machine.variables["KUBERNETES_EXEC_INFO"] = #"{"apiVersion":"client.authentication.k8s.io/v1beta1"}"#
        #expect(await machine.run("token") == CommandLineRun(Self.answer(Self.token, "v1beta1")))
    }

    @Test("a token that says nothing of its end is handed on without one")
    func opaque() async {
        var machine = TestMachine()
        for token in ["opaque", "a.b", "a.%%.c", "a.e30.c"] {
            machine.variables["ENVFACTORY_ID_TOKEN"] = token
            let run = await machine.run("token")
            #expect(run.output.contains(#""status":{"token":"\#(token)"}}"#))
        }
    }

    @Test("says what a job needs that has no identity, and shows no secret of one that gets none")
    func none() async throws {
        var machine = TestMachine()
        let run = await machine.run("token")
        #expect(run.code == .usage)
        #expect(run.diagnostics.contains("id-token: write"))
        machine.variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://token.example/run"
        machine.variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "run-secret"
        for response in [HTTPResponse(status: 403), HTTPResponse(status: 200, body: Array("<html>".utf8))] {
            machine.repositories = ScriptedTransport([.any(.response(response))])
            let refused = await machine.run("token")
            #expect(refused.code == .rejected)
            #expect(refused.output.isEmpty)
            #expect(!refused.diagnostics.contains("run-secret"))
        }
    }
}
