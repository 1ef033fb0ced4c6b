import EnvfactoryCommands
import Formats
import Foundation
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

/// One command line and what it prints.
struct Call: Sendable {
    enum Expectation: Sendable {
        /// All of it.
        case text(String)
        /// All of these, wherever.
        case parts([String])
        /// The whole, as a regular expression.
        case pattern(String)
    }

    var arguments: [String]
    var input: String?
    var expectation: Expectation
    var fails: Bool
    /// Older ones do not have it, or ask for what no server has any more: 28 for 1.28.
    var since = 27

    /// `'a b'` in the line is one argument.
    init(
        _ line: String,
        input: String? = nil,
        prints expectation: Expectation,
        fails: Bool = false,
        since: Int = 27
    ) {
        let quoted = line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
        arguments = quoted.flatMap { index, part in
            index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }
        self.input = input
        self.expectation = expectation
        self.fails = fails
        self.since = since
    }

    init(_ line: String, input: String? = nil, _ text: String, fails: Bool = false) {
        self.init(line, input: input, prints: .text(text), fails: fails)
    }
}

/// A served cluster, and a `kubectl` with an administrator's kubeconfig.
///
/// Its time stands still until a test lets it pass, so that ages are what they are.
struct KubectlStage: Sendable {
    let kubectl: Kubectl
    let cluster: ServedCluster
    let clock: ManualTime
    let directory: String

    /// Runs a cluster around `body`.
    static func run(_ body: @escaping @Sendable (KubectlStage) async throws -> Void) async throws {
        let kubectl = try #require(Kubectl.found)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let clock = ManualTime(now: SystemTime().now)
        let server = SimulatedAPIServer(time: SimulatedTime(start: clock.now))
        let cluster = try ServedCluster(server: server, clock: clock)
        let stage = KubectlStage(kubectl: kubectl, cluster: cluster, clock: clock, directory: directory.path)
        try stage.write(cluster.kubeconfig, to: "admin")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await cluster.run()
                return false
            }
            group.addTask {
                try await body(stage)
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next(), !isOver {}
        }
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }

    /// Runs a command, whatever comes of it.
    func output(_ line: String, input: String? = nil, as kubeconfig: String = "admin") async throws -> String {
        let call = Call(line, prints: .parts([]))
        return try await kubectl.run(call.arguments, input: input, kubeconfig: kubeconfig, in: directory).text
    }

    /// Runs commands one after another, each of which has to print what it should.
    func expect(
        _ calls: [Call],
        as kubeconfig: String = "admin",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for call in calls where call.since <= kubectl.minor {
            let output = try await kubectl.run(
                call.arguments, input: call.input, kubeconfig: kubeconfig, in: directory)
            let line = Comment(rawValue: "kubectl \(call.arguments.joined(separator: " ")) printed:\n\(output.text)")
            #expect((output.status != 0) == call.fails, line, sourceLocation: sourceLocation)
            switch call.expectation {
            case .text(let text):
                #expect(Self.trimmed(output.text) == Self.trimmed(text), line, sourceLocation: sourceLocation)
            case .parts(let parts):
                let missing = parts.filter { !output.text.contains($0) }
                #expect(missing == [], line, sourceLocation: sourceLocation)
            case .pattern(let pattern):
                let match = try Regex(pattern).wholeMatch(in: Self.trimmed(output.text))
                #expect(match != nil, line, sourceLocation: sourceLocation)
            }
        }
    }

    /// Lines without the spaces at their ends, which tables have.
    private static func trimmed(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacing(/\ +$/, with: "") }
            .joined(separator: "\n")
            .trimmingCharacters(in: .newlines)
    }

    /// Lets time pass in the cluster, and returns when all that was due has happened.
    func pass(_ duration: Duration) async {
        let end = cluster.server.time.monotonic + duration
        clock.advance(by: duration)
        while cluster.server.time.monotonic < end { await Task.yield() }
    }
}
