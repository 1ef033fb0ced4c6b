import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Who is concerned by what the caches tell.
struct ChangeRouter: Sendable {
    let caches: OperatorCaches
    let environments: WorkQueue<NamespacedName>
    let classes: WorkQueue<NamespacedName>

    func environmentChanged(_ change: CacheChange<Environment>) {
        environments.add(change.object.name, change.lane)
        // A place in its class may have become free.
        if case .removed(let object) = change { wakeWaiting(for: object.element.spec.environmentClassName) }
        if case .changed(from: let before, to: let after) = change, after.element.isTerminated,
            !before.element.isTerminated
        {
            wakeWaiting(for: after.element.spec.environmentClassName)
        }
    }

    func classChanged(_ change: CacheChange<EnvironmentClass>) {
        classes.add(change.object.name, change.lane)
        if case .unchanged = change { return }
        for environment in caches.environments.objects(ownedBy: change.object.name.name) {
            environments.add(environment.name, .sweep)
        }
    }

    func namespaceChanged(_ change: CacheChange<NamespaceElement>) {
        if let environment = change.object.element.environment {
            // Its conditions change while it goes, which its metadata shows by nothing but its version.
            environments.add(environment, change.lane)
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
            environments.add(before.element.environment)
            environments.add(after.element.environment)
        case .added(let object), .removed(let object): environments.add(object.element.environment)
        case .unchanged(let object): environments.add(object.element.environment, .sweep)
        }
    }

    func workloadChanged(_ change: CacheChange<WorkloadElement>) {
        if case .changed(from: let before, to: let after) = change, before.element == after.element { return }
        if case .unchanged = change { return }
        environments.add(change.object.element.environment)
    }

    func everything() {
        for environment in caches.environments.all { environments.add(environment.name, .sweep) }
    }

    private func wakeWaiting(for className: String) {
        for environment in caches.environments.objects(ownedBy: className)
        where environment.element.status.condition(.accepted)?.reason == AcceptedReason.limitReached.rawValue {
            environments.add(environment.name)
        }
    }
}
