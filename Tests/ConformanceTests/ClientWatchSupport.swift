import HTTPModel
import Kubernetes
import Synchronization
import Testing

/// What a watch has told, and who waits for it.
final class Knowledge: Sendable {
    private struct State {
        var told: [String: Int] = [:]
        var objects: [String: String] = [:]
        var absent: Set<String> = []
        var syncs = 0
        var failures: [KubernetesError.Code] = []
        var waiter: (isReached: @Sendable (borrowing Snapshot) -> Bool, continuation: CheckedContinuation<Void, Never>)?
    }

    /// What is known at one moment.
    struct Snapshot {
        /// How often each resourceVersion was told as a change.
        var told: [String: Int]
        /// The version of each object, by uid.
        var objects: [String: String]
        var absent: Set<String>
        var syncs: Int
        var failures: [KubernetesError.Code]
    }

    private let state = Mutex(State())

    var snapshot: Snapshot { state.withLock { Self.snapshot($0) } }

    private static func snapshot(_ state: State) -> Snapshot {
        Snapshot(
            told: state.told, objects: state.objects, absent: state.absent, syncs: state.syncs, failures: state.failures
        )
    }

    func take(_ update: WatchUpdate) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch update {
            case .listed(let objects):
                for object in objects { state.objects[object.uid ?? ""] = object.resourceVersion }
            case .synced(_, let absent):
                state.syncs += 1
                state.absent.formUnion(absent)
                for uid in absent { state.objects[uid] = nil }
            case .upserted(let object):
                state.told[object.resourceVersion ?? "", default: 0] += 1
                state.objects[object.uid ?? ""] = object.resourceVersion
            case .deleted(let object):
                state.told[object.resourceVersion ?? "", default: 0] += 1
                state.objects[object.uid ?? ""] = nil
            case .failed(let error, _): state.failures.append(error.code)
            case .progressed: break
            }
            guard let waiter = state.waiter, waiter.isReached(Self.snapshot(state)) else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiting?.resume()
    }

    /// Returns once that is so.
    func reaches(_ isReached: @escaping @Sendable (borrowing Snapshot) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isReachedNow = state.withLock { state in
                if isReached(Self.snapshot(state)) { return true }
                state.waiter = (isReached, continuation)
                return false
            }
            if isReachedNow { continuation.resume() }
        }
    }

    /// Begins a watch of a namespace's ConfigMaps, and ends it when the body does.
    func watching(
        _ client: KubernetesClient,
        _ namespace: String,
        metadataOnly: Bool,
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let options = ListOptions(limit: 50, metadataOnly: metadataOnly)
                try await client.listAndWatch(
                    .configMaps, namespace: namespace, options, time: SystemTime(), random: SystemRandom()
                ) { self.take($0) }
            }
            await reaches { $0.syncs > 0 }
            try await body()
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }
}

/// A network that breaks streams off.
final class CuttingTransport: HTTPTransport {
    private struct Cut: Error {}
    private struct State {
        var cutsLeft: Int
        var lines = 0
        var isDown = false
    }

    private let base: any HTTPTransport
    private let linesPerCut: Int
    private let state: Mutex<State>

    init(_ base: any HTTPTransport, cuts: Int, linesPerCut: Int) {
        self.base = base
        self.linesPerCut = linesPerCut
        state = Mutex(State(cutsLeft: cuts))
    }

    var cutsLeft: Int { state.withLock(\.cutsLeft) }

    /// While it is down no stream opens, and the open one ends with its next line.
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await base.send(request) }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        guard !state.withLock(\.isDown) else { throw HTTPTransportError(.unreachable, "cut") }
        do {
            return try await base.stream(request) { line in
                guard !cutsNow() else { throw Cut() }
                try await receive(line)
            }
        } catch is Cut {
            throw HTTPTransportError(.interrupted, "cut")
        }
    }

    private func cutsNow() -> Bool {
        state.withLock { state in
            state.lines += 1
            if state.isDown { return true }
            guard state.cutsLeft > 0, state.lines % linesPerCut == 0 else { return false }
            state.cutsLeft -= 1
            return true
        }
    }
}
