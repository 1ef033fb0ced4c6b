import EnvironmentAPI
import Formats
import Kubernetes
package import KubernetesSimulator
import Synchronization

/// A simulated host cluster as an administrator left it: the operator's installation, a team's namespace.
package enum SimulatedHost {
    package static let team = "team-payments"

    private static let template = Mutex<SimulatedAPIServer?>(nil)

    /// A cluster of its own, with nothing done on it yet.
    static func make() throws -> SimulatedAPIServer {
        if let known = template.withLock({ $0 }) { return SimulatedAPIServer(copying: known) }
        var settings = SimulationSettings()
        // As servers before 1.33: whoever relies on an order must see to it.
        settings.deletesPodsFirst = false
        let server = SimulatedAPIServer(settings: settings)
        try DeterministicExecutor.run(seed: 0, server.time) { try await install(on: server) }
        template.withLock { $0 = server }
        return SimulatedAPIServer(copying: server)
    }

    static func administrator(of server: SimulatedAPIServer) -> KubernetesClient {
        KubernetesClient(transport: server.transport(as: .admin), fieldManager: "kubectl")
    }

    /// Installs what an administrator does where no admission policies are, and makes a team's namespace.
    package static func install(on server: SimulatedAPIServer) async throws {
        let client = administrator(of: server)
        var namespace = KubernetesObject(.namespaces, name: team)
        namespace["metadata"]?["labels"] = ["team": "payments"]
        _ = try await client.create(namespace, as: .namespaces)
        for document in Manifests.documents(.init(dialect: .legacy, includesDeployment: false)) {
            let object = KubernetesObject(document)
            _ = try await client.create(object, as: resource(of: object))
        }
    }

    /// The resource of an object of the installation; its kinds all have a plain plural.
    private static func resource(of object: KubernetesObject) -> APIResource {
        let parts = object.apiVersion.split(separator: "/").map(String.init)
        return APIResource(
            parts.count > 1 ? parts[0] : "", parts.last ?? "", object.kind.lowercased() + "s", kind: object.kind,
            isNamespaced: object.namespace != nil)
    }
}
