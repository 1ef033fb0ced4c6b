/// A set of characters: ranges of them, and whole categories of Unicode.
package struct CharacterClass: Sendable {
    /// The characters of some categories, or all others.
    struct Category: Sendable {
        /// One bit for each general category.
        var mask: UInt32
        var isNegated: Bool
        /// Whether a character belongs to it that another case of does.
        var ignoresCase: Bool

        func contains(_ scalar: UInt32) -> Bool {
            let members: [UInt32] = ignoresCase ? CaseFolding.orbit(of: scalar) : [scalar]
            return members.contains { mask & GeneralCategory.bit(of: $0) != 0 } != isNegated
        }
    }

    /// Sorted, and apart from each other, once the class is finished.
    private(set) var ranges: [ClosedRange<UInt32>] = []
    var categories: [Category] = []
    var isNegated: Bool = false

    static let last: UInt32 = 0x10FFFF

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ranges }

    mutating func insert(_ range: ClosedRange<UInt32>, ignoringCase: Bool = false) {
        ranges.append(range)
        guard ignoringCase, !(range.lowerBound == 0 && range.upperBound == Self.last) else { return }
        if range.upperBound < 0x80 || range.count <= 64 {
            for scalar in range { ranges += CaseFolding.orbit(of: scalar).map { $0...$0 } }
        } else {
            for (scalar, orbit) in CaseFolding.orbits where range.contains(scalar) {
                ranges += orbit.map { $0...$0 }
            }
            for scalar in range.clamped(to: 0...0x7F) { ranges += CaseFolding.orbit(of: scalar).map { $0...$0 } }
        }
    }

    /// Adds the members of a class of ranges, or all that are not.
    mutating func insert(_ group: [ClosedRange<UInt32>], isNegated: Bool, ignoringCase: Bool) {
        var other: CharacterClass = CharacterClass()
        for range in group { other.insert(range, ignoringCase: ignoringCase) }
        other.finish()
        ranges += isNegated ? other.complement : other.ranges
    }

    /// Sorts the ranges and joins those that touch.
    mutating func finish() {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        ranges = result
    }

    private var complement: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges {
            if start < range.lowerBound { result.append(start...(range.lowerBound - 1)) }
            start = range.upperBound + 1
        }
        if start <= Self.last { result.append(start...Self.last) }
        return result
    }

    func contains(_ scalar: UInt32) -> Bool {
        (hasRange(around: scalar) || categories.contains { $0.contains(scalar) }) != isNegated
    }

    private func hasRange(around scalar: UInt32) -> Bool {
        var (low, high): (Int, Int) = (0, ranges.count)
        while low < high {
            let middle: Int = (low + high) / 2
            let range: ClosedRange<UInt32> = ranges[middle]
            if range.contains(scalar) { return true }
            if range.upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return false
    }
}

extension CharacterClass {
    /// The classes that a pattern names by a letter: `\d`.
    static func perl(_ letter: UInt32) -> [ClosedRange<UInt32>]? {
        switch letter {
        case 0x64: [0x30...0x39]
        case 0x73: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]
        case 0x77: word
        default: nil
        }
    }

    package static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]

    /// The classes that a pattern names by a word: `[:alpha:]`.
    static func posix(_ name: String) -> [ClosedRange<UInt32>]? {
        switch name {
        case "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        case "alpha": [0x41...0x5A, 0x61...0x7A]
        case "ascii": [0x00...0x7F]
        case "blank": [0x09...0x09, 0x20...0x20]
        case "cntrl": [0x00...0x1F, 0x7F...0x7F]
        case "digit": [0x30...0x39]
        case "graph": [0x21...0x7E]
        case "lower": [0x61...0x7A]
        case "print": [0x20...0x7E]
        case "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
        case "space": [0x09...0x0D, 0x20...0x20]
        case "upper": [0x41...0x5A]
        case "word": word
        case "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66]
        default: nil
        }
    }
}

/// Unicode's general categories as bits.
enum GeneralCategory {
    /// The categories of a name: `Lu`, or `L` for all that begin so.
    static func mask(named name: String) -> UInt32? {
        if name == "Any" { return .max }
        var mask: UInt32 = 0
        for (index, known) in names.enumerated() where known == name || known.prefix(1) == name { mask |= 1 << index }
        return mask == 0 ? nil : mask
    }

    static func bit(of scalar: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(scalar) else { return bit("Cs") }
        return bit(name(scalar.properties.generalCategory))
    }

    private static let names: [String] = [
        "Cc", "Cf", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No",
        "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
    ]

    /// None of the names stands for a character that is not assigned; its bit is one past theirs.
    private static func bit(_ name: String) -> UInt32 { 1 << (names.firstIndex(of: name) ?? names.count) }

    private static func name(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .control: "Cc"
        case .format: "Cf"
        case .privateUse: "Co"
        case .surrogate: "Cs"
        case .lowercaseLetter: "Ll"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .titlecaseLetter: "Lt"
        case .uppercaseLetter: "Lu"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .nonspacingMark: "Mn"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .closePunctuation: "Pe"
        case .finalPunctuation: "Pf"
        case .initialPunctuation: "Pi"
        case .otherPunctuation: "Po"
        case .openPunctuation: "Ps"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .mathSymbol: "Sm"
        case .otherSymbol: "So"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .spaceSeparator: "Zs"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
