import Formats

extension EnvironmentClass {
    static let virtualClusterSchema = Schema.object(
        "The virtual cluster of an environment, for isolation VirtualCluster.",
        required: ["chart"],
        [
            ("chart", chartSchema),
            ("values", .anyObject("Values for the chart, checked against its schema before the first write.")),
            (
                "manifests",
                .list(
                    "Objects that are applied inside the virtual cluster once it answers.",
                    limit: Limits.manifests, of: .embeddedObject("One whole object.")
                )
            ),
            (
                "replicas",
                .integer("How many control planes run.", in: Limits.replicas).defaulting(
                    to: .integer(Defaults.replicas))
            ),
            // Rules read a default before the defaults within it are there.
            ("exposure", exposureSchema.defaulting(to: ["type": .string(Defaults.exposure.rawValue)])),
            (
                "allowDataLoss",
                .boolean("Lets changes go on that wipe a virtual cluster without a volume.").defaulting(to: false)
            ),
        ]
    )

    private static let chartSchema = Schema.object(
        "The chart that makes the virtual cluster.",
        required: ["version"],
        [
            (
                "repository",
                .text("Where the chart is, https:// or oci://.", .chartRepository)
                    .defaulting(to: .string(Defaults.chartRepository))
            ),
            ("name", .text("The chart's name.", .dnsLabel).defaulting(to: .string(Defaults.chartName))),
            ("version", .text("The chart's one exact version.", .version)),
            ("digest", .text("The digest of the archive: another one is refused.", .digest)),
            (
                "credentialsSecretName",
                .optionalText(
                    "The Secret in the operator's namespace with the repository's credentials.", .dnsSubdomain)
            ),
        ]
    )

    private static let exposureSchema = Schema.object(
        "How users reach the virtual cluster's API server; type says which one member may be there.",
        [
            (
                "type",
                .choice("The way.", VirtualCluster.ExposureType.self)
                    .defaulting(to: .string(Defaults.exposure.rawValue))
            ),
            (
                "clusterIP",
                .object(
                    "Through the host's API server.",
                    [
                        (
                            "portForward",
                            .boolean("Lets users forward a port to it.").defaulting(to: .bool(Defaults.portForward))
                        )
                    ]
                )
            ),
            (
                "nodePort",
                .object(
                    "Through a port of the nodes.",
                    required: ["address"],
                    [("address", .text("Where users reach the nodes.", limit: Limits.sourceText))]
                )
            ),
            (
                "loadBalancer",
                .object(
                    "Through a load balancer of its own.",
                    [
                        (
                            "sourceRanges",
                            .list(
                                "Who may connect; absent: everybody.",
                                limit: Limits.sourceRanges, of: .addressBlock("A block of addresses.")
                            )
                        ),
                        (
                            "annotations",
                            .map(
                                "Annotations of its Service, as the provider wants them.",
                                limit: Limits.loadBalancerAnnotations,
                                of: .note("The value.", limit: 4_096)
                            )
                        ),
                    ]
                )
            ),
            (
                "ingress",
                .object(
                    "Through an Ingress that passes TLS on.",
                    required: ["domain"],
                    [
                        ("className", .text("The IngressClass.", .dnsSubdomain)),
                        ("domain", .text("The host is the environment's namespace under this domain.", .dnsSubdomain)),
                    ]
                )
            ),
        ]
    ).rule(.exposureUnion)

    static let parameterSchema = Schema.object(
        "One thing that a user may choose.",
        required: ["name", "type", "path"],
        [
            ("name", .text("Its name in spec.parameters of an Environment.", .parameterName)),
            ("description", .text("What it does, for whoever chooses.", limit: Limits.description)),
            ("type", .choice("What its values are.", Parameter.Kind.self)),
            (
                "enum",
                .list(
                    "The only values allowed; absent: any of the type.",
                    limit: Limits.parameters, of: .scalar("One value.")
                )
            ),
            ("pattern", .text("What a String must match, in RE2.", limit: Limits.description)),
            ("minimum", .integer("The least that an Integer may be.", in: Int64.min...Int64.max)),
            ("maximum", .integer("The most that an Integer may be.", in: Int64.min...Int64.max)),
            ("required", .boolean("Whether every Environment must set it.").defaulting(to: false)),
            ("default", .scalar("Its value where an Environment is silent.")),
            ("path", .text("Where in the chart's values it lands: keys joined by dots.", .valuesPath)),
        ]
    ).rule(.parameterRange)
}
