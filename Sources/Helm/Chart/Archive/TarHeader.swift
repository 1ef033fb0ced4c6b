/// One header block of a tar archive.
struct TarHeader {
    static let byteCount = 512

    enum Format {
        case posix
        case gnu
        case old
    }

    let type: UInt8
    let size: Int
    let path: [UInt8]

    /// Reads a block of 512 bytes; `nil` for one of zeros, which ends an archive.
    init?(_ block: ArraySlice<UInt8>) throws(HelmError) {
        let block: [UInt8] = Array(block)
        guard block.count == Self.byteCount, block.contains(where: { $0 != 0 }) else { return nil }
        guard Self.hasValidChecksum(block) else {
            throw HelmError("the archive holds no tar, or is damaged: pack the chart again")
        }
        type = block[156]
        size = try Self.size(block[124..<136])
        let name: [UInt8] = Self.text(block[0..<100])
        let prefix: [UInt8] = Self.format(block) == .posix ? Self.text(block[345..<500]) : []
        path = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    private static func format(_ block: [UInt8]) -> Format {
        if block[257..<263].elementsEqual("ustar\0".utf8) { return .posix }
        return block[257..<265].elementsEqual("ustar  \0".utf8) ? .gnu : .old
    }

    /// The sum of all bytes, its own taken as spaces; some writers add them up as signed numbers.
    private static func hasValidChecksum(_ block: [UInt8]) -> Bool {
        guard let expected = octal(block[148..<156]) else { return false }
        var unsigned: Int = 0
        var signed: Int = 0
        for (place, byte) in block.enumerated() {
            let byte: UInt8 = (148..<156).contains(place) ? 0x20 : byte
            unsigned += Int(byte)
            signed += Int(Int8(bitPattern: byte))
        }
        return expected == unsigned || expected == signed
    }

    /// Octal digits, or a binary number where the first bit is set.
    private static func size(_ field: ArraySlice<UInt8>) throws(HelmError) -> Int {
        let error: HelmError = HelmError("a file in the archive has a size that is no number: pack the chart again")
        guard let first = field.first, first & 0x80 != 0 else {
            guard let size = octal(field) else { throw error }
            return size
        }
        guard first == 0x80, field.dropFirst().dropLast(7).allSatisfy({ $0 == 0 }) else { throw error }
        return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
    }

    /// Digits between spaces and zeros; an empty field is 0.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let isPadding: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0 }
        let text: ArraySlice<UInt8> = field.drop(while: isPadding).prefix { !isPadding($0) }
        guard text.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return text.reduce(0) { $0 << 3 | Int($1 - 0x30) }  // Twelve digits have 36 bits.
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }
}
