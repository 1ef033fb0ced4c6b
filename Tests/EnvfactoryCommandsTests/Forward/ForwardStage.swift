import CurlTransport
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import EnvfactoryCommands

/// A served host cluster with a ready environment whose virtual cluster has a ClusterIP alone, and a user before it.
struct ForwardStage: Sendable {
    static let namespace = "env-a"

    let cluster: SimulatedCluster
    let files = MemoryFiles()
    let programs = TestPrograms()
    private let served: ServedPlace

    var server: SimulatedAPIServer { cluster.server }
    var admin: KubernetesClient { cluster.admin }

    /// Runs `body` while the cluster is served.
    static func run(
        portForward: Bool = true,
        version: String = "v1.30.0",
        _ body: @escaping @Sendable (ForwardStage) async throws -> Void
    ) async throws {
        let clock = SystemTime()
        var settings = SimulationSettings()
        settings.kubeconfigDelay = .zero
        settings.version = version
        let server = SimulatedAPIServer(settings: settings, time: SimulatedTime(start: clock.now))
        let stage = ForwardStage(cluster: SimulatedCluster(server: server))
        try await stage.prepare(portForward)
        let made = try ServedCluster(server: server, clock: clock)
        stage.served.cluster.withLock { $0 = made }
        stage.files.replace("/kubeconfig", with: Array(stage.hostKubeconfig(made.kubeconfig).utf8))
        try await stage.serving { try await body(stage) }
    }

    private init(cluster: SimulatedCluster) {
        self.cluster = cluster
        served = ServedPlace()
    }

    /// Serves while `body` runs; a second time it is an API server that was started anew.
    func serving(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let served = try #require(self.served.cluster.withLock { $0 })
        let (stops, stopping) = AsyncStream.makeStream(of: Never.self)
        self.served.stop.withLock { $0 = stopping }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { do { try await served.run() } catch {} }
                    group.addTask { for await _ in stops {} }
                    await group.next()
                    group.cancelAll()
                }
                return false
            }
            group.addTask {
                try await body()
                return true
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next() {
                if isDone { break }
            }
        }
    }

    /// Ends the API server, with every connection to it.
    func stop() { served.stop.withLock { $0?.finish() } }

    func restart() throws {
        let old = try #require(served.cluster.withLock { $0 })
        let new = try ServedCluster(restarting: old)
        served.cluster.withLock { $0 = new }
    }

    /// The kubeconfig of a user who may do what `roles` of ours in the environment's namespace allow.
    func kubeconfig(for identity: Identity) throws -> String {
        hostKubeconfig(try #require(served.cluster.withLock { $0 }).kubeconfig(for: identity))
    }

    private func hostKubeconfig(_ text: String) -> String {
        text.replacing("user: ", with: "namespace: team\n    user: ", maxReplacements: 1)
    }

    // MARK: - What is there

    private func prepare(_ portForward: Bool) async throws {
        try await cluster.namespace("team")
        for document in Manifests.documents() where document["kind"]?.string == "CustomResourceDefinition" {
            _ = try await admin.create(KubernetesObject(document), as: .customResourceDefinitions)
        }
        try await cluster.namespace(Self.namespace)
        try await cluster.createVirtualCluster(in: Self.namespace)
        cluster.time.advance(by: .seconds(30))
        let own = try await admin.get(ObjectKey(.secrets, namespace: Self.namespace, name: "vc-vc"))
        let bytes = own.json[path: "data", "config"]?.string.flatMap(Base64.decode) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
            .replacing("https://localhost:8443", with: "https://vc.\(Self.namespace):443")
        var secret = KubernetesObject(.secrets, namespace: Self.namespace, name: Words.Fixed.kubeconfigSecret)
        secret["data"] = ["value": .string(Base64.encode(Array(text.utf8)))]
        _ = try await admin.create(secret, as: .secrets)
        try await environment(portForward)
    }

    private func environment(_ portForward: Bool) async throws {
        var object = KubernetesObject(.environments, namespace: "team", name: "a")
        object["spec"] = ["environmentClassName": "virtual"]
        let made = try await admin.create(object, as: .environments)
        let exposure: JSONValue = ["type": "ClusterIP", "clusterIP": ["portForward": .bool(portForward)]]
        let status: JSONValue = [
            "conditions": [TestCondition.ready.json(made.generation ?? 0, cluster.time.now)],
            "namespace": ["name": .string(Self.namespace), "uid": "1"],
            "release": ["name": "vc", "chart": "vcluster-0.36.1", "revision": 1, "digest": "sha256:0"],
            "kubeconfig": [
                "secretRef": ["namespace": .string(Self.namespace), "name": .string(Words.Fixed.kubeconfigSecret)]
            ],
            "resolvedClass": [
                "name": "virtual", "uid": "2", "generation": 1,
                "spec": ["isolation": "VirtualCluster", "virtualCluster": ["exposure": exposure]],
            ],
        ]
        let key = ObjectKey(.environments, namespace: "team", name: "a")
        _ = try await admin.patch(key, .merge, ["status": status], subresource: .status)
    }

    // MARK: - The user

    func surroundings(_ output: any ByteSink, _ diagnostics: any ByteSink) -> Surroundings {
        var machine = TestMachine()
        machine.files = files
        machine.time = SystemTime()
        machine.variables["TMPDIR"] = "/tmp"
        machine.variables["SHELL"] = "/bin/mysh"
        var surroundings = machine.surroundings(output, diagnostics)
        surroundings.transport = { try NetworkTransport.make($0, [:]) }
        surroundings.programs = programs
        surroundings.random = SystemRandom()
        return surroundings
    }

    func run(_ line: String) async -> CommandLineRun {
        let (output, diagnostics) = (MemoryOutput(), MemoryOutput())
        let words = line.split(separator: " ").map(String.init)
        let code = await Program.run(words, surroundings(output, diagnostics))
        return CommandLineRun(output.text, diagnostics: diagnostics.text, code: code)
    }

    /// What a program that is given this kubeconfig hears from its API server.
    func version(by path: String) async throws -> String {
        let text = try #require(files[path])
        let settings = try ConnectionSettings(Kubeconfig(parsing: Array(text.utf8), file: path))
        let client = KubernetesClient(transport: try NetworkTransport.make(settings, [:]))
        return try await client.serverVersion().text
    }
}

/// The served cluster of a stage, which may be another one later.
final class ServedPlace: Sendable {
    let cluster = Mutex<ServedCluster?>(nil)
    let stop = Mutex<AsyncStream<Never>.Continuation?>(nil)
}

/// Programs that a test plays.
final class TestPrograms: ProgramRunner {
    private struct State {
        var body: @Sendable (ChildProgram) async throws -> ExitCode = { _ in .success }
        var living: [ProcessIdentity] = []
        var last: Int32 = 100
    }

    private let state = Mutex(State())
    /// Those that were started to outlive us, with the identity they have.
    let started: AsyncStream<(ChildProgram, ProcessIdentity)>
    private let starting: AsyncStream<(ChildProgram, ProcessIdentity)>.Continuation
    /// Whether those that are started to outlive us end at once.
    let areStillborn = Mutex(false)
    @TaskLocal static var own = ProcessIdentity(number: 1, startedAt: "")

    init() { (started, starting) = AsyncStream.makeStream() }

    func whenRun(_ body: @escaping @Sendable (ChildProgram) async throws -> ExitCode) {
        state.withLock { $0.body = body }
    }

    var living: [ProcessIdentity] { state.withLock { $0.living } }

    func run(_ program: ChildProgram, _ interruption: Interruption) async throws -> ExitCode {
        let body = state.withLock { $0.body }
        return try await body(program)
    }

    func start(_ program: ChildProgram) -> ProcessIdentity {
        let identity = state.withLock { state in
            state.last += 1
            let identity = ProcessIdentity(number: state.last, startedAt: "boot \(state.last)")
            if !areStillborn.withLock({ $0 }) { state.living.append(identity) }
            return identity
        }
        starting.yield((program, identity))
        return identity
    }

    func process(_ number: Int32) -> ProcessIdentity? {
        state.withLock { $0.living.first { $0.number == number } }
    }

    func ownProcess() -> ProcessIdentity { Self.own }

    func end(_ process: ProcessIdentity) { state.withLock { $0.living.removeAll { $0 == process } } }
}
