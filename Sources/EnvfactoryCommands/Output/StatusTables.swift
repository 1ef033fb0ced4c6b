import EnvironmentAPI
import Formats
import Kubernetes

extension Table {
    /// Conditions as they are described, one a row; `nil` where there are none.
    init?(conditions: [Condition], now: Timestamp) {
        guard !conditions.isEmpty else { return nil }
        self.init("TYPE", "STATUS", "REASON", "AGE", "MESSAGE")
        for condition in conditions {
            let age = Age.text(now - condition.lastTransitionTime)
            add(condition.type, condition.status.rawValue, condition.reason, age, condition.message)
        }
    }

    /// As ``init(conditions:now:)``, of what could not be removed.
    init?(leftovers: [Environment.Status.Leftover]) {
        guard !leftovers.isEmpty else { return nil }
        self.init("KIND", "NAMESPACE", "NAME", "SINCE", "HELD-BY")
        for leftover in leftovers {
            let since = leftover.since.map(\.description) ?? ""
            add(leftover.kind, leftover.namespace ?? "", leftover.name, since, leftover.heldBy)
        }
    }

    /// As ``init(conditions:now:)``, of what happened.
    init?(events: [EventLine], now: Timestamp) {
        guard !events.isEmpty else { return nil }
        self.init("AGE", "TYPE", "REASON", "MESSAGE")
        for event in events {
            let times = event.count > 1 ? " (\(event.count) times)" : ""
            add(Age.text(now - event.time), event.type, event.reason, event.message + times)
        }
    }

    /// What happened to several objects, with the counts that kubectl shows.
    init(seen events: [EventLine], now: Timestamp) {
        self.init("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
        for event in events {
            let count = event.count > 1 ? " (x\(event.count) over \(Age.text(now - event.first)))" : ""
            add(Age.text(now - event.time) + count, event.type, event.reason, event.object, event.message)
        }
    }
}

extension Table? {
    /// The table under a title; nothing where there is none.
    func section(_ title: String) -> String { map { "\n\(title):\n" + $0.text(indent: "  ") } ?? "" }
}
