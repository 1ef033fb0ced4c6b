import EnvironmentAPI
import Helm
import Kubernetes

/// The release of one Environment's virtual cluster.
struct EnvironmentRelease: Sendable {
    let environment: Environment
    let source: ReleaseSource
    /// What it is called.
    let name: String

    var namespace: String { source.namespace }

    /// - Throws: where there is none, why and what to do.
    init(_ environment: Environment) throws(CommandFailure) {
        guard let source = ReleaseSource(environment), let name = source.release else {
            throw Self.absence(environment)
        }
        (self.environment, self.source, self.name) = (environment, source, name)
    }

    /// There is no record of it, which is so before the first installation and after the end.
    var absence: CommandFailure { Self.absence(environment, " in namespace \(namespace)") }

    private static func absence(_ environment: Environment, _ place: String = "") -> CommandFailure {
        let (name, namespace) = (environment.metadata.name, environment.metadata.namespace)
        let condition = environment.status.condition(.releaseReady) ?? environment.status.condition(.ready)
        let details = condition.map { $0.message.isEmpty || $0.status == .isTrue ? [] : [$0.message] } ?? []
        return CommandFailure(
            .notFound, "environment \(namespace)/\(name) has no release\(place)", details: details,
            hints: [
                "only classes of isolation VirtualCluster install one, which 'envfactory class get "
                    + "\(environment.spec.environmentClassName)' shows",
                "'envfactory describe \(name) -n \(namespace)' tells how far it is",
            ])
    }
}

extension ClusterConnection {
    /// The release of the environment that a user names.
    // Swift 6.3's optimiser crashes where this becomes a part of its callers.
    @inline(never)
    func release(of name: String) async throws -> EnvironmentRelease {
        try EnvironmentRelease(Environment(from: try await environment(name)))
    }
}
