import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A23: the leader changes under load", .timeLimit(.minutes(20)))
struct LeaderChangeTests {
    enum Loss: String, CaseIterable, Sendable {
        /// Its renewals are lost, and nothing else: it must stop by itself.
        case lease
        /// Nothing gets through, and what was on its way arrives when another leads.
        case everything
        /// It dies.
        case process
    }

    private static let count = 6
    /// From one environment to the next: the old leader's lease ends while some are still to come.
    private static let pace = Duration.seconds(4)

    @Test(
        "same end, nothing doubled, and the old leader sends nothing once its lease is over",
        arguments: Loss.allCases, 1...2 as ClosedRange<UInt64>)
    func underLoad(loss: Loss, seed: UInt64) async throws {
        let cluster = try await InstalledCluster.make()
        try await virtually(seed: seed, cluster.time) {
            try await Self.installClass(on: cluster)
            let before = try await Self.inventory(cluster)
            let old = OperatorProcess("old", cluster, seed: seed)
            let new = OperatorProcess("new", cluster, seed: seed &+ 100)
            try await withThrowingTaskGroup { group in
                let oldRun = LeaderRun(old)
                group.addTask { try await oldRun.run() }
                try await Self.until(cluster, "the first one leads") { try await Self.holder(cluster) == "old" }
                group.addTask { try await new.run() }
                group.addTask { try await Self.load(cluster) }
                // In the middle of its work, at another moment for each seed.
                try await cluster.time.sleep(for: Self.pace * Int(seed) + .milliseconds(60))
                let lostAt = cluster.time.monotonic
                switch loss {
                case .lease: old.line.fail(.lease)
                case .everything: old.line.fail(.everything)
                case .process: oldRun.end()
                }
                try await Self.until(cluster, "the second one leads") { try await Self.holder(cluster) == "new" }
                try await Self.until(cluster, "what was not deleted is ready") { try await Self.isSettled(cluster) }
                try await Self.expectHandover(old.line, new.line, lostAt, cluster)
                try await Self.expectLateRequestsHarmless(old.line, cluster)
                try await Self.expectEnd(cluster)
                for object in try await cluster.admin.listAll(.environments).items {
                    _ = try await cluster.admin.delete(
                        ObjectKey(.environments, namespace: object.namespace, name: object.name),
                        DeletePreconditions(uid: object.uid ?? ""))
                }
                try await Self.until(cluster, "nothing is left over") { try await Self.inventory(cluster) == before }
                new.operator.runtime.stop()
                try await group.waitForAll()
            }
            Self.expectNothingDoubled(cluster)
        }
    }

    /// Half of the environments are deleted while they are being made.
    private static func load(_ cluster: SimulatedCluster) async throws {
        for number in 0..<count {
            var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: "load-\(number)")
            object["spec"] = ["environmentClassName": "review"]
            let made = try await cluster.admin.create(object, as: .environments)
            try await cluster.time.sleep(for: .milliseconds(100))
            if number % 2 == 0 {
                _ = try await cluster.admin.delete(
                    ObjectKey(.environments, namespace: OperatorStage.team, name: made.name),
                    DeletePreconditions(uid: made.uid ?? ""))
            }
            try await cluster.time.sleep(for: pace - .milliseconds(100))
        }
    }
}

/// A process that can die.
private struct LeaderRun: Sendable {
    let process: OperatorProcess
    private let deaths: AsyncStream<Void>
    private let death: AsyncStream<Void>.Continuation

    init(_ process: OperatorProcess) {
        self.process = process
        (deaths, death) = AsyncStream.makeStream()
    }

    func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await process.run() }
            group.addTask { for await _ in deaths { return } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    func end() { death.yield() }
}

// MARK: - What must hold

extension LeaderChangeTests {
    /// The old leader is silent from the end of its lease on, and the new one begins after that.
    private static func expectHandover(
        _ old: ProcessLine,
        _ new: ProcessLine,
        _ lostAt: Duration,
        _ cluster: SimulatedCluster
    ) async throws {
        let last = try #require(old.changes.last { !$0.isLease }?.sentAt)
        let first = try #require(new.changes.first { !$0.isLease }?.sentAt)
        #expect(last < lostAt + .seconds(10))
        #expect(last < first)
        // The lease's whole duration without a renewal lies between them.
        #expect(first - lostAt > .seconds(12))
        let end = old.changes.last?.sentAt ?? .zero
        #expect(end < lostAt + .seconds(11), "it goes on asking for the lease")
    }

    /// What arrives long after it was sent changes nothing: every write says what it expects to find.
    private static func expectLateRequestsHarmless(_ old: ProcessLine, _ cluster: SimulatedCluster) async throws {
        let before = try await state(cluster)
        for (request, response) in try await old.deliverDelayed() where response.isSuccess {
            // They tell, or make what is kept nowhere.
            let isHarmless = request.target.contains("/events") || request.target.hasSuffix("/token")
            #expect(isHarmless, "\(request.method) \(request.target)")
        }
        #expect(try await state(cluster) == before)
    }

    /// Each environment that was not deleted has one namespace with all that belongs in it; the others have none.
    private static func expectEnd(_ cluster: SimulatedCluster) async throws {
        let expected = Set((0..<count).filter { $0 % 2 == 1 }.map { "load-\($0)" })
        let environments = try await cluster.admin.listAll(.environments).items.map(Environment.init(from:))
        #expect(Set(environments.map(\.metadata.name)) == expected)
        let managed = ListOptions(labelSelector: Words.Label.managedBySelector, limit: 500)
        let namespaces = try await cluster.admin.listAll(.namespaces, managed).items
        #expect(Set(namespaces.map(\.name)) == Set(environments.map { OwnerIdentity($0).hostNamespace }))
        for namespace in namespaces {
            var names: [String] = []
            for resource in OperatorCaches.ownedResources + [.secrets] {
                names += try await cluster.admin.listAll(resource, namespace: namespace.name).items
                    .filter { $0.label(Words.Label.environmentUID) != nil }.map { "\(resource.plural)/\($0.name)" }
            }
            #expect(names == belongings)
        }
    }

    private static let belongings = [
        "resourcequotas/envfactory", "limitranges/envfactory", "networkpolicies/envfactory-dns",
        "networkpolicies/envfactory-isolation", "rolebindings/envfactory-kubeconfig-reader",
        "rolebindings/envfactory-operator", "rolebindings/envfactory-tenant", "serviceaccounts/envfactory-tenant",
        "secrets/envfactory-kubeconfig",
    ]

    /// No object was made twice, nor deleted twice.
    private static func expectNothingDoubled(_ cluster: SimulatedCluster) {
        var made: [String: Int] = [:]
        for record in cluster.server.writes(by: OperatorStage.identity)
        where record.outcome == .created && record.subresource.isEmpty && !record.resource.hasPrefix("events") {
            made["\(record.resource) \(record.namespace)/\(record.name)", default: 0] += 1
        }
        #expect(made.count > 9 * (count / 2))
        #expect(made.filter { $0.value > 1 }.keys.sorted() == [])
    }
}

// MARK: - The cluster

extension LeaderChangeTests {
    private static func installClass(on cluster: SimulatedCluster) async throws {
        var json = StageObjects.environmentClass
        json["spec"]?["lifetime"]?["retention"] = "0s"
        _ = try await cluster.admin.create(KubernetesObject(json), as: .environmentClasses)
    }

    private static func holder(_ cluster: SimulatedCluster) async throws -> String? {
        let key = ObjectKey(.leases, namespace: Words.Installation.namespace, name: Words.Installation.lease)
        return try await cluster.admin.get(key).json[path: "spec", "holderIdentity"]?.string
    }

    private static func isSettled(_ cluster: SimulatedCluster) async throws -> Bool {
        let environments = try await cluster.admin.listAll(.environments).items.map(Environment.init(from:))
        return environments.count == count / 2
            && environments.allSatisfy { $0.status.condition(.ready)?.reason == "Ready" }
    }

    private static func inventory(_ cluster: SimulatedCluster) async throws -> [String] {
        try await objects(cluster).filter { $0.kind != "Lease" && $0.kind != "EnvironmentClass" }
            .map { "\($0.kind) \($0.namespace ?? "") \($0.name) \($0.uid ?? "")" }
    }

    private static func state(_ cluster: SimulatedCluster) async throws -> [String] {
        try await objects(cluster).filter { $0.kind != "Lease" }.map { "\($0.name) \($0.json.text())" }
    }

    private static func objects(_ cluster: SimulatedCluster) async throws -> [KubernetesObject] {
        let resources: [APIResource] =
            OperatorCaches.ownedResources + [
                .namespaces, .pods, .secrets, .configMaps, .services, .environments, .environmentClasses,
            ]
        var all: [KubernetesObject] = []
        for resource in resources { all += try await cluster.admin.listAll(resource).items }
        return all
    }

    private static func until(
        _ cluster: SimulatedCluster,
        _ what: Comment,
        _ condition: () async throws -> Bool
    ) async throws {
        let deadline = cluster.time.monotonic + .seconds(180)
        while try await !condition() {
            guard cluster.time.monotonic < deadline else {
                Issue.record(what)
                return
            }
            try await cluster.time.sleep(for: .milliseconds(200))
        }
    }
}
