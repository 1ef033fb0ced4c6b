import ControllerRuntime
import Kubernetes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
    let time = ManualTime()

    @Test("what takes too long is cancelled, and its outcome is unknown")
    func overdue() async {
        let cancelled = Monitor(false)
        async let result: Void = withDeadline(.seconds(3), time) {
            do {
                _ = try await Monitor(0).wait { $0 > 0 ? $0 : nil }
            } catch {
                cancelled.withLock { $0 = true }
                throw error
            }
        }
        await time.sleepers(1)
        time.advance(by: .seconds(3))
        do {
            try await result
            Issue.record("it ended in time")
        } catch {
            #expect((error as? KubernetesError)?.code == .timeout)
        }
        #expect(cancelled.read { $0 })
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
        let monitor = Monitor(0)
        async let late = monitor.wait(atMost: .seconds(5), time) { $0 > 0 ? $0 : nil }
        await time.sleepers(1)
        time.advance(by: .seconds(5))
        let nothing = try await late
        #expect(nothing == nil)
        async let early = monitor.wait(atMost: .seconds(5), time) { $0 > 0 ? $0 : nil }
        await time.sleepers(1)
        monitor.withLock { $0 = 4 }
        let something = try await early
        #expect(something == 4)
    }
}
