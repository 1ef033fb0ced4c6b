/// Follows all ways through an expression at once, character by character.
///
/// The time is that of the text's length times the expression's, whatever both are: no step is visited twice at one
/// place of the text. The ways are kept in the order in which a backtracking search would try them, so that the first
/// one that arrives is the match that such a search would find.
struct RegularExpressionMatcher {
    /// The steps that are to be taken at one place of the text, and what was saved on the way to each.
    private struct Ways {
        var steps: [Int] = []
        var generation: [Int]
        var saves: [Int]

        init(stepCount: Int, saveCount: Int) {
            generation = Array(repeating: -1, count: stepCount)
            saves = Array(repeating: -1, count: stepCount * saveCount)
        }
    }

    private enum Move {
        case visit(Int)
        case restore(save: Int, value: Int)
    }

    private let steps: [RegularExpressionStep]
    private let saveCount: Int
    private let text: [UInt8]
    private let isAnchored: Bool
    private let firstByte: UInt8?
    private var now: Ways
    private var next: Ways
    private var moves: [Move] = []
    private var generation: Int = 0

    init(_ expression: RegularExpression, _ text: [UInt8]) {
        steps = expression.steps
        saveCount = 2 * (expression.captureCount + 1)
        self.text = text
        isAnchored = expression.isAnchored
        firstByte = expression.firstByte
        now = Ways(stepCount: steps.count, saveCount: saveCount)
        next = now
    }

    /// The places at which the first match at or after a place and its captures begin and end; -1 for those
    /// that took no part.
    mutating func match(from start: Int) -> [Int]? {
        var place: Int = start
        var found: [Int]?
        generation += 1
        next.steps.removeAll(keepingCapacity: true)
        while true {
            if next.steps.isEmpty, found == nil, let skipped = nextStart(from: place) { place = skipped }
            let canStart: Bool = found == nil && !(isAnchored && place > 0)
            if canStart { add(0, Array(repeating: -1, count: saveCount), at: place) }
            guard canStart || !next.steps.isEmpty else { return found }
            swap(&now, &next)
            generation += 1
            next.steps.removeAll(keepingCapacity: true)
            let (scalar, width): (UInt32, Int) = UTF8Scalar.decode(text, at: place)
            for step in now.steps {
                if case .match = steps[step] {
                    found = saves(of: step)
                    break
                }
                guard width > 0, takes(steps[step], scalar) else { continue }
                add(step + 1, saves(of: step), at: place + width)
            }
            guard width > 0 else { return found }
            place += width
        }
    }

    /// Where the next match can begin at the earliest.
    private func nextStart(from place: Int) -> Int? {
        guard let firstByte, !isAnchored else { return nil }
        return text[place...].firstIndex(of: firstByte) ?? text.count
    }

    private func saves(of step: Int) -> [Int] { Array(now.saves[step * saveCount..<(step + 1) * saveCount]) }

    private func takes(_ step: RegularExpressionStep, _ scalar: UInt32) -> Bool {
        switch step {
        case .scalar(let wanted): scalar == wanted
        case .member(let members): members.contains(scalar)
        case .any: true
        case .anyButLineFeed: scalar != 0x0A
        default: false
        }
    }

    /// Adds a step, or those to which it leads without taking a character.
    private mutating func add(_ first: Int, _ saves: [Int], at place: Int) {
        var saves: [Int] = saves
        moves.append(.visit(first))
        while let move = moves.popLast() {
            switch move {
            case .restore(let save, let value): saves[save] = value
            case .visit(let step):
                guard next.generation[step] != generation else { continue }
                next.generation[step] = generation
                switch steps[step] {
                case .jump(let distance): moves.append(.visit(step + distance))
                case .split(let other, let prefersNext):
                    let (preferred, later): (Int, Int) = prefersNext ? (1, other) : (other, 1)
                    moves.append(.visit(step + later))
                    moves.append(.visit(step + preferred))
                case .save(let save):
                    moves.append(.restore(save: save, value: saves[save]))
                    saves[save] = place
                    moves.append(.visit(step + 1))
                case .assertion(let assertion):
                    if holds(assertion, at: place) { moves.append(.visit(step + 1)) }
                case .fail: continue
                case .scalar, .member, .any, .anyButLineFeed, .match:
                    next.steps.append(step)
                    next.saves.replaceSubrange(step * saveCount..<(step + 1) * saveCount, with: saves)
                }
            }
        }
    }

    private func holds(_ assertion: RegularExpressionAssertion, at place: Int) -> Bool {
        switch assertion {
        case .textStart: place == 0
        case .textEnd: place == text.count
        case .lineStart: place == 0 || text[place - 1] == 0x0A
        case .lineEnd: place == text.count || text[place] == 0x0A
        case .wordBoundary: isWord(place - 1) != isWord(place)
        case .noWordBoundary: isWord(place - 1) == isWord(place)
        }
    }

    /// Words are made of ASCII, so that a byte tells.
    private func isWord(_ place: Int) -> Bool {
        guard text.indices.contains(place) else { return false }
        switch text[place] {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
        default: return false
        }
    }
}

/// UTF-8 as Go reads it: a byte that belongs to no character is one, U+FFFD.
package enum UTF8Scalar {
    /// The character at a place and how many bytes it has; none at the end.
    package static func decode(_ text: [UInt8], at place: Int) -> (scalar: UInt32, width: Int) {
        guard place < text.count else { return (0xFFFD, 0) }
        let first: UInt8 = text[place]
        if first < 0x80 { return (UInt32(first), 1) }
        let width: Int
        let minimum: UInt32
        var scalar: UInt32
        switch first {
        case 0xC2...0xDF: (width, minimum, scalar) = (2, 0x80, UInt32(first & 0x1F))
        case 0xE0...0xEF: (width, minimum, scalar) = (3, 0x800, UInt32(first & 0x0F))
        case 0xF0...0xF4: (width, minimum, scalar) = (4, 0x10000, UInt32(first & 0x07))
        default: return (0xFFFD, 1)
        }
        guard place + width <= text.count else { return (0xFFFD, 1) }
        for byte in text[place + 1..<place + width] {
            guard byte & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        guard scalar >= minimum, Unicode.Scalar(scalar) != nil else { return (0xFFFD, 1) }
        return (scalar, width)
    }
}
