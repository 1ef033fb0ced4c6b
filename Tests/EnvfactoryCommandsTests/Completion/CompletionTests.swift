import EnvironmentAPI
import Foundation
import HTTPModel
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("Completion of command lines")
struct CompletionTests {
    /// What may come next, without its help; the last line says whether files may.
    private func candidates(_ words: [String], _ cluster: CommandCluster? = nil) async throws -> [String] {
        let machine = cluster?.machine ?? TestMachine()
        let run = await machine.run(["__complete", "--"] + words)
        #expect(run.code == .success)
        #expect(run.diagnostics.isEmpty)
        return run.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    }

    @Test(
        "proposes commands, their second words, options, and the values that an option takes",
        arguments: [
            (["des"], ["describe", ":4"]), (["-n", "team", "des"], ["describe", ":4"]),
            (["class", ""], ["list", "get", ":4"]), (["inference", "ch"], ["chat", ":4"]),
            (["help", "class", "l"], ["list", ":4"]), (["get", "a", "--outp"], ["--output", ":4"]),
            (["get", "a", "-o", "j"], ["json", ":4"]), (["get", "--output=y"], ["--output=yaml", ":4"]),
            (["wait", "a", "--for", ""], ["ready", "gone", ":4"]), (["completion", "z"], ["zsh", ":4"]),
            (["--kubeconfig", ""], [":0"]), (["up", "--dotenv="], [":0"]), (["get", "--", "--out"], [":4"]),
            (["no", "such", ""], [":4"]), (["create", "--ttl", "2"], [":4"]),
        ])
    func words(line: [String], expected: [String]) async throws { #expect(try await candidates(line) == expected) }

    @Test("says of every command what it does, and shows no hidden one")
    func help() async throws {
        let run = await TestMachine().run(["__complete", "--", ""])
        #expect(run.output.contains("create\tCreate an environment\n"))
        #expect(run.output.contains("class\tlist, get\n"))
        #expect(!run.output.contains("__complete"))
    }

    @Test("asks the cluster that the line means for names")
    func names() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("pr-1")
        try await cluster.environment("pr-2")
        try await cluster.environment("other")
        #expect(try await candidates(["get", "pr"], cluster) == ["pr-1", "pr-2", ":4"])
        #expect(try await candidates(["get", "pr", "-n", "empty", ""], cluster) == [":4"])
        #expect(try await candidates(["-n", "empty", "get", ""], cluster) == [":4"])
        #expect(try await candidates(["create", "x", "--class", "re"], cluster) == ["review", ":4"])
        #expect(try await candidates(["create", "x", "--class=re"], cluster) == ["--class=review", ":4"])
        #expect(try await candidates(["list", "--namespace", "te"], cluster) == ["team", ":4"])
    }

    @Test("an outage is no text in the middle of a line")
    func outage() async throws {
        var machine = TestMachine()
        machine.transport = ScriptedTransport([.any(.error(HTTPTransportError(.unreachable, "no route")))])
        #expect(await machine.run(["__complete", "--", "get", ""]) == CommandLineRun(":4\n"))
        machine.files = MemoryFiles([:])
        #expect(await machine.run(["__complete", "--", "get", ""]) == CommandLineRun(":4\n"))
    }

    @Test("a link of kubectl's own name is asked as the script asks", arguments: ["/bin/", ""])
    func kubectl(folder: String) {
        #expect(
            Program.arguments(of: [folder + "kubectl_complete-envfactory", "get", ""]) == [
                "__complete", "--", "get", "",
            ])
        #expect(Program.arguments(of: [folder + "kubectl-envfactory", "get"]) == ["get"])
    }

    @Test("there is a script for each shell, and an error for others")
    func scripts() async {
        for shell in CompletionShell.allCases {
            #expect(await TestMachine().run("completion \(shell.rawValue)") == CommandLineRun(shell.script))
        }
        #expect(await TestMachine().run("completion tcsh").code == .usage)
    }

    @Test(
        "bash gets back what belongs behind its own word breaks",
        arguments: [
            ("envfactory get pr", "pr-1 pr-2"), ("envfactory create x --class=re", "review"),
            ("envfactory get ", "asked:get:"),
        ])
    func bash(line: String, expected: String) throws {
        // A program that answers as this one does, and says what it was asked where nothing is written yet.
        let program = """
            envfactory() {
                shift 2
                case $* in
                    "get pr") printf 'pr-1\\tReady\\npr-2\\n:4\\n' ;;
                    *=re) printf -- '--class=review\\n:4\\n' ;;
                    *) local IFS=:; printf '%s\\n:4\\n' "asked:$*" ;;
                esac
            }
            """
        let call = """
            COMP_LINE='\(line)'
            COMP_POINT=${#COMP_LINE}
            _envfactory
            echo "${COMPREPLY[@]}"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-uc", [CompletionShell.bash.script, program, call].joined(separator: "\n")]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(said == expected + "\n")
    }
}
