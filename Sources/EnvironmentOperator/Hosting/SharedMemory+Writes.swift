import EnvironmentAPI
import Helm
import Kubernetes

/// What is remembered of writes, whoever's namespace they were for.
extension SharedMemory {
    /// Objects with the hashes to compare with what is desired.
    func comparable(_ owned: [ObjectKey: ObservedObject]) -> [ObjectKey: ObservedObject] {
        withLock { memory in
            var comparable = owned
            for (key, object) in owned { comparable[key]?.hash = memory.comparable(object.hash, of: key) }
            return comparable
        }
    }

    /// Takes note of what a write left behind.
    func note(_ action: EnvironmentAction, _ outcome: WriteOutcome, of owner: ObjectKey, at now: Duration) {
        withLock { memory in
            switch action {
            case .bind: memory.bound(owner, at: now)
            case .helm(.apply(let write)):
                if let object = outcome.object { memory.applied(write.object, storedAs: object) }
            case .apply(let wanted, _):
                if let object = outcome.object { memory.applied(wanted, storedAs: WantedObject.hash(of: object)) }
            default: break
            }
        }
    }

    /// Takes note of a write that failed: a namespace that is made after its owner is gone would be nobody's.
    func note(failureOf action: EnvironmentAction, _ error: any Error, of owner: ObjectKey, at now: Duration) {
        guard case .apply(let wanted, expecting: .absent) = action, wanted.key.resource == .namespaces,
            (error as? KubernetesError)?.leavesOutcomeOpen ?? false
        else { return }
        withLock { $0.creationUnanswered(owner, at: now) }
    }
}
