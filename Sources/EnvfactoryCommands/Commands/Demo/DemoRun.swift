import ControllerRuntime
import EnvironmentAPI
import Helm
import Kubernetes
import Simulation
import Telemetry

/// `envfactory demo`.
struct DemoRun: Command {
    private static let keep = Flag("keep", "Stay when it is over, until Ctrl-C, with a kubeconfig for kubectl.")

    static let description = CommandDescription(
        "demo",
        summary: "Show what it does, on a simulated cluster",
        why: """
            Starts a simulated host cluster in this process and the operator beside it, and shows in twenty seconds \
            what they are for: environments come up, a virtual cluster's kubeconfig is used, a time to live runs \
            out, a teardown is blocked and says by what. No cluster is needed, none is touched, and nothing is left \
            behind. On a terminal it is a live view; elsewhere, and where NO_COLOR is set, plain lines.
            """,
        options: [keep],
        example: "envfactory demo\nenvfactory demo --keep",
        reachesCluster: false
    )

    private let stays: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) { stays = arguments[Self.keep] }

    func run(_ context: CommandContext) async throws {
        try await run(DemoScript.acts, on: .served(context.surroundings), charts: StandInCharts(), context)
    }

    /// Runs the cluster, the operator and the play, until the play is over or something fails.
    func run(_ acts: [DemoAct], on host: DemoHost, charts: any ChartSource, _ context: CommandContext) async throws {
        let (board, isInstalled) = (DemoBoard(), Monitor(false))
        let random = context.surroundings.random
        let log: any LogSink = context.options.isVerbose ? context.surroundings.log : MemorySink(capacity: 0)
        let `operator` = DemoOperator(host: host, charts: charts, random: random, log: log)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await host.run()
                return false
            }
            group.addTask {
                try await isInstalled.wait { $0 ? () : nil }
                try await `operator`.run()
                return false
            }
            group.addTask {
                try await isInstalled.wait { $0 ? () : nil }
                try await board.follow(host.client(), time: host.time, random: random)
                return false
            }
            group.addTask {
                let play = try DemoPlay(context, host, board, isInstalled: isInstalled)
                try await perform(acts, play, host, context)
                return true
            }
            while let isOver = try await group.next(), !isOver {}
        }
        let next = stays ? [] : DemoText.next(context.surroundings.program)
        for line in DemoText.end + next { try context.console.print("\(line.text)\n") }
    }

    private func perform(
        _ acts: [DemoAct], _ play: consuming DemoPlay, _ host: DemoHost, _ context: CommandContext
    ) async throws {
        var play = play
        do {
            try await play.run(acts)
            if stays { try await stay(&play, host, context) }
        } catch {
            try play.end()
            throw error
        }
        try play.end()
    }

    // MARK: - Staying

    private func stay(_ play: inout DemoPlay, _ host: DemoHost, _ context: CommandContext) async throws {
        let directory = context.filledVariable("TMPDIR") ?? "/tmp"
        let name = String(context.surroundings.random.next(), radix: 16)
        let path = "\(directory)/envfactory-demo-\(name).kubeconfig"
        try context.files.replace(path, with: Array(host.kubeconfig.secret.utf8))
        do {
            try await stay(&play, DemoText.stay(path, host.address, context.surroundings.program), context)
        } catch {
            try context.files.remove(path)
            throw error
        }
        try context.files.remove(path)
    }

    /// Until a signal asks for the end, which is then as good as any.
    private func stay(_ play: inout DemoPlay, _ lines: [StyledLine], _ context: CommandContext) async throws {
        let isOver = Monitor(false)
        try await context.surroundings.interruption.handled(by: { isOver.withLock { $0 = true } }) {
            try play.say(lines)
            try await play.stay(until: isOver, context.time)
        }
    }
}
