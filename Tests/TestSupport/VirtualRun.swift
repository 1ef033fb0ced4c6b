import Foundation
package import KubernetesSimulator
import Synchronization

/// Runs `body` and all its tasks one job at a time, in an order that a seed replays, in virtual time.
///
/// Time moves only when no task can go on, and then to the next alarm. So nothing in a test waits, and nothing is
/// late because a machine was slow.
@discardableResult
package func virtually<Result: Sendable>(
    seed: UInt64 = 1,
    _ time: SimulatedTime,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let executor = VirtualExecutor(seed: seed)
    Thread.detachNewThread { executor.work(time) }
    defer { executor.setPhase(.over) }
    return try await withTaskExecutorPreference(executor) {
        executor.setPhase(.running)
        // The way out of the executor is a job as well: time stands still on it.
        defer { executor.setPhase(.leaving) }
        return try await body()
    }
}

private final class VirtualExecutor: TaskExecutor {
    enum Phase { case entering, running, leaving, over }

    private struct State {
        var phase = Phase.entering
        var ready: [UnownedJob] = []
        var random: SeededGenerator
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    func setPhase(_ phase: Phase) {
        state.withLock { $0.phase = phase }
    }

    func work(_ time: SimulatedTime) {
        while true {
            let (job, phase) = state.withLock { state -> (UnownedJob?, Phase) in
                guard !state.ready.isEmpty else { return (nil, state.phase) }
                let index = Int(state.random.next() % UInt64(state.ready.count))
                return (state.ready.remove(at: index), state.phase)
            }
            if let job {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if phase == .over {
                return
            } else if phase != .running || !time.advanceToNextAlarm() {
                usleep(50)
            }
        }
    }
}
