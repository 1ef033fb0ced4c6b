import Formats
import Kubernetes

/// What is to be done to a release's objects.
struct ObjectStage: Sendable, Hashable {
    var writes: [ReleaseWrite] = []
    var deletions: [ReleaseAction] = []
    /// An object that goes, whose successor cannot be made before.
    var awaited: ObjectKey?

    var actions: [ReleaseAction] { writes.map { .apply($0) } + deletions }
    var isDone: Bool { writes.isEmpty && deletions.isEmpty && awaited == nil }
}

extension ReleaseDeployment {
    /// What differs, in the order of installing, and what is no longer wanted.
    var objectStage: ObjectStage {
        var stage: ObjectStage = ObjectStage()
        for object in desired.objects {
            guard let live = context.live(object.key) else {
                stage.writes.append(ReleaseWrite(object: object, expectation: .absent))
                continue
            }
            if live.isDeleting {
                stage.awaited = object.key
                // What comes later may need it; and from half a plan nothing is deleted.
                return stage
            }
            if !live.matches { stage.writes.append(ReleaseWrite(object: object, expectation: .uid(live.uid))) }
        }
        let wanted: Set<ObjectKey> = Set(desired.objects.map(\.key) + desired.hooks.map(\.object.key))
        stage.deletions = context.surplus(but: wanted).filter { !$0.object.isDeleting }.map { surplus in
            .delete(surplus.key, uid: surplus.object.uid)
        }
        return stage
    }

    /// Goes on with what has begun, from wherever it was left.
    func resume(_ stored: StoredRelease, _ recorded: Release) -> ReleasePlan {
        var release: Release = recorded
        // The same, but packed already.
        if release.chart == desired.chart { release.chart = desired.chart }
        let state: ReleaseState = release.status.state
        let events: [Hook.Event] = release.status.events
        let hooks: [DesiredHook] = desired.hooks.withRuns(of: release.hooks)
        let coming: [DesiredHook] = hooks.filter { hook in
            events.contains { hook.hook.runs(at: $0) && !stored.hooksDone.contains($0) }
                && hook.hook.lastRun.phase == .none
        }
        if let plan = conflict(desired.objects.map(\.key) + coming.map(\.object.key)) { return plan }
        if let refusal = context.observation.refusal, refusal.digest == desired.digest {
            return fail(stored, release, refusal.message)
        }
        if let plan = runHooks(of: events[0], hooks, stored, release) { return plan }
        let stage: ObjectStage = objectStage
        guard stage.isDone else {
            let cause: String = stage.awaited.map { "waits for \($0.shown) to go" } ?? "changes objects"
            return ReleasePlan(
                state, cause, stage.actions, recheckAfter: stage.awaited.map { _ in context.policy.poll })
        }
        if let plan = runHooks(of: events[1], hooks, stored, release) { return plan }
        return finish(stored, release, hooks)
    }

    private func runHooks(
        of event: Hook.Event, _ hooks: [DesiredHook], _ stored: StoredRelease, _ release: Release
    ) -> ReleasePlan? {
        let stage: ReleaseHookStage = ReleaseHookStage(
            context: context, event: event, stored: stored, hooks: hooks, release: release)
        let state: ReleaseState = release.status.state
        switch stage.step() {
        case .done: return nil
        case .act(let actions, let cause): return ReleasePlan(state, cause, actions)
        case .wait(let cause, let after): return ReleasePlan(state, cause, recheckAfter: after)
        case .failed(let message, let actions): return fail(stored, release, message, actions)
        }
    }

    private func fail(
        _ stored: StoredRelease, _ release: Release, _ message: String, _ actions: [ReleaseAction] = []
    ) -> ReleasePlan {
        let verb: String = release.status.verb
        let update: ReleaseAction? = context.update(
            stored, to: .failed, "\(verb) \"\(release.name)\" failed: \(message)")
        return ReleasePlan(.failed, message, actions + (update.map { [$0] } ?? []))
    }

    /// The predecessor is superseded first, so that never two are deployed.
    private func finish(_ stored: StoredRelease, _ release: Release, _ hooks: [DesiredHook]) -> ReleasePlan {
        var info: Release.Info = release.info
        info.status = .deployed
        info.description = target.map { "Rollback to \($0)" } ?? "\(release.status.verb) complete"
        var done: Release = desired.release(revision: stored.revision, info: info)
        done.hooks = hooks.map(\.hook)
        done.others = release.others
        return ReleasePlan(
            release.status.state, "records that it is deployed",
            superseding(stored) + [context.update(stored, to: done, hooksDone: [])])
    }

    private func superseding(_ stored: StoredRelease) -> [ReleaseAction] {
        history.stored.filter { $0.uid != stored.uid && $0.release?.status == .deployed }
            .compactMap { context.update($0, to: .superseded) }
    }

    /// Keeps what is deployed as it was deployed.
    func keep(_ stored: StoredRelease, _ release: Release) -> ReleasePlan {
        if let plan = conflict(desired.objects.map(\.key)) { return plan }
        let stage: ObjectStage = objectStage
        guard stage.isDone else {
            let first: ObjectKey? = stage.writes.first?.object.key ?? stage.awaited
            let cause: String = first.map { "\($0.shown) is not as it was made" } ?? "objects are left over"
            let actions: [ReleaseAction] = context.policy.correctsDrift ? stage.actions : []
            return ReleasePlan(.drifted, cause, actions, recheckAfter: stage.awaited.map { _ in context.policy.poll })
        }
        if history.isAltered(stored) {
            var mended: Release = desired.release(revision: stored.revision, info: release.info)
            mended.hooks = desired.hooks.withRuns(of: release.hooks).map(\.hook)
            return ReleasePlan(
                .drifted, "the Secret of revision \(stored.revision) holds something else than was written",
                [context.update(stored, to: mended)])
        }
        let unreadable: [StoredRelease] = history.stored.filter { $0.release == nil && history.isOurs($0) }
        let surplus: [StoredRelease] = history.surplus(over: context.policy.maximumHistory)
        let gone: [StoredRelease] = unreadable + surplus.filter { $0.release != nil }
        let actions: [ReleaseAction] = superseding(stored) + gone.map(context.delete)
        return ReleasePlan(.inSync, "revision \(stored.revision) is deployed", actions)
    }
}

extension ReleaseStatus {
    fileprivate var state: ReleaseState {
        switch self {
        case .pendingInstall: .installing
        case .pendingRollback: .rollingBack
        default: .upgrading
        }
    }

    fileprivate var verb: String {
        switch self {
        case .pendingInstall: "Install"
        case .pendingRollback: "Rollback"
        default: "Upgrade"
        }
    }
}
