import GoTemplate

extension HelmFunctions {
    /// Functions that fit a text into a width.
    static let wrapping: [String: TemplateFunction] = [
        "wrap": .text(.int, .string) {
            wrapped($0[1].stringBytes, width: $0[0].int, lineBreak: [0x0A], cutsWords: false)
        },
        "wrapWith": .text(.int, .string, .string) { arguments in
            let lineBreak: [UInt8] = arguments[1].stringBytes
            return wrapped(
                arguments[2].stringBytes, width: arguments[0].int, lineBreak: lineBreak.isEmpty ? [0x0A] : lineBreak,
                cutsWords: true)
        },
        "abbrev": .text(.int, .string) { arguments in
            let width: Int = arguments[0].int
            let text: [UInt8] = arguments[1].stringBytes
            return width < 4 ? text : abbreviated(text, from: 0, width: width)
        },
        "abbrevboth": .text(.int, .int, .string) { arguments in
            let (left, right): (Int, Int) = (arguments[0].int, arguments[1].int)
            let text: [UInt8] = arguments[2].stringBytes
            return right < 4 || (left > 0 && right < 7) ? text : abbreviated(text, from: left, width: right)
        },
    ]

    private static func wrapped(_ text: [UInt8], width: Int, lineBreak: [UInt8], cutsWords: Bool) -> [UInt8] {
        let width: Int = max(1, width)
        var result: [UInt8] = []
        var rest: ArraySlice<UInt8> = text[...]
        while rest.count > width {
            if rest.first == 0x20 {
                rest = rest.dropFirst()
                continue
            }
            let space: Int?
            if let last = rest.prefix(width + 1).lastIndex(of: 0x20) {
                space = last
            } else if cutsWords {
                result += rest.prefix(width) + lineBreak
                rest = rest.dropFirst(width)
                continue
            } else {
                space = rest.dropFirst(width).firstIndex(of: 0x20)
            }
            guard let space else { return result + rest }
            result += rest[..<space] + lineBreak
            rest = rest[(space + 1)...]
        }
        return result + rest
    }

    private static func abbreviated(_ text: [UInt8], from offset: Int, width: Int) -> [UInt8] {
        let dots: [UInt8] = Array("...".utf8)
        guard text.count > width else { return text }
        let start: Int = min(offset, text.count, max(text.count - (width - 3), 0))
        if start <= 4 { return text.prefix(width - 3) + dots }
        guard start + width - 3 < text.count else { return dots + text.suffix(width - 3) }
        return dots + abbreviated(Array(text[start...]), from: 0, width: width - 3)
    }
}
