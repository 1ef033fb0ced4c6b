import Glibc
package import HTTPModel

/// A small HTTP/1.1 server with bounds on everything, in the clear or with TLS.
package struct HTTPServer: Sendable {
    /// The port that clients reach; the one asked for, or the one the system chose for port 0.
    package let port: UInt16
    private let eventLoop: EventLoop

    /// Listens at once, so that the port is known; requests are answered once it runs.
    ///
    /// - Parameters:
    ///   - address: An IPv4 or IPv6 address; names are not resolved.
    ///   - port: Zero lets the system choose.
    ///   - limits: What a client may send, and how slowly.
    ///   - tls: Who this server is; `nil`: it speaks in the clear.
    /// - Throws: ``HTTPServerError`` where the address or the port cannot be listened on, or the certificate used.
    package init(
        address: String,
        port: UInt16,
        limits: HTTPServerLimits = HTTPServerLimits(),
        tls: TLSServerConfiguration? = nil
    ) throws {
        let context = try tls.map { configuration in try TLSContext(configuration) }
        let listener = try Listener(address: address, port: port)
        self.port = listener.port
        eventLoop = try EventLoop(listener: listener.descriptor, limits: limits, tls: context)
    }

    /// Answers requests, each in a task of its own, until the surrounding task is cancelled.
    package func run(_ handler: @escaping HTTPHandler) async throws {
        try await serve { exchange in await handler(exchange.request) }
    }

    /// Answers requests as ``run(_:)`` does, by handlers that see the connection and may write piece by piece.
    package func serve(_ handler: @escaping HTTPExchangeHandler) async throws {
        try eventLoop.start()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await pending in eventLoop.requests {
                    group.addTask { [eventLoop] in
                        await HTTPExchange(pending, eventLoop).answer(with: handler)
                    }
                }
                group.cancelAll()
            }
        } onCancel: {
            eventLoop.stop()
        }
    }
}

extension HTTPServer {
    /// Runs `body` with a connection to this very server, which is made without the network and sees what a client
    /// sees, a TLS handshake included.
    ///
    /// - Throws: ``HTTPServerError`` where the server has stopped.
    package func withConnection(_ body: (any ByteStream) async throws -> Void) async throws {
        let connection = try eventLoop.connect()
        defer { eventLoop.post(.leave, to: connection.connection) }
        try await body(connection.stream)
    }
}

/// Why a server could not start.
package struct HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    static func system(_ call: String, _ number: Int32) -> HTTPServerError {
        HTTPServerError(description: "\(call): \(String(cString: strerror(number)))")
    }
}
