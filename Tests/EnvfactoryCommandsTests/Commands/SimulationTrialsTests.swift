import Formats
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory simulate")
struct SimulationTrialsTests {
    private let machine = TestMachine()

    private static let stuck = "0s class review Namespace; 1s pause; 9s create pr-1 review"

    @Test("prints a line for each scenario, and ends with 0 where nothing broke")
    func table() async throws {
        let run = await machine.run("simulate --scenario create --seeds 2 --faults none")
        #expect(run.code == .success)
        let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines.first == [
                "SCENARIO", "TRIALS", "VIRTUAL", "REQUESTS", "WRITES", "FAULTS", "SLOWEST", "SECONDS", "VIOLATIONS",
            ])
        let row = try #require(lines.last)
        #expect(lines.count == 2)
        #expect([row[0], row[1], row[5], row[6], row[8]] == ["create", "2", "0", "0s", "0"])
        #expect(run.diagnostics == "create: 2 trials\n")
    }

    @Test("what broke is printed as the command that replays it, and the exit code is 1")
    func finding() async throws {
        let run = await machine.run(["simulate", "--scenario", Self.stuck, "--plan", "get 1 refuse 503", "-q"])
        #expect(run.code == .internalError)
        let replay = "envfactory simulate --scenario '\(Self.stuck)' --seed 1 --faults none"
        #expect(run.output.contains("I4 convergence, after "))
        #expect(run.output.hasSuffix("  \(replay)\n"))
        #expect(
            run.diagnostics == "error: 1 of 1 trials broke an invariant\nhint: replay with: \(replay)\n")
        let again = await machine.run(["simulate", "--scenario", Self.stuck, "--seed", "1", "--faults", "none", "-q"])
        #expect(again.code == .internalError)
    }

    @Test("as JSON it has the same, for programs")
    func json() async throws {
        let run = await machine.run(["simulate", "--scenario", Self.stuck, "--plan", "get 1 refuse 503", "-o", "json"])
        let report = try JSONValue(parsing: Array(run.output.utf8))
        let row = try #require(report["scenarios"]?.array?.first)
        #expect(row["trials"]?.integer == 1)
        #expect(row["violations"]?.integer == 1)
        let finding = try #require(report["findings"]?.array?.first)
        #expect(finding["invariant"]?.string == "I4 convergence")
        #expect(finding["scenario"]?.string == Self.stuck)
        #expect(finding["seed"]?.integer == 1)
        #expect(finding["plan"]?.string == "")
    }

    @Test("--trace tells all that happened, the same each time")
    func trace() async throws {
        let line = "simulate --scenario create --seed 5 --trace"
        let run = await machine.run(line)
        #expect(run.code == .success)
        let lines = run.output.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("5s ") && $0.contains("create environments.envfactory.dev") })
        #expect(lines.last?.hasPrefix("hash ") == true)
        #expect(await machine.run(line).output == run.output)
    }

    @Test(
        "what it cannot run says what to write",
        arguments: [
            (["--scenario", "dance"], "there is no scenario dance: create, class-change"),
            (["--scenario", "1s dance"], "--scenario: \"1s dance\": nobody can \"dance\": begin with one of class"),
            (["--plan", "write lose"], "--plan: \"write lose\": write which request"),
            (["--trace"], "--trace shows one scenario: name it with --scenario"),
        ])
    func refusals(arguments: [String], instruction: String) async {
        let run = await machine.run(["simulate"] + arguments)
        #expect(run.code == .usage)
        #expect(run.diagnostics.contains(instruction), "\(run.diagnostics)")
        #expect(run.output.isEmpty)
    }
}
