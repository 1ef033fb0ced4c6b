import Formats

extension InferenceEndpoint {
    static let schema = Schema.object(
        "A model server under one name, shared by environments: on a machine beside the cluster, or on GPUs in it.",
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
        required: ["model"],
        [
            (
                "mode",
                .choice(
                    "Host: the model server runs beside the cluster. Cluster: it runs in pods. Auto: in the cluster"
                        + " where a fitting GPU exists, else beside it.",
                    Spec.Mode.self
                ).defaulting(to: .string(Defaults.mode.rawValue))
            ),
            ("model", modelSchema),
            ("host", hostSchema),
            ("engine", engineSchema),
            ("gpu", gpuSchema),
            ("placement", placementSchema),
            (
                "cache",
                .object(
                    "The volume that keeps the model's files.",
                    [
                        ("size", .integerOr(.quantity, "Its size, such as 40Gi.", in: 0...Int64.max)),
                        (
                            "storageClassName",
                            .optionalText("Its storage class; absent: the cluster's default.", .dnsSubdomain)
                        ),
                    ]
                )
            ),
            (
                "serving",
                .object(
                    "The Service that clients call.",
                    [
                        (
                            "serviceName",
                            .text("Its name.", .dnsLabel).defaulting(to: .string(Defaults.serviceName))
                        ),
                        ("port", .integer("Its port.", in: Limits.ports).defaulting(to: .integer(Defaults.port))),
                    ]
                )
            ),
            ("webUI", webUISchema),
            (
                "usage",
                .object(
                    "Who may use it.",
                    [("namespaceSelector", .selector)]
                )
            ),
        ]
    ).rule(.hostPresence, .engineImagePresence, .cachePresence, .modelFilePresence)

    private static let modelSchema = Schema.object(
        "What is served.",
        required: ["name"],
        [
            ("name", .text("The name by which clients ask for the model.", limit: Limits.modelName)),
            ("file", .text("The file of the weights, at the source.", .fileName)),
            ("projector", .text("The file of a projector for images, at the source.", .fileName)),
            (
                "source",
                .text(
                    "Where the files are: hf://owner/repository, or an address that begins with https://. Absent:"
                        + " hf:// and the name.",
                    .modelSource)
            ),
            ("sha256", .text("The digest of the file of the weights.", .sha256)),
            ("contextSize", .integer("How many tokens a request may have.", in: Limits.contextSize)),
            ("parallel", .integer("How many requests are answered at once.", in: Limits.parallel)),
        ]
    ).rule(.digestOfFile, .plainSourceDigest)

    private static let hostSchema = Schema.object(
        "A model server beside the cluster.",
        required: ["address"],
        [
            ("address", .text("A name that the cluster's DNS resolves, or an address.", .hostAddress)),
            (
                "port",
                .integer("Where it listens.", in: Limits.ports).defaulting(to: .integer(Defaults.port))
            ),
            (
                "cidrs",
                .list(
                    "Where the name leads to: isolated environments may call these addresses alone.",
                    limit: Limits.cidrs, of: .addressBlock("Addresses, such as 192.168.1.20/32."))
            ),
        ]
    )

    private static let engineSchema = Schema.object(
        "The program that serves the model in the cluster.",
        [
            (
                "type",
                .choice("What it is; Custom runs command.", Engine.Kind.self)
                    .defaulting(to: .string(Defaults.engine.rawValue))
            ),
            ("image", .text("Its image.", .image)),
            (
                "command",
                .list(
                    "What the container runs, instead of what the type says.", limit: Limits.command,
                    of: .text("A word of it.", limit: Limits.argument))
            ),
            (
                "port",
                .integer("Where it listens.", in: Limits.ports).defaulting(to: .integer(Defaults.enginePort))
            ),
            (
                "loadTimeout",
                .positiveDuration("How long loading may take before the engine is started anew.")
                    .defaulting(to: .string(Defaults.loadTimeout.goText))
            ),
        ]
    ).rule(.customCommandPresence)

    private static let gpuSchema = Schema.object(
        "What the model runs on, in the cluster.",
        [
            (
                "vendor",
                .choice("Whose GPUs; None runs on processors.", GPU.Vendor.self)
                    .defaulting(to: .string(Defaults.vendor.rawValue))
            ),
            ("count", .integer("How many.", in: Limits.gpus).defaulting(to: .integer(Defaults.gpuCount))),
            (
                "resourceName",
                .optionalText("The extended resource, where it is not the vendor's usual one.", .labelKey)
            ),
            ("product", .optionalText("Which, as the vendor's discovery labels nodes.", .labelValue)),
        ]
    )

    private static let placementSchema = Schema.object(
        "Where pods may go, besides what the GPU says.",
        [
            (
                "nodeSelector",
                .map(
                    "Labels that a node must have.", limit: Limits.labels,
                    of: .note("The value of the label.", limit: TextForm.labelValue.limit))
            ),
            (
                "tolerations",
                .list(
                    "Taints that pods tolerate, besides the vendor's.", limit: Limits.tolerations,
                    of: .object(
                        "One of them.",
                        [
                            ("key", .text("The taint; absent, with Exists: all.", .labelKey)),
                            ("operator", .choice("How the value is compared.", Toleration.Operator.self)),
                            ("value", .note("The taint's value.", limit: TextForm.labelValue.limit)),
                            ("effect", .choice("The taint's effect; absent: all.", Toleration.Effect.self)),
                        ]
                    )
                )
            ),
            ("runtimeClassName", .optionalText("The runtime class of pods.", .dnsSubdomain)),
            ("priorityClassName", .optionalText("The priority class of pods.", .dnsSubdomain)),
        ]
    )

    private static let webUISchema = Schema.object(
        "A page to talk to the model.",
        [
            ("enabled", .boolean("Whether there is one.").defaulting(to: false)),
            ("image", .text("Its image, of Open WebUI.", .image)),
            ("size", .integerOr(.quantity, "Of the volume that keeps conversations.", in: 0...Int64.max)),
            (
                "exposure",
                .object(
                    "How it is reached from outside of the cluster.",
                    [
                        (
                            "type",
                            .choice("By what.", Exposure.Kind.self)
                                .defaulting(to: .string(Exposure.Kind.none.rawValue))
                        ),
                        ("host", .text("Its name: of an Ingress the whole one.", .dnsSubdomain)),
                        ("className", .text("The class of the Ingress.", .dnsSubdomain)),
                    ]
                ).rule(.ingressHostPresence)
            ),
        ]
    ).rule(.webUIImagePresence)
}

// MARK: - Status

extension InferenceEndpoint {
    private static let statusSchema = Schema.object(
        "What the operator saw and did; nobody else writes it.",
        [
            ("conditions", .conditions),
            ("observedGeneration", .observedGeneration),
            ("mode", .choice("Where it is served just now.", Spec.Mode.self)),
            ("modeChangedAt", .time("When mode last changed.")),
            ("url", .note("Where pods of the cluster reach it.", limit: 2_048)),
            ("namespace", .hostNamespace("The namespace on this cluster that holds what is made for it.")),
            (
                "placement",
                .object(
                    "Where its GPUs are.",
                    [
                        ("node", .note("The node.", limit: 253)),
                        ("resource", .note("The extended resource.", limit: 317)),
                        ("count", .integer("How many of it.")),
                    ]
                )
            ),
            (
                "queue",
                .object(
                    "Its place among those that wait for GPUs.",
                    [
                        ("position", .integer("The first has 1.")),
                        ("waitingFor", .note("Who holds what it waits for.", limit: 4_096)),
                        ("since", .time("Since when it waits.")),
                    ]
                )
            ),
            (
                "model",
                .object(
                    "What the model server says of its model.",
                    [
                        ("loaded", .boolean("Whether it answers.")),
                        ("name", .note("The name by which it lists it.", limit: Limits.modelName)),
                        (
                            "answeredBy",
                            .note("The pod and start, or the address, that last gave a token of it.", limit: 512)
                        ),
                    ]
                )
            ),
            ("boundEnvironments", .integer("How many environments are bound to it.")),
            ("leftovers", .leftovers),
        ]
    )
}
