import EnvironmentAPI
import HTTPModel
import Kubernetes
import PortForward

/// A way to an environment's API server, tried: its kubeconfig, and the forward that has to run while it is used.
struct EnvironmentAccess: Sendable {
    var entry: KubeconfigEntry
    /// `nil` where the kubeconfig works by itself.
    var forward: Forward?
}

extension CommandContext {
    /// How long an address that may lead nowhere is tried.
    private static let directTimeout: Duration = .seconds(3)
    /// How long a forward may take until the virtual cluster answers.
    private static let forwardTimeout: Duration = .seconds(40)

    /// Finds the way to an environment; what it returns is not yet running.
    ///
    /// - Throws: `CommandFailure` that names the exposure to choose, where there is no way from here.
    func access(
        to environment: Environment,
        _ connection: ClusterConnection,
        port: UInt16 = 0
    ) async throws -> EnvironmentAccess {
        let entry = try await EnvironmentKubeconfig(client: connection.client).entry(of: environment)
        let settings = try entry.settings()
        switch EnvironmentRoute(environment, server: settings.server) {
        case .direct: return EnvironmentAccess(entry: entry)
        case .inside(let className):
            // In the host cluster's own network the address leads somewhere.
            guard await answers(settings, within: Self.directTimeout) == nil else {
                throw CommandFailure.unreachable(environment.metadata.name, className: className)
            }
            return EnvironmentAccess(entry: entry)
        case .forward(let target, let serverName):
            guard await answers(settings, within: Self.directTimeout) != nil else {
                return EnvironmentAccess(entry: entry)
            }
            let forward = try forward(to: target, connection, port: port)
            return EnvironmentAccess(
                entry: try entry.detoured(to: forward.url, serverName: serverName), forward: forward)
        }
    }

    /// A forward by the user's own rights on the host.
    func forward(to target: PodDialer.Target, _ connection: ClusterConnection, port: UInt16) throws -> Forward {
        let dialer = PodDialer(
            target, client: connection.client, transport: try hostTransport(), time: time,
            random: surroundings.random)
        return try Forward(dialer, port: port, time: time)
    }

    /// Waits until the virtual cluster answers through a running forward.
    ///
    /// - Throws: Why it does not.
    func check(_ access: EnvironmentAccess, of environment: Environment) async throws {
        guard let forward = access.forward else { return }
        guard let failure = await answers(try access.entry.settings(), within: Self.forwardTimeout) else { return }
        let name = environment.metadata.name
        guard let error = (forward.lastFailure as? PodDialError)?.cause else {
            let cause = (forward.lastFailure as? PodPortError).map { ": \($0.message)" } ?? ""
            throw CommandFailure(
                .unreachable, "the virtual cluster of environment \(name) does not answer\(cause)",
                details: cause.isEmpty ? [String(describing: failure)] : [],
                hints: ["'envfactory describe \(name)' says how it stands"])
        }
        guard error.code == .forbidden else { throw error }
        throw CommandFailure(
            .forbidden, error.message,
            hints: [
                "spec.access of the environment, and access of its class, say who may forward to it",
                "or use a class whose virtualCluster.exposure is NodePort, LoadBalancer or Ingress",
            ])
    }

    /// Whether an API server answers, however: why not, else `nil`.
    private func answers(_ settings: ConnectionSettings, within timeout: Duration) async -> (any Error)? {
        do {
            let request = HTTPRequest(.get, "/version", timeout: timeout)
            _ = try await surroundings.transport(settings).send(request)
            return nil
        } catch {
            return error
        }
    }
}
