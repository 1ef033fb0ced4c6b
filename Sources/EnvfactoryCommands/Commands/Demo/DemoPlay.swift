import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Plays the acts one after the other, and shows what happens meanwhile.
///
/// One task does all of it, so that nothing is ever written between two halves of a frame.
struct DemoPlay {
    /// How often the frame is drawn, and how soon a change is seen.
    private static let interval: Duration = .milliseconds(100)
    /// How long one may look at what an act has shown.
    private static let readingTime: Duration = .milliseconds(1200)

    private let context: CommandContext
    private let host: DemoHost
    private let board: DemoBoard
    /// Lets the operator start.
    private let isInstalled: Monitor<Bool>
    private let files: DemoFiles
    private let client: KubernetesClient
    private var screen = DemoScreen()
    private var title = ""
    private var pace = 1
    /// What was last said of each environment, where lines only follow each other.
    private var told: [String: String] = [:]

    init(_ context: CommandContext, _ host: DemoHost, _ board: DemoBoard, isInstalled: Monitor<Bool>) throws {
        self.context = context
        self.host = host
        self.board = board
        self.isInstalled = isInstalled
        files = DemoFiles()
        files.write("kubeconfig", host.kubeconfig.secret)
        client = try host.client()
    }

    mutating func run(_ acts: [DemoAct]) async throws {
        try say(DemoText.banner(host.address, columns: size?.columns))
        try setPace(DemoScript.usualPace)
        for (index, act) in acts.enumerated() {
            try say([StyledLine(), StyledLine("\(index + 1). \(act.title)", .bold)])
            for step in act.steps { try await perform(step) }
            if isLive { try await linger(Self.readingTime) }
        }
    }

    /// Shows the environments until somebody asks for the end.
    ///
    /// The cluster's clock catches up with the machine's, so that kubectl shows ages as they are.
    mutating func stay(until isOver: Monitor<Bool>, _ clock: any TimeSource) async throws {
        title = "Ctrl-C ends it"
        try setPace(DemoScript.quickPace, isTold: false)
        while !isOver.read({ $0 }) {
            if pace > 1, host.time.now >= clock.now { try setPace(1, isTold: false) }
            try await linger(Self.interval)
        }
    }

    /// Leaves no frame behind.
    mutating func end() throws {
        try write(screen.text([], above: [], on: size))
    }
}

// MARK: - Steps

extension DemoPlay {
    private mutating func perform(_ step: DemoStep) async throws {
        switch step {
        case .tell(let text): try say(DemoText.paragraph(text, columns: size?.columns))
        case .envfactory(let line, let file): try await callEnvfactory(line, into: file)
        case .kubectl(let call): try await callKubectl(call)
        case .startOperator: isInstalled.withLock { $0 = true }
        case .pace(let pace): try setPace(pace)
        case .wait(let goal): try await wait(for: goal)
        }
    }

    private mutating func setPace(_ pace: Int, isTold: Bool = true) throws {
        self.pace = pace
        host.setPace(pace)
        guard isTold else { return }
        try say([StyledLine("   (Time runs \(pace) times faster here than on your clock.)", .dim)])
    }

    private mutating func callEnvfactory(_ line: String, into file: String?) async throws {
        try say([DemoText.command("envfactory \(line)" + (file.map { " > \($0)" } ?? ""))])
        let output = try await DemoCommand(context: context, host: host, files: files).run(line)
        if let file { files.write(file, output) } else { try say(DemoText.output(output)) }
    }

    private mutating func callKubectl(_ call: KubectlCall) async throws {
        let cluster = KubectlCluster(client: client, files: files, board: board, host: host)
        try say([DemoText.command(try call.words(cluster))])
        try say(DemoText.output(try await call.perform(cluster)))
    }

    private mutating func wait(for goal: DemoGoal) async throws {
        title = "waiting until \(goal.text)"
        defer { title = "" }
        let start = host.time.monotonic
        var seen: Int?
        while true {
            let elapsed = host.time.monotonic - start
            // A clock on the screen goes on also where nothing else does.
            if isLive || board.version != seen {
                seen = board.version
                try show(after: elapsed)
                if try isMet(goal) { return }
            }
            guard elapsed < goal.patience else { throw goal.failure(board.environments) }
            try await context.time.sleep(for: Self.interval)
        }
    }

    private mutating func isMet(_ goal: DemoGoal) throws -> Bool {
        let environments = board.environments
        switch goal.verdict(environments) {
        case .waiting: return false
        case .failed(let failure): throw failure
        case .met:
            // Plain lines have told it already.
            if isLive { try say(goal.news(environments).map { StyledLine("   \($0)") }) }
            return true
        }
    }
}

// MARK: - Showing

extension DemoPlay {
    /// Whether a frame is redrawn: on a terminal, unless the user wants no escape sequences.
    private var isLive: Bool { size != nil }

    private var size: DemoScreen.Size? {
        guard context.filledVariable("NO_COLOR") == nil, let terminal = context.surroundings.outputTerminal else {
            return nil
        }
        return DemoScreen.Size(columns: terminal.columns(), rows: terminal.rows())
    }

    private var scene: DemoScene {
        let environments = board.environments.values.sorted { $0.metadata.name < $1.metadata.name }
        return DemoScene(environments: environments, now: host.time.now, pace: pace, title: title)
    }

    mutating func say(_ lines: [StyledLine]) throws {
        let frame = size.map { DemoView.lines(scene, on: $0) } ?? []
        try write(screen.text(lines, above: frame, on: size))
    }

    /// Draws the frame anew, or says what is new.
    private mutating func show(after elapsed: Duration) throws {
        guard !isLive else { return try say([]) }
        let rows = scene.rows
        for row in rows { try tell(of: row.name, DemoView.sentence(row), after: elapsed) }
        for name in told.keys.sorted() where !rows.contains(where: { $0.name == name }) {
            try tell(of: name, "\(name) is gone", after: elapsed)
        }
    }

    private mutating func tell(of name: String, _ sentence: String, after elapsed: Duration) throws {
        guard told.updateValue(sentence, forKey: name) != sentence, !context.options.isQuiet else { return }
        try say([StyledLine("   \(TextWidth.padded(Age.text(elapsed), to: 6))\(sentence)")])
    }

    /// Lets time pass with the frame on the screen.
    private mutating func linger(_ duration: Duration) async throws {
        let end = context.time.monotonic + duration
        repeat {
            if isLive { try say([]) }
            try await context.time.sleep(for: Self.interval)
        } while context.time.monotonic < end
    }

    private func write(_ text: String) throws {
        guard !text.isEmpty else { return }
        try context.surroundings.output.write(Array(text.utf8))
    }
}
