import CodeHosts
import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// All that a process knows of pull requests and the hosts that they are at: what to ask next, and what follows from
/// the answers.
///
/// Bounded by the number of environments and of hosts.
struct PullRequestMemory: Sendable {
    /// A code host, and the version of the Secret that tells of it.
    struct Host: Sendable, Hashable {
        var host: CodeHost
        var version: String

        var configuration: String { "\(host.name)/\(version)" }
    }

    /// What to do about one environment's pull request now.
    enum Step: Sendable, Hashable {
        case ask(Host, PullRequestName, tag: String?)
        case wait(Duration)
        /// There is nobody to ask.
        case unknown
        /// It is nobody's business any more.
        case forget
    }

    private(set) var hosts: [Host] = []
    private var records: [NamespacedName: PullRequestRecord] = [:]
    /// By the repository, in lower case.
    private var names: [String: Set<NamespacedName>] = [:]
    private var paces: [String: HostPace] = [:]

    var isEmpty: Bool { records.isEmpty }

    // MARK: - Environments

    /// Takes in an environment as it is now; whether there is a new question to ask.
    mutating func note(_ environment: Environment, as name: NamespacedName) -> Bool {
        if let known = records[name], known.isOf(environment) { return false }
        forget(name)
        guard let record = PullRequestRecord(environment) else { return false }
        records[name] = record
        names[Self.index(record.source), default: []].insert(name)
        return true
    }

    mutating func forget(_ name: NamespacedName) {
        guard let record = records.removeValue(forKey: name) else { return }
        let index = Self.index(record.source)
        names[index]?.remove(name)
        if names[index]?.isEmpty == true { names[index] = nil }
    }

    private static func index(_ source: Environment.Source) -> String { source.repository?.lowercased() ?? "" }

    // MARK: - Hosts

    /// Takes in the hosts that there are.
    ///
    /// - Returns: The environments whose questions may have other answers now.
    mutating func setHosts(_ new: [Host]) -> [NamespacedName] {
        let sorted = new.sorted { $0.host.name < $1.host.name }
        guard sorted != hosts else { return [] }
        // What another token was refused says nothing of this one.
        let known = Set(hosts.map(\.configuration))
        for host in sorted where !known.contains(host.configuration) { paces[host.host.name] = nil }
        hosts = sorted
        let names = Set(sorted.map(\.host.name))
        paces = paces.filter { names.contains($0.key) }
        return records.keys.sorted { $0.description < $1.description }
    }

    private func choice(_ record: PullRequestRecord) -> CodeHostChoice {
        record.source.choice(among: hosts.map(\.host))
    }

    private func known(_ host: CodeHost) -> Host? { hosts.first { $0.host.name == host.name } }

    // MARK: - Hints

    /// The environments that a webhook of one host is about; they are asked for before all others.
    mutating func hear(_ hint: WebhookHint, from host: CodeHost) -> [NamespacedName] {
        guard hint.passes(host) else { return [] }
        let candidates = names[hint.repository.lowercased()] ?? []
        let meant = candidates.sorted { $0.description < $1.description }.filter { name in
            guard let record = records[name], record.isMeant(by: hint.subject),
                case .host(let chosen, _) = choice(record)
            else { return false }
            return chosen.server == host.server
        }
        for name in meant {
            records[name]?.isHinted = true
            records[name]?.place = nil
        }
        return meant
    }

    // MARK: - Asking

    /// What to do about an environment's pull request now.
    mutating func step(_ name: NamespacedName, now: Duration) -> Step {
        guard var record = records[name] else { return .forget }
        defer { records[name] = record }
        guard case .host(let chosen, let pullRequest) = choice(record), let host = known(chosen) else {
            record.fail(nil, now: now)
            return .unknown
        }
        let line: HostPace.Line = record.isHinted ? .hint : .schedule
        var pace = paces[chosen.name] ?? HostPace()
        defer { paces[chosen.name] = pace }
        let place = record.place ?? pace.place(in: line, now: now)
        record.place = place
        guard place <= now else { return .wait(place - now) }
        record.place = nil
        guard !pace.isPaused(line, now: now) else {
            let later = pace.place(in: line, now: now)
            record.place = later
            return .wait(later - now)
        }
        record.turn(to: host.configuration)
        return .ask(host, pullRequest, tag: record.tag(at: host.configuration))
    }

    /// Takes in what came of asking.
    mutating func note(
        _ answer: PullRequestAnswer, _ limit: RateLimit?, to name: NamespacedName, at host: Host, now: Duration,
        fraction: Double
    ) {
        var failure: PullRequestFailure?
        if case .failure(let found) = answer { failure = found }
        if known(host.host)?.configuration == host.configuration {
            paces[host.host.name, default: HostPace()].note(failure, limit, now: now, fraction: fraction)
        }
        // The Secret may have changed while its host was asked.
        guard records[name]?.configuration == host.configuration else { return }
        records[name]?.note(answer, now: now)
    }

    func wait(for name: NamespacedName, _ interval: Duration, _ fraction: Double) -> Duration {
        records[name]?.wait(interval, fraction) ?? interval
    }

    // MARK: - What follows

    /// What is known of an environment's pull request; `nil` where nothing new is.
    func outlook(for environment: Environment, as name: NamespacedName, now: Duration) -> PullRequestOutlook? {
        guard let phase = environment.pullRequestPhase else {
            let isStale = environment.spec.source?.isPullRequest != true && environment.endReason == nil
            return isStale && environment.status.condition(.pullRequestOpen) != nil ? .notNeeded : nil
        }
        guard let record = records[name], record.isOf(environment) else { return nil }
        let choice = choice(record)
        if case .host(_, let pullRequest) = choice, record.failure == nil, let state = record.state {
            switch (phase, state.isOpen, record.isConfirmed) {
            case (.living, true, _): return .open(pullRequest)
            case (.living, false, true): return .over(pullRequest, state)
            case (.closed, true, true): return .reopened
            default: return nil
            }
        }
        guard phase == .living, record.isUnknown(environment, now: now) else { return nil }
        if let failure = record.failure { return .unknown(PullRequestReason(failure.reason), failure.message) }
        // Where no host is configured at all nobody expects to be told.
        guard case .none(let reason, let message) = choice, !hosts.isEmpty || environment.isToldOpen else { return nil }
        return .unknown(reason, message)
    }
}

extension PullRequestRecord {
    fileprivate func isMeant(by subject: WebhookHint.Subject) -> Bool {
        switch subject {
        case .pullRequest(let number): source.pullRequest == number
        case .branch(let name, paths: _), .tag(let name): source.branch == name
        }
    }
}

extension PullRequestReason {
    init(_ reason: PullRequestFailure.Reason) {
        self =
            switch reason {
            case .notFound: .notFound
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .rateLimited: .rateLimited
            case .moved: .moved
            case .unavailable: .unavailable
            case .answerInvalid: .answerInvalid
            }
    }
}
