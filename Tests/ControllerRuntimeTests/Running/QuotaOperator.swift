import ControllerRuntime
import Formats
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport

/// A small operator, made of every part of the module.
///
/// For each ConfigMap with the label `quota` it keeps a ResourceQuota of the same name with that many pods, and tells
/// so in an Event.
struct QuotaOperator: Sendable {
    /// What is kept of a ConfigMap.
    struct Wish: Sendable, Hashable {
        var pods: String
        var uid: String
    }

    /// What is kept of a ResourceQuota.
    struct Quota: Sendable, Hashable {
        var uid: String
        var owner: String
        var hash: ObjectHash
    }

    let runtime: Runtime
    let gate: LeadershipGate
    let queue: WorkQueue<NamespacedName>
    let metrics = MetricRegistry()
    let sink = MemorySink()
    let began = Monitor<[String]>([])

    init(
        _ name: String,
        _ cluster: SimulatedCluster,
        seed: UInt64 = 1,
        drainLimit: Duration = .seconds(20),
        before: @escaping @Sendable (NamespacedName) async throws -> Void = { _ in }
    ) {
        let (time, random) = (cluster.time, SeededRandom(seed: seed))
        let log = Logger(sink: sink) { time.now }
        let transport = cluster.transport(as: Self.identity(name))
        let reading = KubernetesClient(transport: transport)
        let gate = LeadershipGate(time: time)
        let writing = KubernetesClient(transport: GatedTransport(transport, gate: gate))
        self.gate = gate
        let queue = WorkQueue<NamespacedName>(time: time, random: random) { $0.namespace }
        self.queue = queue

        let wishes = ObjectCache<Wish>(.configMaps) { object in
            object.label("quota").map { Wish(pods: $0, uid: object.uid ?? "") }
        }
        let quotas = ObjectCache<Quota>(.resourceQuotas) { object in
            Quota(
                uid: object.uid ?? "", owner: object.label("owner") ?? "",
                hash: ObjectHash(of: object.json, fields: [["spec"]]))
        }
        let ledger = WriteLedger<NamespacedName>([wishes, quotas], time: time)
        let events = EventRecorder(
            client: writing, reporter: EventReporter(controller: "test/quotas", instance: name), time: time,
            metrics: metrics, log: log)
        let reconciler = QuotaReconciler(
            client: reading, wishes: wishes, quotas: quotas, applier: ObjectApplier(client: writing), ledger: ledger,
            events: events)
        var hooks = Controller<NamespacedName>.Hooks()
        hooks.staleness = { ledger.staleness(of: $0) }
        let began = began
        let controller = Controller(
            name: "quotas", queue: queue, hooks: hooks, time: time, metrics: metrics, log: log
        ) { key in
            began.withLock { $0.append(key.description) }
            try await before(key)
            return try await reconciler.reconcile(key)
        }
        runtime = Runtime(
            reflectors: [
                Reflector(
                    wishes, client: reading, ListOptions(labelSelector: "quota", limit: 500), time: time,
                    random: random, metrics: metrics, log: log, handlers: [{ queue.add($0.object.name, $0.lane) }]),
                Reflector(
                    quotas, client: reading, ListOptions(labelSelector: "owner", limit: 500), time: time,
                    random: random, metrics: metrics, log: log, handlers: [{ queue.add($0.object.name, $0.lane) }]),
            ],
            controllers: [controller],
            elector: LeaderElector(
                client: reading, namespace: "kube-system", name: "quotas", identity: name, gate: gate, time: time,
                random: random, metrics: metrics, log: log),
            gate: gate, events: events, drainLimit: drainLimit, time: time, metrics: metrics, log: log)
    }

    static func identity(_ name: String) -> Identity { Identity(user: name, groups: ["system:masters"]) }
}

private struct QuotaReconciler: Sendable {
    let client: KubernetesClient
    let wishes: ObjectCache<QuotaOperator.Wish>
    let quotas: ObjectCache<QuotaOperator.Quota>
    let applier: ObjectApplier
    let ledger: WriteLedger<NamespacedName>
    let events: EventRecorder

    func reconcile(_ key: NamespacedName) async throws -> ReconcileOutcome {
        let applier = applier.noting(key, in: ledger)
        let (wish, seen) = (wishes[key]?.element, quotas[key]?.element)
        if let seen, seen.owner != wish?.uid { return try await remove(seen, key, applier) }
        guard let wish else { return .settled }
        var quota = KubernetesObject(.resourceQuotas, namespace: key.namespace, name: key.name)
        quota["metadata"]?["labels"] = ["owner": .string(wish.uid)]
        quota["spec"] = ["hard": ["pods": .string(wish.pods)]]
        guard seen?.hash != ObjectHash(of: quota.json, fields: [["spec"]]) else { return .settled }
        let desired = DesiredObject(quota, of: .resourceQuotas, expecting: seen.map { .uid($0.uid) } ?? .absent)
        switch try await applier.apply(desired, isOurs: { $0.label("owner") == wish.uid }) {
        case .applied(let object):
            events.record(
                EventRecord(
                    regarding: EventRecord.Regarding(object), reason: "Applied", action: "Apply", note: "It is there."))
            return .settled
        case .nameConflict(let conflict): throw conflict
        case .outdated: return .recheck(after: .seconds(1))
        }
    }

    /// Deletes a quota whose ConfigMap is gone.
    private func remove(
        _ quota: QuotaOperator.Quota, _ key: NamespacedName, _ applier: ObjectApplier
    ) async throws -> ReconcileOutcome {
        // A cache's word is no proof of absence: the server itself is asked before anything is taken away.
        let owner = try await client.find(ObjectKey(.configMaps, namespace: key.namespace, name: key.name))
        guard owner?.uid != quota.owner || owner?.label("quota") == nil else { return .recheck(after: .seconds(1)) }
        let name = ObjectKey(.resourceQuotas, namespace: key.namespace, name: key.name)
        _ = try await applier.delete(name, uid: quota.uid)
        return .recheck(after: .seconds(1))
    }
}

extension SimulatedCluster {
    /// Makes what the operators need.
    func installQuotas() async throws {
        try await namespace("team")
        _ = try await admin.create(
            KubernetesObject(.leases, namespace: "kube-system", name: "quotas"), as: .leases)
    }

    /// Makes a ConfigMap that wishes for a quota.
    func wish(_ name: String, _ pods: String) async throws {
        var map = KubernetesObject(.configMaps, namespace: "team", name: name)
        map["metadata"]?["labels"] = ["quota": .string(pods)]
        _ = try await admin.create(map, as: .configMaps)
    }

    /// The quotas in the cluster: `name=pods`.
    func quotas() async throws -> [String] {
        try await admin.list(.resourceQuotas, namespace: "team").items
            .map { "\($0.name)=\($0.json[path: "spec", "hard", "pods"]?.string ?? "")" }.sorted()
    }
}
