import Formats

/// What keeps pods away from a node, or drives them off it.
struct Taint: Equatable {
    var key: String
    var value = ""
    var effect: String

    static let notReady = "node.kubernetes.io/not-ready"
    static let unreachable = "node.kubernetes.io/unreachable"

    /// Whether a pod that does not tolerate it cannot come.
    var keepsAway: Bool { effect == "NoSchedule" || effect == "NoExecute" }
}

extension Taint {
    init(_ json: JSONValue) {
        key = json["key"]?.string ?? ""
        value = json["value"]?.string ?? ""
        effect = json["effect"]?.string ?? ""
    }
}

/// What a pod bears with.
struct Toleration: Equatable {
    private let key: String
    private let value: String
    private let effect: String
    private let isForAnyValue: Bool
    /// How long it bears being driven off; `nil`: for ever.
    let patience: Duration?

    init(_ json: JSONValue) {
        key = json["key"]?.string ?? ""
        value = json["value"]?.string ?? ""
        effect = json["effect"]?.string ?? ""
        isForAnyValue = json["operator"]?.string == "Exists"
        patience = json["tolerationSeconds"]?.integer.map { .seconds(min(max($0, 0), 1 << 31)) }
    }

    func tolerates(_ taint: Taint) -> Bool {
        (effect.isEmpty || effect == taint.effect) && (key.isEmpty || key == taint.key)
            && (isForAnyValue || value == taint.value)
    }
}
