package import ControllerRuntime
package import EnvironmentAPI
package import Kubernetes

/// What the caches know of one environment.
package protocol EnvironmentView: Sendable {
    func environment(_ name: NamespacedName) -> Environment?
    var environmentClasses: [EnvironmentClass] { get }
    func environmentClass(_ name: String) -> EnvironmentClass?
    /// The labels of a namespace; `nil` where it is not known.
    func labels(ofNamespace name: String) -> SortedMap<String>?
    func endpoint(_ name: NamespacedName) -> InferenceEndpoint?
    var endpoints: [InferenceEndpoint] { get }
    /// Environments that are bound to an endpoint which is for them.
    func bindings(to endpoint: NamespacedName) -> [EndpointBinding]
    /// Of the engine's pods that are ready.
    func podAddresses(of endpointUID: String) -> [String]
    func namespace(_ name: String) -> ObservedNamespace?
    /// The namespaces whose labels say that they were made for an environment of this name, now or once.
    func namespaces(madeFor environment: NamespacedName) -> [NamedNamespace]
    /// Every object that carries the environment's labels.
    func owned(by environmentUID: String) -> [ObjectKey: ObservedObject]
    /// The workloads of the environment's virtual cluster, in an order of their own.
    func workloads(of environmentUID: String) -> [ObservedWorkload]
    /// Environments of a class that have a place before this one, there and in its own namespace.
    func competitors(of environment: Environment) -> Competitors
    var environmentCount: Int { get }
}

/// A namespace and its name.
package struct NamedNamespace: Sendable, Hashable {
    package var name: String
    package var observed: ObservedNamespace

    package init(name: String, observed: ObservedNamespace) {
        self.name = name
        self.observed = observed
    }
}

/// How many environments of the class hold a place already.
package struct Competitors: Sendable, Hashable {
    package var ofClass = TakenPlaces()
    package var inNamespace = TakenPlaces()
    package var firstToEnd: PlaceHolder?

    package init() {}
}
