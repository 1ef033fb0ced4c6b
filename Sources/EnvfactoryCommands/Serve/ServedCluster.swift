import Cryptography
import HTTPModel
import HTTPServer
package import Kubernetes
package import KubernetesSimulator
import PortForward

/// A simulated cluster on a socket, with TLS, for `kubectl` and everything else that speaks to Kubernetes.
///
/// Its virtual clusters are behind the same port: a client that asks for the name `<release>.<namespace>` (SNI, in
/// a kubeconfig `tls-server-name`) meets the one of that name.
///
///     let time = SimulatedTime(start: machine.now)
///     let cluster = try ServedCluster(server: SimulatedAPIServer(time: time), clock: machine)
///     try await cluster.run()  // until cancelled; meanwhile: kubectl --kubeconfig <cluster.kubeconfig>
package struct ServedCluster: Sendable {
    package let server: SimulatedAPIServer
    package let port: UInt16
    /// An administrator's way in.
    package let kubeconfig: String
    private let access: ServedAccess
    private let address: String
    private let clock: any TimeSource
    private let speed: Double
    private let socket: HTTPServer

    /// Listens at once; requests are answered, and time passes, once ``run()`` runs.
    ///
    /// - Parameters:
    ///   - server: The cluster.
    ///   - address: A loopback address.
    ///   - port: Zero lets the system choose.
    ///   - clock: The machine's, which certificates count by and simulated time follows.
    ///   - speed: How many seconds pass in the cluster while one passes on the clock. Certificates that virtual
    ///     clusters make for themselves are a day old from the start: no more than that should pass ahead of the
    ///     clock.
    /// - Throws: ``HTTPServerError`` where the address or the port cannot be listened on.
    package init(
        server: SimulatedAPIServer,
        address: String = "127.0.0.1",
        port: UInt16 = 0,
        clock: any TimeSource,
        speed: Double = 1
    ) throws {
        try self.init(
            server: server, authority: try ServedAuthority(clock: clock), address: address, port: port, clock: clock,
            speed: speed)
    }

    /// The same cluster on the same port, once the other one has ended: an API server that was started anew.
    package init(restarting other: ServedCluster) throws {
        try self.init(
            server: other.server, authority: other.access.authority, address: other.address, port: other.port,
            clock: other.clock, speed: other.speed)
    }

    private init(
        server: SimulatedAPIServer,
        authority: ServedAuthority,
        address: String,
        port: UInt16,
        clock: any TimeSource,
        speed: Double
    ) throws {
        var limits = HTTPServerLimits()
        limits.bodyBytes = 4 << 20
        limits.connections = 1_000
        limits.idle = .seconds(120)
        socket = try HTTPServer(
            address: address, port: port, limits: limits,
            tls: try authority.configuration(address: address, server: server))
        self.server = server
        self.port = socket.port
        self.address = address
        self.clock = clock
        self.speed = speed
        access = ServedAccess(authority: authority, url: "https://\(address):\(socket.port)")
        kubeconfig = try access.kubeconfig(.admin)
        // From the start, not from ``run()``: whoever has pods do something else meanwhile keeps the last word.
        server.listen { [self] in try await connect($0, $1, $2) }
    }

    /// `https://127.0.0.1:6443`.
    package var url: String { access.url }

    /// Whom clients have to trust: PEM.
    package var certificateAuthority: String { access.authority.certificate }

    /// A way in for somebody else, by a client certificate.
    package func kubeconfig(for identity: Identity) throws -> String { try access.kubeconfig(identity) }

    /// The same kubeconfig, of a virtual cluster of this host, with an address that works from outside.
    ///
    /// - Parameters:
    ///   - kubeconfig: As it lies in a Secret.
    ///   - serverName: `<release>.<namespace>`; without it, the host that the kubeconfig itself names.
    /// - Returns: The kubeconfig, which asks for its cluster by name at this one's address.
    /// - Throws: ``FormatError`` where it is no YAML.
    package func reachable(_ kubeconfig: String, serverName: String? = nil) throws -> String {
        try access.reachable(kubeconfig, serverName: serverName)
    }

    /// Serves, and lets time pass, until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.time.follow(clock, speed: speed) }
            group.addTask { try await socket.serve { try await answer($0) } }
            defer {
                server.listen(nil)
                group.cancelAll()
            }
            try await group.next()
        }
    }

    /// Leads what is forwarded to a virtual cluster's pod to this very server, which is that cluster by its name.
    private func connect(_ port: PodPort, _ serverName: String?, _ stream: any ByteStream) async throws {
        guard serverName != nil else { throw PodPortError(message: "connection refused") }
        try await socket.withConnection { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.copy(from: stream, to: connection) }
                group.addTask { try await Self.copy(from: connection, to: stream) }
                // As on a node: the end of one direction is the end of both.
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private static func copy(from source: any ByteStream, to sink: any ByteStream) async throws {
        while let bytes = try await source.read() { try await sink.write(bytes) }
    }

    private func answer(_ exchange: HTTPExchange) async throws -> HTTPResponse {
        let server = try exchange.serverName.flatMap { try self.server.virtualCluster(named: $0) } ?? self.server
        var request = exchange.request
        // As in a real server, a certificate counts before a token.
        if case .certificate = exchange.client { request.headers["Authorization"] = nil }
        guard let identity = Self.identity(exchange) else { return server.unauthorized }
        if SimulatedAPIServer.leavesHTTP(request) {
            return try await server.upgrade(request, as: identity) { try exchange.upgrade($0) }
        }
        return try await server.serve(request, as: identity) { head in
            exchange.begin(head)
        } _: { line in
            try await exchange.write(line + [UInt8(ascii: "\n")])
        }
    }

    /// Whose request it is, unless a token in it says otherwise; `nil` for a certificate that proves nothing.
    private static func identity(_ exchange: HTTPExchange) -> Identity? {
        switch exchange.client {
        case .unknown: .anonymous
        case .certificate(let commonName, let organizations): Identity(user: commonName, groups: organizations)
        case .untrusted: exchange.request.headers["Authorization"] == nil ? nil : .anonymous
        }
    }
}
