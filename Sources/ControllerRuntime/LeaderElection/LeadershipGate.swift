package import Kubernetes
import Synchronization

/// Permits changes until the lease's deadline; closed for whoever does not lead.
package final class LeadershipGate: WriteGate {
    private let time: any TimeSource
    private let deadline = Mutex<Duration?>(nil)

    package init(time: any TimeSource) { self.time = time }

    /// When leadership ends unless it is renewed, by the monotonic clock; `nil` for whoever does not lead.
    package var leadingUntil: Duration? { deadline.withLock { $0 } }

    package func permit() throws {
        guard let leadingUntil else {
            throw WriteRefusal(.notLeading, "another process leads: nothing is written")
        }
        guard time.monotonic < leadingUntil else {
            throw WriteRefusal(.notLeading, "the lease was not renewed in time: nothing more is written")
        }
    }

    package func open(until leadingUntil: Duration?) {
        deadline.withLock { $0 = leadingUntil }
    }

    func close() { open(until: nil) }
}
