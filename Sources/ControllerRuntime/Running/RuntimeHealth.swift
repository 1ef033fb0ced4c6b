package import Kubernetes

/// What a process says about itself to those who ask over HTTP.
package final class RuntimeHealth: Sendable {
    /// Where a process is in its life.
    package enum Phase: String, Sendable, Hashable, CaseIterable {
        case starting
        /// The caches are being filled.
        case syncing
        /// Another process leads; the caches follow, so that this one can take over at once.
        case standby
        case leading
        case stopping
    }

    private let monitor = Monitor(Phase.starting)
    private let gate: LeadershipGate?
    private let time: any TimeSource
    private let grace: Duration

    /// Health of a process whose leadership may be overdue by `grace` before it counts as stuck.
    package init(gate: LeadershipGate?, time: any TimeSource, grace: Duration = .seconds(15)) {
        self.gate = gate
        self.time = time
        self.grace = grace
    }

    package var phase: Phase { monitor.read { $0 } }

    func enter(_ phase: Phase) {
        monitor.withLock { $0 = phase }
    }

    /// Why the process should be restarted; `nil` while it is well.
    package var sickness: String? {
        guard phase == .leading, let leadingUntil = gate?.leadingUntil else { return nil }
        let overdue = time.monotonic - leadingUntil
        guard overdue > grace else { return nil }
        return "leadership ended \(overdue.components.seconds) s ago, and the process has not: restart it"
    }

    /// Why the process should not be relied on yet or any more; `nil` while it is ready.
    package var unreadiness: String? {
        switch phase {
        case .standby, .leading: nil
        case .starting, .syncing, .stopping: "the process is \(phase.rawValue)"
        }
    }
}
