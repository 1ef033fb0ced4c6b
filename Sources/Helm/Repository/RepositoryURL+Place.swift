import HTTPModel

extension RepositoryURL {
    /// Whose a host is, as far as its name tells.
    enum Place: Sendable, Hashable {
        /// A name, or an address that anyone may have.
        case open
        /// This machine, its network, or a network that is private.
        case inner
        /// An address written so that only some programs take it for one: `127.1`, `0x7f000001`.
        case disguised
    }

    /// Where the host is; a name's address is not looked up.
    var place: Place {
        var name: Substring = host[...]
        while name.last == "." { name.removeLast() }
        if let address = IPAddress(name) { return address.isInner ? .inner : .open }
        let last: Substring = name.split(separator: ".").last ?? ""
        if last.isEmpty || last.utf8.first.map(Self.isDigit) ?? true && Self.isNumber(last) { return .disguised }
        // A name without a dot is completed by the network that we happen to be in.
        return last == "localhost" || last.count == name.count ? .inner : .open
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// What C's `strtoul` reads: decimal, octal, or hexadecimal after `0x`.
    private static func isNumber(_ text: Substring) -> Bool {
        if text.hasPrefix("0x") { return text.dropFirst(2).utf8.allSatisfy { Self.isDigit($0) || isHexLetter($0) } }
        return text.utf8.allSatisfy(isDigit)
    }

    private static func isHexLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) }
}

extension IPAddress {
    /// Addresses that do not lead out: of this machine, of a link, of private networks, and of groups.
    private static let innerRanges: [String] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "::/127", "2001::/32", "2002::/16",
        "fc00::/7", "fe80::/9", "ff00::/8",
    ]

    /// Ranges whose last 32 bits are an IPv4 address: mapped, compatible, and translated.
    private static let embeddingRanges: [String] = ["::/96", "::ffff:0:0/96", "64:ff9b::/96"]

    var isInner: Bool {
        if Self.innerRanges.contains(where: { isInside(range: $0) }) { return true }
        guard Self.embeddingRanges.contains(where: { isInside(range: $0) }) else { return false }
        let embedded: String = bytes.suffix(4).map(String.init).joined(separator: ".")
        return IPAddress(embedded)?.isInner ?? true
    }
}
