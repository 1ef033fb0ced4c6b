import Formats

extension Environment {
    static let schema = Schema.object(
        "An isolated, short-lived environment on this cluster. It ends when it is deleted, when its time runs out, or"
            + " when its pull request closes.",
        required: ["spec"],
        [
            ("apiVersion", .note("The version of this schema.", limit: 253)),
            ("kind", .note("The kind of this object.", limit: 253)),
            ("metadata", .metadata),
            ("spec", specSchema),
            ("status", statusSchema),
        ]
    ).rule(.nameLength, .nameReserved)

    private static let specSchema = Schema.object(
        "What is wanted.",
        required: ["environmentClassName"],
        [
            (
                "environmentClassName",
                .text("The EnvironmentClass that decides what the environment gets; cannot change.", .dnsSubdomain)
                    .rule(.classNameImmutable)
            ),
            (
                "ttl",
                .positiveDuration(
                    "How long the environment lives, from its creation, such as 90m or 24h; at most the class's maximum."
                        + " Changing it extends or shortens. Absent: the class's default."
                )
            ),
            (
                "parameters",
                .map(
                    "Values for the class's parameters, by name.",
                    limit: Limits.parameters,
                    of: .scalar("A string, a whole number, true or false, as the class types it.")
                )
            ),
            ("quota", .quota("A quota that is tighter than the class's.")),
            (
                "access",
                .list(
                    "Who may use the environment. Absent: every service account of this object's namespace.",
                    limit: Limits.access, of: .subject
                )
            ),
            (
                "kubeconfig",
                .object(
                    "What becomes of the environment's kubeconfig.",
                    [
                        (
                            "publishTo",
                            .text(
                                "The Secret beside this object that receives a copy, under the key value.",
                                .dnsSubdomain)
                        )
                    ]
                )
            ),
            (
                "inference",
                .list(
                    "Model servers that the environment reaches by names of its own.",
                    limit: Limits.inference, of: inferenceSchema, key: "serviceName"
                )
            ),
            ("source", sourceSchema),
            (
                "suspend",
                .boolean("Stops the environment's pods and keeps the rest; its time goes on.").defaulting(to: false)
            ),
        ]
    )

    private static let inferenceSchema = Schema.object(
        "One model server under one name.",
        required: ["endpointRef", "serviceName"],
        [
            (
                "endpointRef",
                .object(
                    "The InferenceEndpoint.",
                    required: ["namespace", "name"],
                    [
                        ("namespace", .text("Its namespace.", .dnsLabel)),
                        ("name", .text("Its name.", .dnsSubdomain)),
                    ]
                )
            ),
            ("serviceName", .text("The Service that the environment's pods call.", .dnsLabel)),
        ]
    )

    private static let sourceSchema = Schema.object(
        "Where the environment comes from. When its pull request closes it ends, if an administrator told the operator"
            + " of the code host.",
        [
            ("provider", .choice("Where the repository is hosted.", Source.Provider.self)),
            (
                "server",
                .text(
                    "The name of the code host, such as github.com. Absent: the only one of the provider that has the"
                        + " repository.",
                    .dnsSubdomain)
            ),
            ("repository", .text("The repository, such as acme/payments.", limit: Limits.sourceText)),
            ("pullRequest", .integer("The number of the pull request.", in: 1...Int64.max)),
            ("branch", .text("The branch.", limit: Limits.sourceText)),
            ("commit", .text("The commit, in hex.", .commit)),
        ]
    )
}

// MARK: - Status

extension Environment {
    private static let statusSchema = Schema.object(
        "What the operator saw and did; nobody else writes it.",
        [
            ("conditions", .conditions),
            ("observedGeneration", .observedGeneration),
            ("namespace", .hostNamespace("The namespace on this cluster that holds the environment.")),
            ("release", releaseSchema),
            ("kubeconfig", kubeconfigSchema),
            (
                "expiresAt",
                .time("When the environment ends: its creation and its time to live. Moves only with spec.ttl.")
            ),
            ("ttl", .note("The spec.ttl from which expiresAt was computed.", limit: TextForm.duration.limit)),
            ("warnedAt", .time("When users were last told that the end is near.")),
            ("resolvedClass", resolvedClassSchema),
            ("leftovers", .leftovers),
        ]
    )

    private static let releaseSchema = Schema.object(
        "The Helm release of the virtual cluster.",
        [
            ("name", .note("Its name.", limit: 53)),
            ("chart", .note("The chart and its version.", limit: 253)),
            ("revision", .integer("The revision that is deployed.")),
            ("digest", .note("The digest of the chart's archive.", limit: TextForm.digest.limit)),
        ]
    )

    private static let kubeconfigSchema = Schema.object(
        "The environment's kubeconfig.",
        [
            (
                "secretRef",
                .object(
                    "The Secret that holds it, under the key value.",
                    [
                        ("namespace", .note("The Secret's namespace.", limit: 63)),
                        ("name", .note("The Secret's name.", limit: 253)),
                    ]
                )
            ),
            ("server", .note("The address of the API server that it names.", limit: 2_048)),
            ("publishedTo", .note("The Secret beside this object that holds a copy.", limit: 253)),
            ("expiresAt", .time("When its credential ends, where it does.")),
        ]
    )

    private static let resolvedClassSchema = Schema.object(
        "The class as it was last applied: the environment outlives a change or a loss of its class.",
        [
            ("name", .note("The class's name.", limit: 253)),
            ("uid", .note("The class's uid.", limit: 128)),
            ("generation", .integer("The class's generation.")),
            ("spec", .anyObject("The class's spec.")),
        ]
    )
}
