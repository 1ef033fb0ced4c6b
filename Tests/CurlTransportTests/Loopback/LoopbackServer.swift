import Glibc
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

/// A server on 127.0.0.1 whose every connection runs a closure on a thread of its own, which may block.
final class LoopbackServer: Sendable {
    private struct State {
        var connections: [LoopbackConnection] = []
        var accepted = 0
        var isListening = true
        var isStopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let tls: LoopbackTLS?
    private let serve: @Sendable (LoopbackConnection) -> Void

    init(tls: LoopbackTLS? = nil, _ serve: @escaping @Sendable (LoopbackConnection) -> Void) throws {
        self.serve = serve
        self.tls = tls
        listener = try Self.listen()
        port = Self.port(of: listener)
        guard NativeThread.begin({ self.accept() }) else { throw LoopbackError(what: "thread") }
    }

    var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// How many connections have come.
    var accepted: Int { state.withLock { $0.accepted } }

    func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        stopListening()
        for connection in connections { connection.interrupt() }
    }

    /// Refuses new connections from when it returns; those that are there go on.
    func stopListening() {
        state.withLock { state in
            // Once: the accepting thread then closes the socket, and its number becomes another's.
            if state.isListening { shutdown(listener, Int32(SHUT_RDWR)) }
            state.isListening = false
        }
    }

    private func accept() {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { break }
            let connection = LoopbackConnection(socket)
            let isStopped = state.withLock { state in
                state.accepted += 1
                state.connections.append(connection)
                return state.isStopped
            }
            if isStopped { connection.interrupt() }
            _ = NativeThread.begin { [tls, serve] in
                if let tls, !connection.startTLS(tls) { return connection.close() }
                serve(connection)
                connection.close()
            }
        }
        close(listener)
    }

    static func listen() throws -> Int32 {
        let listener = try bound()
        guard Glibc.listen(listener, 128) == 0 else { throw LoopbackError(what: "listen") }
        return listener
    }

    /// A socket on a free port of 127.0.0.1.
    static func bound() throws -> Int32 {
        let bound = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(bound, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw LoopbackError(what: "bind") }
        return bound
    }

    static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        return address.sin_port.bigEndian
    }
}

/// A port on which nothing listens, nor will while it is held.
struct HeldPort {
    private let socket: Int32

    init() throws { socket = try LoopbackServer.bound() }

    var number: UInt16 { LoopbackServer.port(of: socket) }

    func release() { close(socket) }
}

struct LoopbackError: Error {
    var what: String
}

/// Runs `body` with a server that serves plain HTTP, or TLS where `tls` is given, and stops it.
func withServer<Result>(
    tls: LoopbackTLS? = nil,
    _ serve: @escaping @Sendable (LoopbackConnection) -> Void,
    _ body: (LoopbackServer) async throws -> Result
) async throws -> Result {
    let server = try LoopbackServer(tls: tls, serve)
    defer { server.stop() }
    return try await body(server)
}

/// The error of a request that is sent and not answered in its time.
///
/// On a busy machine a short time may be over before the request is sent, and another is tried.
func errorOfSilence(
    _ send: (_ timeout: Duration) async throws -> HTTPResponse
) async throws -> HTTPTransportError? {
    for timeout in [Duration.milliseconds(50), .seconds(1), .seconds(20)] {
        let error = await #expect(throws: HTTPTransportError.self) { try await send(timeout) }
        if error?.code != .unreachable { return error }
    }
    return nil
}

/// Runs `body` with a transport and shuts it down; afterwards nothing of it may be left.
func withTransport<Result>(
    _ configuration: CurlTransport.Configuration,
    _ body: (CurlTransport) async throws -> Result
) async throws -> Result {
    var configuration = configuration
    // A machine that does other things besides is no failure.
    configuration.timeout = .seconds(300)
    if configuration.connectTimeout >= .seconds(10) { configuration.connectTimeout = .seconds(300) }
    let transport = CurlTransport(configuration)
    do {
        let result = try await body(transport)
        await transport.shutdown()
        return result
    } catch {
        await transport.shutdown()
        throw error
    }
}
