import EnvironmentAPI
import Kubernetes
import Synchronization

/// The environments as the API server tells of them, for whoever looks.
final class DemoBoard: Sendable {
    private struct State {
        var environments: [String: Environment] = [:]
        /// Also of those that are gone.
        var hostNamespaces: [String: String] = [:]
        var version = 0

        mutating func take(_ update: WatchUpdate) {
            version += 1
            switch update {
            case .listed(let objects): for object in objects { add(object) }
            case .upserted(let object): add(object)
            case .deleted(let object): environments[object.name] = nil
            case .synced(_, let absent):
                environments = environments.filter { !absent.contains($0.value.metadata.uid) }
            // It is tried again, and what is shown is as true as it was.
            case .progressed, .failed: break
            }
        }

        private mutating func add(_ object: KubernetesObject) {
            let environment = Environment(from: object)
            environments[object.name] = environment
            if let namespace = environment.status.namespace { hostNamespaces[object.name] = namespace.name }
        }
    }

    private let state = Mutex(State())

    /// Another number for another state.
    var version: Int { state.withLock(\.version) }

    /// By their names.
    var environments: [String: Environment] { state.withLock(\.environments) }

    /// The host namespace that an environment has, or had.
    func hostNamespace(of name: String) -> String? { state.withLock { $0.hostNamespaces[name] } }

    /// Follows the environments of all namespaces for as long as the task lives.
    func follow(_ client: KubernetesClient, time: any TimeSource, random: any RandomSource) async throws {
        try await client.listAndWatch(.environments, time: time, random: random) { [self] update in
            state.withLock { $0.take(update) }
        }
    }
}
