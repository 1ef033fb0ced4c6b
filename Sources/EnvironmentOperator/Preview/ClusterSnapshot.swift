package import ControllerRuntime
package import EnvironmentAPI
package import Kubernetes

/// What a preview takes for the caches: classes and environments as they are, or as a file would make them.
package struct ClusterSnapshot: EnvironmentView {
    package var environmentClasses: [EnvironmentClass]
    package var environments: [Environment]
    package var endpoints: [InferenceEndpoint] = []
    /// The labels of teams' namespaces.
    package var labels: [String: SortedMap<String>] = [:]

    package init(environmentClasses: [EnvironmentClass], environments: [Environment]) {
        (self.environmentClasses, self.environments) = (environmentClasses, environments)
    }

    package var environmentCount: Int { environments.count }

    package func environment(_ name: NamespacedName) -> Environment? {
        environments.first { $0.metadata.name == name.name && $0.metadata.namespace == name.namespace }
    }

    package func environmentClass(_ name: String) -> EnvironmentClass? {
        environmentClasses.first { $0.metadata.name == name }
    }

    package func labels(ofNamespace name: String) -> SortedMap<String>? { labels[name] }

    package func endpoint(_ name: NamespacedName) -> InferenceEndpoint? {
        endpoints.first { $0.metadata.name == name.name && $0.metadata.namespace == name.namespace }
    }

    package func competitors(of environment: Environment) -> Competitors {
        Competitors(of: environment, among: environments)
    }

    // What was made for an environment is read for each by itself.
    package func bindings(to endpoint: NamespacedName) -> [EndpointBinding] { [] }
    package func podAddresses(of endpointUID: String) -> [String] { [] }
    package func namespace(_ name: String) -> ObservedNamespace? { nil }
    package func namespaces(madeFor environment: NamespacedName) -> [NamedNamespace] { [] }
    package func owned(by environmentUID: String) -> [ObjectKey: ObservedObject] { [:] }
    package func workloads(of environmentUID: String) -> [ObservedWorkload] { [] }
}
