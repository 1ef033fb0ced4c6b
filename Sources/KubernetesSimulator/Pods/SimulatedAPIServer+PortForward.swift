package import HTTPModel
import Kubernetes
package import PortForward
import Synchronization

/// What a pod does with a connection to one of its ports, which ends when this returns.
///
/// `serverName` is that of the virtual cluster whose API server listens there; `nil` where another program does, or
/// none. A thrown error is what the node says went wrong.
package typealias PodListener =
    @Sendable (_ port: PodPort, _ serverName: String?, _ stream: any ByteStream) async throws -> Void

extension SimulatedAPIServer {
    /// Has connections to pods' ports answered; `nil`: they are refused, as where nothing listens.
    package func listen(_ listener: PodListener?) { state.withLock { $0.listener = listener } }

    /// Whether a request wants a connection to a pod, and not a response.
    package static func leavesHTTP(_ request: HTTPRequest) -> Bool {
        guard request.headers["Upgrade"] != nil else { return false }
        let path = RequestReader.resource(at: request.target.prefix { $0 != "?" })
        return path?.plural == "pods" && path?.subresource == "portforward"
    }

    /// Answers a request by which a connection leaves HTTP, where ``leavesHTTP(_:)`` says so.
    ///
    /// `accept` is given the head of status 101, and returns what is left of the connection. Returns when that is
    /// over, else with what the client is told in place of it.
    package func upgrade(
        _ request: HTTPRequest,
        as identity: Identity,
        accept: (HTTPResponse) async throws -> any ByteStream
    ) async throws -> HTTPResponse {
        let writer = ReplyWriter(form: .full, now: time.now)
        let port: PodPort
        do {
            switch try RequestReader(identity: try identify(request, identity)).read(request) {
            case .document: return writer.response(APIStatus.badRequest("there is nothing to forward"))
            case .resource(let resource):
                if let effect = try strike(resource) {
                    return try await suffer(effect, resource, within: request.timeout)
                }
                port = try self.port(resource)
            }
        } catch let status as APIStatus {
            return writer.response(status)
        }
        // What container runtimes have to give is of no media type.
        guard request.headers["Accept"].map({ $0.contains("*/*") }) ?? true else {
            return writer.response(406, Array("406: Not Acceptable\n".utf8), type: "text/plain")
        }
        guard let head = WebSocketHandshake.response(to: request, subprotocol: PodPort.subprotocol) else {
            return writer.response(
                APIStatus.badRequest("ports are forwarded here over a WebSocket of \(PodPort.subprotocol)"))
        }
        try await serve(port, over: try await accept(head))
        return head
    }

    private func port(_ request: APIRequest) throws -> PodPort {
        let now = time.now
        return try state.withLock { state in
            state.cluster.now = now
            return try state.cluster.port(request)
        }
    }

    private func serve(_ port: PodPort, over stream: any ByteStream) async throws {
        let served = ServedPodPort(port, over: stream)
        try await served.begin()
        let (listener, name) = state.withLock { ($0.listener, $0.cluster.virtualCluster(at: port)) }
        do {
            guard let listener else { throw PodPortError(message: "connection refused") }
            try await listener(port, name.map { "\($0.release).\($0.namespace)" }, served)
        } catch let error as PodPortError {
            try await served.complain("error forwarding port \(port.port) to pod \(port.pod): \(error.message)")
        }
        try await served.close()
    }
}

/// Upgrades in memory: the server's end and the client's are two tasks.
extension SimulatedAPIServer {
    private enum Event: Sendable {
        case accepted(HTTPResponse)
        case ended(Result<HTTPResponse, any Error>)
    }

    func upgrade(
        _ request: HTTPRequest,
        as identity: Identity,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        guard Self.leavesHTTP(request) else { return try await send(request, as: identity) }
        let (client, server) = PipedStream.pair()
        let (events, told) = AsyncStream.makeStream(of: Event.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    let response = try await self.upgrade(request, as: identity) { head in
                        told.yield(.accepted(head))
                        return server
                    }
                    server.finish()
                    told.yield(.ended(.success(response)))
                } catch {
                    server.fail(HTTPTransportError(.interrupted, "the connection broke off"))
                    told.yield(.ended(.failure(error)))
                }
            }
            defer {
                client.fail(HTTPTransportError(.closed, "the connection is closed"))
                group.cancelAll()
            }
            for await event in events {
                switch event {
                case .ended(let result): return try result.get()
                case .accepted(let head):
                    try await use(head, client)
                    return head
                }
            }
            throw CancellationError()
        }
    }
}
