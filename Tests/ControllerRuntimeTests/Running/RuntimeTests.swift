import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RuntimeTests {
    let cluster = SimulatedCluster()
    var time: SimulatedTime { cluster.time }

    /// Makes what the operators need, and ConfigMaps that wish for quotas.
    func install(_ wishes: [String: String] = [:]) async throws {
        try await cluster.installQuotas()
        for (name, pods) in wishes.sorted(by: { $0.key < $1.key }) { try await cluster.wish(name, pods) }
    }

    func leaseHolder() async throws -> String {
        let key = ObjectKey(.leases, namespace: "kube-system", name: "quotas")
        return LeaseRecord(try await cluster.admin.get(key)).holder
    }

    /// Sleeps in short steps until something holds.
    func until(_ limit: Duration = .seconds(120), _ condition: @Sendable () async throws -> Bool) async throws {
        let deadline = time.monotonic + limit
        while try await !condition() {
            guard time.monotonic < deadline else {
                Issue.record("it did not come to hold within \(limit)")
                return
            }
            try await time.sleep(for: .milliseconds(100))
        }
    }

    @Test("fills caches, leads, works, is quiet when all is as desired, and stops in order")
    func wholeLife() async throws {
        try await virtually(time) { [self] in
            try await install(["a": "1", "b": "2"])
            let one = QuotaOperator("one", cluster)
            #expect(one.runtime.endpoints.answer(HTTPRequest(.get, "/readyz")).status == 503)
            try await withThrowingTaskGroup { group in
                group.addTask { try await one.runtime.run() }
                try await until { try await cluster.quotas() == ["a=1", "b=2"] }
                #expect(one.runtime.health.phase == .leading)
                #expect(one.runtime.endpoints.answer(HTTPRequest(.get, "/readyz")).status == 200)

                try await time.sleep(for: .seconds(60))
                try await cluster.expectQuiet(by: QuotaOperator.identity("one")) {
                    // Longer than a resync and a watch.
                    try await time.sleep(for: .seconds(700))
                }
                one.runtime.stop()
                try await group.waitForAll()
            }
            #expect(one.runtime.health.phase == .stopping)
            let holder = try await leaseHolder()
            #expect(holder == "")
            #expect(!one.sink.lines.contains { $0.contains(#""level":"error""#) })
        }
    }

    @Test("what somebody deletes or changes comes back; what is no longer wished for goes")
    func drift() async throws {
        try await virtually(time) { [self] in
            try await install(["a": "1", "b": "2"])
            let one = QuotaOperator("one", cluster)
            try await withThrowingTaskGroup { group in
                group.addTask { try await one.runtime.run() }
                try await until { try await cluster.quotas() == ["a=1", "b=2"] }
                let key = ObjectKey(.resourceQuotas, namespace: "team", name: "a")
                let quota = try await cluster.admin.get(key)
                _ = try await cluster.admin.delete(key, DeletePreconditions(uid: quota.uid ?? ""))
                let edit: JSONValue = ["spec": ["hard": ["pods": "99"]]]
                _ = try await cluster.admin.patch(
                    ObjectKey(.resourceQuotas, namespace: "team", name: "b"), .merge, edit)
                try await until { try await cluster.quotas() == ["a=1", "b=2"] }

                let wish = ObjectKey(.configMaps, namespace: "team", name: "b")
                let uid = try await cluster.admin.get(wish).uid ?? ""
                _ = try await cluster.admin.delete(wish, DeletePreconditions(uid: uid))
                try await until { try await cluster.quotas() == ["a=1"] }
                one.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    @Test("B6: a stop lets the running reconcile finish, then gives the lease back", arguments: 1...5)
    func stopWhileWorking(seed: Int) async throws {
        try await virtually(seed: UInt64(seed), time) { [self] in
            try await install(["a": "1"])
            let one = QuotaOperator("one", cluster) { [time] _ in try await time.sleep(for: .seconds(5)) }
            try await withThrowingTaskGroup { group in
                // runtime               worker
                // stop: queue closed
                // waits                 writes the quota
                //                       ends
                // gives the lease back
                group.addTask { try await one.runtime.run() }
                try await until { one.began.read { !$0.isEmpty } }
                one.runtime.stop()
                try await group.waitForAll()
            }
            let (stored, holder) = (try await cluster.quotas(), try await leaseHolder())
            #expect(stored == ["a=1"])
            #expect(holder == "")
            let writes = cluster.server.writes(by: QuotaOperator.identity("one"))
            #expect(writes.last?.resource.hasPrefix("leases") == true)
        }
    }

    @Test("B6: a worker that does not end in time is cut off, and the lease runs out by itself")
    func drainLimit() async throws {
        try await virtually(time) { [self] in
            try await install(["a": "1"])
            let one = QuotaOperator("one", cluster, drainLimit: .seconds(20)) { [time] _ in
                try await time.sleep(for: .seconds(300))
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await one.runtime.run() }
                try await until { one.began.read { !$0.isEmpty } }
                let stoppedAt = time.monotonic
                one.runtime.stop()
                try await group.waitForAll()
                #expect(time.monotonic - stoppedAt == .seconds(20))
            }
            let (stored, holder) = (try await cluster.quotas(), try await leaseHolder())
            #expect(stored == [])
            #expect(holder == "one")
        }
    }

    @Test("cancelling ends everything at once, and writes nothing more")
    func cancelling() async throws {
        try await virtually(time) { [self] in
            try await install(["a": "1"])
            let one = QuotaOperator("one", cluster)
            await withThrowingTaskGroup { group in
                group.addTask { try await one.runtime.run() }
                try? await until { try await leaseHolder() == "one" }
                let count = cluster.server.writes(by: QuotaOperator.identity("one")).count
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
                #expect(cluster.server.writes(by: QuotaOperator.identity("one")).count == count)
            }
            let holder = try await leaseHolder()
            #expect(holder == "one")
        }
    }

    @Test("a second process follows with warm caches, and takes over as soon as the first has stopped")
    func standby() async throws {
        try await virtually(time) { [self] in
            try await install(["a": "1"])
            let (one, two) = (QuotaOperator("one", cluster), QuotaOperator("two", cluster, seed: 7))
            try await withThrowingTaskGroup { group in
                group.addTask { try await one.runtime.run() }
                try await until { try await cluster.quotas() == ["a=1"] }
                group.addTask { try await two.runtime.run() }
                try await time.sleep(for: .seconds(30))
                #expect(two.runtime.health.phase == .standby)
                #expect(two.runtime.endpoints.answer(HTTPRequest(.get, "/readyz")).status == 200)
                #expect(cluster.server.writes(by: QuotaOperator.identity("two")).isEmpty)
                one.runtime.stop()
                try await until(.seconds(4)) { try await leaseHolder() == "two" }
                try await cluster.wish("b", "2")
                try await until(.seconds(4)) { try await cluster.quotas() == ["a=1", "b=2"] }
                two.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    @Test("A22: who loses the lease sends nothing after the deadline, and ends")
    func leadershipLost() async throws {
        try await virtually(time) { [self] in
            try await install(["a": "1"])
            let one = QuotaOperator("one", cluster)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    await #expect(throws: LeadershipLost.self) { try await one.runtime.run() }
                }
                try await until { try await cluster.quotas() == ["a=1"] }
                cluster.server.plan(Fault(.refuse(status: 503, retryAfter: nil), resource: "leases", count: nil))
                let end = time.monotonic + .seconds(10)
                var wished = 0
                while time.monotonic < end + .seconds(5) {
                    wished += 1
                    try await cluster.wish("late-\(wished)", "1")
                    try await time.sleep(for: .milliseconds(500))
                }
                try await group.waitForAll()
                let late = cluster.server.writes(by: QuotaOperator.identity("one")).filter {
                    $0.time - Timestamp(sinceEpoch: .seconds(1_767_225_600)) > end
                }
                #expect(late.isEmpty)
            }
        }
    }
}
