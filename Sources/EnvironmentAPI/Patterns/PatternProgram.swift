/// An expression as instructions for a machine that follows all alternatives at once.
struct PatternProgram: Sendable {
    private enum Instruction: Sendable {
        case scalar(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    private var instructions: [Instruction] = []
    /// Nodes written out so far, of which the empty ones leave no instruction.
    private var nodes = 0

    private static let sizeLimit = 10_000

    init(_ node: PatternNode) throws(PatternError) {
        try emit(node)
        instructions.append(.match)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        nodes += 1
        guard nodes < Self.sizeLimit else {
            throw PatternError(message: "the pattern is too large once its repetitions are written out: repeat less")
        }
        switch node {
        case .empty: break
        case .scalar(let set): instructions.append(.scalar(set))
        case .start: instructions.append(.start)
        case .end: instructions.append(.end)
        case .sequence(let parts):
            for part in parts { try emit(part) }
        case .alternatives(let branches): try emit(branches)
        case .repeated(let node, let least, let most): try emit(node, least: least, most: most)
        }
    }

    private mutating func emit(_ branches: [PatternNode]) throws(PatternError) {
        var jumps: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index + 1 < branches.count else {
                try emit(branch)
                break
            }
            let split = instructions.count
            instructions.append(.split(0, 0))
            try emit(branch)
            jumps.append(instructions.count)
            instructions.append(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emit(_ node: PatternNode, least: Int, most: Int?) throws(PatternError) {
        for _ in 0..<least { try emit(node) }
        guard let most else {
            let split = instructions.count
            instructions.append(.split(0, 0))
            try emit(node)
            instructions.append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(instructions.count)
            instructions.append(.split(0, 0))
            try emit(node)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }

    func matches(_ text: [Unicode.Scalar]) -> Bool {
        var seen: [Int] = Array(repeating: -1, count: instructions.count)
        var current: [Int] = []
        for position in 0...text.count {
            // A match may begin anywhere.
            if follow([0], at: position, of: text.count, &seen, &current) { return true }
            guard position < text.count else { break }
            var targets: [Int] = []
            for index in current {
                if case .scalar(let set) = instructions[index], set.contains(text[position]) {
                    targets.append(index + 1)
                }
            }
            current.removeAll(keepingCapacity: true)
            if follow(targets, at: position + 1, of: text.count, &seen, &current) { return true }
        }
        return false
    }

    /// Adds what can be reached without a character; true where that is the end of the expression.
    private func follow(
        _ targets: [Int],
        at position: Int,
        of count: Int,
        _ seen: inout [Int],
        _ reached: inout [Int]
    ) -> Bool {
        var pending = targets
        while let index = pending.popLast() {
            guard seen[index] != position else { continue }
            seen[index] = position
            switch instructions[index] {
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .start: if position == 0 { pending.append(index + 1) }
            case .end: if position == count { pending.append(index + 1) }
            case .scalar: reached.append(index)
            }
        }
        return false
    }
}
