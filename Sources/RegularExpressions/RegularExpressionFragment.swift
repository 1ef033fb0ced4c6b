/// One step of a matching machine; where it names another one, it is so many steps away.
enum RegularExpressionStep: Sendable {
    /// Takes one character.
    case scalar(UInt32)
    case member(of: CharacterClass)
    case any
    case anyButLineFeed
    case assertion(RegularExpressionAssertion)
    /// Remembers the place in the text.
    case save(Int)
    /// Goes on with the next step and with another one, and prefers the next one or the other one.
    case split(other: Int, prefersNext: Bool)
    case jump(Int)
    case fail
    case match
}

enum RegularExpressionAssertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// A part of an expression as the steps that match it.
///
/// As every step names others by their distance, parts are put together and repeated by putting their steps one after
/// another; nothing recurses, however deep a pattern nests.
struct RegularExpressionFragment {
    private(set) var steps: [RegularExpressionStep] = []
    /// Whether it can match nothing.
    private(set) var isNullable: Bool = true
    /// How often its innermost part can be repeated by the counts around it.
    private(set) var repetition: Int = 1

    static let empty: RegularExpressionFragment = RegularExpressionFragment()

    private init() {}

    /// Takes one character.
    init(_ step: RegularExpressionStep) {
        steps = [step]
        isNullable = false
    }

    init(_ assertion: RegularExpressionAssertion) { steps = [.assertion(assertion)] }

    init(concatenating parts: [RegularExpressionFragment]) {
        steps = parts.flatMap(\.steps)
        isNullable = parts.allSatisfy(\.isNullable)
        repetition = parts.map(\.repetition).max() ?? 1
    }

    /// Matches any of the parts, and sooner an earlier one.
    init(alternating parts: [RegularExpressionFragment]) {
        var length: Int = parts.reduce(0) { $0 + $1.steps.count } + 2 * (parts.count - 1)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1 {
                steps += part.steps
            } else {
                steps.append(.split(other: part.steps.count + 2, prefersNext: true))
                steps += part.steps
                length -= part.steps.count + 2
                steps.append(.jump(length + 1))
            }
        }
        isNullable = parts.contains(where: \.isNullable)
        repetition = parts.map(\.repetition).max() ?? 1
    }

    /// The part, and where it matched.
    func captured(_ index: Int) -> RegularExpressionFragment {
        var result: RegularExpressionFragment = self
        result.steps = [.save(2 * index)] + steps + [.save(2 * index + 1)]
        return result
    }

    func optional(isGreedy: Bool) -> RegularExpressionFragment {
        var result: RegularExpressionFragment = self
        result.steps = [.split(other: steps.count + 1, prefersNext: isGreedy)] + steps
        result.isNullable = true
        return result
    }

    /// Once or more.
    func repeated(isGreedy: Bool) -> RegularExpressionFragment {
        var result: RegularExpressionFragment = self
        result.steps.append(.split(other: -steps.count, prefersNext: !isGreedy))
        return result
    }

    /// Any number of times.
    func starred(isGreedy: Bool) -> RegularExpressionFragment {
        // What matches nothing would else leave the loop before its alternatives were tried.
        if isNullable { return repeated(isGreedy: isGreedy).optional(isGreedy: isGreedy) }
        var result: RegularExpressionFragment = self
        result.steps = [.split(other: steps.count + 2, prefersNext: isGreedy)] + steps + [.jump(-steps.count - 1)]
        result.isNullable = true
        return result
    }

    /// At least and at most so many times; without a maximum, any number of times.
    func repeated(_ minimum: Int, _ maximum: Int?, isGreedy: Bool) -> RegularExpressionFragment {
        var result: RegularExpressionFragment
        switch (minimum, maximum) {
        case (0, nil): result = starred(isGreedy: isGreedy)
        case (_, nil):
            let copies: [RegularExpressionFragment] = Array(repeating: self, count: minimum - 1)
            result = RegularExpressionFragment(concatenating: copies + [repeated(isGreedy: isGreedy)])
        case (_, let maximum?):
            // x{2,4} is xx(x(x)?)?
            var tail: RegularExpressionFragment = .empty
            for _ in 0..<max(0, maximum - minimum) {
                tail = RegularExpressionFragment(concatenating: [self, tail]).optional(isGreedy: isGreedy)
            }
            let copies: [RegularExpressionFragment] = Array(repeating: self, count: minimum)
            result = RegularExpressionFragment(concatenating: copies + [tail])
        }
        result.repetition = repetition(minimum, maximum)
        return result
    }

    func repetition(_ minimum: Int, _ maximum: Int?) -> Int {
        maximum == 0 ? 1 : repetition * max(1, maximum ?? minimum)
    }
}
