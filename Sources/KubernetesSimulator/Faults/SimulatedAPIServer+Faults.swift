import Formats
import HTTPModel
import Kubernetes
import Synchronization

extension SimulatedAPIServer {
    package func plan(_ fault: Fault) { state.withLock { $0.faults.add(fault) } }

    package func clearFaults() { state.withLock { $0.faults = FaultPlan() } }

    /// Ends a client: all its watches break, and all it sends fails, until it is revived.
    package func crash(_ identity: Identity) {
        let woken = state.withLock { state in
            state.crashed.insert(identity.client)
            return state.watches.cut { $0.client == identity.client }
        }
        for continuation in woken { continuation.resume() }
    }

    package func revive(_ identity: Identity) { _ = state.withLock { $0.crashed.remove(identity.client) } }

    /// Breaks the watches of a resource, or all.
    package func cutWatches(of resource: String? = nil) {
        let woken = state.withLock { state in
            state.watches.cut { resource == nil || $0.table.text == resource }
        }
        for continuation in woken { continuation.resume() }
    }

    /// Forgets all history: whoever watches from an older resourceVersion gets a 410.
    package func compact() {
        change { $0.store.compact(through: $0.store.revision) }
    }

    // MARK: - Striking

    /// What happens to a request; `nil` for nothing but its answer.
    func strike(_ request: APIRequest) throws -> Fault.Effect? {
        let now = time.now
        let (effect, testimony) = try state.withLock { state in
            guard !state.crashed.contains(request.identity.client) else {
                throw HTTPTransportError(.closed, "\(request.identity.client) has crashed")
            }
            let effect = state.faults.strike(request, at: now)
            if let effect { state.cluster.ledger.note(.fault(effect, request.identity)) }
            return (effect, state.testimony())
        }
        testimony?.give()
        return effect
    }

    func suffer(
        _ effect: Fault.Effect,
        _ request: APIRequest,
        within limit: Duration?
    ) async throws -> HTTPResponse {
        let writer = ReplyWriter(form: request.form, now: time.now)
        var request = request
        switch effect {
        case .failBefore(let code):
            throw HTTPTransportError(code, "a planned fault: the request was not done")
        case .loseResponse(let code):
            _ = perform(request)
            throw HTTPTransportError(code, "a planned fault: the response was lost")
        case .misreport(let status):
            _ = perform(request)
            return writer.response(APIStatus(planned: status, retryAfter: nil))
        case .truncate:
            var response = writer.answer(request, perform(request))
            response.body.removeLast(response.body.count / 2)
            return response
        case .refuse(let status, let retryAfter):
            return writer.response(APIStatus(planned: status, retryAfter: retryAfter))
        case .delay(let duration):
            return try await late(request, by: duration, within: limit)
        case .crash(isDone: true):
            _ = perform(request)
            throw crashed(request.identity)
        case .crash, .trap:
            throw crashed(request.identity)
        case .staleList(let revisions):
            request.staleness = UInt64(clamping: revisions)
            return writer.answer(request, perform(request))
        case .emptyList:
            return writer.answer(request, perform(request).map { $0.reduced { _ in false } })
        case .halfList:
            return writer.answer(request, perform(request).map { $0.reduced { $0.isMultiple(of: 2) } })
        case .cutWatch, .dropEvent, .duplicateEvent, .repeatEvents, .swapEvents, .tellOnly, .lagWatch:
            return writer.answer(request, perform(request))
        }
    }

    private func crashed(_ identity: Identity) -> HTTPTransportError {
        crash(identity)
        return HTTPTransportError(.closed, "\(identity.client) has crashed")
    }

    /// A request that is long on its way arrives, also when its client has given up.
    private func late(_ request: APIRequest, by delay: Duration, within limit: Duration?) async throws -> HTTPResponse {
        guard let limit, limit < delay, request.verb != .watch else {
            try await time.sleep(for: delay)
            return ReplyWriter(form: request.form, now: time.now).answer(request, perform(request))
        }
        time.schedule(at: time.now + delay) { [weak self] in _ = self?.perform(request) }
        try await time.sleep(for: limit)
        throw HTTPTransportError(.timedOut, "a planned fault: no response within \(limit)")
    }
}

extension APIReply {
    /// The same list with the objects of these places alone, and with nothing more to come.
    fileprivate func reduced(_ isKept: (Int) -> Bool) -> APIReply {
        guard case .list(var list) = self else { return self }
        list.objects = list.objects.indices.filter(isKept).map { list.objects[$0] }
        list.continueToken = nil
        list.remaining = nil
        return .list(list)
    }
}

extension APIStatus {
    /// What a server in trouble says.
    fileprivate init(planned status: Int, retryAfter: Int?) {
        let (reason, message) =
            switch status {
            case 409: ("Conflict", "Operation cannot be fulfilled: a planned fault")
            case 410: ("Expired", "too old resource version: a planned fault")
            case 429: ("TooManyRequests", "too many requests: a planned fault")
            case 500: ("InternalError", "Internal error occurred: a planned fault")
            case 503: ("ServiceUnavailable", "the server is currently unable to handle the request")
            case 504: ("Timeout", "Timeout: request did not complete within the allotted timeout")
            default: ("", "a planned fault")
            }
        self.init(status, reason, message)
        retryAfterSeconds = retryAfter
    }
}
