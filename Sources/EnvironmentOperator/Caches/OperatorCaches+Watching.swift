import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Who is concerned by what the caches tell.
struct ChangeRouter: Sendable {
    let caches: OperatorCaches
    let environments: WorkQueue<NamespacedName>
    let classes: WorkQueue<NamespacedName>
    let endpoints: WorkQueue<NamespacedName>

    func environmentChanged(_ change: CacheChange<Environment>) {
        environments.add(change.object.name, change.lane)
        wakeEndpoints(changedBy: change)
        // A place in its class may have become free.
        if case .removed(let object) = change { wakeWaiting(for: object.element.spec.environmentClassName) }
        if case .changed(from: let before, to: let after) = change, after.element.isTerminated,
            !before.element.isTerminated
        {
            wakeWaiting(for: after.element.spec.environmentClassName)
        }
    }

    private func wakeEndpoints(changedBy change: CacheChange<Environment>) {
        switch change {
        case .added(let object), .removed(let object): wakeEndpoints(of: object.element)
        case .changed(from: let before, to: let after):
            guard
                before.element.spec.inference != after.element.spec.inference
                    || before.element.status.namespace != after.element.status.namespace
                    || before.element.isTerminated != after.element.isTerminated
            else { return }
            wakeEndpoints(of: before.element)
            wakeEndpoints(of: after.element)
        case .unchanged: break
        }
    }

    func classChanged(_ change: CacheChange<EnvironmentClass>) {
        classes.add(change.object.name, change.lane)
        if case .unchanged = change { return }
        for environment in caches.environments.objects(ownedBy: OwnerKey(change.object.name.name)) {
            environments.add(environment.name, .sweep)
        }
    }

    func namespaceChanged(_ change: CacheChange<NamespaceElement>) {
        if let owner = change.object.element.owner {
            // Its conditions change while it goes, which its metadata shows by nothing but its version.
            add(owner, change.lane)
        } else if case .changed(from: let before, to: let after) = change,
            before.element.labels != after.element.labels
        {
            // Its classes may be others now.
            for environment in caches.environments.all where environment.name.namespace == after.name.name {
                environments.add(environment.name, .sweep)
            }
        }
    }

    func ownedChanged(_ change: CacheChange<OwnedElement>) {
        switch change {
        case .changed(from: let before, to: let after):
            // A quota's counts and a controller's annotations are no concern of ours.
            if before.element == after.element { return }
            add(before.element.owner)
            add(after.element.owner)
        case .added(let object), .removed(let object): add(object.element.owner)
        case .unchanged(let object): add(object.element.owner, .sweep)
        }
    }

    private func add(_ owner: Owner, _ lane: WorkLane = .change) {
        switch owner.kind {
        case .environment: environments.add(owner.name, lane)
        case .inferenceEndpoint: endpoints.add(owner.name, lane)
        }
    }

    func workloadChanged(_ change: CacheChange<WorkloadElement>) {
        if case .changed(from: let before, to: let after) = change, before.element == after.element { return }
        if case .unchanged = change { return }
        add(change.object.element.owner)
    }

    /// A link may lead elsewhere now, or nowhere.
    func endpointChanged(_ change: CacheChange<InferenceEndpoint>) {
        endpoints.add(change.object.name, change.lane)
        if case .unchanged = change { return }
        wakeBound(to: change.object.name)
    }

    func addressesChanged(_ change: CacheChange<PodAddresses>) {
        if case .unchanged = change { return }
        if case .changed(from: let before, to: let after) = change, before.element == after.element { return }
        endpoints.add(change.object.element.endpoint)
        wakeBound(to: change.object.element.endpoint)
    }

    private func wakeBound(to endpoint: NamespacedName) {
        for environment in caches.environments.all where environment.element.isBound(to: endpoint) {
            environments.add(environment.name)
        }
    }

    /// Endpoints open their networks for those that are bound to them.
    private func wakeEndpoints(of environment: Environment) {
        for binding in environment.spec.inference {
            endpoints.add(NamespacedName(namespace: binding.endpointNamespace, name: binding.endpointName))
        }
    }

    func everything() {
        for endpoint in caches.inferenceEndpoints.all { endpoints.add(endpoint.name, .sweep) }
        for environment in caches.environments.all { environments.add(environment.name, .sweep) }
    }

    private func wakeWaiting(for className: String) {
        for environment in caches.environments.objects(ownedBy: OwnerKey(className))
        where environment.element.status.condition(.accepted)?.reason == AcceptedReason.limitReached.rawValue {
            environments.add(environment.name)
        }
    }
}

extension Environment {
    func isBound(to endpoint: NamespacedName) -> Bool {
        spec.inference.contains { $0.endpointNamespace == endpoint.namespace && $0.endpointName == endpoint.name }
    }
}

extension InferenceEndpoint {
    /// The binding of an environment that has a namespace and lives; `nil` where there is none, or may be none.
    func binding(of environment: Environment, _ labels: SortedMap<String>) -> EndpointBinding? {
        let name = NamespacedName(namespace: metadata.namespace, name: metadata.name)
        guard environment.isBound(to: name), !environment.isTerminated, let host = environment.status.namespace,
            admits(environmentsOf: environment.metadata.namespace, labels)
        else { return nil }
        return EndpointBinding(
            environment: environment.metadata.name, namespace: environment.metadata.namespace, hostNamespace: host.name)
    }
}

extension CacheChange where Element: Hashable {
    /// What is kept of the object is not what it was.
    var isNews: Bool {
        switch self {
        case .unchanged: false
        case .changed(from: let before, to: let after): before.element != after.element
        case .added, .removed: true
        }
    }
}
