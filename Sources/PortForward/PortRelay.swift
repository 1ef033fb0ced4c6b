package import HTTPModel
package import Kubernetes
import Synchronization

/// Carries bytes between a connection that somebody made here and a port of a pod, in both directions.
///
/// A side that takes nothing makes the other one wait: what is held stays within the streams' own bounds. The pod's
/// end is the end of both directions, as it is on the node.
package struct PortRelay: Sendable {
    /// What a relay does by the clock.
    package struct Timing: Sendable {
        /// How often it is looked.
        package var look: Duration = .seconds(5)
        /// How long nothing comes before a ping shows everything in between that the connection is used.
        package var ping: Duration = .seconds(25)
        /// How long a pod may still answer somebody who has said everything: the protocol cannot tell it, and runtimes
        /// give it a second where it is told.
        package var answer: Duration = .seconds(10)

        package init() {}
    }

    private enum Event: Sendable {
        case saidEverything
        case podEnded
        case silent
    }

    /// What both directions tell the one that watches.
    private final class Activity: Sendable {
        let state: Mutex<(last: Duration, hasSaidEverything: Bool)>

        init(at now: Duration) { state = Mutex((now, false)) }

        func note(at now: Duration) { state.withLock { $0.last = now } }

        func noteSaidEverything(at now: Duration) { state.withLock { $0 = (now, true) } }
    }

    private let time: any TimeSource
    private let timing: Timing

    package init(time: any TimeSource, timing: Timing = Timing()) {
        self.time = time
        self.timing = timing
    }

    /// Returns when the connection is over in order; what is left of the pod's end is closed with it.
    ///
    /// - Throws: What either side throws, ``PodPortError`` among it.
    package func run(_ local: any ByteStream, _ pod: PodPortStream) async throws {
        let activity = Activity(at: time.monotonic)
        try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask {
                while let bytes = try await local.read() {
                    try await pod.write(bytes)
                    activity.note(at: time.monotonic)
                }
                activity.noteSaidEverything(at: time.monotonic)
                return .saidEverything
            }
            group.addTask {
                while let bytes = try await pod.read() {
                    try await local.write(bytes)
                    activity.note(at: time.monotonic)
                }
                return .podEnded
            }
            group.addTask { try await watch(activity, pod) }
            defer { group.cancelAll() }
            while let event = try await group.next() {
                guard event != .saidEverything else { continue }
                local.finish()
                return
            }
        }
        try await pod.close()
    }

    /// Keeps a silent connection alive, and ends one that has nothing to expect any more.
    private func watch(_ activity: Activity, _ pod: PodPortStream) async throws -> Event {
        while true {
            try await time.sleep(for: timing.look)
            let now = activity.state.withLock { $0 }
            let silence = time.monotonic - now.last
            if now.hasSaidEverything, silence >= timing.answer { return .silent }
            if silence >= timing.ping { try await pod.ping() }
        }
    }
}
