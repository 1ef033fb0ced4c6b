import Formats
import Kubernetes

/// The hooks of one event within one operation, one after another, as far as the release's record says.
///
/// Of each hook is recorded first that it runs, then its object is made, then how it ended. An object that carries
/// another run's mark is an old one. So at any point a crash leaves what tells how to go on; a hook whose object
/// vanishes before anybody saw it end is run again.
struct ReleaseHookStage: Sendable {
    enum Step: Sendable {
        case done
        case act([ReleaseAction], String)
        case wait(String, Duration)
        /// It failed, for good; the actions take away what its policies say.
        case failed(String, [ReleaseAction])
    }

    let context: ReleaseContext
    let event: Hook.Event
    let stored: StoredRelease
    /// All hooks of the release, with what is recorded of their runs.
    let hooks: [DesiredHook]
    /// The release to record in, but for its hooks.
    let release: Release

    private var run: String { ReleaseOperation.run(stored.operation ?? "", event) }

    func step() -> Step {
        guard !stored.hooksDone.contains(event) else { return .done }
        let places: [Int] = hooks.places(at: event)
        guard !places.isEmpty else { return .done }
        for (index, place) in places.enumerated() {
            switch hooks[place].hook.lastRun.phase {
            case .succeeded: continue
            case .failed: return failed(place, after: places[..<index])
            case .running: return running(place)
            case .none, .unknown: return begin(place)
            }
        }
        return finish(places)
    }

    private func begin(_ place: Int) -> Step {
        let action: ReleaseAction = record(place) { run in
            run = ReleaseHook.Run()
            run.phase = .running
            run.startedAt = context.time
        }
        return .act([action], "runs \(name(place))")
    }

    private func running(_ place: Int) -> Step {
        let hook: DesiredHook = hooks[place]
        let key: ObjectKey = hook.object.key
        guard let live = context.live(key) else {
            if let step = timeout(place, "could not be made") { return step }
            let write: ReleaseWrite = ReleaseWrite(object: hook.object.marked(run: run), expectation: .absent)
            return .act([.apply(write)], "runs \(name(place))")
        }
        guard live.isOurs else { return end(place, failure: "\(key.shown) is there and not ours") }
        guard live.run == run else { return replace(place, live) }
        switch live.progress {
        case .succeeded: return end(place, failure: nil)
        case .failed(let message): return end(place, failure: message)
        case .running:
            return timeout(place, "did not end") ?? .wait("waits for \(name(place))", context.policy.poll)
        }
    }

    /// What another run left has the hook's name.
    private func replace(_ place: Int, _ live: ObservedReleaseObject) -> Step {
        guard hooks[place].hook.isDeleted(.beforeCreation) else {
            let policy: String = Hook.DeletePolicy.beforeCreation.rawValue
            return end(place, failure: "an earlier one is there: give the hook the delete policy \(policy)")
        }
        if let step = timeout(place, "awaited the end of an earlier one") { return step }
        guard !live.isDeleting else { return .wait("waits for an earlier \(name(place)) to go", context.policy.poll) }
        return .act([.delete(hooks[place].object.key, uid: live.uid)], "deletes an earlier \(name(place))")
    }

    private func timeout(_ place: Int, _ what: String) -> Step? {
        let start: Timestamp = hooks[place].hook.lastRun.startedAt?.moment ?? context.now
        guard context.now - start > context.policy.timeout else { return nil }
        return end(place, failure: "it \(what) within \(context.policy.timeout.components.seconds) seconds")
    }

    private func end(_ place: Int, failure: String?) -> Step {
        let message: String? = failure.map { "\(name(place)) failed: \($0)".escapingControls(limit: 512) }
        let action: ReleaseAction = record(place, description: message) { run in
            run.phase = failure == nil ? .succeeded : .failed
            run.completedAt = context.time
        }
        return .act([action], message ?? "\(name(place)) succeeded")
    }

    private func failed(_ place: Int, after earlier: ArraySlice<Int>) -> Step {
        let actions: [ReleaseAction] =
            deletion([place], .failed) + deletion(Array(earlier.reversed()), .succeeded)
        return .failed(release.info.description, actions)
    }

    /// All have run: those go that shall, and the event is noted, so that what is gone is not made again.
    private func finish(_ places: [Int]) -> Step {
        var next: Release = release
        next.hooks = hooks.map(\.hook)
        // Who runs again later in the same operation begins anew there.
        if let later = event.counterpart {
            for place in places where next.hooks[place].runs(at: later) { next.hooks[place].lastRun.phase = .none }
        }
        let note: ReleaseAction = context.update(stored, to: next, hooksDone: stored.hooksDone + [event])
        return .act(deletion(places.reversed(), .succeeded) + [note], "\(event.rawValue) hooks are done")
    }

    private func deletion(_ places: [Int], _ policy: Hook.DeletePolicy) -> [ReleaseAction] {
        places.compactMap { place in
            let key: ObjectKey = hooks[place].object.key
            guard hooks[place].hook.isDeleted(policy), let live = context.live(key), live.isOurs, live.run == run,
                !live.isDeleting
            else { return nil }
            return .delete(key, uid: live.uid)
        }
    }

    private func record(
        _ place: Int, description: String? = nil, _ change: (inout ReleaseHook.Run) -> Void
    ) -> ReleaseAction {
        var next: Release = release
        next.hooks = hooks.map(\.hook)
        change(&next.hooks[place].lastRun)
        if let description { next.info.description = description }
        return context.update(stored, to: next)
    }

    private func name(_ place: Int) -> String {
        "\(event.rawValue) hook \(hooks[place].object.key.resource.kind) \(hooks[place].object.key.name)"
    }
}

extension Hook.Event {
    /// The event after the objects, of an operation that has this one before them.
    fileprivate var counterpart: Hook.Event? {
        switch self {
        case .preInstall: .postInstall
        case .preUpgrade: .postUpgrade
        case .preRollback: .postRollback
        case .preDelete: .postDelete
        case .postInstall, .postUpgrade, .postRollback, .postDelete, .test: nil
        }
    }
}

extension [DesiredHook] {
    /// The places of an event's hooks in the order in which they run: by weight, then by name.
    func places(at event: Hook.Event) -> [Int] {
        indices.filter { self[$0].hook.runs(at: event) }.sorted { left, right in
            let (mine, theirs) = (self[left].hook, self[right].hook)
            if mine.weight != theirs.weight { return mine.weight < theirs.weight }
            if mine.name != theirs.name { return mine.name.utf8.lexicographicallyPrecedes(theirs.name.utf8) }
            return left < right
        }
    }

    /// The same hooks with what a record says of their runs.
    func withRuns(of recorded: [ReleaseHook]) -> [DesiredHook] {
        var rest: [ReleaseHook] = recorded
        return map { desired in
            var desired: DesiredHook = desired
            let place: Int? = rest.firstIndex { hook in
                hook.name == desired.hook.name && hook.kind == desired.hook.kind && hook.path == desired.hook.path
                    && hook.eventNames == desired.hook.eventNames
            }
            if let place { desired.hook.lastRun = rest.remove(at: place).lastRun }
            return desired
        }
    }
}
