import Synchronization

/// What a signal does to the running command: it is cancelled, unless it asked to end in order by itself.
package final class Interruption: Sendable {
    private let handler = Mutex<(@Sendable (Int32) -> Void)?>(nil)

    package init() {}

    /// Calls `handler` in place of cancelling the command, while `body` runs.
    func handled(by handler: @escaping @Sendable () -> Void, while body: () async throws -> Void) async throws {
        try await handled(by: { _ in handler() }, while: body)
    }

    /// As ``handled(by:while:)``, told which signal it is.
    func handled(
        by handler: @escaping @Sendable (_ signal: Int32) -> Void,
        while body: () async throws -> Void
    ) async throws {
        self.handler.withLock { $0 = handler }
        defer { self.handler.withLock { $0 = nil } }
        try await body()
    }

    /// Tells the command; `false` where it does not want to know and is to be cancelled.
    func strike(_ signal: Int32) -> Bool {
        guard let handler = handler.withLock({ $0 }) else { return false }
        handler(signal)
        return true
    }
}
