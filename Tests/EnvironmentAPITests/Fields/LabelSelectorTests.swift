import EnvironmentAPI
import Testing

@Suite("LabelSelector") struct LabelSelectorTests {
    private static let labels: SortedMap<String> = ["team": "payments", "tier": "dev", "empty": ""]

    @Test(
        "requirements hold as the API server says",
        arguments: [
            ("team", LabelSelector.Requirement.Operator.isIn, ["payments", "search"], true),
            ("team", .isIn, ["search"], false), ("other", .isIn, ["search"], false), ("empty", .isIn, [""], true),
            ("team", .isNotIn, ["search"], true), ("team", .isNotIn, ["payments"], false),
            ("other", .isNotIn, ["payments"], true),  // A label that is not there has none of the values.
            ("team", .exists, [], true), ("empty", .exists, [], true), ("other", .exists, [], false),
            ("team", .doesNotExist, [], false), ("other", .doesNotExist, [], true),
        ])
    func requirements(
        _ key: String,
        _ word: LabelSelector.Requirement.Operator,
        _ values: [String],
        _ expected: Bool
    ) {
        let selector = LabelSelector(matchExpressions: [.init(key: key, operator: word, values: values)])
        #expect(selector.matches(Self.labels) == expected)
    }

    @Test("all labels and all requirements must hold; none holds always")
    func together() {
        #expect(LabelSelector().matches([:]))
        #expect(LabelSelector(matchLabels: ["team": "payments"]).matches(Self.labels))
        #expect(!LabelSelector(matchLabels: ["team": "payments", "tier": "prod"]).matches(Self.labels))
        let both = LabelSelector(
            matchLabels: ["team": "payments"], matchExpressions: [.init(key: "tier", operator: .doesNotExist)])
        #expect(!both.matches(Self.labels))
    }

    @Test("is shown as kubectl takes it")
    func shown() {
        let selector = LabelSelector(
            matchLabels: ["team": "payments"],
            matchExpressions: [
                .init(key: "tier", operator: .isIn, values: ["dev", "test"]),
                .init(key: "old", operator: .doesNotExist),
                .init(key: "new", operator: .exists), .init(key: "zone", operator: .isNotIn, values: ["a"]),
            ])
        #expect(selector.shown == "team=payments,tier in (dev,test),!old,new,zone notin (a)")
    }
}
