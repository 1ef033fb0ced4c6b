package import HTTPModel

/// Listens, and hands over the bytes of each connection: whatever is spoken on it.
package struct StreamServer: Sendable {
    /// The port that clients reach; the one asked for, or the one the system chose for port 0.
    package let port: UInt16
    private let eventLoop: EventLoop

    /// Listens at once, so that the port is known; connections are handed over once it runs.
    ///
    /// - Parameters:
    ///   - address: An IPv4 or IPv6 address; names are not resolved.
    ///   - port: Zero lets the system choose.
    ///   - connections: How many may be open at once; one more waits in the kernel's queue.
    /// - Throws: ``HTTPServerError`` where the address or the port cannot be listened on.
    package init(address: String, port: UInt16, connections: Int) throws {
        let listener = try Listener(address: address, port: port)
        self.port = listener.port
        var limits = HTTPServerLimits()
        limits.connections = connections
        eventLoop = try EventLoop(listener: listener.descriptor, limits: limits, tls: nil, speaksHTTP: false)
    }

    /// Hands over connections, each to a task of its own, until the surrounding task is cancelled.
    ///
    /// A connection ends when its handler returns: what was written by then is still sent. What a handler throws
    /// breaks its connection off, and no other.
    package func serve(_ handler: @escaping @Sendable (any ByteStream) async throws -> Void) async throws {
        try eventLoop.start()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await carried in eventLoop.carried {
                    group.addTask { [eventLoop] in
                        do {
                            try await handler(carried.stream)
                            eventLoop.post(.leave, to: carried.connection)
                        } catch {
                            eventLoop.post(.abort, to: carried.connection)
                        }
                    }
                }
                group.cancelAll()
            }
        } onCancel: {
            eventLoop.stop()
        }
    }
}
