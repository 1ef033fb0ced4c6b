import EnvironmentAPI
import HTTPModel
import Kubernetes
import PortForward

/// A way to an environment's API server: its kubeconfig, and the detour that takes, where it takes one.
struct EnvironmentAccess: Sendable {
    /// Where the kubeconfig's own address leads nowhere from here.
    struct Detour: Sendable {
        var target: PodDialer.Target
        /// The name by which the virtual cluster proves itself.
        var serverName: String
    }

    var entry: KubeconfigEntry
    /// `nil` where the kubeconfig works by itself.
    var detour: Detour?

    /// The kubeconfig that leads to a forwarded port of this machine.
    func entry(by port: UInt16, _ detour: Detour) throws -> KubeconfigEntry {
        try entry.detoured(to: "https://127.0.0.1:\(port)", serverName: detour.serverName)
    }
}

extension CommandContext {
    /// How long an address that may lead nowhere is tried.
    private static let directTimeout: Duration = .seconds(3)
    /// How long a forward may take until the virtual cluster answers.
    private static let forwardTimeout: Duration = .seconds(40)

    /// Finds the way to an environment.
    ///
    /// - Throws: `CommandFailure` that names the exposure to choose, where there is no way from here.
    func access(to environment: Environment, _ connection: ClusterConnection) async throws -> EnvironmentAccess {
        let entry = try await EnvironmentKubeconfig(client: connection.client).entry(of: environment)
        let settings = try entry.settings()
        let route = EnvironmentRoute(environment, server: settings.server)
        // In the host cluster's own network the address leads somewhere.
        if route != .direct, await answers(settings, within: Self.directTimeout) == nil {
            return EnvironmentAccess(entry: entry)
        }
        switch route {
        case .direct: return EnvironmentAccess(entry: entry)
        case .inside(let className):
            throw CommandFailure.unreachable(environment.metadata.name, className: className)
        case .forward(let target, let serverName):
            let detour = EnvironmentAccess.Detour(target: target, serverName: serverName)
            return EnvironmentAccess(entry: entry, detour: detour)
        }
    }

    /// A forward by the user's own rights on the host.
    func forward(to target: PodDialer.Target, _ connection: ClusterConnection, port: UInt16) throws -> Forward {
        let dialer = PodDialer(
            target, client: connection.client, transport: try hostTransport(), time: time,
            random: surroundings.random)
        return try Forward(dialer, port: port, time: time)
    }

    /// Waits until the virtual cluster answers by a kubeconfig that leads to a forwarded port.
    ///
    /// - Throws: Why it does not: what the forward itself says, where it is ours.
    func check(_ entry: KubeconfigEntry, of environment: Environment, by forward: Forward? = nil) async throws {
        guard let failure = await answers(try entry.settings(), within: Self.forwardTimeout) else { return }
        let name = environment.metadata.name
        guard let error = (forward?.lastFailure as? PodDialError)?.cause else {
            let cause = (forward?.lastFailure as? PodPortError).map { ": \($0.message)" } ?? ""
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
