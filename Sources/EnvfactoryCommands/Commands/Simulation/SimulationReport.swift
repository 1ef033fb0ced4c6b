import Formats
import Kubernetes
import Simulation

/// What came of the trials: a line for each scenario, and each finding with what replays it.
struct SimulationReport {
    var rows: [Campaign.Row] = []
    var findings: [Campaign.Finding] = []

    func print(_ console: Console) throws {
        try console.print(json, names: rows.map(\.scenario)) { table }
        guard console.format == .table else { return }
        for finding in findings {
            try console.print("\n\(finding.violation)\n  \(finding.trial.commandLine)\n".escapingLines)
        }
    }

    private var table: Table {
        var table = Table(
            "SCENARIO", "TRIALS", "VIRTUAL", "REQUESTS", "WRITES", "FAULTS", "SLOWEST", "SECONDS", "VIOLATIONS")
        for row in rows {
            table.add(
                row.scenario, "\(row.trials)", Age.text(row.virtual), "\(row.requests)", "\(row.writes)",
                "\(row.faults)", row.slowest.shortText, "\(row.elapsed.components.seconds)", "\(row.broken)")
        }
        return table
    }

    private var json: JSONValue {
        [
            "scenarios": .array(rows.map(\.json)),
            "findings": .array(findings.map(\.json)),
        ]
    }
}

extension Campaign.Row {
    fileprivate var json: JSONValue {
        [
            "scenario": .string(scenario), "trials": .integer(Int64(trials)),
            "virtualSeconds": .integer(virtual.components.seconds), "requests": .integer(Int64(requests)),
            "writes": .integer(Int64(writes)), "faults": .integer(Int64(faults)),
            "slowestSeconds": .double(slowest / .seconds(1)), "seconds": .double(elapsed / .seconds(1)),
            "violations": .integer(Int64(broken)),
        ]
    }
}

extension Campaign.Finding {
    fileprivate var json: JSONValue {
        [
            "invariant": .string(violation.invariant), "text": .string(violation.text),
            "seconds": .double(violation.time / .seconds(1)), "scenario": .string(trial.scenarioArgument),
            "seed": .integer(Int64(clamping: trial.seed)), "plan": .string(trial.plan.description),
        ]
    }
}

extension Trial {
    /// The command that runs it again.
    var commandLine: String {
        let faults = plan.faults.isEmpty ? "--faults none" : "--plan '\(plan)'"
        return "envfactory simulate --scenario \(scenarioArgument.quoted) --seed \(seed) \(faults)"
    }

    /// Its name, where the scenario of that name is as it is; else its text.
    fileprivate var scenarioArgument: String {
        Scenario.named(scenario.name, seed: seed) == scenario ? scenario.name : scenario.description
    }
}

extension String {
    fileprivate var quoted: String { contains(" ") ? "'\(self)'" : self }

    /// Its lines, without what a terminal would obey.
    fileprivate var escapingLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapingControls(limit: .max) }
            .joined(separator: "\n")
    }
}
