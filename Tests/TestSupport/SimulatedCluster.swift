import Formats
package import HTTPModel
package import Kubernetes
package import KubernetesSimulator
package import Testing

/// A simulated host cluster with clients for whoever a test needs.
package struct SimulatedCluster: Sendable {
    package let server: SimulatedAPIServer

    package var time: SimulatedTime { server.time }

    package init(settings: SimulationSettings = SimulationSettings()) {
        server = SimulatedAPIServer(settings: settings)
    }

    /// A cluster that is there already.
    package init(server: SimulatedAPIServer) { self.server = server }

    /// A cluster of its own that goes on from where another one is.
    package init(copying other: SimulatedCluster) { server = SimulatedAPIServer(copying: other.server) }

    /// May do everything.
    package var admin: KubernetesClient { client(as: .admin, fieldManager: "kubectl") }

    /// A client that sends as `identity`; it may do what RBAC objects in the cluster allow it.
    package func client(as identity: Identity, fieldManager: String = "envfactory") -> KubernetesClient {
        KubernetesClient(transport: transport(as: identity), fieldManager: fieldManager)
    }

    package func transport(as identity: Identity) -> any HTTPTransport { server.transport(as: identity) }

    /// Makes a namespace, as an administrator.
    @discardableResult
    package func namespace(_ name: String, labels: [String: String] = [:]) async throws -> KubernetesObject {
        var object = KubernetesObject(.namespaces, name: name)
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { object.json.setLabel(key, value) }
        return try await admin.create(object, as: .namespaces)
    }

    /// Runs `body` and requires that nobody sent a write meanwhile, Leases aside.
    package func expectQuiet(
        by identity: Identity? = nil,
        sourceLocation: SourceLocation = #_sourceLocation,
        while body: () async throws -> Void
    ) async rethrows {
        let writes = try await writes(by: identity, while: body)
        let list = writes.map(\.description).joined(separator: "\n")
        #expect(writes.isEmpty, "a settled cluster was written to:\n\(list)", sourceLocation: sourceLocation)
    }

    /// The writes of one identity, or of all, while `body` runs: without Leases, and what the cluster does to itself.
    package func writes(
        by identity: Identity? = nil,
        while body: () async throws -> Void
    ) async rethrows -> [WriteRecord] {
        let before = server.writes.count
        try await body()
        return server.writes.dropFirst(before).filter { record in
            guard !record.resource.hasPrefix("leases.") else { return false }
            guard let identity else { return !record.identity.user.hasPrefix("system:serviceaccount:kube-system:") }
            return record.identity.user == identity.user
        }
    }

    /// Lets other tasks run until something holds; gives up, as a failure, when they have had their chance.
    package func eventually(
        _ what: Comment,
        attempts: Int = 10_000,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async rethrows {
        for _ in 0..<attempts {
            if try await condition() { return }
            await Task.yield()
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}

extension JSONValue {
    fileprivate mutating func setLabel(_ key: String, _ value: String) {
        if self["metadata"]?["labels"] == nil { self["metadata"]?["labels"] = [:] }
        self["metadata"]?["labels"]?[key] = .string(value)
    }
}
