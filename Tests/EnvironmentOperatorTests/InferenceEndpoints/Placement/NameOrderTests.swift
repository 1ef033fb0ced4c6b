import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Names in the order of their bytes")
struct NameOrderTests {
    private static func sorted(_ names: [String]) -> [String] { NameOrder.sorted(names).map { names[$0] } }

    @Test(
        "what all begin with alike does not matter, and a name that ends earlier comes first",
        arguments: [
            [], [""], ["a"], ["node-2", "node-10", "node-1"], ["b", "a", ""], ["node", "node-1", "node-"],
            // Alike for longer than the key is.
            ["gpu-aaaaaaaaab", "gpu-aaaaaaaaaa", "gpu-b"], ["ä", "a", "z"],
        ])
    func cases(names: [String]) {
        #expect(Self.sorted(names).map { Array($0.utf8) } == Self.expected(names))
    }

    @Test("of equal names the first counts")
    func equal() {
        #expect(NameOrder.sorted(["b", "a", "b", "a"]) == [1, 0])
    }

    @Test("any names")
    func any() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let names = (0..<generator.below(12)).map { _ in
                "node-" + String((0..<generator.below(12)).map { _ in "ab-"[generator.below(3)] })
            }
            #expect(Self.sorted(names).map { Array($0.utf8) } == Self.expected(names))
        }
    }

    private static func expected(_ names: [String]) -> [[UInt8]] {
        Set(names.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension String {
    fileprivate subscript(_ place: Int) -> Character { self[index(startIndex, offsetBy: place)] }
}
