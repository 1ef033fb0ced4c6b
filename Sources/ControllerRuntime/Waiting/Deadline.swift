package import Kubernetes

/// Runs both, returns or throws what the first to end does, and cancels the other.
func first<Result: Sendable>(
    _ one: @escaping @Sendable () async throws -> Result,
    _ other: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await one() }
        group.addTask { try await other() }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}

/// Runs `operation`, cancelled after `limit`: for what must not hang even where its transport would.
///
/// - Throws: `KubernetesError` with `.timeout` when the time is over: the outcome is unknown.
package func withDeadline<Result: Sendable>(
    _ limit: Duration,
    _ time: any TimeSource,
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await first(
        operation,
        {
            try await time.sleep(for: limit)
            throw KubernetesError(.timeout, "no answer within \(limit): the outcome is unknown")
        })
}
