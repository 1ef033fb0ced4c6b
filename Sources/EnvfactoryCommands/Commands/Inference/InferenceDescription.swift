import EnvironmentAPI
import EnvironmentOperator
import Formats
import Kubernetes

/// An inference endpoint in words: what it serves and where, how it stands, and what to do next.
struct InferenceDescription {
    let endpoint: InferenceEndpoint
    let events: [EventLine]
    let now: Timestamp

    var text: String {
        fields + Table(conditions: endpoint.status.conditions, now: now).section("Conditions")
            + Table(leftovers: endpoint.status.leftovers).section("Leftovers")
            + Table(events: events, now: now).section("Events")
            + "\nNext:\n" + endpoint.next.map { "  \($0.escapingControls())\n" }.joined()
    }

    private var fields: String {
        let (metadata, spec, status) = (endpoint.metadata, endpoint.spec, endpoint.status)
        let standing = InferenceStanding(endpoint: endpoint, now: now)
        var fields = Fields()
        fields.add("Name", metadata.name)
        fields.add("Namespace", metadata.namespace)
        fields.add("Mode", spec.mode == .auto ? "\(standing.mode) (chosen by Auto)" : standing.mode)
        fields.add("Ready", "\(endpoint.condition(.ready)?.status.rawValue ?? "Unknown") (\(standing.ready))")
        fields.add("Message", standing.message)
        fields.add("Created", metadata.creationTimestamp.map { "\($0) (\(standing.age) ago)" })
        fields.add("URL", status.url)
        fields.add("Host", endpoint.effectiveMode == .host ? spec.host?.place : nil)
        fields.add("Host namespace", status.namespace?.name)
        fields.add("Model", model)
        fields.add("Engine", engine)
        fields.add("Placement", status.placement.map { "\($0.count) \($0.resource) on node \($0.node)" })
        fields.add("Queue", queue)
        fields.add("Bound", bound)
        return fields.text
    }

    private var model: String {
        let name = endpoint.spec.model.name
        let file = endpoint.spec.model.file.map { ", file \($0)" } ?? ""
        guard let model = endpoint.status.model else { return name + file }
        return "\(name)\(file) (\(model.isLoaded ? "it answers" : "it does not answer"))"
    }

    private var engine: String? {
        guard endpoint.effectiveMode == .cluster else { return nil }
        let engine = endpoint.spec.engine
        return engine.type.rawValue + (engine.image.map { ", image \($0)" } ?? "")
    }

    private var queue: String? {
        guard let turn = endpoint.turn else { return nil }
        return turn + (endpoint.status.queue?.since.map { ", since \($0) (\(Age.text(now - $0)))" } ?? "")
    }

    private var bound: String {
        switch endpoint.status.boundEnvironments {
        case 0: "no environment"
        case 1: "1 environment"
        case let count: "\(count) environments"
        }
    }
}

extension InferenceEndpoint.Host {
    /// `host.k3d.internal:18080`, as a URL has it.
    var place: String { "\(form == .iPv6 ? "[\(address)]" : address):\(port)" }
}
