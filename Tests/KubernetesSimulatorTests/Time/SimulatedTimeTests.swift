import Formats
import Kubernetes
import KubernetesSimulator
import Synchronization
import Testing

@Suite("Simulated time")
struct SimulatedTimeTests {
    let time = SimulatedTime()

    @Test("stands still until it is moved, both clocks alike")
    func standsStill() {
        let start = time.now
        #expect(time.monotonic == .zero)
        time.advance(by: .seconds(5))
        #expect(time.now == start + .seconds(5) && time.monotonic == .seconds(5))
    }

    @Test("passes through alarms in order, each at its own moment")
    func alarms() {
        let seen = Mutex<[String]>([])
        let start = time.now
        for (name, seconds) in [("c", 3), ("a", 1), ("b", 1)] {
            time.schedule(at: start + .seconds(seconds)) { [time] in
                seen.withLock { $0.append("\(name)@\(time.monotonic.components.seconds)") }
            }
        }
        time.advance(by: .seconds(2))
        #expect(seen.withLock { $0 } == ["a@1", "b@1"])
        #expect(time.advanceToNextAlarm())
        #expect(seen.withLock { $0 } == ["a@1", "b@1", "c@3"])
        #expect(!time.advanceToNextAlarm())
    }

    @Test("an alarm may set the next one on the way")
    func chain() {
        let count = Mutex(0)
        @Sendable func tick() {
            count.withLock { $0 += 1 }
            time.schedule(at: time.now + .seconds(1), tick)
        }
        tick()
        time.advance(by: .seconds(10))
        #expect(count.withLock { $0 } == 11)
    }

    @Test("wakes who sleeps, and who is cancelled")
    func sleeping() async throws {
        try await time.sleep(for: .zero)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [time] in try await time.sleep(for: .seconds(60)) }
            while time.nextAlarm == nil { await Task.yield() }
            time.advance(by: .seconds(60))
            try await group.next()
            group.addTask { [time] in try await time.sleep(for: .seconds(60)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }
}
