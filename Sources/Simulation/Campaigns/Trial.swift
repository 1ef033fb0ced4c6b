import Formats
import Synchronization

/// A run that is compared with the same one in peace.
package struct Trial: Sendable, Hashable {
    package var scenario: Scenario
    package var seed: UInt64
    package var plan: Plan

    package init(_ scenario: Scenario, seed: UInt64, plan: Plan) {
        self.scenario = scenario
        self.seed = seed
        self.plan = plan
    }
}

/// Runs trials, and remembers how each scenario ends in peace.
package final class Court: Sendable {
    /// The state in which a run ends is that of the same scenario where nothing goes wrong.
    static let sameEnd = "same end"

    private let quiet: Duration
    private let references = Mutex<[Scenario: RunReport]>([:])
    private static let limit = 64

    /// Settled clusters must be quiet for so long.
    package init(quiet: Duration = .seconds(310)) { self.quiet = quiet }

    package func report(_ trial: Trial, keepsTrace: Bool = false) throws -> RunReport {
        let run = SimulationRun(
            trial.scenario, seed: trial.seed, plan: trial.plan, quiet: quiet, keepsTrace: keepsTrace)
        var report = try run.report()
        // In a long silence tombstones go, in each run at a moment of its own.
        guard report.violations.isEmpty, !trial.plan.faults.isEmpty, quiet < .seconds(3_000) else { return report }
        let peace = try reference(trial)
        // What somebody was refused in one of the runs makes them different stories.
        guard peace.violations.isEmpty, report.outcomes == peace.outcomes else { return report }
        let differences = report.endState.differences(from: peace.endState)
        if !differences.isEmpty {
            report.violations.append(
                Violation(
                    invariant: Self.sameEnd, text: differences.prefix(4).joined(separator: "; "),
                    time: report.duration))
        }
        return report
    }

    private func reference(_ trial: Trial) throws -> RunReport {
        if let known = references.withLock({ $0[trial.scenario] }) { return known }
        let report = try SimulationRun(trial.scenario, seed: trial.seed, quiet: quiet).report()
        references.withLock { references in
            if references.count >= Self.limit { references = [:] }
            references[trial.scenario] = report
        }
        return report
    }
}
