/// A regular expression of Go: the syntax of RE2 with Perl's classes, matched in linear time.
///
/// Texts are bytes: places in them count bytes, and what is not UTF-8 is matched as U+FFFD, byte by byte.
package struct RegularExpression: Sendable {
    package let pattern: String
    let steps: [RegularExpressionStep]
    /// The names of the captures, the whole match first; empty for those without a name.
    package let names: [String]
    /// Whether a match can begin at the start of the text only.
    let isAnchored: Bool
    /// With which every match begins.
    let firstByte: UInt8?

    /// - Throws: what Go says to a pattern that it does not understand.
    package init(_ pattern: String) throws(RegularExpressionError) {
        var parser: RegularExpressionParser = RegularExpressionParser(pattern)
        let fragment: RegularExpressionFragment = try parser.parse()
        self.pattern = pattern
        steps = fragment.captured(0).steps + [.match]
        names = parser.names
        (isAnchored, firstByte) = Self.beginning(steps)
    }

    package var captureCount: Int { names.count - 1 }

    /// What the first step that is no capture says about where a match can begin.
    private static func beginning(_ steps: [RegularExpressionStep]) -> (isAnchored: Bool, firstByte: UInt8?) {
        for step in steps {
            switch step {
            case .save: continue
            case .assertion(.textStart): return (true, nil)
            case .scalar(let scalar) where scalar < 0x80: return (false, UInt8(scalar))
            default: return (false, nil)
            }
        }
        return (false, nil)
    }
}

extension RegularExpression {
    package func matches(_ text: [UInt8]) -> Bool {
        var matcher: RegularExpressionMatcher = RegularExpressionMatcher(self, text)
        return matcher.match(from: 0) != nil
    }

    /// The places of the first match and its captures, a beginning and an end for each; `nil` where nothing matches.
    package func firstMatch(in text: [UInt8]) -> [Int]? {
        var matcher: RegularExpressionMatcher = RegularExpressionMatcher(self, text)
        return matcher.match(from: 0)
    }

    /// All matches that do not overlap, as `FindAllSubmatchIndex` finds them.
    ///
    /// A limit that is not negative bounds how many.
    package func allMatches(in text: [UInt8], limit: Int = -1) -> [[Int]] {
        var matcher: RegularExpressionMatcher = RegularExpressionMatcher(self, text)
        var result: [[Int]] = []
        var place: Int = 0
        var lastEnd: Int = -1
        while place <= text.count, limit < 0 || result.count < limit, let match = matcher.match(from: place) {
            // Nothing matches right after a match.
            let isAccepted: Bool = match[1] != place || match[0] != lastEnd
            if match[1] == place {
                place += max(1, UTF8Scalar.decode(text, at: place).width)
            } else {
                place = match[1]
            }
            lastEnd = match[1]
            if isAccepted { result.append(match) }
        }
        return result
    }

    /// The parts of a text between the matches, as `Split` returns them.
    ///
    /// A limit that is not negative bounds how many; the last one is the rest then.
    package func split(_ text: [UInt8], limit: Int = -1) -> [[UInt8]] {
        if limit == 0 { return [] }
        if !pattern.isEmpty && text.isEmpty { return [[]] }
        var parts: [[UInt8]] = []
        var (start, end): (Int, Int) = (0, 0)
        for match in allMatches(in: text, limit: limit) {
            if limit > 0 && parts.count == limit - 1 { break }
            end = match[0]
            if match[1] != 0 { parts.append(Array(text[start..<end])) }
            start = match[1]
        }
        if end != text.count { parts.append(Array(text[start...])) }
        return parts
    }

    /// A pattern that matches a text and nothing else.
    package static func quoted(_ text: [UInt8]) -> [UInt8] {
        let special: [UInt8] = Array(#"\.+*?()|[]{}^$"#.utf8)
        return text.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
    }
}
