import Formats
import HTTPModel
package import Kubernetes
import KubernetesSimulator

/// Many trials of some scenarios, and what they broke.
package struct Campaign: Sendable {
    /// Where the plans come from.
    package enum Faults: String, Sendable, Hashable, CaseIterable {
        /// A plan from each seed.
        case random
        /// Nothing goes wrong.
        case none
        /// A crash before, a crash after and a lost response at every write.
        case crashes
        /// Two of them, at every pair of writes.
        case pairs
    }

    /// What came of one scenario.
    package struct Row: Sendable {
        package var scenario: String
        package var trials = 0
        package var virtual = Duration.zero
        package var requests = 0
        package var writes = 0
        package var faults = 0
        /// The longest time from the last fault until all was as asked for.
        package var slowest = Duration.zero
        package var elapsed = Duration.zero
        package var broken = 0
    }

    /// A trial that broke something, made as small as it could be.
    package struct Finding: Sendable {
        package var violation: Violation
        package var trial: Trial
    }

    private let court: Court
    private let time: any TimeSource
    /// So many trials of a scenario are made smaller; the others are counted.
    private static let findingsLimit = 3

    package private(set) var findings: [Finding] = []

    /// `time` is real: it tells how long trials take.
    package init(_ court: Court, time: any TimeSource) {
        self.court = court
        self.time = time
    }

    /// Runs trials one after the other.
    package mutating func run(_ name: String, _ trials: some Sequence<Trial>) throws -> Row {
        var row = Row(scenario: name)
        let start = time.monotonic
        for trial in trials {
            try Task.checkCancellation()
            let report = try court.report(trial)
            row.count(report)
            guard let violation = report.violations.first else { continue }
            if row.broken <= Self.findingsLimit { findings.append(try finding(trial, violation)) }
        }
        row.elapsed = time.monotonic - start
        return row
    }

    private func finding(_ trial: Trial, _ violation: Violation) throws -> Finding {
        let invariant = violation.invariant
        let smallest = try Minimiser.minimised(trial) { [court] candidate in
            try court.report(candidate).violations.contains { $0.invariant == invariant }
        }
        let last = try court.report(smallest).violations.first { $0.invariant == invariant }
        return Finding(violation: last ?? violation, trial: smallest)
    }
}

extension Campaign.Row {
    fileprivate mutating func count(_ report: RunReport) {
        trials += 1
        virtual += report.duration
        requests += report.requests
        writes += report.writes
        faults += report.faults
        slowest = max(slowest, report.settledAfter ?? .zero)
        if !report.violations.isEmpty { broken += 1 }
    }
}

// MARK: - Trials

extension Campaign {
    /// The trials of a scenario for each of the seeds.
    ///
    /// - Returns: `nil` where no scenario has the name.
    package func trials(of name: String, _ faults: Faults, seeds: Range<UInt64>) throws -> [Trial]? {
        guard Scenario.named(name, seed: 0) != nil else { return nil }
        return try seeds.flatMap { seed in
            guard let scenario = Scenario.named(name, seed: seed) else { return [Trial]() }
            return try plans(faults, scenario, seed).map { Trial(scenario, seed: seed, plan: $0) }
        }
    }

    private func plans(_ faults: Faults, _ scenario: Scenario, _ seed: UInt64) throws -> [Plan] {
        switch faults {
        case .random: return [.random(seed: seed, for: scenario)]
        case .none: return [Plan()]
        case .crashes, .pairs:
            let peace = try court.report(Trial(scenario, seed: seed, plan: Plan()))
            let crashes = Plan.crashes(atEachOf: peace.writeRequests)
            return faults == .crashes ? crashes : Plan.pairs(of: crashes)
        }
    }
}

extension Plan {
    /// One plan for each write and each way of losing it.
    package static func crashes(atEachOf writes: Int) -> [Plan] {
        guard writes > 0 else { return [] }
        return (1...writes).flatMap { number in
            [
                Effect.request(.crash(isDone: false)), .request(.crash(isDone: true)),
                .request(.loseResponse(.interrupted)),
            ]
            .map { Plan([Fault(.request(.write, number), $0)]) }
        }
    }

    /// Each of them with each later one.
    static func pairs(of plans: [Plan]) -> [Plan] {
        plans.indices.flatMap { first in
            plans[(first + 1)...].map { Plan(plans[first].faults + $0.faults) }
        }
    }
}
