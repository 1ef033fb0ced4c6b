/// The encodings in which YAML may be written.
enum YAMLEncoding {
    /// The text in UTF-8.
    ///
    /// UTF-16 is recognised by its byte order mark. UTF-8 is not checked here: the parser does, and knows the place.
    static func utf8(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf8(from: bytes, lowByte: 0, highByte: 1) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf8(from: bytes, lowByte: 1, highByte: 0) }
        return bytes
    }

    private static func utf8(
        from bytes: [UInt8], lowByte: Int, highByte: Int
    ) throws(FormatError) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index: Int = 2
        while index + 1 < bytes.count {
            units.append(UInt16(bytes[index + highByte]) << 8 | UInt16(bytes[index + lowByte]))
            index += 2
        }
        guard index == bytes.count, let text = String(validating: units, as: UTF16.self) else {
            let message: String = "the text begins like UTF-16 but is not: save it as UTF-8"
            throw FormatError(message, at: FormatError.Position(line: 1, column: 1))
        }
        return Array(text.utf8)
    }
}
