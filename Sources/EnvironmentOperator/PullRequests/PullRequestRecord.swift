import CodeHosts
import EnvironmentAPI

/// What a process knows of one environment's pull request; all of it can be lost without harm.
///
/// ```
///                 answered as before, or 304
///                        ┌────┐
///                        ▼    │          nothing was expected to change
///   (new) ──answer──▶ said once ───────────────────────────────▶ settled
///                        │  ▲
///       it would end, or  │  │ the second answer differs
///       clear, something  ▼  │
///                    asked again, without a tag ──the same──▶ confirmed
/// ```
///
/// Two answers must say it before something ends by it: hosts read from copies that lag.
struct PullRequestRecord: Sendable {
    let uid: String
    let phase: Environment.PullRequestPhase
    let source: Environment.Source
    /// Which configuration of which host the rest came from.
    private(set) var configuration: String?
    private(set) var tag: String?
    private(set) var state: PullRequestState?
    private(set) var isConfirmed = false
    private(set) var failure: PullRequestFailure?
    private(set) var failures = 0
    /// Since when nobody can tell.
    private(set) var failingSince: Duration?
    /// Its place in the host's line.
    var place: Duration?
    /// Somebody said that there is news.
    var isHinted = false

    private var stateSince: Duration = .zero

    /// Between the two answers that end something, and those that clear a tombstone away.
    private static let confirmation: (ends: Duration, clears: Duration) = (.seconds(10), .seconds(60))
    /// What was known to be open is not called unknown sooner.
    static let tolerance: Duration = .seconds(600)

    init?(_ environment: Environment) {
        guard let phase = environment.pullRequestPhase, let source = environment.spec.source else { return nil }
        self.phase = phase
        self.source = source
        uid = environment.metadata.uid
    }

    /// Whether it is about this environment, as it is.
    func isOf(_ environment: Environment) -> Bool {
        uid == environment.metadata.uid && phase == environment.pullRequestPhase && source == environment.spec.source
    }

    /// Something would follow from the state if it was said again.
    var needsConfirmation: Bool {
        guard let state, !isConfirmed else { return false }
        return (phase == .living) != state.isOpen
    }

    /// What the next question may name: nothing where the whole answer is to be seen again.
    func tag(at configuration: String) -> String? {
        configuration == self.configuration && !needsConfirmation ? tag : nil
    }

    // MARK: - Taking in

    /// What came before is of no use: it is of another host, or of other credentials.
    mutating func turn(to configuration: String) {
        guard configuration != self.configuration else { return }
        self.configuration = configuration
        (tag, state, isConfirmed) = (nil, nil, false)
    }

    mutating func note(_ answer: PullRequestAnswer, now: Duration) {
        isHinted = false
        switch answer {
        case .unchanged: succeed()
        case .state(let new, let tag):
            succeed()
            self.tag = tag
            if new.isOpen != state?.isOpen {
                (stateSince, isConfirmed) = (now, false)
            } else if needsConfirmation, now - stateSince >= gap {
                isConfirmed = true
            }
            state = new
        case .failure(let failure): fail(failure, now: now)
        }
    }

    /// Takes note that there is nobody to ask.
    mutating func fail(_ failure: PullRequestFailure?, now: Duration) {
        isHinted = false
        self.failure = failure
        failures += 1
        failingSince = failingSince ?? now
    }

    private mutating func succeed() { (failure, failures, failingSince) = (nil, 0, nil) }

    private var gap: Duration { phase == .living ? Self.confirmation.ends : Self.confirmation.clears }

    // MARK: - What follows

    /// When to ask again: `interval` as a rule, later for what fails by itself, sooner where an answer is to be
    /// confirmed.
    ///
    /// `fraction`, chance in 0..<1, spreads them.
    func wait(_ interval: Duration, _ fraction: Double) -> Duration {
        if needsConfirmation, failure == nil { return gap }
        let patience = min(max(failures - 1, 0), failure?.isOfHost == true ? 0 : 4)
        return interval * Double(1 << patience) * (0.9 + fraction / 5)
    }

    /// Nobody can tell, and it is time to say so.
    func isUnknown(_ environment: Environment, now: Duration) -> Bool {
        guard let failingSince else { return false }
        return !environment.isToldOpen || now - failingSince >= Self.tolerance
    }
}
