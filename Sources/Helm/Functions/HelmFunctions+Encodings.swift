import CZlib
import Cryptography
import Formats
import GoTemplate

extension HelmFunctions {
    static let encodings: [String: TemplateFunction] = [
        "b64enc": .text(.string) { Array(Base64.encode($0[0].stringBytes).utf8) },
        "b64dec": .text(.string) { arguments in
            let text: [UInt8] = arguments[0].stringBytes
            return Base64.decode(arguments[0].text)
                ?? Array("illegal base64 data at input byte \(GoBase64.firstFault(text))".utf8)
        },
        "b32enc": .text(.string) { Base32.encode($0[0].stringBytes) },
        "b32dec": .text(.string) { arguments in
            switch Base32.decode(arguments[0].stringBytes) {
            case .success(let bytes): bytes
            case .failure(let fault): Array("illegal base32 data at input byte \(fault.place)".utf8)
            }
        },
    ]

    static let digests: [String: TemplateFunction] = [
        "sha1sum": .text(.string) { Array(Hexadecimal.text(MessageDigest.sha1($0[0].stringBytes)).utf8) },
        "sha256sum": .text(.string) { Array(SHA256.digest(of: $0[0].stringBytes).hex.utf8) },
        "sha512sum": .text(.string) { Array(Hexadecimal.text(MessageDigest.sha512($0[0].stringBytes)).utf8) },
        "adler32sum": .text(.string) { arguments in
            let bytes: [UInt8] = arguments[0].stringBytes
            return Array(String(adler32_z(1, bytes, bytes.count)).utf8)
        },
    ]
}

/// Where Go's decoder stops reading base64.
enum GoBase64 {
    /// The place in a text that is no base64.
    static func firstFault(_ text: [UInt8]) -> Int {
        var place: Int = 0
        var characters: Int = 0
        while place < text.count {
            let byte: UInt8 = text[place]
            place += 1
            switch byte {
            case 0x0A, 0x0D: continue
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: characters += 1
            case 0x3D where characters % 4 == 3: return skipped(text, place)
            case 0x3D where characters % 4 == 2:
                place = skipped(text, place)
                guard place < text.count else { return text.count }
                guard text[place] == 0x3D else { return place }
                return skipped(text, place + 1)
            default: return place - 1
            }
        }
        return place - characters % 4
    }

    private static func skipped(_ text: [UInt8], _ place: Int) -> Int {
        text[place...].firstIndex { $0 != 0x0A && $0 != 0x0D } ?? text.count
    }
}

/// Base32 with the standard alphabet.
enum Base32 {
    struct Fault: Error {
        var place: Int
    }

    private static let alphabet: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                result.append(alphabet[Int(group >> bits & 31)])
            }
            group &= 0xFF
        }
        if bits > 0 { result.append(alphabet[Int(group << (5 - bits) & 31)]) }
        return result + Array(repeating: UInt8(ascii: "="), count: (8 - result.count % 8) % 8)
    }

    static func decode(_ text: [UInt8]) -> Result<[UInt8], Fault> {
        let text: [UInt8] = text.filter { $0 != 0x0A && $0 != 0x0D }
        let body: ArraySlice<UInt8> = text.prefix { $0 != UInt8(ascii: "=") }
        var result: [UInt8] = []
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for (place, byte) in body.enumerated() {
            guard let value = alphabet.firstIndex(of: byte) else { return .failure(Fault(place: place)) }
            group = group << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> bits))
            }
            group &= 0xFFF
        }
        let padding: Int = (8 - body.count % 8) % 8
        let rest: ArraySlice<UInt8> = text.dropFirst(body.count)
        if rest.isEmpty && padding > 0 { return .failure(Fault(place: body.count - body.count % 8)) }
        guard [0, 1, 3, 4, 6].contains(padding) else { return .failure(Fault(place: body.count)) }
        guard rest.count == padding, rest.allSatisfy({ $0 == UInt8(ascii: "=") }) else {
            return .failure(Fault(place: min(text.count, body.count + padding)))
        }
        return .success(result)
    }
}
