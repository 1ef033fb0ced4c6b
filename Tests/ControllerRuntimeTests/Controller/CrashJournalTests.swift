import ControllerRuntime
import Foundation
import Telemetry
import Testing

@Suite struct CrashJournalTests {
    /// A file that goes when the test ends.
    final class File {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)").path

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var content: Data { FileManager.default.contents(atPath: path) ?? Data() }

        func write(_ bytes: [UInt8], at offset: UInt64) throws {
            let handle = try #require(FileHandle(forUpdatingAtPath: path))
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: bytes)
            try handle.close()
        }
    }

    let file = File()
    let metrics = MetricRegistry()

    func journal() -> CrashJournal { CrashJournal(path: file.path, metrics: metrics) }

    /// A process that is killed while it works on these keys, as of version 7.
    func kill(on keys: [String], finishing finished: [String] = []) {
        let journal = journal()
        for key in finished + keys { _ = journal.begin("environment", key, revision: "7") }
        for key in finished { journal.end("environment", key) }
    }

    /// One that traps: it is killed as well, and leaves the signal in the last byte of the file's first 512.
    func trap(on keys: [String], finishing finished: [String] = []) throws {
        kill(on: keys, finishing: finished)
        try file.write([4], at: 511)
    }

    func admits(_ key: String, revision: String = "7") -> Bool {
        let journal = journal()
        defer { journal.end("environment", key) }
        return journal.begin("environment", key, revision: revision)
    }

    @Test("B7: an object that was in flight at three traps in a row is left alone")
    func quarantine() throws {
        for _ in 0..<2 { try trap(on: ["team/poison"]) }
        try trap(on: ["team/poison"], finishing: ["team/good"])
        #expect(journal().quarantined == ["environment team/poison"])
        #expect(!admits("team/poison"))
        #expect(admits("team/good"))
        // And it stays so, in every process that follows.
        #expect(!admits("team/poison"))
    }

    @Test("B7: two traps leave nobody alone")
    func twice() throws {
        for _ in 0..<2 { try trap(on: ["team/poison"]) }
        #expect(admits("team/poison"))
    }

    @Test("B7: a changed object gets another chance")
    func changed() throws {
        for _ in 0..<3 { try trap(on: ["team/poison"]) }
        #expect(admits("team/poison", revision: "8"))
        #expect(!admits("team/poison", revision: "7"))
    }

    @Test("B7: who was beside the guilty one is cleared by the first run that ends")
    func bystander() throws {
        for _ in 0..<2 { try trap(on: ["team/poison", "team/bystander"]) }
        try trap(on: ["team/poison"], finishing: ["team/bystander"])
        try trap(on: ["team/bystander"])
        #expect(admits("team/bystander"))
        #expect(!admits("team/poison"))
    }

    @Test("who is killed makes no suspects, and clears none")
    func killed() throws {
        for _ in 0..<5 { kill(on: ["team/a"]) }
        #expect(admits("team/a"))
        for _ in 0..<2 { try trap(on: ["team/poison"]) }
        kill(on: ["team/poison"])
        #expect(journal().quarantined == [])
        try trap(on: ["team/poison"])
        #expect(journal().quarantined == ["environment team/poison"])
    }

    @Test("a trap is told once, by its signal")
    func told() throws {
        #expect(journal().lastTrap == nil)
        try trap(on: [])
        #expect(journal().lastTrap == SIGILL)
        #expect(journal().lastTrap == nil)
    }

    @Test("a clean end leaves no suspect")
    func clean() throws {
        for _ in 0..<5 { try trap(on: [], finishing: ["team/a"]) }
        #expect(admits("team/a"))
    }

    @Test("more work than there are slots, and keys that are too long, are worked on")
    func overflow() throws {
        for _ in 0..<3 {
            let journal = journal()
            let begun = (0..<100).count { journal.begin("c", "key-\($0)", revision: "1") }
            #expect(begun == 100)
            #expect(journal.begin("c", String(repeating: "k", count: 5_000), revision: "1"))
            for index in 1..<100 { journal.end("c", "key-\(index)") }
            try file.write([4], at: 511)
        }
        #expect(journal().quarantined == ["c key-0"])
    }

    @Test("two processes do not keep one file: the second keeps none, and says so")
    func shared() throws {
        let first = journal()
        #expect(first.begin("environment", "team/a", revision: "7"))
        let before = file.content
        let second = journal()
        #expect(first.problem == nil)
        #expect(second.problem?.contains("another process") == true)
        #expect(second.begin("environment", "team/b", revision: "7"))
        second.end("environment", "team/b")
        #expect(file.content == before)
    }

    @Test("a lock that is let go within half a second is waited for, as a child has it before it is another program")
    func lockForAMoment() throws {
        for _ in 0..<2 { try trap(on: ["team/poison"]) }
        let handle = try #require(FileHandle(forUpdatingAtPath: file.path))
        #expect(flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        let end = Thread {
            usleep(50_000)
            flock(handle.fileDescriptor, LOCK_UN)
        }
        end.start()
        try trap(on: ["team/poison"])
        #expect(journal().quarantined == ["environment team/poison"])
    }

    @Test("B8: a file that was never whole is begun anew", arguments: ["", "envfactory journal 1\n"])
    func torn(content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(journal().problem == nil)
        for _ in 0..<3 { try trap(on: ["team/poison"]) }
        #expect(!admits("team/poison"))
    }

    @Test("B8: slots that hold anything stop nobody", arguments: [1, 2, 3])
    func damaged(seed: UInt8) throws {
        kill(on: [])
        let noise = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 7) &* seed }
        try file.write(noise.map { $0 % 5 == 0 ? 0x1F : $0 }, at: 511)
        #expect(admits("team/a"))
        #expect(journal().quarantined == [])
    }

    @Test(
        "somebody else's file is left as it is", arguments: ["notes\n", String(repeating: "\u{1F}x9", count: 30_000)])
    func foreign(content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(journal().problem?.contains("something else") == true)
        #expect(admits("team/a"))
        #expect(file.content == Data(content.utf8))
    }

    @Test("B8: a file that cannot be written protects nobody and stops nobody")
    func unwritable() {
        let journal = CrashJournal(path: "/nonexistent/journal", metrics: metrics)
        #expect(journal.problem?.contains("cannot be opened") == true)
        journal.markTraps()
        #expect(journal.begin("c", "a", revision: "1"))
        journal.end("c", "a")
        #expect(metrics.exposition().contains("journal_failures_total"))
        #expect(!metrics.exposition().contains("journal_failures_total 0\n"))
    }
}
