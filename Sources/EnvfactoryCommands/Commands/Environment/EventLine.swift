import EnvironmentAPI
import Formats
import Kubernetes

/// What an Event of the API tells, whichever of its many time fields is filled.
struct EventLine: Sendable, Hashable {
    /// When it was seen last.
    var time: Timestamp
    /// When it was seen first.
    var first: Timestamp
    /// How often it was seen.
    var count: Int64
    var type: String
    var reason: String
    /// What it is about, `pod/vc-0`.
    var object: String
    var message: String

    /// Reads an Event of the core API, which every server gives and can select by the object's uid.
    init(_ event: KubernetesObject) {
        let created = event.json[path: "metadata", "creationTimestamp"]
        time = Self.first(
            event.json[path: "series", "lastObservedTime"], event["lastTimestamp"], event["eventTime"],
            event["firstTimestamp"], created)
        first = Self.first(event["firstTimestamp"], event["eventTime"], created)
        count = event.json[path: "series", "count"]?.integer ?? event["count"]?.integer ?? 1
        type = event["type"]?.string ?? ""
        reason = event["reason"]?.string ?? ""
        let subject = event["involvedObject"]
        object = [subject?["kind"]?.string?.lowercased(), subject?["name"]?.string].compactMap(\.self)
            .joined(separator: "/")
        message = event["message"]?.string ?? ""
    }

    /// The first of these that is a time.
    private static func first(_ times: JSONValue?...) -> Timestamp {
        times.lazy.compactMap { $0?.string.flatMap(timestamp) }.first ?? Timestamp(sinceEpoch: .zero)
    }

    private static func timestamp(_ text: String) -> Timestamp? {
        do { return try Timestamp(text) } catch { return nil }
    }
}

extension ClusterConnection {
    /// The most that are shown; older ones tell little.
    private static let eventLimit = 50

    /// What was told of an object, oldest first; who may not read events is told so.
    func events(about object: KubernetesObject, _ context: CommandContext) async throws -> [EventLine] {
        do {
            return try await events(about: object)
        } catch let error as KubernetesError where error.code == .forbidden {
            try context.console.note("events are left out: \(error.message)")
            return []
        }
    }

    private func events(about object: KubernetesObject) async throws -> [EventLine] {
        guard let scope = EventScope(about: object) else { return [] }
        return EventSeen.sorted(try await events(in: scope)).suffix(Self.eventLimit).map(\.line)
    }
}
