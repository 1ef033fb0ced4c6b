import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("Paced time")
struct PacedTimeTests {
    @Test("runs as many times faster as it is told, from then on")
    func pace() {
        let base = SimulatedTime()
        let time = PacedTime(base)
        base.advance(by: .milliseconds(500))
        #expect(time.monotonic == .milliseconds(500))
        time.pace = 120
        base.advance(by: .milliseconds(500))
        #expect(time.monotonic == .milliseconds(60_500))
        time.pace = 2
        base.advance(by: .milliseconds(500))
        #expect(time.monotonic == .milliseconds(61_500))
        #expect(time.now == base.now)
    }

    @Test("lives through a second at a time: who was stopped for an hour has not missed it")
    func leap() {
        let base = SimulatedTime()
        let time = PacedTime(base)
        time.pace = 10
        base.advance(by: .seconds(3600))
        #expect(time.monotonic == .seconds(10))
    }

    @Test("sleeps by its own pace, also where that changes meanwhile")
    func sleep() async throws {
        let base = SimulatedTime()
        let time = PacedTime(base)
        try await virtually(base) {
            time.pace = 10
            try await time.sleep(for: .seconds(5))
            #expect(base.monotonic == .milliseconds(500))
            async let slept: Void = time.sleep(for: .seconds(100))
            try await base.sleep(for: .seconds(1))
            time.pace = 90
            try await slept
            #expect(base.monotonic == .milliseconds(2500))
        }
    }

    @Test("is woken by the task's end")
    func cancellation() async throws {
        let base = SimulatedTime()
        let time = PacedTime(base)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) { try await time.sleep(for: .seconds(5)) }
            }
            group.cancelAll()
        }
    }
}
