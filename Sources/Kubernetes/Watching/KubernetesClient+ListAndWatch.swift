import Synchronization

extension KubernetesClient {
    /// Lists a resource page by page, then watches it, for as long as the task lives.
    ///
    /// No failure of the API ends it: each is told as ``WatchUpdate/failed(_:retryingAfter:)`` and tried again. No
    /// more than a page of objects is held at a time (500, unless told). The list is always the newest: a
    /// resourceVersion in the options is not used. `receive` is called for one update after the other; while
    /// it runs nothing more is read from the server.
    ///
    /// - Throws: `CancellationError`, or what `receive` throws.
    package func listAndWatch(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions = ListOptions(limit: 500),
        timing: WatchSession.Timing = WatchSession.Timing(),
        time: any TimeSource,
        random: any RandomSource,
        _ receive: @escaping @Sendable (WatchUpdate) async throws -> Void
    ) async throws {
        var options = options
        options.resourceVersion = nil
        options.limit = options.limit ?? 500
        let loop = WatchLoop(
            client: self, resource: resource, namespace: namespace, options: options, time: time, random: random,
            receive: receive, session: WatchSession(timing: timing))
        try await loop.run()
    }
}

/// Does what a ``WatchSession`` decides.
private final class WatchLoop: Sendable {
    let client: KubernetesClient
    let resource: APIResource
    let namespace: String?
    let options: ListOptions
    let time: any TimeSource
    let random: any RandomSource
    let receive: @Sendable (WatchUpdate) async throws -> Void
    let session: Mutex<WatchSession>

    init(
        client: KubernetesClient,
        resource: APIResource,
        namespace: String?,
        options: ListOptions,
        time: any TimeSource,
        random: any RandomSource,
        receive: @escaping @Sendable (WatchUpdate) async throws -> Void,
        session: WatchSession
    ) {
        self.client = client
        self.resource = resource
        self.namespace = namespace
        self.options = options
        self.time = time
        self.random = random
        self.receive = receive
        self.session = Mutex(session)
    }

    func run() async throws {
        while true {
            try Task.checkCancellation()
            switch decide({ $0.next(at: time.monotonic, random) }) {
            case .wait(let duration): try await time.sleep(for: duration)
            case .list(let token): try await list(token)
            case .watch(let version, let timeout): try await watch(from: version, timeout)
            }
        }
    }

    private func list(_ token: String?) async throws {
        do {
            let page = try await client.list(resource, namespace: namespace, options, continueToken: token)
            if let token { try KubernetesClient.check(page, follows: token, resource) }
            for update in decide({ $0.listed(page) }) { try await hand(update) }
        } catch {
            try await recover(from: error)
        }
    }

    private func watch(from version: String, _ timeout: Duration) async throws {
        var options = options
        options.resourceVersion = version
        do {
            try await unlessSilent { [self, options] in
                try await client.watch(resource, namespace: namespace, options, timeout: timeout) { event in
                    guard let update = decide({ $0.received(event, at: time.monotonic) }) else { return }
                    try await hand(update)
                }
            }
            if let update = decide({ $0.ended(at: time.monotonic, random) }) { try await hand(update) }
        } catch {
            try await recover(from: error)
        }
    }

    /// Runs a watch, and gives it up when no line has come for too long.
    private func unlessSilent(_ watch: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch() }
            group.addTask { [self] in
                while true {
                    let rest = decide(\.silentAfter) - time.monotonic
                    guard rest > .zero else {
                        throw KubernetesError(
                            .interrupted, "the watch of \(resource.qualifiedName) is silent: it is taken for dead")
                    }
                    try await time.sleep(for: rest)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// An error of the receiver must end the loop, one of the API must not.
    private struct ReceiverError: Error {
        var error: any Error
    }

    private func hand(_ update: WatchUpdate) async throws {
        do { try await receive(update) } catch { throw ReceiverError(error: error) }
    }

    private func recover(from error: any Error) async throws {
        switch error {
        case let error as ReceiverError: throw error.error
        case let error as KubernetesError:
            try Task.checkCancellation()
            let update = decide { $0.failed(error, at: time.monotonic, random) }
            do { try await hand(update) } catch let error as ReceiverError { throw error.error }
        default: throw error
        }
    }

    private func decide<Result>(_ body: (inout WatchSession) -> Result) -> Result where Result: Sendable {
        session.withLock { body(&$0) }
    }
}
