package import Formats

extension EnvironmentClass {
    package struct Network: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable, CaseIterable {
            case isolated = "Isolated"
            case open = "Open"
        }

        package var mode: Mode
        /// Where the host's API server is, for control planes that must reach it.
        package var apiServerCIDRs: [String]
        /// Allowed besides what isolation allows.
        package var egress: [NetworkRule]
        package var ingress: [NetworkRule]

        package init(
            mode: Mode = Defaults.networkMode,
            apiServerCIDRs: [String] = [],
            egress: [NetworkRule] = [],
            ingress: [NetworkRule] = []
        ) {
            self.mode = mode
            self.apiServerCIDRs = apiServerCIDRs
            self.egress = egress
            self.ingress = ingress
        }
    }

    /// The way of a flow, seen from the environment's pods.
    package enum Direction: Sendable, Hashable {
        case egress, ingress

        /// The name of the list of peers in a rule.
        var peersKey: String {
            switch self {
            case .egress: "to"
            case .ingress: "from"
            }
        }
    }

    /// A rule of a NetworkPolicy: any of the peers, on any of the ports; an empty list allows all of its kind.
    package struct NetworkRule: Sendable, Hashable {
        package var peers: [NetworkPeer]
        package var ports: [NetworkPort]

        package init(peers: [NetworkPeer] = [], ports: [NetworkPort] = []) {
            self.peers = peers
            self.ports = ports
        }
    }

    /// Addresses, or pods by their labels and those of their namespaces.
    package struct NetworkPeer: Sendable, Hashable {
        package var cidr: String?
        package var except: [String]
        package var namespaceSelector: LabelSelector?
        package var podSelector: LabelSelector?

        package init(
            cidr: String? = nil,
            except: [String] = [],
            namespaceSelector: LabelSelector? = nil,
            podSelector: LabelSelector? = nil
        ) {
            self.cidr = cidr
            self.except = except
            self.namespaceSelector = namespaceSelector
            self.podSelector = podSelector
        }
    }

    package struct NetworkPort: Sendable, Hashable {
        package enum TransportProtocol: String, Sendable, Hashable, CaseIterable {
            case tcp = "TCP"
            case udp = "UDP"
            case sctp = "SCTP"
        }

        package enum Port: Sendable, Hashable {
            case number(Int64)
            case name(String)
        }

        package var transportProtocol: TransportProtocol
        /// `nil`: all ports.
        package var port: Port?
        /// The last of a range that begins at `port`.
        package var endPort: Int64?

        package init(
            transportProtocol: TransportProtocol = Defaults.networkProtocol,
            port: Port? = nil,
            endPort: Int64? = nil
        ) {
            self.transportProtocol = transportProtocol
            self.port = port
            self.endPort = endPort
        }
    }
}

// MARK: - Reading

extension EnvironmentClass.Network {
    init(_ field: Field) {
        let network = field.members("mode", "apiServerCIDRs", "egress", "ingress")
        self.init(
            mode: network["mode"].choice(Mode.self) ?? EnvironmentClass.Defaults.networkMode,
            apiServerCIDRs: network["apiServerCIDRs"].list(limit: Limits.cidrs) { $0.addressBlock() },
            egress: network["egress"].list(limit: Limits.networkRules) { EnvironmentClass.NetworkRule($0, .egress) },
            ingress: network["ingress"].list(limit: Limits.networkRules) { EnvironmentClass.NetworkRule($0, .ingress) }
        )
    }
}

extension EnvironmentClass.NetworkRule {
    init(_ field: Field, _ direction: EnvironmentClass.Direction) {
        let rule = field.members(direction.peersKey, "ports")
        self.init(
            peers: rule[direction.peersKey].list(limit: Limits.networkPeers) { EnvironmentClass.NetworkPeer($0) },
            ports: rule["ports"].list(limit: Limits.networkPorts) { EnvironmentClass.NetworkPort($0) }
        )
    }
}

extension EnvironmentClass.NetworkPeer {
    init(_ field: Field) {
        let peer = field.members("ipBlock", "namespaceSelector", "podSelector")
        let block = peer["ipBlock"].members("cidr", "except")
        if !block.isAbsent { _ = block["cidr"].required("write the addresses, such as 10.0.0.0/8") }
        self.init(
            cidr: block["cidr"].addressBlock(),
            except: block["except"].list(limit: Limits.networkExceptions) { $0.addressBlock() },
            namespaceSelector: peer["namespaceSelector"].object { LabelSelector($0) },
            podSelector: peer["podSelector"].object { LabelSelector($0) }
        )
    }
}

extension EnvironmentClass.NetworkPort {
    init(_ field: Field) {
        let port = field.members("protocol", "port", "endPort")
        self.init(
            transportProtocol: port["protocol"].choice(TransportProtocol.self)
                ?? EnvironmentClass.Defaults.networkProtocol,
            port: Self.port(port["port"]),
            endPort: port["endPort"].integer(in: Limits.ports)
        )
    }

    /// A number, or the name that a container gives its port.
    private static func port(_ field: Field) -> Port? {
        if field.value?.string != nil { return field.string(.portName).map(Port.name) }
        return field.integer(in: Limits.ports).map(Port.number)
    }
}

// MARK: - Writing

extension EnvironmentClass.Network {
    package var json: JSONValue {
        var json: JSONValue = ["mode": .string(mode.rawValue)]
        json.put("apiServerCIDRs", apiServerCIDRs)
        json.put("egress", egress.map { $0.json(.egress) })
        json.put("ingress", ingress.map { $0.json(.ingress) })
        return json
    }
}

extension EnvironmentClass.NetworkRule {
    /// The rule as a NetworkPolicy writes it too.
    package func json(_ direction: EnvironmentClass.Direction) -> JSONValue {
        var json: JSONValue = .emptyObject
        json.put(direction.peersKey, peers.map(\.json))
        json.put("ports", ports.map(\.json))
        return json
    }
}

extension EnvironmentClass.NetworkPeer {
    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        if let cidr {
            var block: JSONValue = ["cidr": .string(cidr)]
            block.put("except", except)
            json["ipBlock"] = block
        }
        json.put("namespaceSelector", namespaceSelector?.json)
        json.put("podSelector", podSelector?.json)
        return json
    }
}

extension EnvironmentClass.NetworkPort {
    package var json: JSONValue {
        var json: JSONValue = ["protocol": .string(transportProtocol.rawValue)]
        switch port {
        case .number(let number)?: json["port"] = .integer(number)
        case .name(let name)?: json["port"] = .string(name)
        case nil: break
        }
        json.put("endPort", endPort)
        return json
    }
}
