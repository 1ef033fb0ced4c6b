package import Formats
import Glibc
package import HTTPModel
import Synchronization

/// The credential that a program prints, as `kubectl` runs it for a kubeconfig's `exec`.
///
/// It is run when a request needs it, once for all that need it then, and again when its credential expires or
/// is refused. A run that nobody waits for any more is ended.
package final class ExecCredential: CredentialSource {
    /// One run of the program and who waits for it.
    private final class Flight: Sendable {
        struct Waiters {
            var next = 0
            var continuations: [Int: CheckedContinuation<Credential, any Error>] = [:]
        }

        let waiters = Mutex(Waiters())
    }

    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Credential, any Error>
    }

    private struct Run {
        var number: Int
        var waiters: [Waiter] = []
        /// Closed to end the run.
        var abortWriter: Int32
    }

    private struct State {
        var current: ExecStatus?
        var run: Run?
        var runs = 0
        var tickets = 0
    }

    private let configuration: ExecConfiguration
    private let environment: [String: String]
    private let isInteractive: Bool
    private let timeout: Duration
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())
}
