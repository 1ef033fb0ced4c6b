import Formats

extension EnvironmentClass {
    static let schema = Schema.object(
        "What the platform team decides once for all environments of a kind.",
        required: ["spec"],
        [
            ("apiVersion", .note("The version of this schema.", limit: 253)),
            ("kind", .note("The kind of this object.", limit: 253)),
            ("metadata", .metadata),
            ("spec", specSchema),
            (
                "status",
                .object(
                    "Whether the class is in order; only the operator writes it.",
                    [("conditions", .conditions), ("observedGeneration", .observedGeneration)]
                )
            ),
        ]
    )

    private static let specSchema = Schema.object(
        "The decisions.",
        required: ["isolation"],
        [
            ("description", .text("What the class is for, for whoever chooses one.", limit: Limits.description)),
            (
                "isolation",
                .choice(
                    "How environments are separated: a namespace of their own on this cluster, or a whole virtual"
                        + " cluster in one. Cannot change.",
                    Isolation.self
                ).rule(.isolationImmutable)
            ),
            ("usage", usageSchema),
            ("lifetime", lifetimeSchema.defaulting(to: .emptyObject)),
            (
                "access",
                .list(
                    "Who may use every environment of the class, besides whom the environment names.",
                    limit: Limits.access, of: .subject
                )
            ),
            ("podSecurity", podSecuritySchema.defaulting(to: .emptyObject)),
            ("quota", .quota("What all pods of one environment may use together; an environment may only tighten it.")),
            (
                "limitRange",
                .list(
                    "What one container, pod or claim may use, and what it gets where it is silent.",
                    limit: Limits.limitRange, of: limitRangeSchema, key: "type"
                )
            ),
            ("network", networkSchema.defaulting(to: ["mode": .string(Defaults.networkMode.rawValue)])),
            (
                "tenantRole",
                .choice(
                    "What users may do in the environment's namespace, for isolation Namespace. Absent there: Edit.",
                    TenantRole.self
                )
            ),
            ("virtualCluster", virtualClusterSchema),
            (
                "parameters",
                .list(
                    "What a user may choose; each value lands at one path of the chart's values.",
                    limit: Limits.parameters, of: parameterSchema, key: "name"
                )
            ),
            (
                "drift",
                .object(
                    "What happens when somebody changes what the operator made.",
                    [
                        (
                            "mode",
                            .choice("Put it right, or only say so.", DriftMode.self)
                                .defaulting(to: .string(Defaults.drift.rawValue))
                        )
                    ]
                ).defaulting(to: .emptyObject)
            ),
            ("teardown", teardownSchema.defaulting(to: .emptyObject)),
        ]
    ).rule(.virtualClusterPresence, .tenantRoleIsolation, .parametersIsolation)

    private static let usageSchema = Schema.object(
        "Who may name the class, and how often.",
        [
            ("namespaceSelector", .selector),
            (
                "maxEnvironments",
                .integer("How many environments of the class there may be.", in: Limits.environments)
            ),
            (
                "maxEnvironmentsPerNamespace",
                .integer("How many of them one namespace may have.", in: Limits.environments)
            ),
        ]
    ).rule(.limitsOrdered)

    private static let lifetimeSchema = Schema.object(
        "How long environments live.",
        [
            (
                "default",
                .positiveDuration(
                    "For environments that do not say. Absent: \(Defaults.lifetime.goText), or the maximum where that is"
                        + " shorter."
                )
            ),
            (
                "maximum",
                .positiveDuration("The longest that an environment may live.")
                    .defaulting(to: .string(Defaults.maximumLifetime.goText))
            ),
            (
                "warnings",
                .list(
                    "How long before the end users are told, longest first.",
                    limit: Limits.warnings,
                    of: .positiveDuration("A time before the end.")
                ).defaulting(to: .array(Defaults.warnings.map { .string($0.goText) })).rule(.warningsDescending)
            ),
            (
                "retention",
                .duration("How long an ended environment stays visible; 0s: gone at once.")
                    .defaulting(to: .string(Defaults.retention.goText))
            ),
        ]
    ).rule(.defaultWithinMaximum)

    private static let podSecuritySchema = Schema.object(
        "The Pod Security Standard of the environment's namespace.",
        [
            (
                "enforce",
                .choice("Pods that break it are refused.", PodSecurityLevel.self)
                    .defaulting(to: .string(Defaults.podSecurityEnforce.rawValue))
            ),
            (
                "warn",
                .choice("Whoever makes pods that break it is warned.", PodSecurityLevel.self)
                    .defaulting(to: .string(Defaults.podSecurityWarn.rawValue))
            ),
            (
                "audit",
                .choice("Pods that break it are noted in the audit log.", PodSecurityLevel.self)
                    .defaulting(to: .string(Defaults.podSecurityAudit.rawValue))
            ),
        ]
    )

    private static let limitRangeSchema = Schema.object(
        "Limits for one type of object.",
        required: ["type"],
        [
            ("type", .choice("The type of object.", LimitRangeItem.Kind.self)),
            ("default", .amounts("Limits of a container that names none.", limit: Limits.limitRangeAmounts)),
            ("defaultRequest", .amounts("Requests of a container that names none.", limit: Limits.limitRangeAmounts)),
            ("min", .amounts("The least.", limit: Limits.limitRangeAmounts)),
            ("max", .amounts("The most.", limit: Limits.limitRangeAmounts)),
            (
                "maxLimitRequestRatio",
                .amounts("The most that a limit may be of its request.", limit: Limits.limitRangeAmounts)
            ),
        ]
    ).rule(.limitRangeDefaults)

    private static let teardownSchema = Schema.object(
        "How environments end.",
        [
            (
                "timeout",
                .positiveDuration("How long a step may take before it is reported as stuck.")
                    .defaulting(to: .string(Defaults.teardownTimeout.goText))
            ),
            (
                "volumes",
                .choice("What becomes of the environment's volumes.", VolumePolicy.self)
                    .defaulting(to: .string(Defaults.volumes.rawValue))
            ),
        ]
    )
}
