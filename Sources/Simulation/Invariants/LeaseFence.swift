import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I9: no process sends a write once the deadline of its lease is over, nor once another one has taken it; and every
/// write says what it expects to find.
struct LeaseFence: Invariant {
    static let title = "I9 fence"

    /// The deadline of a lease, and what a clock that runs a tenth too slow makes of it.
    private static let deadline = Duration.seconds(10) * 11 / 10 + .milliseconds(10)

    /// The process that took the lease last; empty where nobody of ours holds it.
    private var holder = ""
    /// When each process last renewed the lease, by true time.
    private var renewals: [String: Timestamp] = [:]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .cluster(.change(let change)) where change.resource == Kind.leases:
            holder = ""
            guard change.author?.isOperator == true, let process = change.author?.process else { return nil }
            renewals[process] = change.time
            if change.after?[path: "spec", "holderIdentity"]?.string == process { holder = process }
        case .sent(let process, let request, let time) where request.purpose == .changes:
            guard let renewal = renewals[process], time <= renewal + Self.deadline else {
                return "\(process) sends \(request) without the lease"
            }
            guard holder.isEmpty || holder == process else {
                return "\(process) sends \(request) while \(holder) has the lease"
            }
        case .cluster(.request(let record)) where record.identity.isOperator: return unconditional(record)
        default: break
        }
        return nil
    }

    private func unconditional(_ record: WriteRecord) -> String? {
        guard record.outcome == .changed || record.outcome == .deleted, record.verb != .create, !record.isDryRun,
            record.expectedUID.isEmpty, record.expectedVersion.isEmpty, !record.resource.hasPrefix("events"),
            record.resource != "configmaps"
        else { return nil }
        return "\(record) takes whatever it finds"
    }
}
