import ControllerRuntime
import Formats
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ControllerTests {
    let time = SimulatedTime()
    let metrics = MetricRegistry()
    let sink = MemorySink()

    /// Runs a controller until `enough` runs of keys have begun, and returns when each began.
    func runs(
        _ enough: Int,
        workers: Int = 2,
        hooks: Controller<String>.Hooks = Controller<String>.Hooks(),
        limit: Duration = .seconds(600),
        add keys: [String] = ["a"],
        reconcile: @escaping @Sendable (String, Int) async throws -> ReconcileOutcome
    ) async throws -> [(key: String, at: Duration)] {
        let log = Monitor<[(key: String, at: Duration)]>([])
        try await virtually(time) { [self] in
            let queue = WorkQueue<String>(time: time, random: FixedRandom(0))
            let controller = Controller(
                name: "test", queue: queue, workers: workers, limit: limit, hooks: hooks, time: time, metrics: metrics,
                log: Logger(sink: sink) { [time] in time.now }
            ) { [time] key in
                let count = log.withLock { log in
                    log.append((key, time.monotonic))
                    return log.count
                }
                return try await reconcile(key, count)
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await controller.run() }
                for key in keys { queue.add(key) }
                _ = try await log.wait { $0.count >= enough ? true : nil }
                controller.stop()
                try await group.waitForAll()
            }
        }
        return log.read(\.self)
    }

    func count(_ line: String) -> Bool { metrics.exposition().contains(line + "\n") }

    @Test("a recheck comes after its time, and not before")
    func recheck() async throws {
        let runs = try await runs(3) { _, count in count < 3 ? .recheck(after: .seconds(60)) : .settled }
        #expect(runs.map(\.at) == [.zero, .seconds(60), .seconds(120)])
        #expect(count("reconcile_total{controller=\"test\",result=\"recheck\"} 2"))
        #expect(count("reconcile_total{controller=\"test\",result=\"settled\"} 1"))
    }

    @Test("an error backs off, is counted by its code and logged with its key")
    func failure() async throws {
        let runs = try await runs(3) { _, count in
            if count < 3 { throw KubernetesError(.serviceUnavailable, "the server is away") }
            return .settled
        }
        #expect(runs.map(\.at) == [.zero, .milliseconds(5), .milliseconds(15)])
        #expect(count("reconcile_errors_total{controller=\"test\",code=\"ServiceUnavailable\"} 2"))
        #expect(sink.lines.count { $0.contains(#""key":"a""#) && $0.contains("the server is away") } == 2)
    }

    @Test("a server's wish is respected")
    func retryAfter() async throws {
        let runs = try await runs(2) { _, count in
            if count == 1 { throw KubernetesError(.tooManyRequests, "slow down", retryAfter: .seconds(7)) }
            return .settled
        }
        #expect(runs.map(\.at) == [.zero, .seconds(7)])
    }

    @Test("an error that trying again cannot mend is not tried again")
    func terminal() async throws {
        let runs = try await runs(2, workers: 1, add: ["a", "b"]) { key, _ in
            if key == "a" { throw KubernetesError(.invalid, "the spec is wrong") }
            return .settled
        }
        #expect(runs.map(\.key) == ["a", "b"])
        #expect(count("reconcile_total{controller=\"test\",result=\"terminal\"} 1"))
    }

    @Test("a write that may not be sent is no failure of the object")
    func refused() async throws {
        let runs = try await runs(2) { _, count in
            if count == 1 { throw WriteRefusal(.notLeading, "another leads") }
            return .settled
        }
        #expect(runs.map(\.at) == [.zero, .seconds(1)])
        #expect(count("reconcile_total{controller=\"test\",result=\"refused\"} 1"))
        #expect(sink.lines.isEmpty)
    }

    @Test("A29: nothing is decided from a cache that has not seen the last write")
    func stale() async throws {
        var hooks = Controller<String>.Hooks()
        hooks.staleness = { [time] _ in time.monotonic < .seconds(3) ? .seconds(3) - time.monotonic : nil }
        let runs = try await runs(1, hooks: hooks) { _, _ in .settled }
        #expect(runs.map(\.at) == [.seconds(3)])
        #expect(count("stale_sync_skips_total{controller=\"test\"} 3"))
    }

    @Test("B7: what is in quarantine is left alone; others are worked on, and every run is noted and crossed off")
    func quarantine() async throws {
        struct Journal: InFlightJournal {
            let notes = Monitor<[String]>([])

            func begin(_ controller: String, _ key: String, revision: String) -> Bool {
                guard key != "poison" else { return false }
                notes.withLock { $0.append("+\(controller)/\(key)@\(revision)") }
                return true
            }

            func end(_ controller: String, _ key: String) { notes.withLock { $0.append("-\(controller)/\(key)") } }
        }
        let journal = Journal()
        var hooks = Controller<String>.Hooks()
        hooks.journal = journal
        hooks.revision = { "\($0)7" }
        let runs = try await runs(2, workers: 1, hooks: hooks, add: ["poison", "a", "b"]) { key, _ in
            if key == "a" { throw KubernetesError(.invalid, "x") }
            return .settled
        }
        #expect(runs.map(\.key) == ["a", "b"])
        #expect(journal.notes.read(\.self) == ["+test/a@a7", "-test/a", "+test/b@b7", "-test/b"])
        #expect(count("reconcile_total{controller=\"test\",result=\"quarantined\"} 1"))
    }

    @Test("a reconcile that hangs is cancelled, and its worker goes on")
    func hanging() async throws {
        let runs = try await runs(2, workers: 1, limit: .seconds(30), add: ["hangs", "b"]) { [time] key, count in
            if count == 1 { try await time.sleep(for: .seconds(100_000)) }
            return .settled
        }
        #expect(runs.map(\.key) == ["hangs", "b"])
        #expect(runs.last?.at == .seconds(30))
        #expect(count("reconcile_errors_total{controller=\"test\",code=\"Timeout\"} 1"))
    }

    @Test("stopping lets a running reconcile finish and begins no other")
    func stopping() async throws {
        let ended = Monitor<[String]>([])
        let runs = try await runs(1, workers: 1, add: ["a", "b"]) { [time] key, _ in
            try await time.sleep(for: .seconds(5))
            ended.withLock { $0.append(key) }
            return .settled
        }
        #expect(runs.map(\.key) == ["a"])
        #expect(ended.read(\.self) == ["a"])
    }
}
