package import Formats

/// Lets a pod run on a node in spite of a taint, as `v1.Toleration` does.
package struct Toleration: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case exists = "Exists"
        case equal = "Equal"
    }

    package enum Effect: String, Sendable, Hashable, CaseIterable {
        case noSchedule = "NoSchedule"
        case preferNoSchedule = "PreferNoSchedule"
        case noExecute = "NoExecute"
    }

    /// `nil` tolerates every taint.
    package var key: String?
    package var `operator`: Operator
    package var value: String?
    /// `nil`: of any effect.
    package var effect: Effect?

    package init(key: String?, operator: Operator = .equal, value: String? = nil, effect: Effect? = nil) {
        self.key = key
        self.operator = `operator`
        self.value = value
        self.effect = effect
    }
}

extension Toleration {
    init(_ field: Field) {
        let toleration = field.members("key", "operator", "value", "effect")
        self.init(
            key: toleration["key"].string(.labelKey),
            operator: toleration["operator"].choice(Operator.self) ?? .equal,
            value: toleration["value"].string(.labelValue),
            effect: toleration["effect"].choice(Effect.self)
        )
        if key == nil, `operator` == .equal {
            field.note("\(field.path) has no key: name the taint, or write operator: Exists for all taints")
        }
        if value != nil, `operator` == .exists {
            field.note("\(field.path) has a value, which operator Exists does not look at: remove it")
        }
    }

    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("key", key)
        json["operator"] = .string(`operator`.rawValue)
        json.put("value", value)
        json.put("effect", effect?.rawValue)
        return json
    }
}
