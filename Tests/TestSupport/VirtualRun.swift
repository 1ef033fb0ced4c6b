package import KubernetesSimulator

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
    try DeterministicExecutor.run(seed: seed, time, body)
}
