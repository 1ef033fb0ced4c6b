import ControllerRuntime
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
    let time = SimulatedTime()

    @Test("what takes too long is cancelled, and its outcome is unknown")
    func overdue() async throws {
        let cancelled = Monitor(false)
        try await virtually(time) { [time] in
            await #expect { try await withDeadline(.seconds(3), time) { try await hang(cancelled) } } throws: {
                ($0 as? KubernetesError)?.code == .timeout
            }
        }
        #expect(time.monotonic == .seconds(3))
        #expect(cancelled.read { $0 })
    }

    private func hang(_ cancelled: Monitor<Bool>) async throws {
        do {
            _ = try await Monitor(0).wait { $0 > 0 ? $0 : nil }
        } catch {
            cancelled.withLock { $0 = true }
            throw error
        }
    }

    @Test("what ends in time keeps its result and its error")
    func inTime() async throws {
        let result = try await withDeadline(.seconds(3), time) { 7 }
        #expect(result == 7)
        await #expect(throws: WriteRefusal.self) {
            try await withDeadline(.seconds(3), time) { throw WriteRefusal(.paused, "p") }
        }
    }

    @Test("a bounded wait returns nothing when the time is over, and the value where it comes first")
    func boundedWait() async throws {
        try await virtually(time) { [time] in
            let monitor = Monitor(0)
            let nothing = try await monitor.wait(atMost: .seconds(5), time) { $0 > 0 ? $0 : nil }
            #expect(nothing == nil)
            #expect(time.monotonic == .seconds(5))
            async let early = monitor.wait(atMost: .seconds(5), time) { $0 > 0 ? $0 : nil }
            try await time.sleep(for: .seconds(1))
            monitor.withLock { $0 = 4 }
            let something = try await early
            #expect(something == 4)
            #expect(time.monotonic == .seconds(6))
        }
    }
}
