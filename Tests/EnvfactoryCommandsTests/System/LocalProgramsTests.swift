import Glibc
import Synchronization
import Testing

@testable import EnvfactoryCommands

@Suite("Programs of this machine", .timeLimit(.minutes(20)))
struct LocalProgramsTests {
    private let programs = LocalPrograms(variables: ["PATH": "/usr/bin:/bin", "A": "1"])

    @Test(
        "a program's exit code is passed on, also where a signal ended it",
        arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), (#"test "$A$B" = 12"#, 0), ("exit 300", 44)])
    func codes(script: String, code: Int32) async throws {
        let program = ChildProgram(["sh", "-c", script], variables: ["B": "2"])
        #expect(try await programs.run(program, Interruption()).rawValue == code)
    }

    @Test("what cannot be run is told as shells tell it", arguments: [("/no/such/program", 127), ("/etc/passwd", 126)])
    func missing(path: String, code: Int32) async throws {
        let error = await #expect(throws: CommandFailure.self) {
            try await programs.run(ChildProgram([path]), Interruption())
        }
        #expect(error?.code.rawValue == code)
        #expect(error?.message.contains(path) == true)
    }

    @Test("a signal that comes to us is passed on, and the program says how it ends")
    func signals() async throws {
        let interruption = Interruption()
        let program = ChildProgram(["sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.05; done"])
        async let code = programs.run(program, interruption)
        // It may not yet have set its trap.
        var tries = 0
        while tries < 200 {
            tries += 1
            try await ContinuousClock().sleep(for: .milliseconds(100))
            if tries > 5, !interruption.strike(SIGTERM) { break }
        }
        #expect(try await [5, 143].contains(code.rawValue))
    }

    @Test("a cancelled task ends its program")
    func cancelled() async throws {
        await withTaskGroup(of: ExitCode?.self) { group in
            group.addTask {
                do { return try await programs.run(ChildProgram(["sleep", "600"]), Interruption()) } catch {
                    return nil
                }
            }
            do { try await ContinuousClock().sleep(for: .milliseconds(200)) } catch {}
            group.cancelAll()
            #expect(await group.next()??.rawValue == 143)
        }
    }

    @Test("a process is known by its number and its start, and ended only as long as both are its own")
    func identity() async throws {
        let own = try programs.ownProcess()
        #expect(own.number == getpid())
        #expect(try programs.process(getpid()) == own)
        #expect(try programs.process(Int32.max) == nil)
        let process = try programs.start(ChildProgram(["sleep", "600"]))
        #expect(try programs.process(process.number) == process)
        #expect(!process.startedAt.isEmpty)
        try programs.end(ProcessIdentity(number: process.number, startedAt: "another boot 1"))
        #expect(try programs.process(process.number) == process)
        try programs.end(process)
        for _ in 0..<100 where try programs.process(process.number) != nil {
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        #expect(try programs.process(process.number) == nil)
    }
}
