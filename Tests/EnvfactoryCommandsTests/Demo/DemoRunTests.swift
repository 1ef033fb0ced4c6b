import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory demo")
struct DemoRunTests {
    @Test("tells its whole story in plain lines where there is no terminal", arguments: [1, 2] as [UInt64])
    func plain(seed: UInt64) async throws {
        let stage = DemoStage()
        try await stage.run(seed: seed)
        #expect(stage.story == DemoStage.story)
        let expected = [
            "pr-42 is Ready", "pr-43 is Ready",
            "try-parser is Ready: The environment ends at <moment>, in <time>: raise spec.ttl to keep it.",
            "try-parser is Expired: Nothing is left of the environment on the host.",
            "pr-42 is Deleting: The namespace env-pr-42-xxxxxxxx is held by ConfigMap keep, held by example.com/hold "
                + "since <moment>: have their owner remove the finalizer; it is not ours to take off.",
            "pr-42 is gone",
        ]
        #expect(stage.news.filter(expected.contains) == expected)
        #expect(stage.diagnostics.text.isEmpty)
        #expect(stage.server.openWatches == 0)
    }

    @Test("leaves on a terminal what was said, and nothing of its frames")
    func live() async throws {
        var stage = DemoStage()
        stage.machine.outputColumns = 200
        try await stage.run()
        #expect(stage.output.text.contains("simulated host cluster, its clock is at"))
        var terminal = TestTerminal(columns: 200)
        terminal.write(stage.output.text)
        #expect(terminal.unknown.isEmpty)
        #expect(terminal.lines.allSatisfy { !$0.contains("its clock is at") })
        for line in ["pr-42 is ready within a second.", "pr-42 is gone.", "     held  ConfigMap env-pr-42-"] {
            #expect(terminal.lines.contains { $0.hasPrefix(line) || $0.hasPrefix("   \(line)") }, "\(line)")
        }
        // Every line that does not depend on the time is the same.
        let commands = DemoStage.story.split(separator: "\n").filter {
            $0.hasPrefix("   $ ") && !$0.contains("xxxxxxxx")
        }
        #expect(!commands.isEmpty)
        let shown = DemoStage.mask(terminal.lines.joined(separator: "\n")).split(separator: "\n")
        for line in commands { #expect(shown.contains(line), "\(line)") }
    }

    @Test("writes no escape sequence where NO_COLOR is set")
    func noColor() async throws {
        var stage = DemoStage()
        stage.machine.outputColumns = 80
        stage.machine.variables["NO_COLOR"] = "1"
        stage.acts = Array(stage.acts.prefix(1))
        try await stage.run()
        #expect(!stage.output.text.isEmpty && !stage.output.text.contains("\u{1B}"))
    }

    private struct Interrupted: Error {}

    @Test("leaves nothing behind where it is interrupted, in whichever act", arguments: 1...5, [nil, 80])
    func interrupted(act: Int, columns: Int?) async throws {
        var stage = DemoStage()
        stage.machine.outputColumns = columns
        let files = MemoryFiles()
        stage.machine.files = files
        // What is of no matter here takes no time.
        if act > 4 { stage.acts.remove(at: 3) }
        let title = try #require(DemoScript.acts.dropFirst(act - 1).first).title
        let ready = stage
        await #expect(throws: Interrupted.self) {
            try await ready.run {
                try await ready.until(title)
                try await ready.server.time.sleep(for: .milliseconds(150))
                throw Interrupted()
            }
        }
        #expect(stage.server.openWatches == 0)
        #expect(files.paths.isEmpty)
        var terminal = TestTerminal(columns: columns ?? 200)
        terminal.write(stage.output.text)
        #expect(!terminal.lines.contains { $0.contains("its clock is at") })
        #expect(terminal.lines.last == "")
    }

    @Test("says which command of it failed, and why")
    func failedCommand() async throws {
        var stage = DemoStage()
        stage.acts = [DemoAct(title: "A", steps: [.envfactory("get nothing -n team-payments")])]
        let ready = stage
        let failure = await #expect(throws: CommandFailure.self) { try await ready.run() }
        #expect(failure?.code == .notFound)
        #expect(failure?.message == "'envfactory get nothing -n team-payments' ended with exit code 3")
        #expect(failure?.details.first?.hasPrefix("error: ") == true)
        #expect(stage.server.openWatches == 0)
    }

    @Test("gives up after a while, and says what it waited for")
    func failedWait() async throws {
        var stage = DemoStage()
        stage.acts = Array(stage.acts.prefix(1)) + [DemoAct(title: "B", steps: [.wait(.ready(["nobody"]))])]
        let ready = stage
        let failure = await #expect(throws: CommandFailure.self) { try await ready.run() }
        #expect(
            failure
                == CommandFailure(
                    .timedOut, "waited for 5m of the cluster's time until nobody is ready",
                    details: ["nobody: there is none"],
                    hints: ["'envfactory demo --verbose' shows what the operator does"]))
        #expect(stage.server.openWatches == 0)
    }

    @Test("stays with --keep until a signal comes, and takes its kubeconfig away again")
    func keep() async throws {
        var stage = DemoStage()
        let files = MemoryFiles()
        stage.machine.files = files
        stage.machine.variables["TMPDIR"] = "/scratch"
        stage.acts = []
        let interruption = Interruption()
        let ready = stage
        try await ready.run("--keep", interruption: interruption) {
            try await ready.until("The simulated cluster stays until Ctrl-C")
            let path = try #require(files.paths.first)
            #expect(path.hasPrefix("/scratch/envfactory-demo-") && files.paths.count == 1)
            #expect(ready.output.text.contains("export KUBECONFIG=\(path)\n"))
            #expect(files[path] == ready.host.kubeconfig.secret)
            #expect(interruption.strike(2))
        }
        #expect(files.paths.isEmpty)
        #expect(stage.output.text.hasSuffix("is left on this machine.\n"))
    }
}
