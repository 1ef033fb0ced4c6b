import Formats
import Synchronization
import TestSupport
import Testing

@testable import KubernetesSimulator

@Suite("Simulated time follows a clock", .timeLimit(.minutes(1)))
struct FollowedTimeTests {
    private let clock = ManualTime()
    private let time = SimulatedTime()

    /// Follows the clock around `body`.
    private func following(speed: Double = 1, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [clock, time] in
                do { try await time.follow(clock, speed: speed) } catch is CancellationError {}
                return false
            }
            group.addTask {
                try await body()
                return true
            }
            while let isOver = try await group.next(), !isOver {}
            group.cancelAll()
        }
    }

    @Test("it reads as late as the clock is, times the speed, while nothing runs")
    func reading() async throws {
        let start = time.now
        try await following(speed: 60) { [clock, time] in
            let (alarms, ringing) = AsyncStream<Timestamp>.makeStream()
            time.schedule(at: start + .seconds(3_600)) { ringing.yield(time.now) }
            await clock.sleepers(1)
            clock.advance(by: .seconds(30))
            #expect(time.now == start + .seconds(1_800))
            clock.advance(by: .seconds(31))
            // Not past what has still to happen, which happens at its own moment.
            for await moment in alarms {
                #expect(moment == start + .seconds(3_600))
                break
            }
        }
        #expect(time.now == start + .seconds(3_660))
        clock.advance(by: .seconds(30))
        #expect(time.now == start + .seconds(3_660))
    }

    @Test("an alarm before the one that is waited for is not missed, and what it sets off follows at once")
    func earlierAlarm() async throws {
        try await following { [clock, time] in
            let start = time.now
            let (alarms, ringing) = AsyncStream<Duration>.makeStream()
            time.schedule(at: start + .seconds(100)) {}
            await clock.sleepers(1)
            time.schedule(at: start + .seconds(10)) {
                time.schedule(at: time.now + .seconds(5)) { ringing.yield(time.now - start) }
            }
            clock.advance(by: .seconds(20))
            for await moment in alarms {
                #expect(moment == .seconds(15))
                break
            }
        }
    }
}
