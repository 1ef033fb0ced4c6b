import Formats
package import HTTPModel
import Kubernetes
import Synchronization

/// A Kubernetes API server with a cluster behind it, in memory.
///
/// Every request is answered under one lock by the ``Cluster``, which is a plain value. Nothing here sleeps or
/// starts a task: what happens later happens when the ``SimulatedTime`` is moved on.
package final class SimulatedAPIServer: Sendable {
    struct State {
        var cluster: Cluster
        var faults = FaultPlan()
        /// Clients whose process has crashed.
        var crashed: Set<String> = []
        var watches = WatchRegister()
        /// The moment for which an alarm is set.
        var alarm: Timestamp?
        /// Who is told all that happens.
        var witness: (any ClusterWitness)?
        /// The API servers of virtual clusters, by the data they have.
        var virtualServers: [String: SimulatedAPIServer] = [:]
        /// What listens at pods' ports.
        var listener: PodListener?
    }

    package let time: SimulatedTime
    let state: Mutex<State>

    package init(settings: SimulationSettings = SimulationSettings(), time: SimulatedTime = SimulatedTime()) {
        self.time = time
        var cluster = Cluster(settings: settings, now: time.now)
        cluster.bootstrap()
        state = Mutex(State(cluster: cluster))
        change { _ in }
    }

    /// A server of its own that goes on from where another one is: what one does, the other does not see.
    ///
    /// Its time begins where the other's stands. Faults and watches are not taken over.
    package init(copying other: SimulatedAPIServer) {
        time = SimulatedTime(start: other.time.now)
        var (cluster, servers) = other.state.withLock { ($0.cluster, $0.virtualServers) }
        cluster.ledger.isWitnessed = false
        state = Mutex(State(cluster: cluster))
        change { _ in }
        let copies = servers.mapValues { SimulatedAPIServer(copying: $0, at: time) }
        state.withLock { $0.virtualServers = copies }
    }

    /// A virtual cluster's copy, in the time of its host's copy.
    private init(copying other: SimulatedAPIServer, at time: SimulatedTime) {
        self.time = time
        state = Mutex(State(cluster: other.state.withLock(\.cluster)))
        change { _ in }
    }

    /// The way to the server for one identity; a bearer token in a request goes before it.
    package func transport(as identity: Identity) -> any HTTPTransport {
        SimulatedTransport(server: self, identity: identity)
    }

    // MARK: - Requests

    func send(_ request: HTTPRequest, as identity: Identity) async throws -> HTTPResponse {
        let writer = ReplyWriter(form: .full, now: time.now)
        let read: ReadRequest
        let sender: Identity
        do throws(APIStatus) {
            sender = try identify(request, identity)
            read = try RequestReader(identity: sender).read(request)
        } catch {
            return writer.response(error)
        }
        switch read {
        case .document(let path, let method): return document(path, method, request.headers["Accept"] ?? "", sender)
        case .resource(let resource):
            guard let effect = try strike(resource) else { return answer(resource, writer) }
            return try await suffer(effect, resource, within: request.timeout)
        }
    }

    /// Whose request it is: the transport's identity, unless a token or an impersonation says otherwise.
    func identify(_ request: HTTPRequest, _ identity: Identity) throws(APIStatus) -> Identity {
        guard request.headers["Authorization"] != nil || request.headers["Impersonate-User"] != nil else {
            return identity
        }
        let now = time.now
        let result: Result<Identity, APIStatus> = state.withLock { state in
            state.cluster.now = now
            do throws(APIStatus) {
                return .success(try state.cluster.identity(request.headers, identity))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func document(
        _ path: String,
        _ method: HTTPRequest.Method,
        _ accept: String,
        _ identity: Identity
    ) -> HTTPResponse {
        let writer = ReplyWriter(form: .full, now: time.now)
        let cluster = state.withLock(\.cluster)
        do throws(APIStatus) {
            guard let (body, type) = try cluster.document(path, method, accept, identity) else {
                return writer.response(404, Array("404 page not found\n".utf8), type: "text/plain; charset=utf-8")
            }
            return writer.response(200, body, type: type)
        } catch {
            return writer.response(error)
        }
    }

    private func answer(_ request: APIRequest, _ writer: ReplyWriter) -> HTTPResponse {
        guard request.verb.isWrite else { return writer.answer(request, read(request)) }
        let (result, warnings) = change { cluster -> (Result<APIReply, APIStatus>, [String]) in
            do throws(APIStatus) {
                return (.success(try cluster.answer(request)), cluster.warnings)
            } catch {
                return (.failure(error), [])
            }
        }
        var response = writer.answer(request, result)
        for warning in warnings {
            let quoted = JSONValue.string(warning).text()
            response.headers.append(name: "Warning", value: "299 - \(quoted)")
        }
        return response
    }

    /// What only looks changes nothing, and wakes nobody.
    private func read(_ request: APIRequest) -> Result<APIReply, APIStatus> {
        let now = time.now
        return state.withLock { state in
            state.cluster.now = now
            do throws(APIStatus) { return .success(try state.cluster.answer(request)) } catch { return .failure(error) }
        }
    }

    func perform(_ request: APIRequest) -> Result<APIReply, APIStatus> {
        change { cluster in
            do throws(APIStatus) { return .success(try cluster.answer(request)) } catch { return .failure(error) }
        }
    }

    /// Changes the cluster, lets its controllers run, wakes the watches and sets the alarm for what comes next.
    @discardableResult
    func change<Value: Sendable>(_ body: (inout Cluster) -> Value) -> Value {
        let now = time.now
        let (value, woken, testimony) = state.withLock { state in
            state.cluster.now = now
            let value = body(&state.cluster)
            state.cluster.runControllers()
            let changed = state.cluster.takeChanges()
            return (value, state.watches.wake(changed: changed, at: now), state.testimony())
        }
        testimony?.give()
        for continuation in woken { continuation.resume() }
        setAlarm(now)
        return value
    }

    /// Has time wake the cluster for what comes next, unless it does so already.
    private func setAlarm(_ now: Timestamp) {
        let alarm: Timestamp? = state.withLock { state in
            let next = [state.cluster.agenda.nextMoment, state.watches.nextDeadline].compactMap { $0 }.min()
            guard let next, state.alarm.map({ next < $0 || $0 <= now }) ?? true else { return nil }
            state.alarm = next
            return next
        }
        if let alarm { time.schedule(at: alarm) { [weak self] in self?.timeHasCome(alarm) } }
    }

    private func timeHasCome(_ moment: Timestamp) {
        state.withLock { if $0.alarm == moment { $0.alarm = nil } }
        change { _ in }
    }

    // MARK: - Virtual clusters

    /// What is at the other end of a connection with these settings.
    func connect(_ settings: ConnectionSettings) throws -> VirtualConnection {
        try state.withLock { state in try state.cluster.connect(settings) }
    }

    func data(of name: VirtualClusterName) -> String? { state.withLock { $0.cluster.data(of: name) } }

    func fault(of name: VirtualClusterName) -> VirtualClusterFault.Effect? {
        state.withLock { $0.cluster.virtualClusters.fault(of: name) }
    }

    /// The credentials of a virtual cluster that serves; another's where it is planned that another one answers.
    func credentials(of name: VirtualClusterName) -> VirtualClusterCredentials? {
        state.withLock { state in
            guard state.cluster.data(of: name) != nil else { return nil }
            guard state.cluster.virtualClusters.fault(of: name) == .otherAuthority else {
                return state.cluster.credentials(of: name)
            }
            return .named("another authority", from: state.cluster.now)
        }
    }

    /// The API server of the virtual cluster that has these data, made when it is first asked for.
    func server(_ data: String) -> SimulatedAPIServer {
        if let known = state.withLock({ $0.virtualServers[data] }) { return known }
        var settings = SimulationSettings()
        settings.version = state.withLock(\.cluster.settings.virtualClusterVersion)
        settings.seed = data.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let made = SimulatedAPIServer(settings: settings, time: time)
        return state.withLock { state in
            if let known = state.virtualServers[data] { return known }
            // Data whose claim or pod is gone never come back.
            let store = state.cluster.store
            state.virtualServers = state.virtualServers.filter { entry in
                entry.key.split(separator: " ").first.map { store.object(uid: String($0)) != nil } ?? false
            }
            state.virtualServers[data] = made
            return made
        }
    }

    // MARK: - Watches

    /// `begin` is given the head of a watch before its first line.
    func stream(
        _ request: HTTPRequest,
        as identity: Identity,
        begin: (HTTPResponse) async throws -> Void = { _ in },
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        let read: ReadRequest
        do throws(APIStatus) {
            read = try RequestReader(identity: try identify(request, identity)).read(request)
        } catch {
            return ReplyWriter(form: .full, now: time.now).response(error)
        }
        guard case .resource(let resource) = read, resource.verb == .watch else {
            return try await whole(try await send(request, as: identity), receive)
        }
        let effect = try strike(resource)
        if let effect, !effect.isOfWatchEvents {
            let response = try await suffer(effect, resource, within: request.timeout)
            guard response.isSuccess else { return response }
        }
        let writer = ReplyWriter(form: resource.form, now: time.now)
        switch perform(resource) {
        case .success(.watch(let cursor)):
            try await begin(writer.response(200, []))
            try await follow(cursor, client: resource.identity.client, EventDistortion(effect), receive)
            return writer.response(200, [])
        case let other: return writer.answer(resource, other)
        }
    }

    private func whole(
        _ response: HTTPResponse,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        guard response.isSuccess else { return response }
        try await receive(response.body)
        return HTTPResponse(status: response.status, headers: response.headers)
    }

    private func follow(
        _ start: WatchCursor,
        client: String,
        _ plannedDistortion: EventDistortion,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws {
        var cursor = start
        var distortion = plannedDistortion
        var isFirst = true
        let id = state.withLock { $0.watches.open(table: start.descriptor.table, client: client) }
        defer { state.withLock { $0.watches.close(id) } }
        while true {
            try Task.checkCancellation()
            let now = time.now
            let (step, isCut) = state.withLock { state in
                state.cluster.now = now
                return (state.cluster.step(&cursor), state.watches.isCut(id))
            }
            guard !isCut else { throw HTTPTransportError(.interrupted, "the watch was cut") }
            switch step {
            case .end: return
            case .tell(let lines):
                if let lag = distortion.lag { try await time.sleep(for: lag) }
                for line in lines {
                    for line in try distortion.pass(line) {
                        try await receive(ReplyWriter.text(of: line, cursor, now, isFirst: isFirst))
                        isFirst = false
                    }
                }
            case .wait: await sleep(id, until: cursor)
            }
        }
    }

    /// Waits for a change of the table, the next bookmark, the watch's end, or the task's.
    private func sleep(_ id: Int, until cursor: WatchCursor) async {
        let deadline = min(cursor.deadline, cursor.nextBookmark ?? cursor.deadline)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isAwake = state.withLock { state in
                    // What changed between the step and now would otherwise be slept through.
                    if state.cluster.store.revision > cursor.revision || Task.isCancelled { return true }
                    return !state.watches.sleep(id, until: deadline, continuation)
                }
                if isAwake { continuation.resume() } else { change { _ in } }
            }
        } onCancel: {
            state.withLock { $0.watches.cut(id, marking: false) }?.resume()
        }
    }
}

// MARK: - For tests and demonstrations

extension SimulatedAPIServer {
    /// Every write so far, also those that were refused.
    package var writes: [WriteRecord] { state.withLock(\.cluster.ledger.records) }

    /// The writes of one identity.
    package func writes(by identity: Identity) -> [WriteRecord] {
        writes.filter { $0.identity.user == identity.user }
    }

    /// What was asked permission for, in the order of first use; nothing unless the settings record it.
    package var accesses: [AccessRecord] { state.withLock(\.cluster.ledger.accesses) }

    package func clearWrites() { state.withLock { $0.cluster.ledger.clear() } }

    /// The latest resourceVersion.
    package var resourceVersion: String { String(state.withLock(\.cluster.store.revision)) }

    /// Tells nobody any more.
    package func detachWitness() { state.withLock { $0.witness = nil } }

    /// Tells a witness all that happens from now on, and what is there, as if it had just been made.
    package func attach(_ witness: any ClusterWitness) {
        let testimony = state.withLock { state in
            state.witness = witness
            state.cluster.ledger.isWitnessed = true
            let now = state.cluster.now
            for object in state.cluster.store.all {
                let event = StoreEvent(kind: .added, object: object, previous: nil)
                state.cluster.ledger.note(event, at: now)
            }
            return state.testimony()
        }
        testimony?.give()
    }

    /// How many watches are open.
    package var openWatches: Int { state.withLock(\.watches.count) }

    /// How many of them have told all there is to tell.
    package var waitingWatches: Int { state.withLock(\.watches.waiting) }
}

/// The way of one identity to the server.
private struct SimulatedTransport: HTTPTransport {
    var server: SimulatedAPIServer
    var identity: Identity

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        return try await server.send(request, as: identity)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try Task.checkCancellation()
        return try await server.stream(request, as: identity, receive)
    }

    func upgrade(
        _ request: HTTPRequest,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        try Task.checkCancellation()
        return try await server.upgrade(request, as: identity, use)
    }
}

extension ReplyWriter {
    func answer(_ request: APIRequest, _ result: Result<APIReply, APIStatus>) -> HTTPResponse {
        var writer = self
        writer.form = request.form
        return switch result {
        case .success(let reply): writer.response(reply)
        case .failure(let status): writer.response(status)
        }
    }
}

/// Facts on their way to who is to know them.
struct Testimony {
    var witness: any ClusterWitness
    var facts: [ClusterFact]

    func give() { witness.witness(facts) }
}

extension SimulatedAPIServer.State {
    /// What the witness has not been told yet; to be given outside of the lock.
    mutating func testimony() -> Testimony? {
        guard let witness else { return nil }
        let facts = cluster.ledger.takeFacts()
        return facts.isEmpty ? nil : Testimony(witness: witness, facts: facts)
    }
}
