import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory create")
struct EnvironmentCreateTests {
    @Test("creates what was asked for, and prints its name")
    func creates() async throws {
        let cluster = try await CommandCluster()
        let run = await cluster.run(
            "create pr-42 --class review --ttl 90m --quota pods=10 --quota requests.cpu=500m "
                + "--access ServiceAccount:ci@team --access User:jane@example.com")
        #expect(run == CommandLineRun("environment.envfactory.dev/pr-42\n"))
        let spec = try await cluster.cluster.admin.get(cluster.key("pr-42"))["spec"]
        #expect(
            spec == [
                "environmentClassName": "review", "ttl": "1h30m0s", "suspend": false,
                "quota": ["hard": ["pods": "10", "requests.cpu": "500m"]],
                "access": [
                    ["kind": "ServiceAccount", "name": "ci", "namespace": "team"],
                    ["kind": "User", "name": "jane@example.com"],
                ],
            ])
    }

    @Test(
        "prints the form that was asked for",
        arguments: [
            ("-o name", "environment.envfactory.dev/a\n"), ("-q", "environment.envfactory.dev/a\n"),
            ("-o json", "{\n    \"apiVersion\": \"envfactory.dev/v1alpha1\",\n    \"kind\": \"Environment\",\n"),
            ("-o yaml", "apiVersion: envfactory.dev/v1alpha1\nkind: Environment\nmetadata:\n  name: a\n"),
        ])
    func formats(option: String, output: String) async throws {
        let run = try await CommandCluster().run("create a --class review \(option)")
        #expect(run.output.hasPrefix(output))
        #expect(run.code == .success)
    }

    @Test("says that the name is taken, and what to do")
    func taken() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("pr-42")
        #expect(
            await cluster.run("create pr-42 --class review")
                == CommandLineRun(
                    diagnostics: """
                        error: environment pr-42 exists already in namespace team
                        hint: 'envfactory extend pr-42' prolongs it, 'envfactory delete pr-42 --wait' makes room for another
                        hint: 'envfactory up' creates or re-uses one for this checkout

                        """, code: .alreadyExists))
    }

    @Test("refuses everything that is wrong at once, and creates nothing")
    func violations() async throws {
        let cluster = try await CommandCluster()
        let run = await cluster.run("create kube-x --class review --param a=1 --quota pods=50")
        #expect(
            run
                == CommandLineRun(
                    diagnostics: """
                        error: environment kube-x would be refused: correct this and try again
                          - metadata.name must not be default nor begin with kube-: choose another name
                          - quota pods 50 is over class review's maximum 20: set spec.quota.hard.pods to 20 or less
                          - class review has no parameter a: remove spec.parameters.a; it has none

                        """, code: .rejected))
        #expect(try await cluster.cluster.admin.listAll(.environments).items.isEmpty)
    }

    @Test("says what is missing or cannot be read before anything is sent")
    func usage() async throws {
        #expect(
            await TestMachine().run("create")
                == CommandLineRun(
                    diagnostics: """
                        error: no name is given: write one, such as 'envfactory create pr-42'
                          - no class is given: write --class <name>; 'envfactory class list' shows them
                        hint: see 'envfactory help create'

                        """, code: .usage))
        let run = await TestMachine().run("create a --class c --quota pods --access jane --ttl 0s --timeout never")
        #expect(run.code == .usage)
        #expect(run.diagnostics.split(separator: "\n").count == 5)
    }

    @Test("names the class that was meant, or those there are")
    func unknownClass() async throws {
        let cluster = try await CommandCluster()
        let near = await cluster.run("create a --class revew")
        #expect(near.diagnostics == "error: there is no EnvironmentClass revew: did you mean review?\n")
        let far = await cluster.run("create a --class production")
        #expect(far.diagnostics == "error: there is no EnvironmentClass production: there are review\n")
        #expect(far.code == .rejected)
    }

    @Test("warns where the class cuts the time to live")
    func capped() async throws {
        let run = try await CommandCluster().run("create a --class review --ttl 200h")
        #expect(
            run
                == CommandLineRun(
                    "environment.envfactory.dev/a\n",
                    diagnostics: "warning: the class allows 72h at most: the environment lives that long\n"))
    }

    @Test("creates nothing in a dry run")
    func dryRun() async throws {
        let cluster = try await CommandCluster()
        let run = await cluster.run("create a --class review --dry-run")
        #expect(run == CommandLineRun("environment.envfactory.dev/a would be created (dry run)\n"))
        #expect(try await cluster.cluster.admin.listAll(.environments).items.isEmpty)
    }

    @Test("reads a file, its own output too; options win over it")
    func file() async throws {
        var cluster = try await CommandCluster()
        try await cluster.environment("old", ["ttl": "1h", "parameters": [:]])
        try await cluster.status("old", [.ready])
        cluster.machine.input = await cluster.run("get old -o yaml").output
        #expect(await cluster.run("create new -f - --ttl 2h") == CommandLineRun("environment.envfactory.dev/new\n"))
        let made = try await cluster.cluster.admin.get(cluster.key("new"))
        #expect(made.json[path: "spec", "ttl"] == "2h0m0s")
        #expect(made["status"] == nil)
    }

    @Test(
        "refuses files that hold something else",
        arguments: [
            ("", "error: /f holds 0 objects: leave one, or use 'kubectl apply' for several\n"),
            ("a: [", "error: /f: "),
            ("kind: Pod\napiVersion: v1", "error: /f holds Pod of v1: write kind: Environment and apiVersion: "),
            (
                "kind: Environment\napiVersion: envfactory.dev/v1alpha1\nmetadata: {name: a, namespace: other}\n"
                    + "spec: {environmentClassName: review, tll: 1h}\n",
                "error: the file says namespace other, --namespace says team: make them agree\n"
            ),
        ])
    func wrongFile(content: String, message: String) async throws {
        var cluster = try await CommandCluster()
        cluster.machine.files = MemoryFiles(["/f": content, "/kubeconfig": TestMachine.kubeconfig])
        let run = await cluster.run("create -f /f -n team")
        #expect(run.diagnostics.hasPrefix(message))
        #expect(run.code == .rejected || run.code == .usage)
    }

    @Test("tells every unknown field of a file")
    func unknownField() async throws {
        var cluster = try await CommandCluster()
        let content =
            "{kind: Environment, apiVersion: envfactory.dev/v1alpha1, metadata: {name: a}, "
            + "spec: {environmentClassName: review, tll: 1h, quoat: {}}}"
        cluster.machine.files = MemoryFiles(["/f": content, "/kubeconfig": TestMachine.kubeconfig])
        let run = await cluster.run("create -f /f")
        #expect(run.code == .rejected)
        #expect(run.diagnostics.contains("spec.tll is not known here"))
        #expect(run.diagnostics.contains("spec.quoat is not known here"))
        #expect(await cluster.run("create -f /nothing").diagnostics.hasPrefix("error: there is no file /nothing"))
    }

    @Test("waits until it is ready, and shows one line for whatever changes")
    func waits() async throws {
        let cluster = try await CommandCluster()
        let run = try await cluster.run("create a --class review --wait") {
            try await cluster.status("a", [.yes(.accepted, "Accepted"), .no(.namespaceReady, "Creating", "soon")])
            try await cluster.status(
                "a", [.yes(.accepted, "Accepted"), .yes(.namespaceReady, "NamespaceReady"), .ready])
        }
        #expect(run.output == "environment.envfactory.dev/a\n")
        #expect(run.code == .success)
        #expect(run.diagnostics.hasSuffix("0s\tok    NamespaceReady\n"))
    }

    @Test("ends with every reason where it is rejected")
    func rejected() async throws {
        let cluster = try await CommandCluster()
        let run = try await cluster.run("create a --class review --wait --quiet") {
            try await cluster.status(
                "a",
                [
                    .no(.accepted, "NotAllowed", "this is wrong: change it; that is wrong too: change that"),
                    .no(.ready, "Rejected", "this is wrong"),
                ])
        }
        #expect(
            run
                == CommandLineRun(
                    "environment.envfactory.dev/a\n",
                    diagnostics: """
                        error: environment a is rejected: correct this and apply it again
                          - this is wrong: change it
                          - that is wrong too: change that

                        """, code: .rejected))
    }

    @Test("who may not read classes still creates")
    func withoutClasses() async throws {
        var cluster = try await CommandCluster()
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["create", "get", "list", "watch"], "environments")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let run = await cluster.run("create a --class unknown --param n=3 --param b=true --param s=1.36")
        #expect(run == CommandLineRun("environment.envfactory.dev/a\n"))
        let made = try await cluster.cluster.admin.get(cluster.key("a"))
        #expect(made.json[path: "spec", "parameters"] == ["n": 3, "b": true, "s": "1.36"])
        let refused = await cluster.run("delete a")
        #expect(refused.code == .forbidden)
        #expect(
            refused.diagnostics.hasSuffix(
                "hint: ask whoever runs this cluster for the right, or use another --context\n"))
    }
}
