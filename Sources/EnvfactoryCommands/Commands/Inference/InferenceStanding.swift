import EnvironmentAPI
import EnvironmentOperator
import Formats

/// How an inference endpoint stands, in the words of a table.
struct InferenceStanding {
    let endpoint: InferenceEndpoint
    let now: Timestamp

    /// The reason of `Ready`, which summarises everything.
    var ready: String {
        let reason = endpoint.condition(.ready)?.reason ?? ""
        // The operator has not seen the deletion yet.
        if endpoint.metadata.isDeleting { return EndpointReadyReason.deleting.rawValue }
        return reason.isEmpty ? "Pending" : reason
    }

    /// Where it is served just now, else where it shall be.
    var mode: String { (endpoint.status.mode ?? endpoint.spec.mode).rawValue }

    var node: String { endpoint.status.placement?.node ?? "<none>" }

    var age: String { endpoint.metadata.creationTimestamp.map { Age.text(now - $0) } ?? "<unknown>" }

    /// Why it is not ready.
    var message: String {
        guard let ready = endpoint.condition(.ready), ready.status != .isTrue else { return "" }
        return ready.message
    }
}

extension Table {
    /// Inference endpoints, one a row.
    init(_ endpoints: [InferenceEndpoint], now: Timestamp, withNamespaces: Bool) {
        let headings = ["NAME", "MODE", "MODEL", "READY", "NODE", "BOUND", "AGE", "MESSAGE"]
        self.init((withNamespaces ? ["NAMESPACE"] : []) + headings)
        for endpoint in endpoints {
            let standing = InferenceStanding(endpoint: endpoint, now: now)
            let cells = [
                endpoint.metadata.name, standing.mode, endpoint.spec.model.name, standing.ready, standing.node,
                "\(endpoint.status.boundEnvironments)", standing.age, standing.message,
            ]
            add((withNamespaces ? [endpoint.metadata.namespace] : []) + cells)
        }
    }
}
