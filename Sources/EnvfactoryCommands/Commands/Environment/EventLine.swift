import EnvironmentAPI
import Formats
import Kubernetes

/// What an Event of the API tells, whichever of its many time fields is filled.
struct EventLine: Sendable, Hashable {
    var time: Timestamp
    var type: String
    var reason: String
    var message: String

    /// Reads an Event of the core API, which every server gives and can select by the object's uid.
    init(_ object: KubernetesObject) {
        let times: [JSONValue?] = [
            object.json[path: "series", "lastObservedTime"], object["lastTimestamp"], object["eventTime"],
            object["firstTimestamp"], object.json[path: "metadata", "creationTimestamp"],
        ]
        time = times.lazy.compactMap { $0?.string.flatMap(Self.timestamp) }.first ?? Timestamp(sinceEpoch: .zero)
        type = object["type"]?.string ?? ""
        reason = object["reason"]?.string ?? ""
        let count = object.json[path: "series", "count"]?.integer ?? object["count"]?.integer ?? 1
        message = (object["message"]?.string ?? "") + (count > 1 ? " (\(count) times)" : "")
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
        guard let uid = object.uid else { return [] }
        let options = ListOptions(fieldSelector: "involvedObject.uid=\(uid)", limit: 500)
        let events = try await client.listAll(.coreEvents, namespace: object.namespace, options).items
        // Sorted with the place as the last word, since events of one second have no order of their own.
        let sorted = events.map { EventLine($0) }.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        return sorted.suffix(Self.eventLimit).map(\.element)
    }
}
