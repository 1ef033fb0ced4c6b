package import Formats
package import Kubernetes

/// Something that happened to an object, for people who look at it.
package struct EventRecord: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case normal = "Normal"
        case warning = "Warning"
    }

    /// The object it happened to.
    package struct Regarding: Sendable, Hashable {
        package var apiVersion: String
        package var kind: String
        /// `nil` for cluster-scoped objects, whose events lie in `kube-system`: older servers refuse them elsewhere.
        package var namespace: String?
        package var name: String
        package var uid: String

        package init(apiVersion: String, kind: String, namespace: String?, name: String, uid: String) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.uid = uid
        }

        package init(_ object: KubernetesObject) {
            self.init(
                apiVersion: object.apiVersion, kind: object.kind, namespace: object.namespace, name: object.name,
                uid: object.uid ?? "")
        }
    }

    package var regarding: Regarding
    package var kind: Kind
    /// Why, in one word of a closed set: `Expiring`.
    package var reason: String
    /// What was done or tried, in one word: `Teardown`.
    package var action: String
    /// The sentence that people read; never holds a secret.
    package var note: String

    package init(regarding: Regarding, kind: Kind = .normal, reason: String, action: String, note: String) {
        self.regarding = regarding
        self.kind = kind
        self.reason = reason
        self.action = action
        self.note = note
    }
}

/// Who reports events.
package struct EventReporter: Sendable, Hashable {
    /// A qualified name: `envfactory.dev/operator`.
    package var controller: String
    /// This process: the name of its pod.
    package var instance: String

    package init(controller: String, instance: String) {
        self.controller = controller
        self.instance = instance
    }
}

extension EventRecord {
    /// The API server's limits.
    private static let longestNote = 1_024
    private static let longestWord = 128

    /// Where the event lies, the same each time the same thing happens to the same object.
    ///
    /// So an event whose answer was lost, or that an earlier process has reported, is met again, not repeated.
    package var key: ObjectKey {
        let identity: JSONValue = [
            "uid": .string(regarding.uid), "kind": .string(kind.rawValue), "reason": .string(reason),
            "action": .string(action), "note": .string(note),
        ]
        // A name is at most 253 bytes, and ends with a dot and the hash; before a dot there must be a letter or digit.
        let cut = regarding.name.utf8.prefix(236).reversed().drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        let name = String(decoding: cut.reversed(), as: UTF8.self)
        return ObjectKey(
            .events, namespace: regarding.namespace ?? "kube-system", name: "\(name).\(ObjectHash(of: identity))")
    }

    /// The event as it is created.
    package func object(_ reporter: EventReporter, at time: Timestamp) -> KubernetesObject {
        var event = KubernetesObject(.events, namespace: key.namespace, name: key.name)
        event["eventTime"] = .string(time.microTime)
        event["reportingController"] = .string(Self.cut(reporter.controller, Self.longestWord))
        event["reportingInstance"] = .string(Self.cut(reporter.instance, Self.longestWord))
        event["type"] = .string(kind.rawValue)
        event["reason"] = .string(Self.cut(reason, Self.longestWord))
        event["action"] = .string(Self.cut(action, Self.longestWord))
        event["note"] = .string(Self.cut(note, Self.longestNote))
        event["regarding"] = [
            "apiVersion": .string(regarding.apiVersion), "kind": .string(regarding.kind),
            "name": .string(regarding.name), "uid": .string(regarding.uid),
        ]
        if let namespace = regarding.namespace { event["regarding"]?["namespace"] = .string(namespace) }
        return event
    }

    private static func cut(_ text: String, _ length: Int) -> String {
        guard text.utf8.count > length else { return text }
        // Whole characters only, and the mark has three bytes.
        var kept = ""
        var count = 0
        for character in text {
            count += character.utf8.count
            guard count <= length - 3 else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}
