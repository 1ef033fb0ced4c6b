import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator

/// A simulated host cluster as the demo needs one: something to reach, with a clock that can be hurried.
struct DemoHost: Sendable {
    /// Where it is reached: its own API server, and by their names those of the virtual clusters on it.
    var address: String
    /// An administrator's, with everything in it.
    var kubeconfig: Redacted<String>
    /// The cluster's time.
    var time: any TimeSource
    /// Reaches the host, and the virtual clusters on it by the addresses of their Services.
    var transport: @Sendable (ConnectionSettings) throws -> any HTTPTransport
    /// Has the cluster's time run so many times faster than the machine's.
    var setPace: @Sendable (Int) -> Void
    /// Serves it, until the task is cancelled.
    var run: @Sendable () async throws -> Void
}

extension DemoHost {
    /// How far the cluster's clock is behind the machine's at the beginning: more than the demo hurries it ahead.
    ///
    /// So no object is ever younger than the machine believes possible, and kubectl can show its age.
    private static let delay: Duration = .seconds(15 * 60)

    /// One on a socket of this machine's own, with TLS.
    static func served(_ surroundings: Surroundings) throws -> DemoHost {
        let clock = PacedTime(surroundings.time)
        let time = SimulatedTime(start: surroundings.time.now + (.zero - delay))
        var settings = SimulationSettings()
        settings.seed = surroundings.random.next()
        let cluster = try ServedCluster(server: SimulatedAPIServer(settings: settings, time: time), clock: clock)
        let address = cluster.url
        let pool = TransportPool(limit: 64, time: surroundings.time, make: surroundings.transport)
        return DemoHost(
            address: address,
            kubeconfig: Redacted(cluster.kubeconfig),
            time: time,
            transport: { try pool.transport($0.through(address)) },
            setPace: { clock.pace = $0 },
            run: { try await cluster.run() })
    }

    /// How an administrator reaches it.
    var settings: ConnectionSettings {
        get throws {
            try ConnectionSettings(Kubeconfig(parsing: Array(kubeconfig.secret.utf8), file: "the demo's kubeconfig"))
        }
    }

    /// A client of the administrator's.
    func client(fieldManager: String = "kubectl") throws -> KubernetesClient {
        KubernetesClient(transport: try transport(settings), fieldManager: fieldManager)
    }
}

extension ConnectionSettings {
    /// The name by which a client asks for its server.
    var serverName: String? {
        guard tlsServerName == nil else { return tlsServerName }
        let rest = server.split(separator: "/").dropFirst().first ?? ""
        return rest.split(separator: ":").first.map(String.init)
    }

    /// The same server behind another address, as a tunnel would show it.
    func through(_ address: String) -> ConnectionSettings {
        guard server != address else { return self }
        var settings = self
        settings.tlsServerName = serverName
        settings.server = address
        return settings
    }
}
