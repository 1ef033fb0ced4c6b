import Formats
import Kubernetes

/// Brings a release to what is desired: a first install, an upgrade, or a way back to an older revision.
///
///     none, other inputs, failed long enough ago ──▶ begin: pending record
///     pending, ours ──▶ resume: hooks before ──▶ objects ──▶ hooks after ──▶ superseded, deployed
///     deployed, same inputs ──▶ keep: drift is mended, old records go
///
/// The pending record comes before anything else, so that whoever comes later knows what has begun.
struct ReleaseDeployment: Sendable {
    let desired: DesiredRelease
    /// The revision to go back to.
    let target: Int?
    let context: ReleaseContext

    var history: ReleaseHistory { context.history }

    init(_ desired: DesiredRelease, to target: Int?, _ observation: ReleaseObservation, _ policy: ReleasePolicy) {
        (self.desired, self.target) = (desired, target)
        let verb: ReleaseOperation.Verb = target.map { .rollback(to: $0) } ?? .deploy(digest: desired.digest)
        context = ReleaseContext(desired.scope, verb, observation, policy)
    }

    var plan: ReleasePlan {
        if let plan = foreignRelease { return plan }
        guard let newest = history.newest else { return begin(.absent, "the release is not installed") }
        guard let release = newest.release else {
            return begin(.outOfSync, "revision \(newest.revision) cannot be read")
        }
        if release.status.isInFlight {
            return context.operation.wrote(newest) && release.status.isPending
                ? resume(newest, release) : supersede(newest, release)
        }
        if release.status == .failed, context.operation.wrote(newest) { return retry(newest, release) }
        if release.status == .deployed, isWanted(newest) { return keep(newest, release) }
        return begin(.outOfSync, "revision \(newest.revision) (\(release.status.rawValue)) was made of other inputs")
    }

    /// Whether a revision is what is desired; going back leads to inputs that may be desired again.
    private func isWanted(_ stored: StoredRelease) -> Bool {
        target == nil ? stored.appliedDigest == desired.digest : context.operation.wrote(stored)
    }
}

// MARK: - What is somebody else's

extension ReleaseDeployment {
    private var foreignRelease: ReleasePlan? {
        let name: String = "\(context.scope.namespace)/\(context.scope.name)"
        guard history.stored.isEmpty || history.isOurs else {
            let command: String = "helm uninstall \(context.scope.name) --namespace \(context.scope.namespace)"
            return ReleasePlan(
                .conflict, "release \(name) is somebody else's: run \"\(command)\", or choose another name")
        }
        if let last = history.stored.last, history.nextRevision > ReleaseWords.maximumRevision {
            return ReleasePlan(
                .conflict, "no revision is left after \(last.revision): delete Secret \(context.secretKey(last).name)")
        }
        guard let stored = history.foreignOperation else { return nil }
        let secret: String = context.secretKey(stored).name
        return ReleasePlan(
            .foreignOperation,
            "somebody else's helm is at work on release \(name), revision \(stored.revision): let it end; where none "
                + "runs any more, delete Secret \(secret)",
            recheckAfter: context.policy.firstRetry)
    }

    /// Nothing is written where a name that is wanted is somebody else's.
    func conflict(_ keys: [ObjectKey]) -> ReleasePlan? {
        let foreign: [ObjectKey] = keys.filter { context.live($0)?.isOurs == false }
        guard let first = foreign.first else { return nil }
        let more: String = foreign.count > 1 ? " (and \(foreign.count - 1) more)" : ""
        return ReleasePlan(
            .conflict,
            "\(first.shown)\(more) exists and is not ours: delete or rename it, whatever labels it carries")
    }
}

// MARK: - Beginning

extension ReleaseDeployment {
    private var pendingStatus: ReleaseStatus {
        target != nil ? .pendingRollback : history.wasDeployed ? .pendingUpgrade : .pendingInstall
    }

    private func supersede(_ newest: StoredRelease, _ release: Release) -> ReleasePlan {
        let action: ReleaseAction? = context.update(
            newest, to: .failed, "superseded by an operation with other inputs")
        return begin(
            .outOfSync, "revision \(newest.revision) (\(release.status.rawValue)) was begun with other inputs",
            closing: action.map { [$0] } ?? [])
    }

    /// The next revision, before which the server is asked what it says to all that would change.
    private func begin(_ state: ReleaseState, _ cause: String, closing: [ReleaseAction] = []) -> ReleasePlan {
        let status: ReleaseStatus = pendingStatus
        let hooks: [DesiredHook] = desired.hooks.filter { hook in status.events.contains { hook.hook.runs(at: $0) } }
        if let plan = conflict(desired.objects.map(\.key) + hooks.map(\.object.key)) { return plan }
        if let refusal = context.observation.refusal, refusal.digest == desired.digest {
            return ReleasePlan(.failed, "the server refuses it: \(refusal.message)", closing)
        }
        let stage: ObjectStage = objectStage
        var actions: [ReleaseAction] = closing
        if status != .pendingInstall, !stage.writes.isEmpty { actions.append(.dryRun(stage.writes)) }
        actions += history.surplus(over: context.policy.maximumHistory - 1).map(context.delete)
        actions.append(.createRecord(record(status)))
        let isFirst: Bool = desired.hooks.places(at: status.events[0]).isEmpty
        return ReleasePlan(state, cause, actions + (isFirst ? stage.actions : []))
    }

    private func record(_ status: ReleaseStatus) -> ReleaseRecord {
        var info: Release.Info = Release.Info(status: status)
        let earlier: Release? = history.stored.last { $0.release?.info.firstDeployed != nil }?.release
        info.firstDeployed = status == .pendingInstall ? context.time : earlier?.info.firstDeployed ?? context.time
        info.lastDeployed = context.time
        info.notes = desired.notes
        info.rollbackRevision = target
        info.description = target.map { "Rollback to \($0)" } ?? status.beginning
        let revision: Int = history.nextRevision
        var record: ReleaseRecord = ReleaseRecord(
            release: desired.release(revision: revision, info: info),
            operation: context.operation.id(revision: revision), appliedDigest: desired.digest,
            createdAt: context.seconds)
        record.labels = context.scope.recordLabels
        return record
    }

    /// Again after a failure: later each time.
    private func retry(_ newest: StoredRelease, _ release: Release) -> ReleasePlan {
        let failures: Int = history.stored.reversed().prefix { stored in
            stored.release?.status == .failed && context.operation.wrote(stored)
        }.count
        var delay: Duration = context.policy.firstRetry
        for _ in 1..<max(1, min(failures, 32)) { delay = min(delay * 2, context.policy.longestRetry) }
        let failedAt: Timestamp =
            newest.modifiedAt.map { Timestamp(sinceEpoch: .seconds($0)) } ?? release.info.lastDeployed?.moment
            ?? context.now
        // Who may write Secrets may have written any time.
        let waited: Duration = max(.zero, context.now - failedAt)
        guard waited < delay else { return begin(.failed, "tries again: \(release.info.description.shown)") }
        return ReleasePlan(.failed, release.info.description.escapingControls(), recheckAfter: delay - waited)
    }
}

extension ReleaseStatus {
    /// The events of the operation that this status stands for: before the objects, and after them.
    var events: [Hook.Event] {
        switch self {
        case .pendingInstall: [.preInstall, .postInstall]
        case .pendingRollback: [.preRollback, .postRollback]
        case .uninstalling: [.preDelete, .postDelete]
        default: [.preUpgrade, .postUpgrade]
        }
    }

    /// What Helm says when it begins.
    fileprivate var beginning: String {
        self == .pendingInstall ? "Initial install underway" : "Preparing upgrade"
    }
}
