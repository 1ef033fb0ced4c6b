import HTTPModel
import HTTPServer
package import Kubernetes
package import PortForward
import Synchronization

/// A port of this machine that leads to a pod: every connection to it becomes one to whichever pod is ready.
package struct Forward: Sendable {
    /// How many connections there may be at once; one more waits.
    private static let connections = 256

    package let port: UInt16
    private let servers: [StreamServer]
    private let dialer: PodDialer
    private let relay: PortRelay
    private let last = LastFailure()

    /// Listens at once, on 127.0.0.1 and, where the machine has it, on ::1; for port 0, on one the system chooses.
    ///
    /// - Throws: ``HTTPServerError`` where the port cannot be listened on.
    package init(_ dialer: PodDialer, port: UInt16 = 0, time: any TimeSource) throws {
        let main = try StreamServer(address: "127.0.0.1", port: port, connections: Self.connections)
        self.port = main.port
        servers = [main] + Self.sixth(main.port)
        self.dialer = dialer
        relay = PortRelay(time: time)
    }

    /// The same port of ::1; none where there is no IPv6, or the port is somebody else's there.
    private static func sixth(_ port: UInt16) -> [StreamServer] {
        do { return [try StreamServer(address: "::1", port: port, connections: connections)] } catch { return [] }
    }

    /// Why the last connection came to nothing; `nil` where one has come to something since.
    var lastFailure: (any Error)? { last.error.withLock { $0 } }

    /// Forwards until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { try await server.serve { try await forward($0) } } }
            try await group.waitForAll()
        }
    }

    private func forward(_ local: any ByteStream) async throws {
        do {
            try await dialer.dial { pod in
                last.error.withLock { $0 = nil }
                try await relay.run(local, pod)
            }
        } catch {
            last.error.withLock { $0 = error }
            throw error
        }
    }

    private final class LastFailure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }
}
