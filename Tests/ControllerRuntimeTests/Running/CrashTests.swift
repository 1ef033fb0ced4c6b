import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

/// The end state must not depend on where a process died, or which answer was lost.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    /// What becomes of one write.
    enum Fate: String, CaseIterable, CustomTestStringConvertible {
        case diesBefore, diesAfter, loses, fails

        var effect: Fault.Effect {
            switch self {
            case .diesBefore: .crash(isDone: false)
            case .diesAfter: .crash(isDone: true)
            case .loses: .loseResponse(.interrupted)
            case .fails: .refuse(status: 500, retryAfter: nil)
            }
        }

        var testDescription: String { rawValue }
    }

    /// The writes of the story: two quotas made, one corrected, one removed.
    static let writes = 4

    @Test("each write, lost, failed or fatal, leads to the same end", arguments: Fate.allCases, 0..<writes)
    func everyWrite(fate: Fate, skipping: Int) async throws {
        let cluster = SimulatedCluster()
        try await virtually(seed: UInt64(skipping + 1), cluster.time) {
            let story = Story(cluster: cluster)
            try await story.cluster.installQuotas()
            cluster.server.plan(
                Fault(
                    fate.effect, verbs: [.create, .patch, .delete], resource: "resourcequotas",
                    user: QuotaOperator.identity("one").user, skipping: skipping))
            try await story.runAll()
            let quotas = try await story.cluster.quotas()
            #expect(quotas == ["a=7"])
            // Nobody's objects but the operators' own, and each deleted by its uid once.
            let deleted = cluster.server.writes.filter { $0.resource == "resourcequotas" && $0.outcome == .deleted }
            #expect(deleted.map(\.name) == ["b"])
            let created = cluster.server.writes.filter { $0.resource == "resourcequotas" && $0.outcome == .created }
            #expect(created.map(\.name).sorted() == ["a", "b"])
        }
    }

    @Test("a quota of somebody else with a wanted name is never touched", arguments: 1...3)
    func foreign(seed: Int) async throws {
        let cluster = SimulatedCluster()
        try await virtually(seed: UInt64(seed), cluster.time) {
            let story = Story(cluster: cluster)
            try await story.cluster.installQuotas()
            var quota = KubernetesObject(.resourceQuotas, namespace: "team", name: "a")
            quota["spec"] = ["hard": ["pods": "500"]]
            _ = try await cluster.admin.create(quota, as: .resourceQuotas)
            try await story.cluster.wish("a", "1")
            try await withThrowingTaskGroup { group in
                let one = QuotaOperator("one", cluster)
                group.addTask { try await one.runtime.run() }
                try await cluster.time.sleep(for: .seconds(200))
                one.runtime.stop()
                try await group.waitForAll()
                let text = one.metrics.exposition()
                #expect(text.contains("reconcile_errors_total{controller=\"quotas\",code=\"NameConflict\"}"))
            }
            let done = cluster.server.writes(by: QuotaOperator.identity("one"))
                .filter { $0.resource == "resourcequotas" && $0.outcome != .refused(status: 409) }
            #expect(done.isEmpty)
            #expect(try await story.cluster.quotas() == ["a=500"])
        }
    }
}

/// What a user does, and two processes that may die.
private struct Story: Sendable {
    let cluster: SimulatedCluster

    func runAll() async throws {
        try await withThrowingTaskGroup { group in
            for name in ["one", "two"] {
                let process = QuotaOperator(name, cluster, seed: name == "one" ? 1 : 2)
                group.addTask {
                    // A process whose server treats it as dead loses the lease, and ends.
                    do { try await process.runtime.run() } catch is LeadershipLost {}
                }
                // The first one leads.
                try await cluster.time.sleep(for: .seconds(1))
            }
            try await tell()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private func tell() async throws {
        try await cluster.wish("a", "1")
        try await cluster.wish("b", "2")
        try await cluster.time.sleep(for: .seconds(60))
        _ = try await cluster.admin.patch(
            ObjectKey(.configMaps, namespace: "team", name: "a"), .merge, ["metadata": ["labels": ["quota": "7"]]])
        try await cluster.time.sleep(for: .seconds(60))
        let key = ObjectKey(.configMaps, namespace: "team", name: "b")
        let uid = try await cluster.admin.get(key).uid ?? ""
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
        try await cluster.time.sleep(for: .seconds(60))
    }
}
