import Formats
import Kubernetes

/// Takes a release away: hooks before, objects, hooks after, and its records last.
///
/// Nothing that fails stops it; what failed is told. What is not ours stays, also records of somebody's `helm`.
struct ReleaseRemoval: Sendable {
    let context: ReleaseContext

    init(_ scope: ReleaseScope, _ observation: ReleaseObservation, _ policy: ReleasePolicy) {
        context = ReleaseContext(scope, .uninstall, observation, policy)
    }

    private var history: ReleaseHistory { context.history }

    /// The revisions that go: all of a release of ours, but for those at which somebody else is just at work.
    private var records: [StoredRelease] {
        guard history.isOurs else { return [] }
        return history.stored.filter { history.isOurs($0) || $0.release.map { !$0.status.isPending } ?? false }
    }

    /// The revision in which the uninstallation is recorded.
    private var record: StoredRelease? { records.last { $0.release != nil } }

    var plan: ReleasePlan {
        var plan: ReleasePlan = unexplained
        plan.warnings = warnings
        if plan.state == .uninstalled {
            plan.warnings += context.surplus(but: []).map {
                "\($0.key.shown) is on its way out, and something holds it"
            }
        }
        return plan
    }

    private var unexplained: ReleasePlan {
        guard let record, let release = record.release, release.status != .uninstalled else { return removeRest() }
        guard context.operation.wrote(record), release.status == .uninstalling else { return begin(record, release) }
        if let plan = runHooks(of: .preDelete, record, release) { return plan }
        if let plan = deleteObjects(since: release.info.deleted?.moment) { return plan }
        if let plan = runHooks(of: .postDelete, record, release) { return plan }
        return removeRecords()
    }

    private func begin(_ stored: StoredRelease, _ release: Release) -> ReleasePlan {
        var next: Release = release
        next.info.status = .uninstalling
        next.info.deleted = context.time
        // Helm's own words.
        next.info.description = "Deletion in progress (or silently failed)"
        for index in next.hooks.indices { next.hooks[index].lastRun.phase = .none }
        var begun: StoredRelease = stored
        begun.operation = context.operation.id(revision: stored.revision)
        return ReleasePlan(
            .uninstalling, "records that it is being uninstalled", [context.update(begun, to: next, hooksDone: [])])
    }

    /// Without a record that could be read there are no hooks, but there may be objects.
    private func removeRest() -> ReleasePlan { deleteObjects(since: nil) ?? removeRecords() }

    private func removeRecords() -> ReleasePlan {
        // The one in which it is recorded goes last, so that until then everybody knows what has begun.
        let last: StoredRelease? = record
        let others: [StoredRelease] = records.filter { $0.uid != last?.uid }
        let actions: [ReleaseAction] = (others + (last.map { [$0] } ?? [])).map(context.delete)
        guard actions.isEmpty else { return ReleasePlan(.uninstalling, "deletes its records", actions) }
        return ReleasePlan(.uninstalled, "nothing of it is left")
    }
}

// MARK: - Objects

extension ReleaseRemoval {
    /// Deletes all at once, as Helm does, and awaits that they are gone, for a while.
    private func deleteObjects(since start: Timestamp?) -> ReleasePlan? {
        let left: [(key: ObjectKey, object: ObservedReleaseObject)] = context.surplus(but: [])
        let actions: [ReleaseAction] = left.filter { !$0.object.isDeleting }.map { .delete($0.key, uid: $0.object.uid) }
        guard actions.isEmpty else { return ReleasePlan(.uninstalling, "deletes its objects", actions) }
        // Without a record nobody knows since when; then what still goes is told, and awaited no more.
        guard let first = left.first, let start, context.now - start <= context.policy.timeout else { return nil }
        return ReleasePlan(
            .uninstalling, "waits for \(first.key.shown) to go", recheckAfter: context.policy.poll)
    }

    private var warnings: [String] {
        var warnings: [String] = []
        for hook in record?.release?.hooks ?? [] where hook.lastRun.phase == .failed {
            warnings.append("hook \(hook.kind.shown) \(hook.name.shown) failed, and stopped nothing")
        }
        if let record, history.isAltered(record) {
            warnings.append("the Secret of revision \(record.revision) was changed: its hooks are not run")
        }
        let members: [ObjectKey: Bool] = history.members
        let foreign: [ObjectKey] = members.keys.filter { context.live($0)?.isOurs == false }
        warnings += foreign.map { "\($0.shown) is not ours and stays" }.sorted()
        let kept: [ObjectKey] = members.keys.filter { members[$0] == true && context.live($0)?.isOurs == true }
        warnings += kept.map { "\($0.shown) stays by its resource policy" }.sorted()
        let strangers: Set<String> = Set(history.stored.map(\.uid)).subtracting(records.map(\.uid))
        warnings += history.stored.filter { strangers.contains($0.uid) }.map { stored in
            "revision \(stored.revision) is somebody else's and stays"
        }
        return warnings
    }
}

// MARK: - Hooks

extension ReleaseRemoval {
    /// What a record says may have been changed: its hooks are checked as a chart's are, and those that may not be
    /// are left out.
    static func hooks(of release: Release, in scope: ReleaseScope) -> [DesiredHook] {
        release.hooks.compactMap { hook in
            var check: ReleaseCheck = ReleaseCheck(scope)
            return check.hook(hook)
        }
    }

    private func runHooks(of event: Hook.Event, _ stored: StoredRelease, _ release: Release) -> ReleasePlan? {
        guard !history.isAltered(stored) else { return nil }
        let hooks: [DesiredHook] = Self.hooks(of: release, in: context.scope)
        let stage: ReleaseHookStage = ReleaseHookStage(
            context: context, event: event, stored: stored, hooks: hooks, release: release)
        switch stage.step() {
        case .done: return nil
        case .act(let actions, let cause): return ReleasePlan(.uninstalling, cause, actions)
        case .wait(let cause, let after): return ReleasePlan(.uninstalling, cause, recheckAfter: after)
        case .failed(let message, let actions):
            let note: ReleaseAction = context.update(stored, to: release, hooksDone: stored.hooksDone + [event])
            return ReleasePlan(.uninstalling, message, actions + [note])
        }
    }
}
