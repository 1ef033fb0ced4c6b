import Testing

@testable import EnvironmentOperator

@Suite("Wrong clocks") struct ClockSkewTests {
    /// What is told of a clock that is so many seconds ahead, half a minute after half a minute.
    private func told(_ skews: [Int]) -> [Int: ClockSkew.News] {
        var skew = ClockSkew()
        var told: [Int: ClockSkew.News] = [:]
        for (index, seconds) in skews.enumerated() {
            told[index] = skew.observe(.seconds(seconds), now: .seconds(1_000 + 30 * index))
        }
        return told
    }

    @Test("a clock that is right to half a minute is nobody's concern")
    func right() {
        #expect(told([0, 29, -29, 30, -30, 1]) == [:])
    }

    @Test("a wrong clock is told once, and once that it is right again", arguments: [31, -31, 86_400, -86_400])
    func wrong(seconds: Int) {
        #expect(told([0, seconds, seconds, seconds, 0, 0]) == [1: .wrong, 4: .right])
    }

    @Test("one that is nearly right stays what it was")
    func nearly() {
        #expect(told([28, 31, 29, 31, 26, -28, 25, 28, 29]) == [1: .wrong, 6: .right])
    }

    @Test("one that stays wrong is told again each half hour, and no more often")
    func reminder() {
        let indices = told(Array(repeating: 3_600, count: 150)).keys.sorted()
        #expect(indices == [0, 60, 120])
    }
}
