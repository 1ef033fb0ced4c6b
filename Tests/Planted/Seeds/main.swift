// Runs seeds of a scenario, with the planted bug that the environment names, until an invariant breaks.
//
//     seeds any|SCENARIO FIRST COUNT SECONDS
//
// Seconds are the processor's. Prints one line, separated by tabs: `found` or `none`, the invariant, trials, milliseconds, and what replays it.
// `any` takes the known scenarios in turn, but for those of many environments.

import Formats
import Glibc
import Simulation

struct Arguments {
    var scenario: String
    var first: UInt64
    var count: UInt64
    /// Of the processor's time, in seconds.
    var limit: Int

    init?(_ words: [String]) {
        guard words.count == 4, let first = UInt64(words[1]), let count = UInt64(words[2]), count > 0,
            let seconds = Int(words[3])
        else { return nil }
        (scenario, self.first, self.count, limit) = (words[0], first, count, seconds)
    }

    /// What a seed plays.
    func scenario(of seed: UInt64) throws -> Scenario? {
        if scenario.contains(" ") { return try Scenario(parsing: scenario) }
        guard scenario == "any" else { return Scenario.named(scenario, seed: seed) }
        let names = Scenario.names.filter { $0 != "many" && $0 != "mass-deletion" }
        return Scenario.named(names[Int(seed % UInt64(names.count))], seed: seed)
    }
}

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
    print("usage: seeds any|SCENARIO FIRST COUNT SECONDS")
    exit(2)
}

/// Milliseconds that the processor has spent on this: what a busy machine does not change.
func spent() -> Int { clock() / 1_000 }

var trials = 0
var found: (violation: Violation, seed: UInt64, scenario: String)?

for seed in arguments.first..<(arguments.first + arguments.count) {
    guard spent() < arguments.limit * 1_000, let scenario = try arguments.scenario(of: seed) else { break }
    let run = SimulationRun(scenario, seed: seed, plan: .random(seed: seed, for: scenario))
    trials += 1
    if let violation = try run.report().violations.first {
        found = (violation, seed, scenario.name)
        break
    }
}

if let found {
    let text = found.violation.description.split(whereSeparator: \.isNewline).joined(separator: " ")
    let place = "\(found.scenario) seed \(found.seed)"
    print("found", found.violation.invariant, trials, spent(), place, String(text.prefix(300)), separator: "\t")
} else {
    print("none", "", trials, spent(), "", "", separator: "\t")
}
