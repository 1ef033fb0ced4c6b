import Formats
import Kubernetes
import KubernetesSimulator
import Synchronization
import Testing

@Suite("the deterministic executor")
struct DeterministicExecutorTests {
    private final class Turns: Sendable {
        let order = Mutex<[Int]>([])
    }

    /// Eight tasks that take three turns each; returns the order of their turns.
    private func turns(seed: UInt64) throws -> [Int] {
        let turns = Turns()
        try DeterministicExecutor.run(seed: seed, SimulatedTime()) {
            await withTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        for _ in 0..<3 {
                            turns.order.withLock { $0.append(number) }
                            await Task.yield()
                        }
                    }
                }
            }
        }
        return turns.order.withLock { $0 }
    }

    @Test("a seed replays the order in which tasks take their turns, and another seed gives another")
    func replay() throws {
        let first = try turns(seed: 7)
        #expect(first.count == 24)
        for _ in 0..<50 { #expect(try turns(seed: 7) == first) }
        #expect(try turns(seed: 8) != first)
    }

    @Test("a year passes as fast as its work is done")
    func time() throws {
        let time = SimulatedTime()
        let start = time.now
        try DeterministicExecutor.run(seed: 1, time) {
            for _ in 0..<365 { try await time.sleep(for: .seconds(86_400)) }
        }
        #expect(time.now - start == .seconds(365 * 86_400))
    }

    @Test("where everything waits and time brings nothing more, it says so")
    func stalled() throws {
        let time = SimulatedTime()
        #expect(throws: Stalled.self) {
            try DeterministicExecutor.run(seed: 1, time) {
                let (stream, continuation) = AsyncStream<Void>.makeStream()
                for await _ in stream {}
                continuation.finish()
            }
        }
    }

    @Test("where a task never waits, so that time gets no turn, it says so")
    func spinning() throws {
        #expect(throws: Spinning.self) {
            try DeterministicExecutor.run(seed: 1, SimulatedTime(), limit: 1_000) {
                while true { await Task.yield() }
            }
        }
        try DeterministicExecutor.run(seed: 1, SimulatedTime(), limit: 1_000) {
            for _ in 0..<300 { await Task.yield() }
        }
    }

    @Test("what the body throws comes out")
    func failure() throws {
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            try DeterministicExecutor.run(seed: 1, SimulatedTime()) {
                await Task.yield()
                throw Broken()
            }
        }
    }
}
