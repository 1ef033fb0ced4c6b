import ControllerRuntime
import Formats
import Kubernetes
import Testing

@Suite struct LeaseElectionTests {
    static let wallClock = Timestamp(sinceEpoch: .seconds(1_767_225_600))

    /// A lease as a server would hold it.
    func lease(_ record: LeaseRecord, version: Int) -> KubernetesObject {
        var lease = KubernetesObject(.leases, namespace: "envfactory-system", name: "envfactory")
        lease["metadata"]?["resourceVersion"] = .string("\(version)")
        lease["metadata"]?["uid"] = "u"
        lease["spec"] = record.spec
        return lease
    }

    func held(by holder: String, version: Int, duration: Duration = .seconds(15)) -> KubernetesObject {
        lease(LeaseRecord(holder: holder, duration: duration), version: version)
    }

    func step(_ election: LeaseElection, _ now: Duration) -> LeaseElection.Step {
        election.step(now: now, wallClock: Self.wallClock)
    }

    /// An election that leads since `now`.
    func leader(at now: Duration = .zero) -> LeaseElection {
        var election = LeaseElection(identity: "me")
        election.didRead(lease(LeaseRecord(holder: "", duration: nil), version: 1), now: now, fraction: 0)
        election.didWrite(held(by: "me", version: 2), sentAt: now, now: now, fraction: 0)
        return election
    }

    @Test("a released lease is taken at once, by a compare-and-set that counts the transition")
    func takesReleased() {
        var election = LeaseElection(identity: "me")
        #expect(step(election, .zero) == .read)
        let released = lease(LeaseRecord(holder: "", duration: .seconds(1), transitions: 4), version: 7)
        election.didRead(released, now: .zero, fraction: 0)
        guard case .replace(let wanted) = step(election, .zero) else { return #expect(Bool(false)) }
        #expect(wanted.resourceVersion == "7")
        #expect(LeaseRecord(wanted).holder == "me")
        #expect(LeaseRecord(wanted).transitions == 5)
        #expect(!election.isLeading)
        election.didWrite(held(by: "me", version: 8), sentAt: .zero, now: .seconds(1), fraction: 0)
        // Counted from when it was sent, not from when the answer came.
        #expect(election.leadingUntil == .seconds(10))
    }

    @Test("another's lease is taken only when it has not changed for its whole duration by our own clock")
    func waitsForExpiry() {
        var election = LeaseElection(identity: "me")
        // Its times say that it ended long ago; the clock of who wrote them may be wrong.
        var old = LeaseRecord(holder: "other", duration: .seconds(15))
        old.renewTime = "2001-01-01T00:00:00.000000Z"
        var now = Duration.seconds(100)
        var renewals = 0
        while now < .seconds(130) {
            switch step(election, now) {
            case .read:
                if now == .seconds(100) || renewals == 1 { renewals += 1 }
                election.didRead(lease(old, version: now < .seconds(110) ? 1 : 2), now: now, fraction: 0)
            case .wait(let wait): now += wait
            case .replace: return #expect(now >= .seconds(125) && now < .seconds(126))
            case .create, .lost: return #expect(Bool(false))
            }
        }
        #expect(Bool(false), "the lease was never taken")
    }

    @Test("a longer duration in the record is respected, a shorter one is not trusted", arguments: [(60, 60), (2, 15)])
    func recordDuration(recorded: Int, waited: Int) {
        var election = LeaseElection(identity: "me")
        let other = held(by: "other", version: 1, duration: .seconds(recorded))
        election.didRead(other, now: .zero, fraction: 0)
        election.didRead(other, now: .seconds(waited - 1), fraction: 0)
        guard case .wait = step(election, .seconds(waited - 1)) else { return #expect(Bool(false)) }
        election.didRead(other, now: .seconds(waited), fraction: 0)
        guard case .replace = step(election, .seconds(waited)) else { return #expect(Bool(false)) }
    }

    @Test("A24: a holder emptied by hand is no release: the old holder may still write")
    func emptiedHolder() {
        var election = LeaseElection(identity: "me")
        let emptied = lease(LeaseRecord(holder: "", duration: .seconds(15)), version: 3)
        election.didRead(emptied, now: .zero, fraction: 0)
        guard case .wait = step(election, .zero) else { return #expect(Bool(false)) }
        election.didRead(emptied, now: .seconds(15), fraction: 0)
        guard case .replace = step(election, .seconds(15)) else { return #expect(Bool(false)) }
    }

    @Test("who creates a missing lease holds it for its duration before leading")
    func createdLease() {
        var election = LeaseElection(identity: "me")
        election.didRead(nil, now: .zero, fraction: 0)
        guard case .create(let spec) = step(election, .zero) else { return #expect(Bool(false)) }
        #expect(spec["holderIdentity"]?.string == "me")
        election.willCreate(now: .zero)
        election.didWrite(held(by: "me", version: 1), sentAt: .zero, now: .zero, fraction: 0)
        for (second, version) in [(3, 2), (7, 3), (14, 4)] {
            #expect(!election.isLeading)
            guard case .replace = step(election, .seconds(second)) else { return #expect(Bool(false)) }
            election.didWrite(
                held(by: "me", version: version), sentAt: .seconds(second), now: .seconds(second), fraction: 0)
        }
        election.didWrite(held(by: "me", version: 5), sentAt: .seconds(16), now: .seconds(16), fraction: 0)
        #expect(election.leadingUntil == .seconds(26))
    }

    @Test("a create whose answer is lost waits as long as one that was answered")
    func ambiguousCreate() {
        var election = LeaseElection(identity: "me")
        election.didRead(nil, now: .zero, fraction: 0)
        election.willCreate(now: .zero)
        election.didFail(.interrupted, now: .seconds(1), fraction: 0)
        #expect(step(election, .seconds(3)) == .read)
        election.didRead(held(by: "me", version: 1), now: .seconds(3), fraction: 0)
        guard case .replace = step(election, .seconds(3)) else { return #expect(Bool(false)) }
        election.didWrite(held(by: "me", version: 2), sentAt: .seconds(3), now: .seconds(3), fraction: 0)
        #expect(!election.isLeading)
    }

    @Test("a leader renews every retry period, and each renewal moves its deadline")
    func renewal() {
        var election = leader()
        #expect(step(election, .seconds(1)) == .wait(.seconds(1)))
        guard case .replace(let renewed) = step(election, .seconds(2)) else { return #expect(Bool(false)) }
        #expect(renewed.resourceVersion == "2")
        election.didWrite(held(by: "me", version: 3), sentAt: .seconds(2), now: .seconds(3), fraction: 0)
        #expect(election.leadingUntil == .seconds(12))
    }

    @Test("A21: a leader whose wall clock stands still renews all the same: others see every renewal")
    func standstill() {
        var election = leader()
        var seen: [String?] = []
        for version in 3...6 {
            let now = Duration.seconds(3 * version)
            guard case .replace(let renewed) = step(election, now) else { return #expect(Bool(false)) }
            seen.append(LeaseRecord(renewed).renewTime)
            election.didWrite(lease(LeaseRecord(renewed), version: version), sentAt: now, now: now, fraction: 0)
        }
        for (earlier, later) in zip(seen, seen.dropFirst()) { #expect(earlier != later) }
    }

    @Test("A24: a renewal without an answer is read back, renewed and does not extend by itself")
    func ambiguousRenewal() {
        var election = leader()
        election.didFail(.timeout, now: .seconds(5), fraction: 0)
        #expect(election.leadingUntil == .seconds(10))
        #expect(step(election, .seconds(7)) == .read)
        // It did arrive: the version is another, the holder is us.
        election.didRead(held(by: "me", version: 3), now: .seconds(7), fraction: 0)
        #expect(election.leadingUntil == .seconds(10))
        guard case .replace(let renewed) = step(election, .seconds(7)) else { return #expect(Bool(false)) }
        #expect(renewed.resourceVersion == "3")
        election.didWrite(held(by: "me", version: 4), sentAt: .seconds(7), now: .seconds(7), fraction: 0)
        #expect(election.leadingUntil == .seconds(17))
    }

    @Test("without a renewal leadership ends at the deadline, five seconds before another may take the lease")
    func deadline() {
        var election = leader()
        for second in stride(from: 2, to: 10, by: 2) {
            election.didFail(.unreachable, now: .seconds(second), fraction: 1)
        }
        #expect(step(election, .milliseconds(9_999)) == .wait(.milliseconds(1)))
        guard case .lost = step(election, .seconds(10)) else { return #expect(Bool(false)) }
    }

    @Test("A24: a lease that names another ends leadership at once")
    func stolen() {
        var election = leader()
        election.didFail(.conflict, now: .seconds(2), fraction: 0)
        election.didRead(held(by: "thief", version: 9), now: .seconds(3), fraction: 0)
        guard case .lost(let reason) = step(election, .seconds(3)) else { return #expect(Bool(false)) }
        #expect(reason.contains("thief"))
    }

    @Test("A24: a leader whose lease was deleted makes it again and goes on; a rival's would collide")
    func deleted() {
        var election = leader()
        election.didFail(.notFound, now: .seconds(2), fraction: 0)
        election.didRead(nil, now: .seconds(3), fraction: 0)
        guard case .create = step(election, .seconds(3)) else { return #expect(Bool(false)) }
        election.willCreate(now: .seconds(3))
        election.didWrite(held(by: "me", version: 12), sentAt: .seconds(3), now: .seconds(3), fraction: 0)
        #expect(election.leadingUntil == .seconds(13))
    }

    @Test("only a leader that knows its lease gives it back, without a holder and for a second")
    func release() {
        var election = leader()
        let released = election.release(wallClock: Self.wallClock)
        #expect(released?.resourceVersion == "2")
        #expect(released.map(LeaseRecord.init)?.isReleased == true)
        #expect(released?["spec"]?["holderIdentity"] == nil)
        election.didFail(.timeout, now: .seconds(1), fraction: 0)
        #expect(election.release(wallClock: Self.wallClock) == nil)
        #expect(LeaseElection(identity: "me").release(wallClock: Self.wallClock) == nil)
    }

    @Test("a malformed lease traps nobody", arguments: [Int64.min, -1, 0, .max])
    func malformed(number: Int64) {
        var strange = held(by: "other", version: 1)
        strange["spec"]?["leaseDurationSeconds"] = .integer(number)
        strange["spec"]?["leaseTransitions"] = .integer(number)
        var election = LeaseElection(identity: "me")
        election.didRead(strange, now: .zero, fraction: 0)
        election.didRead(strange, now: .seconds(200_000), fraction: 0)
        guard case .replace = step(election, .seconds(200_000)) else { return #expect(Bool(false)) }
    }

    @Test("A24: two elections and a lease: never do both lead by their own view, whatever is lost or deleted")
    func twoCandidates() {
        for seed in 1...200 {
            var model = Model(seed: UInt64(seed))
            for _ in 0..<400 { model.advance() }
            #expect(model.violations == [], "seed \(seed)")
            #expect(model.led > 0, "nobody ever led, seed \(seed)")
        }
    }
}

/// A lease on a server, two processes, and a network that loses answers.
private struct Model {
    var random: SplitMix
    var now = Duration.zero
    var elections = ["a", "b"].map { LeaseElection(identity: $0) }
    var stored: KubernetesObject?
    var version = 0
    var violations: [String] = []
    var led = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

    mutating func advance() {
        now += .milliseconds(Int(random.next() % 1_500))
        if chance(1) { stored = nil }  // Somebody deletes the lease.
        if chance(1), stored != nil { store(stored?["spec"].map { spec in emptied(spec) }) }
        act(Int(random.next() % 2))
        let leading = elections.filter { ($0.leadingUntil ?? .zero) > now }.map(\.identity)
        if leading.count > 1 { violations.append("\(now): \(leading)") }
        led += leading.count
    }

    func emptied(_ spec: JSONValue) -> JSONValue {
        var spec = spec
        spec["holderIdentity"] = nil
        return spec
    }

    mutating func store(_ spec: JSONValue?) {
        version += 1
        var lease = KubernetesObject(.leases, namespace: "n", name: "l")
        lease["metadata"]?["uid"] = stored?["metadata"]?["uid"] ?? .string("\(version)")
        lease["metadata"]?["resourceVersion"] = .string("\(version)")
        lease["spec"] = spec
        stored = lease
    }

    mutating func act(_ index: Int) {
        let wallClock = Timestamp(sinceEpoch: now)
        let sentAt = now
        let fraction = Double(random.next() % 100) / 100
        let isRequestLost = chance(10)
        let isAnswerLost = chance(10)
        switch elections[index].step(now: now, wallClock: wallClock) {
        case .wait: return
        case .lost: elections[index] = LeaseElection(identity: elections[index].identity + "'")  // A new process.
        case .read:
            if isRequestLost { return elections[index].didFail(.unreachable, now: now, fraction: fraction) }
            elections[index].didRead(stored, now: now, fraction: fraction)
        case .create(let spec):
            elections[index].willCreate(now: now)
            write(index, sentAt, isRequestLost, isAnswerLost, isAllowed: stored == nil, spec, .alreadyExists, fraction)
        case .replace(let lease):
            let isCurrent = stored?.resourceVersion == lease.resourceVersion
            write(index, sentAt, isRequestLost, isAnswerLost, isAllowed: isCurrent, lease["spec"], .conflict, fraction)
        }
    }

    mutating func write(
        _ index: Int,
        _ sentAt: Duration,
        _ isRequestLost: Bool,
        _ isAnswerLost: Bool,
        isAllowed: Bool,
        _ spec: JSONValue?,
        _ refusal: KubernetesError.Code,
        _ fraction: Double
    ) {
        if isRequestLost { return elections[index].didFail(.unreachable, now: now, fraction: fraction) }
        guard isAllowed else { return elections[index].didFail(refusal, now: now, fraction: fraction) }
        store(spec)
        if isAnswerLost { return elections[index].didFail(.interrupted, now: now, fraction: fraction) }
        if let stored { elections[index].didWrite(stored, sentAt: sentAt, now: now, fraction: fraction) }
    }
}
