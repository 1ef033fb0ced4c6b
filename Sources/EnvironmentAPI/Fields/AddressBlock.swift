/// A block of IP addresses, `10.0.0.0/8` or `fd00::/8`.
package struct AddressBlock: Sendable, Hashable {
    /// Four bytes, or sixteen.
    package let address: [UInt8]
    package let prefixLength: Int

    /// Reads a block; `nil` where the text is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy(Self.isDigit),
            let length = Int(parts[1]), parts[1] == String(length),
            let address = Self.address(parts[0]), length <= address.count * 8
        else { return nil }
        self.address = address
        prefixLength = length
    }

    /// The block of one address, or of those that begin like it; `nil` where the bytes are none.
    package init?(address: [UInt8], prefixLength: Int? = nil) {
        guard address.count == 4 || address.count == 16 else { return nil }
        let length = prefixLength ?? address.count * 8
        guard (0...address.count * 8).contains(length) else { return nil }
        self.address = address
        self.prefixLength = length
    }

    /// Whether the other block lies within this one.
    package func contains(_ other: AddressBlock) -> Bool {
        address.count == other.address.count && prefixLength <= other.prefixLength
            && (0..<prefixLength).allSatisfy { bit in
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                return address[bit / 8] & mask == other.address[bit / 8] & mask
            }
    }

    /// The bytes of one address; `nil` where the text is none.
    package static func address(_ text: some StringProtocol) -> [UInt8]? {
        text.contains(":") ? sixteenBytes(text) : fourBytes(text)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func fourBytes(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part -> UInt8? in
            // Without the round trip `010` would pass, which some readers take for eight.
            guard let byte = UInt8(part), part == String(byte) else { return nil }
            return byte
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func sixteenBytes(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        let characters = Array(text)
        let gap = characters.indices.dropLast().first { characters[$0] == ":" && characters[$0 + 1] == ":" }
        guard let gap else {
            let bytes = groups(String(characters))
            return bytes?.count == 16 ? bytes : nil
        }
        guard let head = groups(String(characters[..<gap])), let tail = groups(String(characters[(gap + 2)...])),
            head.count + tail.count <= 14
        else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of four hex digits, the last perhaps an address of four bytes.
    private static func groups(_ text: String) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains("."), let four = fourBytes(part) {
                bytes += four
                continue
            }
            guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
                let value = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }
}
