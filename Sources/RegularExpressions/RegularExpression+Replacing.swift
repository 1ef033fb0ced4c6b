extension RegularExpression {
    /// Replaces all matches by a text in which `$1` and `${name}` stand for what was captured.
    package func replacingAll(in text: [UInt8], by replacement: [UInt8]) -> [UInt8] {
        let template: ReplacementTemplate = ReplacementTemplate(replacement, names: names)
        return replacingAll(in: text) { template.append(to: &$0, $1, text) }
    }

    package func replacingAll(in text: [UInt8], literally replacement: [UInt8]) -> [UInt8] {
        replacingAll(in: text) { result, _ in result += replacement }
    }

    private func replacingAll(in text: [UInt8], _ append: (inout [UInt8], [Int]) -> Void) -> [UInt8] {
        var matcher: RegularExpressionMatcher = RegularExpressionMatcher(self, text)
        var result: [UInt8] = []
        var lastEnd: Int = 0
        var place: Int = 0
        while place <= text.count, let match = matcher.match(from: place) {
            result += text[lastEnd..<match[0]]
            // Nothing is replaced right after a match.
            if match[1] > lastEnd || match[0] == 0 { append(&result, match) }
            lastEnd = match[1]
            place = max(match[1], place + max(1, UTF8Scalar.decode(text, at: place).width))
        }
        return result + text[lastEnd...]
    }
}

/// A replacement, read once.
private struct ReplacementTemplate {
    private enum Part {
        case text(ArraySlice<UInt8>)
        /// The first of these captures that took part.
        case captures([Int])
    }

    private var parts: [Part] = []

    init(_ replacement: [UInt8], names: [String]) {
        var rest: ArraySlice<UInt8> = replacement[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            parts.append(.text(rest[..<dollar]))
            rest = rest[(dollar + 1)...]
            if rest.first == UInt8(ascii: "$") {
                parts.append(.text(rest.prefix(1)))
                rest = rest.dropFirst()
            } else if let name = Self.name(&rest) {
                parts.append(.captures(Self.captures(name, names)))
            } else {
                parts.append(.text(replacement[dollar...dollar]))
            }
        }
        parts.append(.text(rest))
    }

    func append(to result: inout [UInt8], _ match: [Int], _ text: [UInt8]) {
        for part in parts {
            switch part {
            case .text(let bytes): result += bytes
            case .captures(let indices):
                guard let index = indices.first(where: { match[2 * $0] >= 0 }) else { continue }
                result += text[match[2 * index]..<match[2 * index + 1]]
            }
        }
    }

    /// Takes a name, in braces or without them, from the start; takes nothing where there is none.
    private static func name(_ rest: inout ArraySlice<UInt8>) -> String? {
        let hasBrace: Bool = rest.first == UInt8(ascii: "{")
        let bytes: [UInt8] = Array(hasBrace ? rest.dropFirst() : rest)
        var length: Int = 0
        while length < bytes.count {
            let (scalar, width): (UInt32, Int) = UTF8Scalar.decode(bytes, at: length)
            guard let scalar = Unicode.Scalar(scalar), width > 0 else { break }
            guard scalar == "_" || scalar.properties.isGoLetter || scalar.isGoDigit else { break }
            length += width
        }
        guard length > 0 else { return nil }
        if hasBrace {
            guard length < bytes.count, bytes[length] == UInt8(ascii: "}") else { return nil }
            rest = rest.dropFirst(length + 2)
        } else {
            rest = rest.dropFirst(length)
        }
        return String(decoding: bytes[..<length], as: UTF8.self)
    }

    private static func captures(_ name: String, _ names: [String]) -> [Int] {
        if name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), name == "0" || !name.hasPrefix("0") {
            guard let index = Int(name), index < names.count else { return [] }
            return [index]
        }
        return names.indices.filter { names[$0] == name }
    }
}
