import Formats
import KubernetesSimulator
import TestSupport
import Testing

@testable import Simulation

@Suite("scenarios and plans as text")
struct EntryTextTests {
    @Test("every scenario reads back as what it was", arguments: Scenario.known)
    func scenarios(scenario: Scenario) throws {
        #expect(!scenario.steps.isEmpty)
        #expect(try Scenario(name: scenario.name, parsing: scenario.description) == scenario)
    }

    @Test("what seeds make reads back as what it was")
    func random() throws {
        var effects: Set<String> = []
        for seed in 0..<400 as Range<UInt64> {
            let scenario = Scenario.random(seed: seed)
            #expect(try Scenario(name: "random", parsing: scenario.description) == scenario)
            let plan = Plan.random(seed: seed, for: scenario)
            #expect(try Plan(parsing: plan.description) == plan)
            effects.formUnion(plan.faults.map { String($0.effect.description.prefix { $0 != " " }) })
        }
        let kinds = [
            "fail", "lose", "crash-before", "crash-after", "refuse", "delay", "empty", "stale", "cut", "drop", "twice",
            "swap", "crash", "clock", "drift", "compact", "outage", "virtual",
            "steal", "replica", "destroy", "edit",
        ]
        #expect(effects == Set(kinds))
    }

    @Test(
        "what only people write reads back as what it was",
        arguments: [
            "write/secrets 3 lose", "get/environments/pr-1 2 truncate", "write 4 misreport 500", "list 2 half",
            "1m..11m any refuse 503", "10s..20s watch/namespaces lag 5s", "5s..5m write/environments/pr-1 trap",
            "1s..2s watch tell bookmarks", "0s..3m watch repeat 3", "1m freeze", "1m drift 1000",
            "1m..2m every 50ms touch environments pr-1", "5s..35s every 3s forfeit", "1m forfeit",
        ])
    func written(text: String) throws {
        #expect(try Plan(parsing: text).description == text)
    }

    @Test(
        "what cannot be read says what to write",
        arguments: [
            ("write 12", "write 12 lose"), ("write 0 lose", "counted from 1"),
            ("write 3 explode", "a request can suffer"),
            ("1x crash", "\"1x crash\""), ("1m drift 9000", "thousandths"), ("1m dance", "nobody can"),
            ("1m..30s any fail", "after it begins"), ("1s..9s crash", "every 1s crash"),
            ("1s..9s every 0s crash", "too often"), ("0s..9h every 1ms cut", "too often"),
            ("watch 1 tell lies", "nothing|bookmarks|objects"),
            ("1m create pr-1", "takes 2...3 words"),
        ])
    func refusals(text: String, instruction: String) throws {
        let error = try #require(throws: FormatError.self) { try Plan(parsing: text) }
        #expect(error.message.contains(instruction), "\(error.message)")
    }

    @Test("Fuzz: no text traps, and what is read is printed so that it is read again")
    func fuzz() throws {
        let texts =
            Scenario.known.prefix(6).map(\.description)
            + (0..<20).map { Plan.random(seed: $0, for: .known[0]).description }
            + ["1m..11m any/environments/pr-1 refuse 503 7; 1m..2m every 50ms touch environments pr-1"]
        let tokens = ["write ", "; ", "1h", " lose", "crash", " drift -50", "999999999999999999999h"]
        try Fuzzer(seed: 1).run(corpus: texts.map { Array($0.utf8) }, tokens: tokens) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            try Self.expectRoundTrip(text, of: { text throws(FormatError) in try Plan(parsing: text) })
            try Self.expectRoundTrip(text, of: { text throws(FormatError) in try Scenario(parsing: text) })
        }
    }

    /// What is read is printed as a text that reads the same; what is not says why.
    private static func expectRoundTrip<Value: Equatable & CustomStringConvertible>(
        _ text: String, of read: (String) throws(FormatError) -> Value
    ) throws {
        let value: Value
        do throws(FormatError) { value = try read(text) } catch {
            try FuzzFailure.unless(!error.message.isEmpty, "a refusal says why")
            return
        }
        let again = try read(value.description)
        try FuzzFailure.unless(again == value, "\(value)")
    }
}
