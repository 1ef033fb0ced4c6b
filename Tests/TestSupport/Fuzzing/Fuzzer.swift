import Glibc

/// Calls a closure with mutations of a corpus, the same ones for the same seed.
///
/// Name the test so that it contains "Fuzz": `swift test --filter Fuzz` selects them all. The
/// closure throws (`try FuzzFailure.unless(…)`) where the code under test broke its promise; an error
/// that the code is right to throw is caught inside the closure. A thrown failure is made smaller
/// before it is reported, for which the closure is called again; `#require` would record each of
/// those calls. A trap or a hang leaves its input in `.build/fuzz/<name>.input`, which the next run
/// prints and tries first.
///
///     @Test("Fuzz: what reads, writes and reads again the same")
///     func fuzzRoundTrip() throws {
///         try Fuzzer(seed: 1).run(corpus: ["[1]", "{}"], tokens: ["null", "1e9"]) { bytes in … }
///     }
///
/// Environment: `ENVFACTORY_FUZZ_SECONDS` runs batch after batch, each with the next seed, for so
/// long; `ENVFACTORY_FUZZ_SEED` starts at another seed.
package struct Fuzzer: Sendable {
    private let seed: UInt64
    private let iterations: Int
    private let name: String
    private let seconds: Double?
    private let clock: @Sendable () -> ContinuousClock.Instant

    /// Makes a fuzzer that tries `iterations` inputs, by default about a second's worth of a small reader.
    package init(
        seed: UInt64, iterations: Int = 5_000, name: String? = nil, file: String = #fileID,
        function: String = #function, environment: (String) -> String? = { getenv($0).map { String(cString: $0) } },
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.seed = environment("ENVFACTORY_FUZZ_SEED").flatMap { UInt64($0) } ?? seed
        self.iterations = iterations
        self.name = name ?? Self.name(file: file, function: function)
        seconds = environment("ENVFACTORY_FUZZ_SECONDS").flatMap { Double($0) }
        self.clock = clock
    }

    /// Tries the corpus itself, what an earlier run crashed on, and then mutations.
    ///
    /// - Throws: `FuzzFailure` with the seed and the smallest input found at which the closure throws.
    package func run(corpus: [[UInt8]], tokens: [String] = [], _ body: ([UInt8]) throws -> Void) throws {
        let record: FuzzRecord = try FuzzRecord(name: name)
        defer { record.close() }
        if let leftover = record.leftover() {
            print("fuzz \(name): an earlier run ended in \"\(FuzzFailure.escaped(leftover))\"; trying it first")
            try attempt(leftover, seed: seed, record: record, body)
        }
        for input in corpus { try attempt(input, seed: seed, record: record, body) }

        let tokens: [[UInt8]] = tokens.map { Array($0.utf8) }
        let end: ContinuousClock.Instant? = seconds.map { clock() + .seconds($0) }
        var batch: UInt64 = seed
        repeat {
            print("fuzz \(name): seed \(batch), the input under test is in \(record.path)")
            let generator: SeededGenerator = SeededGenerator(seed: batch)
            var mutator: ByteMutator = ByteMutator(corpus: corpus, tokens: tokens, generator: generator)
            var left: Int = batchSize
            while left > 0, !hasPassed(end) {
                left -= 1
                try attempt(mutator.next(), seed: batch, record: record, body)
            }
            batch &+= 1
        } while end != nil && !hasPassed(end)
        record.remove()
    }

    /// Tries texts and their mutations.
    package func run(corpus: [String], tokens: [String] = [], _ body: ([UInt8]) throws -> Void) throws {
        try run(corpus: corpus.map { Array($0.utf8) }, tokens: tokens, body)
    }

    /// By time a batch is long enough for its printed line not to matter.
    private var batchSize: Int { seconds == nil ? iterations : max(iterations, 50_000) }

    private func hasPassed(_ end: ContinuousClock.Instant?) -> Bool { end.map { clock() >= $0 } ?? false }

    private func attempt(
        _ input: [UInt8], seed: UInt64, record: FuzzRecord, _ body: ([UInt8]) throws -> Void
    ) throws {
        record.write(input)
        do {
            try body(input)
        } catch {
            let smaller: [UInt8] = shrink(input, record: record, body)
            record.write(smaller)
            throw FuzzFailure("fuzz \(name): seed \(seed), input \"\(FuzzFailure.escaped(smaller))\": \(error)")
        }
    }

    /// Leaves out halves, quarters and so on down to bytes for as long as the closure still throws.
    private func shrink(_ input: [UInt8], record: FuzzRecord, _ body: ([UInt8]) throws -> Void) -> [UInt8] {
        var smallest: [UInt8] = input
        var size: Int = input.count / 2
        var attempts: Int = 2_000
        while size > 0 {
            var place: Int = 0
            while place < smallest.count, attempts > 0 {
                attempts -= 1
                var candidate: [UInt8] = smallest
                candidate.removeSubrange(place..<min(place + size, candidate.count))
                record.write(candidate)
                if fails(candidate, body) { smallest = candidate } else { place += size }
            }
            size /= 2
        }
        return smallest
    }

    private func fails(_ input: [UInt8], _ body: ([UInt8]) throws -> Void) -> Bool {
        do {
            try body(input)
            return false
        } catch {
            return true
        }
    }

    /// `FormatsTests/JSONFuzzTests.swift`, `fuzzRoundTrip()` → `JSONFuzzTests.fuzzRoundTrip`.
    private static func name(file: String, function: String) -> String {
        let base: Substring = file.split(separator: "/").last?.prefix { $0 != "." } ?? ""
        let plain: Substring = function.prefix { $0 != "(" }
        return "\(base).\(plain)"
    }
}
