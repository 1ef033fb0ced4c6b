import EnvironmentAPI
import Formats
import Kubernetes
import Synchronization

typealias EnvironmentWait = ObjectWait<Environment>
typealias EndpointWait = ObjectWait<InferenceEndpoint>

/// Follows one object until it is what it should be, cannot become so, or the time is over.
///
/// Three tasks share what was seen last: one watches, one counts the time, one redraws a terminal every second.
final class ObjectWait<Subject: Awaited>: Sendable {
    private struct State {
        var latest: KubernetesObject?
        var progress: WaitProgress
        /// What the list that is under way has shown so far.
        var listed: KubernetesObject?
    }

    private let client: KubernetesClient
    private let context: CommandContext
    private let key: ObjectKey
    private let uid: String?
    private let start: Duration

    /// Follows this object; one that takes its name later is another.
    init(_ connection: ClusterConnection, _ context: CommandContext, _ object: KubernetesObject) {
        client = connection.client
        self.context = context
        key = ObjectKey(Subject.resource, namespace: object.namespace, name: object.name)
        uid = object.uid
        start = context.time.monotonic
    }

    /// Waits, and shows what happens meanwhile.
    ///
    /// - Returns: The object as it was when the goal was met; `nil` once it is gone.
    /// - Throws: ``CommandFailure`` with the cause, in one line, where it cannot be met, the time is over, or somebody
    ///   ends the command.
    func until(_ goal: WaitGoal, within timeout: Duration) async throws -> KubernetesObject? {
        do {
            return try await reached(goal, within: timeout)
        } catch is CancellationError {
            throw interrupted(goal)
        }
    }

    private func reached(_ goal: WaitGoal, within timeout: Duration) async throws -> KubernetesObject? {
        // Nothing may come of the wait before that ends.
        if let banner = try await context.pauseBanner(client) { try context.console.warn(banner) }
        let state = Monitored(State(latest: nil, progress: WaitProgress(goal, name: key.name), listed: nil))
        return try await withThrowingTaskGroup(of: KubernetesObject?.self) { group in
            group.addTask { try await self.follow(goal, state) }
            group.addTask {
                try await self.context.time.sleep(for: timeout)
                throw self.timedOut(goal, timeout, state.lock.withLock(\.latest))
            }
            if let terminal = context.console.progressTerminal {
                group.addTask { try await self.redraw(state, terminal) }
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// A lock that several tasks hold on to.
    private final class Monitored: Sendable {
        let lock: Mutex<State>

        init(_ state: State) { lock = Mutex(state) }
    }
}

// MARK: - Watching

extension ObjectWait {
    private struct Met: Error {
        var object: KubernetesObject?
    }

    private func follow(_ goal: WaitGoal, _ state: Monitored) async throws -> KubernetesObject? {
        let options = ListOptions(fieldSelector: "metadata.name=\(key.name)")
        do {
            try await client.listAndWatch(
                key.resource, namespace: key.namespace, options, time: context.time,
                random: context.surroundings.random
            ) { update in
                try await self.take(update, goal, state)
            }
        } catch let met as Met {
            return met.object
        }
        throw CancellationError()
    }

    private func take(_ update: WatchUpdate, _ goal: WaitGoal, _ state: Monitored) async throws {
        switch update {
        case .listed(let objects):
            state.lock.withLock { $0.listed = objects.first { self.isMeant($0) } ?? $0.listed }
        case .synced:
            let listed = state.lock.withLock { state in
                defer { state.listed = nil }
                return state.listed
            }
            try await see(listed, goal, state)
        case .upserted(let object): try await see(isMeant(object) ? object : nil, goal, state)
        case .deleted: try await see(nil, goal, state)
        case .progressed: break
        case .failed(let error, let wait): try fail(error, retryingAfter: wait, state)
        }
    }

    /// Another object of the same name is none of ours.
    private func isMeant(_ object: KubernetesObject) -> Bool {
        object.name == key.name && (uid == nil || object.uid == uid)
    }

    private func see(_ object: KubernetesObject?, _ goal: WaitGoal, _ state: Monitored) async throws {
        var object = object
        if object == nil {
            // A list may be wrong, and a watch may tell of another: only a read of the object itself is proof.
            object = try await client.find(key).flatMap { isMeant($0) ? $0 : nil }
        }
        state.lock.withLock { state in
            state.latest = object
            state.progress.take(note: nil)
        }
        try show(state)
        switch goal.verdict(object.map(Subject.init(from:))) {
        case .met: throw Met(object: object)
        case .failed(let failure): throw failure
        case .waiting: break
        }
    }

    private func fail(_ error: KubernetesError, retryingAfter wait: Duration, _ state: Monitored) throws {
        guard error.mayPass else { throw error }
        state.lock.withLock { $0.progress.take(note: "\(error.message); trying again") }
        try show(state)
    }
}

// MARK: - Showing

extension ObjectWait {
    private func redraw(_ state: Monitored, _ terminal: Terminal) async throws -> KubernetesObject? {
        while true {
            try await context.time.sleep(for: .seconds(1))
            try show(state)
        }
    }

    private func show(_ state: Monitored) throws {
        let elapsed = context.time.monotonic - start
        let columns = context.console.progressTerminal?.columns()
        // Written under the lock, so that two frames never mix.
        try state.lock.withLock { state in
            let subject = state.latest.map(Subject.init(from:))
            let text =
                columns.map { state.progress.frame(subject, elapsed: elapsed, columns: $0) }
                ?? state.progress.news(subject, elapsed: elapsed)
            try context.console.progress(text)
        }
    }

    private func timedOut(_ goal: WaitGoal, _ timeout: Duration, _ object: KubernetesObject?) -> CommandFailure {
        let subject = object.map(Subject.init(from:))
        let cause = subject?.cause ?? goal.silence(subject)
        return CommandFailure(
            .timedOut, "\(Subject.noun) \(key.name) is not \(goal.text) after \(Self.text(timeout)): \(cause)",
            details: subject?.leftovers.map(\.line) ?? [],
            hints: ["'\(Subject.inspection) \(key.name)' tells more; --timeout waits longer"])
    }

    /// What is left of a time that several waits share is no number that anybody has written.
    private static func text(_ timeout: Duration) -> String {
        let seconds = (timeout + .milliseconds(500)).components.seconds
        return (seconds > 0 ? .seconds(seconds) : timeout).shortText
    }

    /// The wait is over, and what is waited for goes on: whoever ended it is told how to come back to it.
    private func interrupted(_ goal: WaitGoal) -> CommandFailure {
        let words = goal == .ready ? "" : " --for \(goal.argument)"
        return CommandFailure(
            .interrupted, "interrupted before \(Subject.noun) \(key.name) was \(goal.text): it goes on without you",
            hints: ["'\(Subject.commands) wait \(key.name)\(words)' waits for it again"])
    }
}
