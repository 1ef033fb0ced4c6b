package import ControllerRuntime
package import EnvironmentAPI
package import Kubernetes

/// All that the operator watches.
///
/// Of objects made for environments it keeps uid, owner and a hash.
package final class OperatorCaches: EnvironmentView {
    package let environments: ObjectCache<Environment>
    package let classes: ObjectCache<EnvironmentClass>
    package let inferenceEndpoints: ObjectCache<InferenceEndpoint>
    package let namespaces: ObjectCache<NamespaceElement>
    package let owned: [ObjectCache<OwnedElement>]
    /// Of inference endpoints in the cluster.
    package let podAddresses: ObjectCache<PodAddresses>
    /// Of virtual clusters' control planes.
    package let workloads: [ObjectCache<WorkloadElement>]

    /// The kinds that are made for every environment.
    package static let guardResources: [APIResource] = [
        .resourceQuotas, .limitRanges, .networkPolicies, .roleBindings, .serviceAccounts,
    ]

    /// The kinds that are made for environments and endpoints and watched in the whole cluster, by the managed label.
    package static let ownedResources: [APIResource] =
        guardResources + [.services, .endpoints, .persistentVolumeClaims, .deployments, .ingresses]

    /// The kinds that run control planes; a release makes them, so Helm's label of the manager is theirs.
    package static let workloadResources: [APIResource] = [.statefulSets, .deployments]

    /// Whether some cache will show an object: of the kinds that are watched by a label, those of a release are Helm's.
    @Sendable package static func shows(_ resource: APIResource, _ object: KubernetesObject) -> Bool {
        !ownedResources.contains(resource) || object.label(Words.Label.managedBy) == Words.Label.managedByValue
    }

    package init() {
        let parts = SharedParts()
        environments = ObjectCache(.environments, owner: { OwnerKey($0.spec.environmentClassName) }) {
            parts.sharing(Environment(from: $0))
        }
        classes = ObjectCache(.environmentClasses) { EnvironmentClass(from: $0) }
        inferenceEndpoints = ObjectCache(.inferenceEndpoints) { InferenceEndpoint(from: $0) }
        namespaces = ObjectCache(.namespaces, owner: { $0.owner.map { OwnerKey($0.index) } }) {
            parts.sharing(NamespaceElement($0))
        }
        owned = Self.ownedResources.map { resource in
            ObjectCache(resource, owner: { $0.ownerID }) { OwnedElement($0) }
        }
        podAddresses = ObjectCache(.endpoints, owner: { OwnerKey($0.endpointUID) }) { PodAddresses($0) }
        workloads = Self.workloadResources.map { resource in
            ObjectCache(resource, owner: { OwnerKey($0.ownerUID) }) { WorkloadElement($0, of: resource) }
        }
    }

    /// Every cache, to wait for and to compare writes with.
    package var all: [any CacheProgress] {
        [environments, classes, inferenceEndpoints, podAddresses, namespaces] + owned + workloads
    }

    package var environmentCount: Int { environments.count }
    package var environmentClasses: [EnvironmentClass] { classes.all.map(\.element) }

    package func environment(_ name: NamespacedName) -> Environment? { environments[name]?.element }
    package func environmentClass(_ name: String) -> EnvironmentClass? {
        classes[NamespacedName(name: name)]?.element
    }

    /// What changes with the environment, and with its class.
    package func revision(ofEnvironment name: NamespacedName) -> String {
        guard let environment = environments[name] else { return "" }
        let environmentClass = classes[NamespacedName(name: environment.element.spec.environmentClassName)]
        return "\(environment.resourceVersion)/\(environmentClass?.resourceVersion ?? "")"
    }

    package func labels(ofNamespace name: String) -> SortedMap<String>? {
        namespaces[NamespacedName(name: name)]?.element.labels
    }

    package func namespace(_ name: String) -> ObservedNamespace? {
        namespaces[NamespacedName(name: name)]?.element.observed
    }

    package func namespaces(madeFor environment: NamespacedName) -> [NamedNamespace] {
        namespaces.objects(ownedBy: OwnerKey(Owner(.environment, environment).index)).map {
            NamedNamespace(name: $0.name.name, observed: $0.element.observed)
        }
    }

    package func owned(by uid: String) -> [ObjectKey: ObservedObject] {
        var found: [ObjectKey: ObservedObject] = [:]
        let owner = OwnerKey(uid)
        for cache in owned {
            for object in cache.objects(ownedBy: owner) {
                let key = ObjectKey(cache.resource, namespace: object.name.namespace, name: object.name.name)
                found[key] = object.element.observed
            }
        }
        return found
    }

    package func workloads(of environmentUID: String) -> [ObservedWorkload] {
        workloads.flatMap { $0.objects(ownedBy: OwnerKey(environmentUID)).map(\.element.observed) }
            .sorted { $0.key.description < $1.key.description }
    }

    package func endpoint(_ name: NamespacedName) -> InferenceEndpoint? { inferenceEndpoints[name]?.element }
    package var endpoints: [InferenceEndpoint] { inferenceEndpoints.all.map(\.element) }

    package func bindings(to endpoint: NamespacedName) -> [EndpointBinding] {
        guard let known = self.endpoint(endpoint) else { return [] }
        return environments.all.compactMap { object in
            known.binding(of: object.element, labels(ofNamespace: object.name.namespace) ?? [:])
        }.sorted { $0.hostNamespace < $1.hostNamespace }
    }

    package func podAddresses(of endpointUID: String) -> [String] {
        podAddresses.objects(ownedBy: OwnerKey(endpointUID)).flatMap(\.element.addresses).sorted()
    }

    package func competitors(of environment: Environment) -> Competitors {
        environments.reduce(ownedBy: OwnerKey(environment.spec.environmentClassName), into: Competitors()) {
            $0.count($1, against: environment)
        }
    }
}

extension Competitors {
    /// Counts those that hold a place which this environment may not take.
    package init(of environment: Environment, among others: [Environment]) {
        self.init()
        for other in others { count(other, against: environment) }
    }

    fileprivate mutating func count(_ other: Environment, against environment: Environment) {
        guard other.metadata.uid != environment.metadata.uid,
            other.spec.environmentClassName == environment.spec.environmentClassName,
            other.holdsPlace(before: environment)
        else { return }
        let place = other.status.resolvedClass != nil ? \TakenPlaces.accepted : \.waiting
        ofClass[keyPath: place] += 1
        if other.metadata.namespace == environment.metadata.namespace { inNamespace[keyPath: place] += 1 }
        guard let holder = other.placeHolder else { return }
        firstToEnd = firstToEnd.map { min($0, holder) } ?? holder
    }
}

extension Environment {
    /// Whether it has a place in its class that a younger one may not take: it was accepted, or may yet be.
    fileprivate func holdsPlace(before younger: Environment) -> Bool {
        if isTerminated { return false }
        if status.resolvedClass != nil { return true }
        switch status.condition(.accepted)?.reason {
        case nil, AcceptedReason.limitReached.rawValue: return isOlder(than: younger)
        default: return false
        }
    }

    fileprivate var placeHolder: PlaceHolder? {
        status.expiresAt.map { PlaceHolder(namespace: metadata.namespace, name: metadata.name, expiresAt: $0) }
    }

    private func isOlder(than other: Environment) -> Bool {
        guard let mine = metadata.creationTimestamp, let others = other.metadata.creationTimestamp, mine != others
        else { return metadata.uid < other.metadata.uid }
        return mine < others
    }
}
