package import Formats

/// Selects objects by their labels, as `metav1.LabelSelector` does.
package struct LabelSelector: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        package enum Operator: String, Sendable, Hashable, CaseIterable {
            case isIn = "In"
            case isNotIn = "NotIn"
            case exists = "Exists"
            case doesNotExist = "DoesNotExist"
        }

        package var key: String
        package var `operator`: Operator
        package var values: [String]

        package init(key: String, operator: Operator, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }
    }

    package var matchLabels: SortedMap<String>
    package var matchExpressions: [Requirement]

    package init(matchLabels: SortedMap<String> = [:], matchExpressions: [Requirement] = []) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }

    /// Whether all requirements hold; a selector without any matches everything.
    package func matches(_ labels: SortedMap<String>) -> Bool {
        matchLabels.allSatisfy { labels[$0.key] == $0.value }
            && matchExpressions.allSatisfy { $0.matches(labels) }
    }
}

extension LabelSelector.Requirement {
    func matches(_ labels: SortedMap<String>) -> Bool {
        let value = labels[key]
        return switch `operator` {
        case .isIn: value.map { values.contains($0) } ?? false
        case .isNotIn: value.map { !values.contains($0) } ?? true
        case .exists: value != nil
        case .doesNotExist: value == nil
        }
    }

    init?(_ field: Field) {
        let requirement = field.members("key", "operator", "values")
        let key = requirement["key"].required("name a label").string(.labelKey)
        let word = requirement["operator"].required("write In, NotIn, Exists or DoesNotExist")
            .choice(Operator.self)
        let values = requirement["values"].list(limit: Limits.requirementValues) { $0.string(.labelValue) }
        guard let key, let word else { return nil }
        let needsValues = word == .isIn || word == .isNotIn
        if needsValues != (requirement["values"].value?.array?.isEmpty == false) { field.note(.selectorValues) }
        self.init(key: key, operator: word, values: values)
    }

    var json: JSONValue {
        var json: JSONValue = ["key": .string(key), "operator": .string(`operator`.rawValue)]
        json.put("values", values)
        return json
    }
}

extension LabelSelector {
    init(_ field: Field) {
        let selector = field.members("matchLabels", "matchExpressions")
        self.init(
            matchLabels: selector["matchLabels"].map(limit: Limits.labels, keys: .labelKey) { $0.string(.labelValue) },
            matchExpressions: selector["matchExpressions"].list(limit: Limits.requirements) { Requirement($0) }
        )
    }

    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("matchLabels", matchLabels.mapValues { JSONValue.string($0) })
        json.put("matchExpressions", matchExpressions.map(\.json))
        return json
    }
}
