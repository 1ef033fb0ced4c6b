/// Base64 with the standard alphabet, read as Go's decoder reads it.
///
/// Secrets and kubeconfig files were written for that decoder: line feeds and carriage returns may
/// stand anywhere, padding must be complete, and the unused bits of the last character are ignored.
package enum Base64 {
    /// The bytes that a text stands for; `nil` where it is no base64.
    package static func decode(_ text: String) -> [UInt8]? {
        var text: String = text
        return text.withUTF8 { decode($0) }
    }

    /// The bytes as one line of padded base64.
    package static func encode(_ bytes: [UInt8]) -> String {
        let length: Int = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { output in
            var writer: Writer = Writer(output: output)
            for byte in bytes { writer.append(byte) }
            return writer.finish()
        }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var characters: Int = 0
        var padding: Int = 0
        for byte in text {
            let value: UInt8 = values[Int(byte)]
            switch value {
            case 0..<64:
                guard padding == 0 else { return nil }
                group = group << 6 | UInt32(value)
                characters += 1
                guard characters == 4 else { continue }
                append(group, count: 3, to: &result)
                (group, characters) = (0, 0)
            case lineBreak:
                continue
            case paddingMark:
                guard characters >= 2, characters + padding < 4 else { return nil }
                padding += 1
            default:
                return nil
            }
        }
        if characters == 0 { return result }
        guard characters + padding == 4 else { return nil }
        append(group << UInt32(6 * padding), count: 3 - padding, to: &result)
        return result
    }

    /// Appends the first bytes of a group of 24 bits.
    private static func append(_ group: UInt32, count: Int, to result: inout [UInt8]) {
        for index in 0..<count {
            result.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index)))
        }
    }

    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let lineBreak: UInt8 = 0xFD
    private static let paddingMark: UInt8 = 0xFE

    /// What each byte of a text means: six bits, or one of the marks, or 0xFF for a stranger.
    private static let values: [UInt8] = {
        var values: [UInt8] = Array(repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        values[Int(UInt8(ascii: "\n"))] = lineBreak
        values[Int(UInt8(ascii: "\r"))] = lineBreak
        values[Int(UInt8(ascii: "="))] = paddingMark
        return values
    }()

    /// Fills a buffer that is long enough for what it is given.
    private struct Writer {
        let output: UnsafeMutableBufferPointer<UInt8>
        let alphabet: [UInt8] = Base64.alphabet
        var count: Int = 0
        var group: UInt32 = 0
        var bytes: Int = 0

        mutating func append(_ byte: UInt8) {
            group = group << 8 | UInt32(byte)
            bytes += 1
            guard bytes == 3 else { return }
            write(characters: 4)
            (group, bytes) = (0, 0)
        }

        mutating func finish() -> Int {
            guard bytes > 0 else { return count }
            group <<= UInt32(8 * (3 - bytes))
            write(characters: bytes + 1)
            for _ in bytes..<3 {
                output[count] = UInt8(ascii: "=")
                count += 1
            }
            return count
        }

        private mutating func write(characters: Int) {
            for index in 0..<characters {
                output[count] = alphabet[Int(group >> UInt32(18 - 6 * index) & 0x3F)]
                count += 1
            }
        }
    }
}
