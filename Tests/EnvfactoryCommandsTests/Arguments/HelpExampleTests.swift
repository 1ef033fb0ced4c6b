import EnvironmentAPI
import Formats
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("The examples of the help")
struct HelpExampleTests {
    /// How those end that find something else than success on the stage, where no operator and no node is.
    private static let outcomes: [String: ExitCode] = [
        "envfactory create pr-42 --class review --ttl 24h --wait": .timedOut,
        "envfactory logs pr-42 --since 10m --tail 100 --timestamps": .notFound,
        "envfactory wait pr-42 --for condition=Terminated": .timedOut,
        "envfactory diff -f class.yaml": .differencesFound,
        "envfactory diff pr-42 --output json": .differencesFound,
        "envfactory inference create gemma --mode Cluster --image llama-server:1 --model owner/gemma "
            + "--file gemma-Q8_0.gguf --cache-size 40Gi --wait": .timedOut,
        "envfactory inference wait gemma --for deleted": .timedOut,
        "envfactory inference chat gemma why is the sky blue": .notFound,
        "envfactory inference logs gemma --fetch": .notFound,
        // There are environments.
        "envfactory uninstall": .rejected,
        "envfactory doctor --namespace team-payments": .environmentFailed,
    ]

    private static let lines = CommandList.all.map { $0.description }.filter { !$0.isHidden }
        .flatMap { $0.example.split(separator: "\n").map(String.init) }
        .filter { $0.hasPrefix("envfactory ") && !isEndless($0) }

    /// What goes on for minutes, or until it is interrupted, has tests of its own.
    private static func isEndless(_ line: String) -> Bool {
        ["--watch", "--follow", "operator", "demo", "connect", "simulate"].contains { line.contains($0) }
    }

    /// What the example speaks of, but for what it makes itself.
    private func stage(for line: String) async throws -> CommandCluster {
        var cluster = try await CommandCluster()
        try await cluster.cluster.namespace("envfactory-system")
        cluster.machine.repositories = ChartServer.repository(at: "https://charts.example.org")
        cluster.machine.time = ManualTime(.jumping)
        cluster.machine.variables["ENVFACTORY_ID_TOKEN"] = "of.a.run"
        cluster.machine.files = MemoryFiles([
            "/kubeconfig": TestMachine.kubeconfig,
            "/home/jane/.git/HEAD": "ref: refs/heads/main\n",
            "/home/jane/class.yaml": YAML.text(DiffStage.environmentClass(DiffStage.namespaceClass)),
            "/home/jane/values.yaml": "replicas: 1\n",
            "/home/jane/./chart/Chart.yaml": ChartServer.metadata,
            "/home/jane/./chart/templates/pod.yaml": ChartServer.template,
        ])
        guard !line.contains(" create ") else { return cluster }
        try await cluster.servedEndpoint("gemma")
        if line.contains(" release ") {
            try await cluster.virtualEnvironment("pr-42")
            for revision in 1...2 {
                try await cluster.store(TestRevision(environment: "pr-42", revision: revision))
            }
        } else {
            try await cluster.readyEnvironment("pr-42")
        }
        return cluster
    }

    @Test("run, and end as they should", arguments: lines)
    func run(line: String) async throws {
        // The stage's team has another name.
        let words = line.replacing("-n team-payments", with: "-n team").split(separator: " ").dropFirst()
            .map { $0.filter { $0 != "'" } }
        let run = await (try stage(for: line)).machine.run(words)
        #expect(run.code == Self.outcomes[line] ?? .success, "\(run)")
    }

    @Test("are those that are told apart here")
    func known() {
        #expect(Set(Self.outcomes.keys).subtracting(Self.lines).isEmpty)
        #expect(Self.lines.count > 30)
    }
}
