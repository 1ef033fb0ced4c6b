import EnvironmentAPI
import Formats
import Glibc
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory kubeconfig")
struct KubeconfigGetTests {
    /// A ready environment with its Secret.
    private func cluster(_ names: String...) async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        for name in names { try await cluster.readyEnvironment(name) }
        return cluster
    }

    private static let merged = """
        apiVersion: v1
        kind: Config
        clusters:
        - name: envfactory-team-a
          cluster:
            server: https://virtual.example:6443
            extensions:
            - name: envfactory.dev
              extension:
                context: envfactory-team-a
        users:
        - name: envfactory-team-a
          user:
            token: token-of-a
            extensions:
            - name: envfactory.dev
              extension:
                context: envfactory-team-a
        contexts:
        - name: envfactory-team-a
          context:
            cluster: envfactory-team-a
            user: envfactory-team-a
            namespace: env-a
            extensions:
            - name: envfactory.dev
              extension:
                context: envfactory-team-a
        current-context: envfactory-team-a

        """

    @Test("prints it, under the name that it has everywhere")
    func prints() async throws {
        let cluster = try await cluster("a")
        #expect(await cluster.run("kubeconfig a") == CommandLineRun(Self.merged))
        #expect(await cluster.run("kubeconfig a --print") == CommandLineRun(Self.merged))
    }

    @Test("merges it into the user's file, leaves the current context, and takes exactly that out again")
    func merges() async throws {
        let cluster = try await cluster("a")
        let files = try #require(cluster.machine.files as? MemoryFiles)
        let before = try #require(files["/kubeconfig"])
        #expect(
            await cluster.run("kubeconfig a --merge")
                == CommandLineRun(
                    "envfactory-team-a\n",
                    diagnostics: "merged into /kubeconfig: kubectl --context envfactory-team-a get pods\n"))
        let merged = try Kubeconfig(parsing: Array(try #require(files["/kubeconfig"]).utf8), file: "/kubeconfig")
        #expect(merged.contextNames == ["host", "envfactory-team-a"])
        #expect(merged.currentContext == "host")
        #expect(files.paths == ["/kubeconfig"])
        #expect(await cluster.run("kubeconfig a --unmerge") == CommandLineRun("envfactory-team-a\n"))
        let after = try YAML.documents(in: Array(try #require(files["/kubeconfig"]).utf8))
        #expect(after == (try YAML.documents(in: Array(before.utf8))))
        #expect(
            await cluster.run("kubeconfig a --unmerge")
                == CommandLineRun(diagnostics: "/kubeconfig has no context envfactory-team-a\n"))
    }

    @Test("merges into another file and makes it current where told so")
    func into() async throws {
        let cluster = try await cluster("a")
        let files = try #require(cluster.machine.files as? MemoryFiles)
        let run = await cluster.run("kubeconfig a --merge --use --into sub/config -q")
        #expect(run == CommandLineRun("envfactory-team-a\n"))
        #expect(files["/home/jane/sub/config"] == Self.merged)
    }

    @Test("writes nothing where the file is not to be understood, or holds somebody else's entry")
    func foreign() async throws {
        let cluster = try await cluster("a")
        let files = try #require(cluster.machine.files as? MemoryFiles)
        files.replace("/other", with: Array(#"{"contexts": [{"name": "envfactory-team-a", "context": {}}]}"#.utf8))
        let other = files["/other"]
        let run = await cluster.run("kubeconfig a --merge --into /other")
        #expect(run.code == .usage)
        #expect(files["/other"] == other)
        files.replace("/broken", with: Array("a: [".utf8))
        #expect(await cluster.run("kubeconfig a --merge --into /broken").code == .usage)
        #expect(files["/broken"] == "a: [")
        // Nothing stays locked.
        #expect(files.paths == ["/broken", "/kubeconfig", "/other"])
    }

    @Test("loses none of many merges at a time, and leaves a file for its owner alone")
    func concurrency() async throws {
        let names = (0..<12).map { "a\($0)" }
        let cluster = try await CommandCluster()
        for name in names { try await cluster.readyEnvironment(name) }
        var template = Array("/tmp/envfactory-tests.XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        defer { rmdir(directory) }
        let path = "\(directory)/config"
        var machine = cluster.machine
        machine.files = MixedFiles(disk: directory, other: cluster.machine.files)
        machine.time = SystemTime()
        let runner = machine
        await withTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask { _ = await runner.run("kubeconfig \(name) --merge --into \(path)") }
            }
        }
        let merged = try Kubeconfig(parsing: try #require(try LocalFiles().read(path)), file: path)
        #expect(merged.contextNames.sorted() == names.map { "envfactory-team-\($0)" }.sorted())
        var status = stat()
        stat(path, &status)
        #expect(status.st_mode & 0o777 == 0o600)
        try LocalFiles().remove(path)
    }

    @Test("gives a lock up that is never released, and says what to do")
    func lock() async throws {
        var cluster = try await cluster("a")
        let files = MemoryFiles(["/kubeconfig": TestMachine.kubeconfig, "/kubeconfig.lock": ""])
        cluster.machine.files = files
        cluster.machine.time = ManualTime(.jumping)
        #expect(
            await cluster.run("kubeconfig a --merge")
                == CommandLineRun(
                    diagnostics: """
                        error: another program holds /kubeconfig.lock
                        hint: if none is writing that kubeconfig, one has left it behind: remove it

                        """, code: .timedOut))
        #expect(files["/kubeconfig"] == TestMachine.kubeconfig)
    }

    @Test("says why there is none")
    func none() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("a")
        try await cluster.status("a", [.no(.namespaceReady, "Creating", "soon"), .no(.ready, "Provisioning", "soon")])
        #expect(
            await cluster.run("kubeconfig a")
                == CommandLineRun(
                    diagnostics: """
                        error: environment a has no kubeconfig yet: NamespaceReady is False (Creating): soon
                        hint: --wait waits until it has one

                        """, code: .notFound))
        let run = try await cluster.run("kubeconfig a --wait --quiet") {
            try await cluster.makeReady("a")
        }
        #expect(run == CommandLineRun(Self.merged))
    }

    @Test("gives it to nobody who may not read it")
    func forbidden() async throws {
        var cluster = try await cluster("a")
        let mallory = Identity(user: "mallory")
        try await cluster.grant(mallory, ["get"], "environments")
        cluster.machine.transport = cluster.cluster.transport(as: mallory)
        let run = await cluster.run("kubeconfig a")
        #expect(run.code == .forbidden)
        #expect(run.output.isEmpty)
        #expect(!run.diagnostics.contains("token-of-a"))
        #expect(
            run.diagnostics.hasSuffix(
                "hint: spec.access of the environment, and access of its class, say who may use it\n"))
    }

    @Test(
        "refuses options that contradict each other",
        arguments: ["--merge --print", "--merge --unmerge", "--use", "--into x", "--unmerge --use"])
    func usage(options: String) async {
        #expect(await TestMachine().run("kubeconfig a \(options)").code == .usage)
    }
}
