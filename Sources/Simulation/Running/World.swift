import CodeHosts
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization

/// What is true in a run: hears of everything, keeps the trace, and has it judged.
final class World: ClusterWitness, ProcessObserver {
    fileprivate struct State {
        var judge: Judge
        var trace: Trace
        var processes: [String: OperatorProcess] = [:]
        var writes = 0
        var writeRequests = 0
        var requests = 0
        var faults = 0
        var pending = 0
        var outcomes: [String] = []
        /// How often an environment of each name was made.
        var incarnations: [String: Int] = [:]
        /// When each namespace's credential was made.
        var credentials: [String: Timestamp] = [:]
        var quiet: Quiet?
    }

    let server: SimulatedAPIServer
    let network: Network
    let codeHost: SimulatedCodeHost
    let start: Timestamp
    /// Ends once an invariant is broken, where nobody wants to know how it goes on.
    let integrity: AsyncStream<Void>
    private let breach: AsyncStream<Void>.Continuation
    private let endsWhenBroken: Bool
    private let state: Mutex<State>

    init(_ server: SimulatedAPIServer, hearsAll: Bool, keepsTrace: Bool) {
        self.server = server
        network = Network(server.time)
        codeHost = SimulatedCodeHost(.gitHub, at: "https://api.github.com", time: server.time)
        start = server.time.now
        endsWhenBroken = !keepsTrace
        (integrity, breach) = AsyncStream.makeStream()
        state = Mutex(
            State(
                judge: Judge(start: start, hearsAll: hearsAll), trace: Trace(start: start, isKept: keepsTrace)))
    }

    var truth: Truth { state.withLock(\.judge.truth) }

    // MARK: - Hearing

    func witness(_ facts: [ClusterFact]) { for fact in facts { observe(.cluster(fact)) } }

    func observe(_ fact: Fact) {
        let now = server.time.now
        let (dead, isBroken) = state.withLock { state in
            state.trace.add(fact)
            state.judge.hear(fact, at: now)
            return (state.count(fact), !state.judge.violations.isEmpty)
        }
        dead?.die()
        if isBroken, endsWhenBroken { breach.finish() }
    }

    /// Notes what somebody did, and what came of it.
    func noteAction(_ action: Action, _ outcome: String) {
        let now = server.time.now
        state.withLock { state in
            state.outcomes.append(state.told(action, outcome))
            state.trace.add("\(action): \(outcome)", at: now)
        }
    }

    func note(_ invariant: String, _ text: String) {
        let now = server.time.now
        state.withLock { $0.judge.note(invariant, text, at: now) }
    }

    // MARK: - Processes and people

    func register(_ process: OperatorProcess) { state.withLock { $0.processes[process.name] = process } }

    func crashAll() {
        let processes = state.withLock { state in
            defer { state.processes = [:] }
            return state.processes.sorted { $0.key < $1.key }.map(\.value)
        }
        for process in processes { process.die() }
    }

    /// Has every process hear of a pull request as a code host tells of it.
    func deliver(_ name: String, _ action: String) throws(KubernetesError) {
        let request = codeHost.webhook(try People.number(name), action, at: server.time.now)
        let processes = state.withLock { $0.processes.sorted { $0.key < $1.key }.map(\.value) }
        for process in processes { process.hear(request) }
    }

    func begin() { state.withLock { $0.pending += 1 } }
    func end() { state.withLock { $0.pending -= 1 } }
    var isSomebodyBusy: Bool { state.withLock { $0.pending > 0 } }

    /// From now on nothing may be written.
    func beginQuiet() {
        state.withLock { $0.quiet = Quiet($0.judge.truth, credentials: $0.credentials) }
    }

    /// What was written although nothing was to be.
    func endQuiet() -> [WriteRecord] {
        state.withLock { state in
            defer { state.quiet = nil }
            return state.quiet?.writes ?? []
        }
    }

    /// Lets go of the cluster and its processes, which know it as well: else none of them would ever be freed.
    func close() {
        server.detachWitness()
        state.withLock { $0.processes = [:] }
    }

    func report(_ settled: Duration?) -> RunReport {
        let (state, time) = state.withLock { ($0, server.time.now - start) }
        return RunReport(
            hash: state.trace.hash, violations: state.judge.violations, duration: time, settledAfter: settled,
            requests: state.requests, writes: state.writes, writeRequests: state.writeRequests, faults: state.faults,
            trace: state.trace.lines, endState: EndState(state.judge.truth), outcomes: state.outcomes.sorted())
    }
}

extension World.State {
    /// Counts a fact; returns the process that dies of it.
    fileprivate mutating func count(_ fact: Fact) -> OperatorProcess? {
        switch fact {
        case .sent(_, let request, _):
            requests += 1
            if [.post, .patch, .delete].contains(request.request.method) { writeRequests += 1 }
        case .cluster(.request(let record))
        where record.identity.isOperator && !record.isDryRun && !record.resource.hasPrefix("leases"):
            writes += 1
            quiet?.take(record)
            if record.isCredential { credentials[record.namespace] = record.time }
        case .cluster(.fault(let effect, let identity)):
            faults += 1
            if case .trap = effect { processes[identity.process]?.trap() }
            if effect.isDeadly { return processes.removeValue(forKey: identity.process) }
        default: break
        }
        return nil
    }
}

extension KubernetesSimulator.Fault.Effect {
    fileprivate var isDeadly: Bool {
        switch self {
        case .crash, .trap: true
        default: false
        }
    }
}

/// What came of a run.
package struct RunReport: Sendable {
    /// The same for the same scenario, seed and plan, in every process.
    package var hash: UInt64
    package var violations: [Violation]
    /// Virtual.
    package var duration: Duration
    /// How long after the last fault everything was as asked for; `nil`: never.
    package var settledAfter: Duration?
    package var requests: Int
    /// The operator's, without its lease.
    package var writes: Int
    /// What a plan counts as a write: those, and what only asks by way of a write.
    package var writeRequests: Int
    /// How many requests were struck.
    package var faults: Int
    /// What happened, a line each, where that was asked for.
    package var trace: [String]
    var endState: EndState
    /// What came of people's actions.
    var outcomes: [String]
}

extension World.State {
    /// What came of an action, and which of several environments of one name it met: others are another story.
    fileprivate mutating func told(_ action: Action, _ outcome: String) -> String {
        guard let name = action.arguments.first else { return "\(action): \(outcome)" }
        if action.verb == .create { incarnations[name, default: 0] += 1 }
        return "\(action): \(outcome), on number \(incarnations[name] ?? 0)"
    }
}
