import HTTPModel
import Synchronization

/// A connection that libcurl opens and then leaves to us, and the place where its bytes wait.
///
/// The curl thread moves bytes between the socket and the pipes; a task is at their other ends.
final class Tunnel: Sendable {
    /// Tells tunnels apart, also those that are gone.
    let number: UInt64
    let plan: TransferPlan
    /// When the connection must be there, and the response's head on it.
    let deadline: ContinuousClock.Instant
    let stream: PipedStream
    /// Settled when the connection is there, or will not be.
    let opened = Promise<Void>()
    /// Settled when the curl thread has let go of the connection.
    let closed = Promise<Void>()
    private let state = Mutex((isCancelled: false, isEstablished: false))
    private static let count = Atomic<UInt64>(0)

    init(_ plan: TransferPlan, deadline: ContinuousClock.Instant, on thread: CurlThread) {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        self.number = number
        self.plan = plan
        self.deadline = deadline
        stream = PipedStream(
            incoming: BytePipe { thread.attend(number) }, outgoing: BytePipe { thread.attend(number) })
    }

    /// Set before the curl thread hears of it, so that a tunnel cancelled early is never opened.
    func markCancelled() { state.withLock { $0.isCancelled = true } }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// From now on the connection may take all the time of the world.
    func markEstablished() { state.withLock { $0.isEstablished = true } }

    var isEstablished: Bool { state.withLock { $0.isEstablished } }

    /// Ends everything that waits for it.
    func end(_ error: any Error) {
        stream.fail(error)
        opened.settle(.failure(error))
        closed.settle(.success(()))
    }
}
