import EnvironmentAPI
import Formats
import Kubernetes
import Simulation

/// `envfactory simulate`.
struct SimulationTrials: Command {
    private static let scenario = Valued<String>(
        "scenario", "name|text", isRepeated: true,
        "A scenario by its name, or written out; several times. All of them unless given.")
    private static let seeds = Valued<Int>(
        "seeds", "number", in: 1...1_000_000,
        "How many seeds of each scenario; 20 unless given, 1 with --seed or --plan.")
    private static let seed = Valued<Int>("seed", "number", in: 0...Int.max, "The first seed; 1 unless given.")
    private static let faults = Valued<Campaign.Faults>(
        choice: "faults", "Where faults come from: each seed (random, unless given), nowhere, every write, every two.")
    private static let plan = Valued<String>("plan", "text", "The faults, written out as a finding shows them.")
    private static let hours = Valued<Int>(
        "hours", "number", in: 1...8_760,
        "How long nothing may be written once all is settled; some minutes unless given.")
    private static let trace = Flag("trace", "Print all that happens, a line each: for one seed of one scenario.")

    static let description = CommandDescription(
        "simulate",
        summary: "Try the operator in a simulated cluster where everything goes wrong",
        why: """
            Runs the whole operator inside a simulated Kubernetes, on virtual time and one thread: what people do \
            follows from the scenario, what goes wrong from the plan, who comes first from the seed, so that a failure \
            is replayed by naming the three. After every step the invariants are checked: nothing deleted that is not \
            the operator's, nothing ended early, one release in flight, guards before pods, and so on. At the end the \
            cluster must be what everybody asked for, stay so in silence, and be as it is without faults. What breaks \
            is made smaller and printed as the command that replays it. Ends with 1 where something broke. Scenarios: \
            \(Scenario.names.joined(separator: ", ")).
            """,
        options: [scenario, seeds, seed, faults, plan, hours, trace],
        example:
            "envfactory simulate --scenario upgrade --seeds 100\nenvfactory simulate --scenario create --faults crashes",
        reachesCluster: false,
        printsObjects: true
    )

    private let scenarios: [String]
    private let seeds: Range<UInt64>
    private let faults: Campaign.Faults
    private let plan: Plan?
    private let quiet: Duration
    private let isTraced: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let given = arguments.all(Self.scenario)
        scenarios = given.isEmpty ? Scenario.names : given
        faults = arguments[Self.faults] ?? .random
        isTraced = arguments[Self.trace]
        quiet = arguments[Self.hours].map { .seconds($0 * 3_600) } ?? .seconds(310)
        do throws(FormatError) {
            plan = try arguments[Self.plan].map { text throws(FormatError) in try Plan(parsing: text) }
        } catch {
            throw UsageError("--plan: \(error.message)")
        }
        let isOne = arguments[Self.seed] != nil || plan != nil || isTraced || [.crashes, .pairs].contains(faults)
        let first = UInt64(clamping: arguments[Self.seed] ?? 1)
        seeds = first..<(first + UInt64(clamping: arguments[Self.seeds] ?? (isOne ? 1 : 20)))
    }

    func run(_ context: CommandContext) async throws {
        let court = Court(quiet: quiet)
        if isTraced { return try trace(court, context) }
        var campaign = Campaign(court, time: context.time)
        var report = SimulationReport()
        for scenario in scenarios {
            let (name, trials) = try trials(of: scenario, campaign)
            try context.console.note("\(name): \(trials.count) trial\(trials.count == 1 ? "" : "s")")
            report.rows.append(try campaign.run(name, trials))
        }
        report.findings = campaign.findings
        try report.print(context.console)
        let broken = report.rows.reduce(0) { $0 + $1.broken }
        guard broken == 0 else {
            throw CommandFailure(
                .internalError, "\(broken) of \(report.rows.reduce(0) { $0 + $1.trials }) trials broke an invariant",
                hints: report.findings.map { "replay with: \($0.trial.commandLine)" })
        }
    }

    private func trace(_ court: Court, _ context: CommandContext) throws {
        let campaign = Campaign(court, time: context.time)
        guard scenarios.count == 1, let trial = try trials(of: scenarios[0], campaign).1.first else {
            throw CommandFailure(.usage, "--trace shows one scenario: name it with --scenario")
        }
        let report = try court.report(trial, keepsTrace: true)
        try context.console.print(report.trace.map { $0.escapingControls(limit: .max) + "\n" }.joined())
        try context.console.print("hash \(String(report.hash, radix: 16))\n")
        guard report.violations.isEmpty else {
            throw CommandFailure(
                .internalError, "the trial broke an invariant", details: report.violations.map(\.description))
        }
    }

    /// A scenario's trials: by name, or of the text that it is.
    private func trials(of scenario: String, _ campaign: Campaign) throws -> (String, [Trial]) {
        guard scenario.contains(" ") else {
            guard let trials = try campaign.trials(of: scenario, faults, seeds: seeds) else {
                throw CommandFailure(
                    .usage, "there is no scenario \(scenario.shown): \(Scenario.names.joined(separator: ", "))")
            }
            return (
                scenario, plan.map { plan in trials.map { Trial($0.scenario, seed: $0.seed, plan: plan) } } ?? trials
            )
        }
        let given: Scenario
        do throws(FormatError) { given = try Scenario(parsing: scenario) } catch {
            throw CommandFailure(.usage, "--scenario: \(error.message)")
        }
        return (
            given.name,
            seeds.map { seed in
                let plan = plan ?? (faults == .random ? Plan.random(seed: seed, for: given) : Plan())
                return Trial(given, seed: seed, plan: plan)
            }
        )
    }
}
