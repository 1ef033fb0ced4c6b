import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import Synchronization
import TestSupport
import Testing

@testable import EnvironmentOperator

/// A simulated host, a team's namespace, and the environment's reconciler, run by hand in virtual time.
///
/// Instead of watches it reads the whole cluster before each run, so that a test decides what the reconciler knows.
final class OperatorStage: Sendable {
    static let team = SimulatedHost.team
    static let identity = Identity.serviceAccount(namespace: Words.Installation.namespace, name: "envfactory")

    let cluster: SimulatedCluster
    let view = SnapshotView()
    let events = RecordedEvents()
    let charts = ScriptedCharts()
    /// The Secrets that were waited for.
    let awaited = Monitor<[String]>([])
    let endings: EndingControl
    /// What is known of pull requests that can still do something to an environment.
    let outlook = Monitor<PullRequestOutlook?>(nil)
    /// How far the operator's estimate of the server's time is ahead.
    let lead = Monitor(Duration.zero)
    private let reconciler: Mutex<EnvironmentReconciler>
    let context: OperatorContext

    convenience init(settings: SimulationSettings? = nil) async throws {
        self.init(on: try await InstalledCluster.make(settings))
    }

    /// A new process on a cluster where the operator is installed; what it sends may be led through something else.
    init(on cluster: SimulatedCluster, through line: (any HTTPTransport) -> any HTTPTransport = { $0 }) {
        self.cluster = cluster
        let pauseSwitch = PauseSwitch()
        let transport = GatedTransport(line(cluster.transport(as: Self.identity)), gate: pauseSwitch)
        let client = KubernetesClient(transport: transport)
        endings = EndingControl(
            client: client, namespace: Words.Installation.namespace, pauseSwitch: pauseSwitch,
            environmentCount: { [view] in view.environmentCount })
        context = OperatorContext(
            client: client,
            applier: { _ in ObjectApplier(client: client) },
            endpointApplier: { _ in ObjectApplier(client: client) },
            view: view,
            endings: endings,
            events: events,
            endpoint: Self.endpoint(cluster),
            renderer: ReleaseRenderer(
                charts, reader: client, namespace: Words.Installation.namespace, time: cluster.time,
                random: SeededRandom()),
            connector: { [server = cluster.server] in server.transport(to: $0) },
            awaitSecret: { [awaited] key, _ in awaited.withLock { $0.append(key.name) } },
            pullRequest: { [outlook] in $0.pullRequestPhase == nil ? nil : outlook.read { $0 } },
            identity: Subject(
                kind: .serviceAccount, name: Words.Installation.serviceAccount,
                namespace: Words.Installation.namespace),
            time: cluster.time,
            serverNow: { [time = cluster.time, lead] in time.now + lead.withLock { $0 } },
            provenNow: { [time = cluster.time] in time.now }
        )
        reconciler = Mutex(EnvironmentReconciler(context))
    }

    /// A new process: it knows what the cluster holds, and nothing else.
    func restart() {
        cluster.server.revive(Self.identity)
        let fresh = EnvironmentReconciler(context)
        reconciler.withLock { $0 = fresh }
    }

    static func endpoint(_ cluster: SimulatedCluster) -> HostEndpoint {
        HostEndpoint(
            server: "https://host.example:6443", certificateAuthority: Array("CA".utf8),
            transport: cluster.transport(as: .anonymous))
    }
}

/// Keeps events for a test to look at.
final class RecordedEvents: EnvironmentEventRecorder {
    private let recorded = Mutex<[EnvironmentEvent]>([])

    var all: [EnvironmentEvent] { recorded.withLock { $0 } }
    var reasons: [EventReason] { all.map(\.reason) }

    func record(_ event: EnvironmentEvent, about environment: Environment) { recorded.withLock { $0.append(event) } }
    func record(_ event: EnvironmentEvent, about endpoint: InferenceEndpoint) { recorded.withLock { $0.append(event) } }
    func record(_ event: EnvironmentEvent, about environmentClass: EnvironmentClass) {
        recorded.withLock { $0.append(event) }
    }
    func record(_ event: EnvironmentEvent, about namespace: NamedNamespace) { recorded.withLock { $0.append(event) } }
}

// MARK: - Running

extension OperatorStage {
    /// Runs the reconciler until it awaits something that is more than `patience` away.
    ///
    /// - Returns: When it would look again.
    @discardableResult
    func settle(_ name: String = "pr-42", patience: Duration = .seconds(6), limit: Int = 200) async throws -> Duration?
    {
        for _ in 0..<limit {
            switch try await runOnce(name) {
            case .settled: return nil
            case .recheck(let after) where after > patience: return after
            case .recheck(let after): cluster.time.advance(by: after)
            }
        }
        Issue.record("\(name) does not settle")
        return nil
    }

    /// One run, as the controller does it: an error that may pass is a short wait.
    func runOnce(_ name: String = "pr-42") async throws -> ReconcileOutcome {
        let current = reconciler.withLock { $0 }
        do {
            // Read as the operator, whose rights must be enough for it.
            try await view.refresh(cluster.client(as: Self.identity))
            return try await current.reconcile(NamespacedName(namespace: Self.team, name: name))
        } catch let refusal as WriteRefusal {
            _ = refusal
            return .settled
        } catch let error as KubernetesError where error.message.contains("has crashed") {
            restart()
            return .recheck(after: .milliseconds(100))
        } catch {
            guard Disposition.disposition(of: error) != .terminal else { throw error }
            return .recheck(after: .milliseconds(100))
        }
    }

    func environment(_ name: String = "pr-42") async throws -> Environment? {
        let key = ObjectKey(.environments, namespace: Self.team, name: name)
        return try await cluster.admin.find(key).map(Environment.init(from:))
    }

    func condition(_ type: ConditionType, _ name: String = "pr-42") async throws -> Condition? {
        try await environment(name)?.status.condition(type)
    }

    func hostNamespace(_ name: String = "pr-42") async throws -> String {
        let environment = try #require(try await self.environment(name))
        return OwnerIdentity(environment).hostNamespace
    }

    func object(_ resource: APIResource, _ name: String, of environment: String = "pr-42") async throws
        -> KubernetesObject?
    {
        try await cluster.admin.find(
            ObjectKey(resource, namespace: try await hostNamespace(environment), name: name))
    }

    /// Reconciled again and again, a settled environment is not written to.
    func expectQuiet(_ name: String = "pr-42", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await cluster.expectQuiet(by: Self.identity, sourceLocation: sourceLocation) {
            for _ in 0..<3 {
                _ = try await runOnce(name)
                restart()
                _ = try await runOnce(name)
            }
        }
    }
}

// MARK: - What users do

extension OperatorStage {
    func createClass(_ change: (inout JSONValue) -> Void = { _ in }) async throws {
        var json = StageObjects.environmentClass
        change(&json)
        _ = try await cluster.admin.create(KubernetesObject(json), as: .environmentClasses)
    }

    func create(_ name: String = "pr-42", _ change: (inout JSONValue) -> Void = { _ in }) async throws {
        var object = KubernetesObject(.environments, namespace: Self.team, name: name)
        object["spec"] = ["environmentClassName": "review"]
        change(&object.json)
        _ = try await cluster.admin.create(object, as: .environments)
    }

    func patch(_ name: String = "pr-42", _ patch: JSONValue) async throws {
        let key = ObjectKey(.environments, namespace: Self.team, name: name)
        _ = try await cluster.admin.patch(key, .merge, patch)
    }

    func delete(_ name: String = "pr-42") async throws {
        let uid = try #require(try await environment(name)?.metadata.uid)
        let key = ObjectKey(.environments, namespace: Self.team, name: name)
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
    }

    /// Makes a ConfigMap in the environment's namespace which a finalizer of others holds.
    func createHeld(_ name: String) async throws {
        var held = KubernetesObject(.configMaps, namespace: try await hostNamespace(), name: name)
        held["metadata"]?["finalizers"] = ["example.com/hold"]
        _ = try await cluster.admin.create(held, as: .configMaps)
    }

    func advance(_ duration: Duration) { cluster.time.advance(by: duration) }
}
