import Formats
import Kubernetes

/// The two forms of an Event, core's and that of `events.k8s.io`; other kinds differ only in their version.
enum EventForms {
    private static let names: [(core: String, events: String)] = [
        ("message", "note"),
        ("involvedObject", "regarding"),
        ("source", "deprecatedSource"),
        ("count", "deprecatedCount"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("reportingComponent", "reportingController"),
    ]

    static func convert(_ object: JSONValue, to resource: APIResource) -> JSONValue {
        var result = object
        result["apiVersion"] = .string(resource.apiVersion)
        guard resource.kind == "Event", resource.plural == "events" else { return result }
        for (core, events) in names {
            let (from, to) = resource.group.isEmpty ? (events, core) : (core, events)
            guard let value = result[from] else { continue }
            result[from] = nil
            result[to] = value
        }
        return result
    }
}
