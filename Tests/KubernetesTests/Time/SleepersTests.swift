import Testing

@testable import Kubernetes

@Suite("Tasks that sleep")
struct SleepersTests {
    private let sleepers = Sleepers()
    private var now: Duration { SystemTime().monotonic }

    @Test("wake when their time has come, never before, whoever came first")
    func times() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for milliseconds in [60, 0, 30, -5] {
                group.addTask { [sleepers, now] in
                    let due = now + .milliseconds(milliseconds)
                    try await sleepers.sleep(until: due)
                    #expect(SystemTime().monotonic >= due)
                }
            }
            try await group.waitForAll()
        }
        #expect(sleepers.counts == (0, 0))
    }

    @Test("wake at once where they are cancelled, before or while they sleep")
    func cancellation() async {
        let due = now + .seconds(3_600)
        let task = Task { [sleepers] in try await sleepers.sleep(until: due) }
        while sleepers.counts.asleep == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let cancelled = Task { [sleepers] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await sleepers.sleep(until: due)
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(sleepers.counts.asleep == 0)
    }

    @Test("of those that were cancelled next to nothing is kept, however late their time")
    func memory() async {
        let due = now + .seconds(3_600)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2_000 {
                group.addTask { [sleepers] in
                    let task = Task { try await sleepers.sleep(until: due) }
                    task.cancel()
                    _ = await task.result
                }
            }
        }
        #expect(sleepers.counts.asleep == 0)
        #expect(sleepers.counts.timers <= 64)
    }

    @Test("an earlier one does not wait for a later one, nor is a later one lost with an earlier one that is cancelled")
    func rearming() async throws {
        let distant = Task { [sleepers, now] in try await sleepers.sleep(until: now + .seconds(3_600)) }
        while sleepers.counts.asleep < 1 { await Task.yield() }
        try await sleepers.sleep(until: now + .milliseconds(10))
        let near = Task { [sleepers, now] in try await sleepers.sleep(until: now + .milliseconds(50)) }
        near.cancel()
        _ = await near.result
        try await sleepers.sleep(until: now + .milliseconds(100))
        #expect(sleepers.counts.asleep == 1)
        distant.cancel()
        await #expect(throws: CancellationError.self) { try await distant.value }
    }
}
