import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct LeaderElectorTests {
    static let namespace = "kube-system"
    static let key = ObjectKey(.leases, namespace: namespace, name: "envfactory")

    let cluster = SimulatedCluster()
    var time: SimulatedTime { cluster.time }

    /// One process that takes part.
    struct Candidate: Sendable {
        let elector: LeaderElector
        let gate: LeadershipGate

        init(_ name: String, _ cluster: SimulatedCluster, seed: UInt64) {
            let time = cluster.time
            gate = LeadershipGate(time: time)
            elector = LeaderElector(
                client: cluster.client(as: Identity(user: name, groups: ["system:masters"])),
                namespace: LeaderElectorTests.namespace, name: "envfactory", identity: name, gate: gate, time: time,
                random: SeededRandom(seed: seed), metrics: MetricRegistry(),
                log: Logger(sink: MemorySink()) { time.now })
        }

        /// Whether a write would be sent now.
        var mayWrite: Bool {
            do {
                try gate.permit()
                return true
            } catch { return false }
        }
    }

    /// A lease that nobody holds, as an installation brings it.
    func install() async throws {
        _ = try await cluster.admin.create(
            KubernetesObject(.leases, namespace: Self.namespace, name: "envfactory"), as: .leases)
    }

    func record() async throws -> LeaseRecord { LeaseRecord(try await cluster.admin.get(Self.key)) }

    @Test("leads at once where the lease is free, renews it, and gives it back after the work")
    func wholeLife() async throws {
        try await virtually(time) { [self] in
            try await install()
            let candidate = Candidate("a", cluster, seed: 1)
            #expect(!candidate.mayWrite)
            try await candidate.elector.acquire()
            #expect(time.monotonic == .zero)
            try await candidate.elector.hold {
                for _ in 0..<60 {
                    try await time.sleep(for: .seconds(1))
                    #expect(candidate.mayWrite)
                }
                let held = try await record()
                #expect(held.holder == "a")
                return true
            }
            #expect(!candidate.mayWrite)
            let released = try await record()
            #expect(released.isReleased)
            #expect(cluster.server.writes.count < 40)
        }
    }

    @Test("work that was cut off keeps the lease: another process waits for its end")
    func unclean() async throws {
        try await virtually(time) { [self] in
            try await install()
            let candidate = Candidate("a", cluster, seed: 1)
            try await candidate.elector.acquire()
            try await candidate.elector.hold { false }
            let held = try await record()
            #expect(held.holder == "a")
            #expect(!candidate.mayWrite)
        }
    }

    @Test("A22: when renewing fails, nothing is written after the deadline, the work is cancelled and leadership lost")
    func lost() async throws {
        try await virtually(time) { [self] in
            try await install()
            let candidate = Candidate("a", cluster, seed: 1)
            try await candidate.elector.acquire()
            cluster.server.plan(Fault(.refuse(status: 503, retryAfter: nil), resource: "leases", count: nil))
            let cancelledAt = Monitor(Duration.zero)
            await #expect(throws: LeadershipLost.self) {
                try await candidate.elector.hold {
                    do {
                        try await time.sleep(for: .seconds(3_600))
                    } catch {
                        cancelledAt.withLock { $0 = time.monotonic }
                        #expect(!candidate.mayWrite)
                    }
                    return true
                }
            }
            #expect(cancelledAt.read(\.self) == .seconds(10))
            cluster.server.clearFaults()
            let held = try await record()
            #expect(held.holder == "a")
        }
    }

    @Test("a server that does not answer is given up in time to try again")
    func hanging() async throws {
        try await virtually(time) { [self] in
            try await install()
            let candidate = Candidate("a", cluster, seed: 1)
            try await candidate.elector.acquire()
            cluster.server.plan(Fault(.delay(.seconds(60)), resource: "leases", count: 1))
            try await candidate.elector.hold {
                for _ in 0..<40 {
                    try await time.sleep(for: .milliseconds(500))
                    #expect(candidate.mayWrite)
                }
                return true
            }
        }
    }

    @Test("a renewal whose answers are lost goes on", arguments: 1...5)
    func lostAnswers(seed: Int) async throws {
        try await virtually(seed: UInt64(seed), time) { [self] in
            try await install()
            let candidate = Candidate("a", cluster, seed: UInt64(seed))
            try await candidate.elector.acquire()
            for skipping in stride(from: 0, to: 40, by: 2) {
                cluster.server.plan(
                    Fault(.loseResponse(.interrupted), verbs: [.update], resource: "leases", skipping: skipping))
            }
            try await candidate.elector.hold {
                for _ in 0..<100 {
                    try await time.sleep(for: .seconds(1))
                    #expect(candidate.mayWrite)
                }
                return true
            }
            let released = try await record()
            #expect(released.isReleased)
        }
    }

    @Test(
        "of two processes the second takes over after the first has died, never while it may write", arguments: 1...10)
    func takeover(seed: Int) async throws {
        try await virtually(seed: UInt64(seed), time) { [self] in
            try await install()
            let (a, b) = (Candidate("a", cluster, seed: UInt64(seed)), Candidate("b", cluster, seed: UInt64(seed) + 99))
            try await a.elector.acquire()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    // a                          b
                    // leads
                    // all its requests fail      waits
                    // its gate closes at 10 s    waits
                    //                            takes the lease at 15 s, not earlier
                    try? await a.elector.hold {
                        try await time.sleep(for: .seconds(20))
                        cluster.server.crash(Identity(user: "a"))
                        try await time.sleep(for: .seconds(3_600))
                        return true
                    }
                }
                group.addTask {
                    try await b.elector.acquire()
                    #expect(!a.mayWrite)
                    #expect(time.monotonic >= .seconds(30))
                    #expect(time.monotonic < .seconds(42))
                    let held = try await record()
                    #expect(held.holder == "b")
                    #expect(held.transitions == 2)
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("identities differ, also of processes on one host")
    func identity() {
        let random = SeededRandom(seed: 1)
        let identities = (0..<10).map { _ in LeaderElector.identity(host: "pod-1", random: random) }
        #expect(Set(identities).count == 10)
        #expect(identities.allSatisfy { $0.hasPrefix("pod-1_") })
    }
}
