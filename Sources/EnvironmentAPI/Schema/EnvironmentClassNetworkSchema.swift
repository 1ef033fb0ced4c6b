import Formats

extension EnvironmentClass {
    static let networkSchema = Schema.object(
        "What the environment's pods may talk to.",
        [
            (
                "mode",
                .choice(
                    "Isolated: nothing but DNS, the environment itself, and what is allowed here. Open: everything.",
                    Network.Mode.self
                ).defaulting(to: .string(Defaults.networkMode.rawValue))
            ),
            (
                "apiServerCIDRs",
                .list(
                    "Where this cluster's API server is, for control planes that must reach it.",
                    limit: Limits.cidrs,
                    of: .addressBlock("A block of addresses, such as 10.0.0.1/32.")
                )
            ),
            ("egress", rules("What else the pods may reach.", .egress)),
            ("ingress", rules("What else may reach the pods.", .ingress)),
        ]
    ).rule(.openNetworkHasNoRules)

    private static func rules(_ description: String, _ direction: Direction) -> Schema {
        .list(
            description,
            limit: Limits.networkRules,
            of: .object(
                "Any of the peers on any of the ports.",
                [
                    (
                        direction.peersKey,
                        .list("Who; absent: everybody.", limit: Limits.networkPeers, of: peerSchema)
                    ),
                    ("ports", .list("On which ports; absent: on all.", limit: Limits.networkPorts, of: portSchema)),
                ]
            )
        )
    }

    private static let peerSchema = Schema.object(
        "Addresses, or pods by their labels and those of their namespaces.",
        [
            (
                "ipBlock",
                .object(
                    "Addresses.",
                    required: ["cidr"],
                    [
                        ("cidr", .addressBlock("The block of addresses.")),
                        (
                            "except",
                            .list(
                                "Blocks within it that are not meant.",
                                limit: Limits.networkExceptions,
                                of: .addressBlock("A smaller block.")
                            )
                        ),
                    ]
                )
            ),
            ("namespaceSelector", .selector),
            ("podSelector", .selector),
        ]
    ).rule(.peerKind)

    private static let portSchema = Schema.object(
        "A port, or a range of ports.",
        [
            (
                "protocol",
                .choice("The transport protocol.", NetworkPort.TransportProtocol.self)
                    .defaulting(to: .string(Defaults.networkProtocol.rawValue))
            ),
            ("port", .integerOr(.portName, "A number, or the name of a container's port.", in: Limits.ports)),
            ("endPort", .integer("The last of a range that begins at port.", in: Limits.ports)),
        ]
    ).rule(.portRange)
}
