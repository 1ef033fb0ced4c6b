/// An expression as a tree.
indirect enum PatternNode: Sendable {
    case empty
    case scalar(ScalarSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// At least and at most so often; `nil`: without end.
    case repeated(PatternNode, least: Int, most: Int?)
    case start
    case end
}

/// Reads the text of an expression; bounded in depth and in repetitions.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    private static let lengthLimit = 1_000
    private static let depthLimit = 50
    private static let repetitionLimit = 1_000

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func read() throws(PatternError) -> PatternNode {
        guard scalars.count <= Self.lengthLimit else {
            throw PatternError(message: "the pattern is longer than \(Self.lengthLimit) characters: shorten it")
        }
        let node = try alternatives()
        guard position == scalars.count else { throw error("has a ) without its (: remove it or write \\)") }
        return node
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take() -> Unicode.Scalar? {
        defer { if position < scalars.count { position += 1 } }
        return next
    }

    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private func error(_ what: String) -> PatternError {
        PatternError(message: "the pattern \(what), at character \(position + 1)")
    }

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("nests groups deeper than \(Self.depthLimit): flatten it") }
        var branches = [try sequence()]
        while accept("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var items: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { items.append(try repeated(try atom())) }
        return items.count == 1 ? items[0] : .sequence(items)
    }

    private mutating func repeated(_ atom: PatternNode) throws(PatternError) -> PatternNode {
        guard let (least, most) = try repetition() else { return atom }
        _ = accept("?")  // A lazy repetition matches the same texts.
        if let scalar = next, scalar == "*" || scalar == "+" || scalar == "?" {
            throw error("repeats a repetition: put the first into a group, as in (a+)*")
        }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func repetition() throws(PatternError) -> (Int, Int?)? {
        if accept("*") { return (0, nil) }
        if accept("+") { return (1, nil) }
        if accept("?") { return (0, 1) }
        return try counts()
    }

    /// `{2}`, `{2,}` or `{2,5}`; any other `{` is a literal brace, as in RE2.
    private mutating func counts() throws(PatternError) -> (Int, Int?)? {
        let start = position
        guard accept("{") else { return nil }
        let least = number()
        let isRange = accept(",")
        let most = isRange ? number() : least
        guard let least, accept("}") else {
            position = start
            return nil
        }
        guard max(least, most ?? 0) <= Self.repetitionLimit else {
            throw error("repeats more than \(Self.repetitionLimit) times: repeat less")
        }
        if let most, most < least { throw error("repeats at least \(least) but at most \(most) times: swap them") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar), (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            position += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        guard let scalar = take() else { return .empty }
        switch scalar {
        case ".": return .scalar(.any)
        case "^": return .start
        case "$": return .end
        case "(": return try group()
        case "[": return .scalar(try characterClass())
        case "\\": return .scalar(try escape())
        case "*", "+", "?":
            position -= 1
            throw error("repeats nothing: write \\\(scalar) for the character itself")
        default: return .scalar(.one(scalar))
        }
    }

    private mutating func group() throws(PatternError) -> PatternNode {
        if accept("?") {
            guard accept(":") else { throw error("uses (?, which is only known as (?: ): leave it out") }
        }
        let node = try alternatives()
        guard accept(")") else { throw error("has a ( without its ): close it or write \\(") }
        return node
    }

    private mutating func escape() throws(PatternError) -> ScalarSet {
        guard let scalar = take() else { throw error("ends with a backslash: write \\\\ for the character itself") }
        switch scalar {
        case "d": return .digit
        case "D": return .digit.negated
        case "w": return .word
        case "W": return .word.negated
        case "s": return .space
        case "S": return .space.negated
        case "n": return .one("\n")
        case "t": return .one("\t")
        case "a"..."z", "A"..."Z", "0"..."9":
            throw error("uses \\\(scalar), which is not known: write it out")
        default: return .one(scalar)
        }
    }

    private mutating func characterClass() throws(PatternError) -> ScalarSet {
        var set = ScalarSet()
        set.isNegated = accept("^")
        var isFirst = true
        while let scalar = take() {
            if scalar == "]", !isFirst { return set }
            isFirst = false
            let low = scalar == "\\" ? try escape() : .one(scalar)
            guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                set.ranges += low.flattened
                continue
            }
            position += 1
            let high = accept("\\") ? try escape() : take().map(ScalarSet.one)
            guard let from = low.ranges.first?.lowerBound, let to = high?.ranges.first?.lowerBound,
                low.ranges.count == 1, high?.ranges.count == 1, from <= to
            else { throw error("has a range in [] that does not go up: swap its ends") }
            set.ranges.append(from...to)
        }
        throw error("has a [ without its ]: close it or write \\[")
    }
}
