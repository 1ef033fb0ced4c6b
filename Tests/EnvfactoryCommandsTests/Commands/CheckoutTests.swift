import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory up and down")
struct CheckoutTests {
    private static let hash = String(repeating: "0a1b2c3d", count: 5)
    private static let name = "payments-pr-42-" + suffix
    private static let suffix = String(
        EnvironmentOrigin(
            PipelineRun(repository: RepositoryAddress(host: "github.com", path: "acme/payments"), pullRequest: 42),
            nil, pullRequest: nil)?.name.suffix(8) ?? "")

    /// A GitHub run of pull request 42.
    private func cluster() async throws -> CommandCluster {
        var cluster = try await CommandCluster()
        cluster.machine.variables = [
            "KUBECONFIG": "/kubeconfig", "HOME": "/home/jane", "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/payments", "GITHUB_REF": "refs/pull/42/merge", "GITHUB_HEAD_REF": "fix",
            "GITHUB_SHA": Self.hash, "GITHUB_ENV": "/github/env", "GITHUB_OUTPUT": "/github/output",
            "GITHUB_STEP_SUMMARY": "/github/summary", "RUNNER_TEMP": "/tmp",
        ]
        return cluster
    }

    private var file: String { "/tmp/envfactory/envfactory-team-\(Self.name).kubeconfig" }

    private var exports: String {
        "export KUBECONFIG='\(file)'\nexport ENVFACTORY_KUBECONFIG='/kubeconfig'\n"
    }

    private func up(_ cluster: CommandCluster, _ line: String = "up --class review") async throws -> CommandLineRun {
        try await cluster.run(line) { try await cluster.makeReady(Self.name) }
    }

    @Test("creates, waits, writes the kubeconfig, and prints and records how to use it")
    func creates() async throws {
        let cluster = try await cluster()
        let files = try #require(cluster.machine.files as? MemoryFiles)
        let run = try await up(cluster, "up --class review --ttl 24h -q")
        #expect(run == CommandLineRun(exports))
        #expect(files["/github/env"] == "KUBECONFIG=\(file)\nENVFACTORY_KUBECONFIG=/kubeconfig\n")
        #expect(files[file]?.contains("token-of-\(Self.name)") == true)
        let spec = try await cluster.cluster.admin.get(cluster.key(Self.name))["spec"]
        #expect(
            spec?["source"] == [
                "provider": "GitHub", "server": "github.com", "repository": "acme/payments", "pullRequest": 42,
                "branch": "fix",
                "commit": .string(Self.hash),
            ])
    }

    @Test("a second run meets the same environment, and changes nothing")
    func idempotent() async throws {
        let cluster = try await cluster()
        _ = try await up(cluster)
        let writes = cluster.cluster.server.writes.count
        let again = await cluster.run("up --class review")
        #expect(cluster.cluster.server.writes.count == writes)
        #expect(again.code == .success)
        #expect(again.output == exports)
        #expect(again.diagnostics.hasPrefix("environment \(Self.name) is re-used\n"))
    }

    @Test("brings a re-used one up to date, and never shortens a life that somebody extended")
    func update() async throws {
        var cluster = try await cluster()
        _ = try await up(cluster, "up --class review --ttl 24h")
        _ = await cluster.run("extend \(Self.name) --ttl 48h")
        let next = String(repeating: "f", count: 40)
        cluster.machine.variables["GITHUB_SHA"] = next
        let current = cluster
        _ = try await cluster.run("up --class review --ttl 24h --quota pods=5") {
            try await current.status(Self.name, [.ready])
        }
        let spec = try await cluster.cluster.admin.get(cluster.key(Self.name))["spec"]
        #expect(spec?["ttl"] == "48h" || spec?["ttl"] == "48h0m0s")
        #expect(spec?[path: "source", "commit"] == .string(next))
        #expect(spec?[path: "quota", "hard"] == ["pods": "5"])
    }

    @Test("finds the host again although KUBECONFIG points at the environment")
    func host() async throws {
        var cluster = try await cluster()
        _ = try await up(cluster)
        cluster.machine.variables["KUBECONFIG"] = file
        cluster.machine.variables["ENVFACTORY_KUBECONFIG"] = "/kubeconfig"
        let run = await cluster.run("down")
        #expect(run == CommandLineRun("environment.envfactory.dev/\(Self.name) gone\n"))
        #expect((cluster.machine.files as? MemoryFiles)?[file] == nil)
    }

    @Test("replaces what has expired by a new one, and refuses what was closed")
    func ended() async throws {
        let cluster = try await cluster()
        let old = try await cluster.environment(Self.name)
        try await cluster.status(Self.name, [.yes(.terminated, "Expired"), .no(.ready, "Expired")])
        let run = try await up(cluster)
        #expect(run.code == .success)
        #expect(run.diagnostics.hasPrefix("environment \(Self.name) has ended: a new one takes its place\n"))
        let new = try await cluster.cluster.admin.get(cluster.key(Self.name))
        #expect(new.uid != old.uid)
        try await cluster.status(Self.name, [.yes(.terminated, "Closed"), .no(.ready, "Closed")])
        let refused = await cluster.run("up --class review")
        #expect(
            refused
                == CommandLineRun(
                    diagnostics: """
                        error: environment \(Self.name) ended because its pull request was closed: no other takes its place
                        hint: 'envfactory delete \(Self.name)' forgets it, if the pull request was opened again

                        """, code: .rejected))
    }

    @Test("two runs at once make one environment, and both get it")
    func race() async throws {
        let cluster = try await cluster()
        async let first = cluster.run("up --class review -q")
        async let second = cluster.run("up --class review -q")
        await cluster.cluster.eventually("both wait") { cluster.cluster.server.openWatches == 2 }
        try await cluster.makeReady(Self.name)
        #expect(await [first, second] == [CommandLineRun(exports), CommandLineRun(exports)])
        #expect(try await cluster.cluster.admin.listAll(.environments).items.count == 1)
    }

    @Test("wants a class only where one has to be made, and a place to be called in")
    func usage() async throws {
        var cluster = try await cluster()
        let noClass = await cluster.run("up")
        #expect(noClass.code == .usage)
        #expect(noClass.diagnostics.hasPrefix("error: there is no environment \(Self.name) yet: say of which class"))
        cluster.machine.variables = ["HOME": "/home/jane", "KUBECONFIG": "/kubeconfig"]
        #expect(
            await cluster.run("up --class review")
                == CommandLineRun(
                    diagnostics: """
                        error: this is no git checkout, and no CI run is known: go into one, or give --name
                        hint: see 'envfactory help up'

                        """, code: .usage))
    }

    @Test("writes no variable that a path with a line break would smuggle in")
    func injection() async throws {
        let cluster = try await cluster()
        let files = try #require(cluster.machine.files as? MemoryFiles)
        async let running = cluster.machine.run(["up", "--class", "review", "--kubeconfig-file", "/tmp/a\nPATH=/evil"])
        await cluster.cluster.eventually("it waits") { cluster.cluster.server.openWatches > 0 }
        try await cluster.makeReady(Self.name)
        #expect(await running.code == .usage)
        #expect(files["/github/env"] == nil)
    }

    @Test("quotes what it prints for a shell")
    func quoting() async throws {
        let cluster = try await cluster()
        async let running = cluster.machine.run(["up", "--class", "review", "--kubeconfig-file", "/tmp/it's $(here)"])
        await cluster.cluster.eventually("it waits") { cluster.cluster.server.openWatches > 0 }
        try await cluster.makeReady(Self.name)
        #expect(await running.output.hasPrefix("export KUBECONFIG='/tmp/it'\\''s $(here)'\n"))
    }

    @Test("down has nothing to do where there is none, and waits where there is")
    func down() async throws {
        let cluster = try await cluster()
        #expect(
            await cluster.run("down")
                == CommandLineRun(
                    diagnostics: "there is no environment \(Self.name) in namespace team: nothing to take away\n"))
        try await cluster.environment(Self.name)
        try await cluster.hold(Self.name)
        #expect(await cluster.runOut("down --timeout 30s -q", after: .seconds(30)).code == .timedOut)
        let run = try await cluster.run("down -q") { try await cluster.release(Self.name) }
        #expect(run == CommandLineRun("environment.envfactory.dev/\(Self.name) gone\n"))
    }

    @Test("on one's own machine the checkout's path is part of the name")
    func local() async throws {
        var cluster = try await cluster()
        cluster.machine.variables = ["HOME": "/home/jane", "KUBECONFIG": "/kubeconfig"]
        cluster.machine.workingDirectory = "/src/payments/src"
        cluster.machine.files = MemoryFiles([
            "/kubeconfig": TestMachine.kubeconfig, "/src/payments/.git/HEAD": "ref: refs/heads/main\n",
            "/src/payments/.git/config": "[remote \"origin\"]\nurl = git@github.com:acme/payments\n",
            "/src/payments/src/main.swift": "",
        ])
        let origin = EnvironmentOrigin(
            nil, WorkTree(path: "/src/payments", remoteURL: "https://github.com/acme/payments", branch: "main"),
            pullRequest: nil)
        let name = try #require(origin?.name)
        let current = cluster
        let run = try await cluster.run("up --class review -q") { try await current.makeReady(name) }
        #expect(
            run.output == """
                export KUBECONFIG='/home/jane/.local/state/envfactory/envfactory-team-\(name).kubeconfig'
                export ENVFACTORY_KUBECONFIG='/kubeconfig'

                """)
    }
}
