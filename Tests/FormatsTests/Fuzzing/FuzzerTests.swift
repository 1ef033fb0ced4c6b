import Synchronization
import TestSupport
import Testing

@Suite("Fuzzer") struct FuzzerTests {
    private func fuzzer(seed: UInt64, iterations: Int, function: String = #function) -> Fuzzer {
        Fuzzer(seed: seed, iterations: iterations, function: function, environment: { _ in nil })
    }

    private func inputs(seed: UInt64) throws -> [[UInt8]] {
        var seen: [[UInt8]] = []
        try fuzzer(seed: seed, iterations: 50).run(corpus: ["{\"a\": 1}", "[]", ""], tokens: ["null"]) {
            seen.append($0)
        }
        return seen
    }

    @Test("tries the corpus and then the same mutations for the same seed")
    func sameSeedSameInputs() throws {
        let first: [[UInt8]] = try inputs(seed: 7)
        #expect(first.count == 53)
        #expect(first.prefix(3).map { String(decoding: $0, as: UTF8.self) } == ["{\"a\": 1}", "[]", ""])
        #expect(try inputs(seed: 7) == first)
        #expect(try inputs(seed: 8) != first)
        #expect(Set(first).count > 30)
    }

    @Test("reports the seed and the smallest input that still fails")
    func shrinks() throws {
        let failure = #expect(throws: FuzzFailure.self) {
            try fuzzer(seed: 3, iterations: 5_000).run(corpus: ["a long text \n in which"]) { bytes in
                try FuzzFailure.unless(!bytes.contains(0xFF), "met 0xff")
            }
        }
        #expect(failure?.description == #"fuzz FuzzerTests.shrinks: seed 3, input "\xff": met 0xff"#)
    }

    @Test("tries first what an earlier run ended in, and forgets it when all goes well")
    func leftover() throws {
        #expect(throws: FuzzFailure.self) {
            try fuzzer(seed: 1, iterations: 0).run(corpus: ["crash"]) { bytes in
                try FuzzFailure.unless(!bytes.contains(UInt8(ascii: "s")), "met an s")
            }
        }
        var first: [[UInt8]] = []
        try fuzzer(seed: 1, iterations: 0).run(corpus: ["fine"]) { first.append($0) }
        #expect(first.map { String(decoding: $0, as: UTF8.self) } == ["s", "fine"])
        var second: [[UInt8]] = []
        try fuzzer(seed: 1, iterations: 0).run(corpus: ["fine"]) { second.append($0) }
        #expect(second == [Array("fine".utf8)])
    }

    @Test("runs by time where the environment says so")
    func byTime() throws {
        let milliseconds: Mutex<Int> = Mutex(0)
        let start: ContinuousClock.Instant = .now
        let timed: Fuzzer = Fuzzer(
            seed: 1, iterations: 1, environment: { $0 == "ENVFACTORY_FUZZ_SECONDS" ? "0.1" : nil },
            clock: {
                milliseconds.withLock { milliseconds in
                    milliseconds += 1
                    return start + .milliseconds(milliseconds)
                }
            })
        var count: Int = 0
        try timed.run(corpus: ["x"]) { _ in count += 1 }
        // The corpus, and an input each time that the clock was asked and the time had not passed.
        #expect(count == 100)
    }
}
