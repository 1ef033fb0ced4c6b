/// Addresses at which no model server can be: whoever asks there asks itself, its own link, or its cloud.
///
/// Where a user says whom the operator is to ask, these would make it speak with its own pod, or read a cloud's
/// credentials.
package enum ClosedAddress: Sendable, Hashable, CaseIterable {
    case unspecified
    case loopback
    case linkLocal
    case cloud
    case group
}

extension ClosedAddress {
    /// What such addresses are.
    package var description: String {
        switch self {
        case .unspecified: "no machine's address"
        case .loopback: "in every pod the pod itself"
        case .linkLocal: "on each link another machine, on clouds the one that hands out credentials"
        case .cloud: "where a cloud hands out credentials"
        case .group: "no single machine's address"
        }
    }

    private var texts: [String] {
        switch self {
        case .unspecified: ["0.0.0.0/8", "::/128"]
        case .loopback: ["127.0.0.0/8", "::1/128"]
        case .linkLocal: ["169.254.0.0/16", "fe80::/10"]
        // Those of Alibaba and Azure, and Amazon's of IPv6; the others' are local to the link.
        case .cloud: ["100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128"]
        case .group: ["224.0.0.0/3", "ff00::/8"]
        }
    }

    private static let blocks: [(kind: ClosedAddress, block: AddressBlock)] = allCases.flatMap { kind in
        kind.texts.compactMap { text in AddressBlock(text).map { (kind, $0) } }
    }

    /// Of which kind some address of a block is; `nil` where none is closed.
    package init?(in block: AddressBlock) {
        let plain = block.withoutMapping
        guard let found = Self.blocks.first(where: { $0.block.contains(plain) || plain.contains($0.block) }) else {
            return nil
        }
        self = found.kind
    }

    /// Of which kind an address is, of four bytes or sixteen; `nil` where it is not closed.
    package init?(_ address: [UInt8]) {
        guard let block = AddressBlock(address: address) else { return nil }
        self.init(in: block)
    }

    /// Of which kind a name is that resolves there by convention.
    package init?(name: String) {
        guard name == "localhost" || name.hasSuffix(".localhost") else { return nil }
        self = .loopback
    }
}

extension AddressBlock {
    /// Forms of sixteen bytes that lead to an address of four: mapped, and translated by a gateway.
    private static let mappings = ["::ffff:0:0/96", "64:ff9b::/96"].compactMap { AddressBlock($0) }

    fileprivate var withoutMapping: AddressBlock {
        guard Self.mappings.contains(where: { $0.contains(self) }) else { return self }
        return AddressBlock(address: Array(address.dropFirst(12)), prefixLength: prefixLength - 96) ?? self
    }
}
