/// What both resources hold.
extension Schema {
    static let subject = Schema.object(
        "One user, group or service account.",
        required: ["kind", "name"],
        [
            ("kind", .choice("What it is.", Subject.Kind.self)),
            ("name", .text("Its name; names that begin with system: are refused.", limit: Limits.subjectName)),
            ("namespace", .text("The namespace of a ServiceAccount; absent for the others.", .dnsLabel)),
        ]
    ).rule(.subjectNamespace, .subjectSystem)

    static let selector = Schema.object(
        "Labels that must be there.",
        [
            (
                "matchLabels",
                .map(
                    "Labels and their values, all of which must be there.",
                    limit: Limits.labels,
                    of: .note("The value of the label.", limit: TextForm.labelValue.limit)
                )
            ),
            (
                "matchExpressions",
                .list("Conditions on labels, all of which must hold.", limit: Limits.requirements, of: requirement)
            ),
        ]
    )

    private static let requirement = Schema.object(
        "One condition on a label.",
        required: ["key", "operator"],
        [
            ("key", .text("The label.", .labelKey)),
            ("operator", .choice("How the label and the values relate.", LabelSelector.Requirement.Operator.self)),
            (
                "values",
                .list(
                    "The values, for In and NotIn.",
                    limit: Limits.requirementValues,
                    of: .note("One value.", limit: TextForm.labelValue.limit)
                )
            ),
        ]
    ).rule(.selectorValues)

    static func amounts(_ description: String, limit: Int) -> Schema {
        .map(
            description, limit: limit,
            of: .integerOr(.quantity, "The amount, such as 4, 500m or 8Gi.", in: 0...Int64.max)
        )
    }

    static func quota(_ description: String) -> Schema {
        .object(
            description,
            [
                (
                    "hard",
                    amounts(
                        "Amounts by resource, as a ResourceQuota names them: pods, requests.cpu.", limit: Limits.quota)
                )
            ]
        )
    }

    static let conditions = Schema.list(
        "What is observed, one entry a fact; Ready summarises the others.",
        limit: Limits.conditions,
        of: .object(
            "One observed fact.",
            required: ["type", "status", "reason", "message", "lastTransitionTime"],
            [
                ("type", .text("The fact.", limit: 316)),
                ("status", .choice("Whether it holds.", Condition.Status.self)),
                ("reason", .text("Why, in one word of a closed set.", limit: 1_024)),
                ("message", .note("Why, in a sentence that says what to do.", limit: 32_768)),
                ("observedGeneration", .integer("The generation of the object that was observed.")),
                ("lastTransitionTime", .time("When status last changed.")),
            ]
        ),
        key: "type"
    )

    static let observedGeneration = Schema.integer("The generation that the conditions speak of.")

    /// The namespace that holds what is made for an object.
    static func hostNamespace(_ description: String) -> Schema {
        .object(
            description,
            required: ["name", "uid"],
            [
                ("name", .note("Its name.", limit: 63)),
                ("uid", .note("Its uid: the proof whose it is.", limit: 128)),
            ]
        )
    }

    static let leftovers = Schema.list(
        "What teardown could not remove.",
        limit: Limits.leftovers,
        of: .object(
            "One object that is still there.",
            required: ["apiVersion", "kind", "name"],
            [
                ("apiVersion", .note("Its API version.", limit: 253)),
                ("kind", .note("Its kind.", limit: 253)),
                ("namespace", .note("Its namespace, where it has one.", limit: 63)),
                ("name", .note("Its name.", limit: 253)),
                ("heldBy", .note("What keeps it: its finalizers, or a sentence.", limit: 4_096)),
                ("since", .time("Since when it is to go.")),
            ]
        )
    )
}
