package import Formats

/// One observed fact about an object, as `metav1.Condition` has it.
package struct Condition: Sendable, Hashable {
    /// Whether the fact holds.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case isTrue = "True"
        case isFalse = "False"
        case unknown = "Unknown"
    }

    package var type: String
    package var status: Status
    /// One word of the closed set of this type.
    package var reason: String
    package var message: String
    package var observedGeneration: Int64
    /// When `status` last changed.
    package var lastTransitionTime: Timestamp

    package init(
        type: String,
        status: Status,
        reason: String,
        message: String,
        observedGeneration: Int64,
        lastTransitionTime: Timestamp
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
    }
}

extension Condition {
    init?(_ field: Field) {
        guard let type = field["type"].required("name the condition").string(),
            let status = field["status"].required("write True, False or Unknown").choice(Status.self)
        else { return nil }
        self.init(
            type: type,
            status: status,
            reason: field["reason"].string() ?? "",
            message: field["message"].string() ?? "",
            observedGeneration: field["observedGeneration"].integer(in: 0...Int64.max) ?? 0,
            lastTransitionTime: field["lastTransitionTime"].timestamp() ?? Timestamp(sinceEpoch: .zero)
        )
    }

    package var json: JSONValue {
        [
            "type": .string(type),
            "status": .string(status.rawValue),
            "reason": .string(reason),
            "message": .string(message),
            "observedGeneration": .integer(observedGeneration),
            "lastTransitionTime": .string(lastTransitionTime.description),
        ]
    }
}
