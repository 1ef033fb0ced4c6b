import ControllerRuntime
import Foundation
import Telemetry
import Testing

@Suite struct CrashJournalTests {
    /// A file that goes when the test ends.
    final class File {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)").path

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    let file = File()
    let metrics = MetricRegistry()

    /// A process that is killed while it works on these keys, as of version 7.
    func crash(on keys: [String], finishing finished: [String] = []) {
        let journal = CrashJournal(path: file.path, metrics: metrics)
        for key in finished + keys { _ = journal.begin("environment", key, revision: "7") }
        for key in finished { journal.end("environment", key) }
    }

    func admits(_ key: String, revision: String = "7") -> Bool {
        let journal = CrashJournal(path: file.path, metrics: metrics)
        defer { journal.end("environment", key) }
        return journal.begin("environment", key, revision: revision)
    }

    @Test("B7: an object that was in flight at three crashes in a row is left alone")
    func quarantine() {
        for _ in 0..<2 { crash(on: ["team/poison"]) }
        crash(on: ["team/poison"], finishing: ["team/good"])
        #expect(CrashJournal(path: file.path, metrics: metrics).quarantined == ["environment\u{1F}team/poison\u{1F}7"])
        #expect(!admits("team/poison"))
        #expect(admits("team/good"))
        // And it stays so, in every process that follows.
        #expect(!admits("team/poison"))
    }

    @Test("B7: a changed object gets another chance")
    func changed() {
        for _ in 0..<3 { crash(on: ["team/poison"]) }
        #expect(admits("team/poison", revision: "8"))
        #expect(!admits("team/poison", revision: "7"))
    }

    @Test("B7: who was beside the guilty one is cleared by the first run that ends")
    func bystander() {
        for _ in 0..<2 { crash(on: ["team/poison", "team/bystander"]) }
        crash(on: ["team/poison"], finishing: ["team/bystander"])
        crash(on: ["team/bystander"])
        #expect(admits("team/bystander"))
        #expect(!admits("team/poison"))
    }

    @Test("a clean end leaves no suspect")
    func clean() {
        for _ in 0..<5 { crash(on: [], finishing: ["team/a"]) }
        #expect(admits("team/a"))
    }

    @Test("more work than there are slots, and keys that are too long, are worked on")
    func overflow() {
        let journal = CrashJournal(path: file.path, metrics: metrics)
        let begun = (0..<100).count { journal.begin("c", "key-\($0)", revision: "1") }
        #expect(begun == 100)
        #expect(journal.begin("c", String(repeating: "k", count: 5_000), revision: "1"))
        for index in 0..<100 { journal.end("c", "key-\(index)") }
        #expect(CrashJournal(path: file.path, metrics: metrics).quarantined.isEmpty)
    }

    @Test(
        "B8: a damaged file is no reason to stop",
        arguments: ["", "envfactory journal 1\n", String(repeating: "\u{1F}x9", count: 30_000)])
    func damaged(content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(admits("team/a"))
    }

    @Test("B8: a file that cannot be written protects nobody and stops nobody")
    func unwritable() {
        let journal = CrashJournal(path: "/nonexistent/journal", metrics: metrics)
        #expect(journal.begin("c", "a", revision: "1"))
        journal.end("c", "a")
        #expect(metrics.exposition().contains("journal_failures_total"))
        #expect(!metrics.exposition().contains("journal_failures_total 0\n"))
    }
}
