/// Turns inputs that a reader knows into inputs that it may not.
struct ByteMutator {
    var corpus: [[UInt8]]
    /// Pieces of the language that chance alone would hardly write.
    var tokens: [[UInt8]]
    var generator: SeededGenerator
    var maximumLength: Int = 1 << 14

    /// One entry of the corpus after one to eight changes, few more often than many.
    mutating func next() -> [UInt8] {
        var input: [UInt8] = corpus.isEmpty ? [] : corpus[generator.below(corpus.count)]
        repeat { change(&input) } while generator.below(8) < 5
        if input.count > maximumLength { input.removeLast(input.count - maximumLength) }
        return input
    }

    private mutating func change(_ input: inout [UInt8]) {
        let place: Int = generator.below(input.count)
        switch generator.below(10) {
        case 0 where !input.isEmpty: input[place] ^= 1 << UInt8(generator.below(8))
        case 1 where !input.isEmpty: input[place] = edge()
        case 2: input.insert(edge(), at: place)
        case 3: input.removeSubrange(range(in: input, from: place))
        case 4: input.insert(contentsOf: Array(input[range(in: input, from: place)]), at: place)
        case 5 where !corpus.isEmpty: splice(&input, at: place)
        case 6: input.removeLast(input.count - place)
        case 7 where !input.isEmpty: input.swapAt(place, generator.below(input.count))
        case 8 where !tokens.isEmpty: overwrite(&input, at: place, with: tokens[generator.below(tokens.count)])
        case _ where !tokens.isEmpty: input.insert(contentsOf: tokens[generator.below(tokens.count)], at: place)
        default: input.insert(UInt8(generator.below(256)), at: place)
        }
    }

    /// Half the time a byte at which encodings and integers change their meaning.
    private mutating func edge() -> UInt8 {
        let edges: [UInt8] = [
            0x00, 0x09, 0x0A, 0x0D, 0x20, 0x22, 0x2E, 0x30, 0x39, 0x5C, 0x7F, 0x80, 0xC0, 0xED, 0xF4, 0xFF,
        ]
        let index: Int = generator.below(edges.count * 2)
        return index < edges.count ? edges[index] : UInt8(generator.below(256))
    }

    /// A short range most of the time, up to the end now and then.
    private mutating func range(in input: [UInt8], from place: Int) -> Range<Int> {
        let longest: Int = generator.below(4) == 0 ? input.count - place : min(16, input.count - place)
        return place..<place + (longest == 0 ? 0 : 1 + generator.below(longest))
    }

    private mutating func splice(_ input: inout [UInt8], at place: Int) {
        let other: [UInt8] = corpus[generator.below(corpus.count)]
        let piece: Range<Int> = range(in: other, from: generator.below(other.count))
        input.insert(contentsOf: other[piece], at: place)
    }

    private func overwrite(_ input: inout [UInt8], at place: Int, with token: [UInt8]) {
        let end: Int = min(input.count, place + token.count)
        input.replaceSubrange(place..<end, with: token)
    }
}
