import EnvironmentAPI
import Kubernetes

/// Which objects a list shows.
struct ListScope: Sendable {
    private static let allNamespaces = Flag("all-namespaces", short: "A", "List those of all namespaces.")
    private static let selector = Valued<String>(
        "selector", short: "l", "labels", "Only those with these labels, such as team=payments.")

    static let options: [any CommandOption] = [allNamespaces, selector]

    let isEverywhere: Bool
    private let labels: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        isEverywhere = arguments[Self.allNamespaces]
        labels = arguments[Self.selector]
        guard !isEverywhere || SharedOptions(arguments).namespace == nil else {
            throw UsageError("--all-namespaces and --namespace contradict each other: give one of them")
        }
    }

    func objects(_ resource: APIResource, _ connection: ClusterConnection) async throws -> [KubernetesObject] {
        let namespace = isEverywhere ? nil : connection.namespace
        let options = ListOptions(labelSelector: labels, limit: 500)
        return try await connection.client.listAll(resource, namespace: namespace, options).items
    }

    /// What to say where there are none.
    func nothing(_ what: String, _ connection: ClusterConnection) -> String {
        isEverywhere ? "no \(what)" : "no \(what) in namespace \(connection.namespace)"
    }
}
