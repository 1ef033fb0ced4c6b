import ControllerRuntime
import Foundation
import Telemetry
import Testing

/// Processes of their own, which die in earnest.
@Suite(.timeLimit(.minutes(5))) struct TrapMarkTests {
    /// The ways in which a program of ours ends that did not mean to.
    enum Trap: String, Codable, CaseIterable {
        case index, overflow, precondition, recursion, abort, pointer

        func spring() {
            let nothing: [Int] = []
            switch self {
            case .index: print(nothing[nothing.count])
            case .overflow: print(UInt8(nothing.count) - 1)
            case .precondition: Swift.precondition(!nothing.isEmpty)
            case .recursion: print(Self.descend(nothing.count))
            case .abort: Glibc.abort()
            case .pointer: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
            }
        }

        private static func descend(_ depth: Int) -> Int { depth < 0 ? 0 : descend(depth + 1) + 1 }
    }

    /// A process that dies while it works on `team/poison`, and after it has worked on `team/good`.
    private static func work(_ path: String) -> CrashJournal {
        let journal = CrashJournal(path: path, metrics: MetricRegistry())
        journal.markTraps()
        for key in ["team/good", "team/poison"] { _ = journal.begin("environment", key, revision: "7") }
        journal.end("environment", "team/good")
        return journal
    }

    private let file = CrashJournalTests.File()

    private func next() -> CrashJournal { CrashJournal(path: file.path, metrics: MetricRegistry()) }

    @Test("B7: what a process had in flight when it trapped is left alone after three times")
    func threeTimes() async throws {
        for _ in 0..<3 {
            #expect(next().quarantined == [])
            try await trap(.index)
        }
        let journal = next()
        #expect(journal.lastTrap != nil)
        #expect(journal.quarantined == ["environment team/poison"])
        #expect(!journal.begin("environment", "team/poison", revision: "7"))
        #expect(journal.begin("environment", "team/good", revision: "7"))
    }

    @Test("whatever a process traps by leaves its mark", arguments: Trap.allCases)
    func everyTrap(_ kind: Trap) async throws {
        try await trap(kind)
        #expect(next().lastTrap != nil)
    }

    private func trap(_ kind: Trap) async throws {
        await #expect(processExitsWith: .failure) { [path = file.path as String, kind = kind as Trap] in
            let journal = Self.work(path)
            kind.spring()
            journal.end("environment", "team/poison")
        }
    }

    @Test("a process that traps ends by the signal of its trap, as it would without a journal")
    func signal() async throws {
        await #expect(processExitsWith: .signal(SIGABRT)) { [path = file.path as String] in
            let journal = Self.work(path)
            Trap.abort.spring()
            journal.end("environment", "team/poison")
        }
        #expect(next().lastTrap == SIGABRT)
    }

    @Test("who is killed, or exits, leaves no mark", arguments: [SIGKILL, 0])
    func killed(signal: Int32) async throws {
        for _ in 0..<3 {
            await #expect(processExitsWith: .failure) { [path = file.path as String, signal = signal as Int32] in
                let journal = Self.work(path)
                if signal == 0 { exit(1) }
                raise(signal)
                journal.end("environment", "team/poison")
            }
        }
        let journal = next()
        #expect(journal.lastTrap == nil)
        #expect(journal.begin("environment", "team/poison", revision: "7"))
    }
}
