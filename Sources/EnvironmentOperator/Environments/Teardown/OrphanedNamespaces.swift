import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// Namespaces whose environment is gone without its teardown: somebody took its finalizer off.
///
/// They are reported and left: without the Environment nothing says any more that they may go. Where somebody deletes
/// one, the operator's own binding in it is released last, as in every teardown.
struct OrphanedNamespaces {
    private let context: OperatorContext
    private let memory: SharedMemory

    init(_ context: OperatorContext, _ memory: SharedMemory) {
        self.context = context
        self.memory = memory
    }

    /// How often one that goes is looked at.
    private static let patience: Duration = .seconds(10)

    /// Looks for those of an Environment's name; `uid` is of the one that bears it now.
    ///
    /// - Returns: When to look again; `nil` where that need not be soon.
    func look(for key: ObjectKey, _ uid: String?) async throws -> Duration? {
        let name = NamespacedName(namespace: key.namespace, name: key.name)
        let suspects = context.view.namespaces(madeFor: name).filter { suspect in
            guard let owner = suspect.observed.ownerUID, owner != uid else { return false }
            // Labels are anybody's to write; the name says for whom a namespace was made.
            return suspect.name == Naming.hostNamespace(of: key.name, uid: owner)
        }
        guard !suspects.isEmpty else {
            memory.withLock { _ = $0.untold([], of: key) }
            return nil
        }
        // A cache may show a namespace before it shows the Environment.
        let live = try await context.client.find(key, metadataOnly: true)?.uid
        let orphans = suspects.filter { $0.observed.ownerUID != live }
        let left = orphans.filter { !$0.observed.isDeleting }
        // Once told is enough: an event that is repeated is a write.
        let untold = memory.withLock { $0.untold(Set(left.map(\.observed.uid)), of: key) }
        for orphan in left where untold.contains(orphan.observed.uid) { report(orphan, name) }
        let going = orphans.filter(\.observed.isDeleting)
        for orphan in going { try await letGo(orphan, name) }
        return going.isEmpty ? nil : Self.patience
    }

    private func report(_ orphan: NamedNamespace, _ name: NamespacedName) {
        let note =
            "Environment \(name) is gone, and this namespace, which was made for it, was not taken down: "
            + "look what it holds, then delete it with 'kubectl delete namespace \(orphan.name)'."
        context.events.record(EnvironmentEvent(.warning, .orphaned, note), about: orphan)
    }

    /// Releases the operator's binding once nothing else is left: nobody else would, and it holds the namespace.
    private func letGo(_ orphan: NamedNamespace, _ name: NamespacedName) async throws {
        let namespace = try await context.client.find(ObjectKey(.namespaces, name: orphan.name))
        guard let namespace, namespace.uid == orphan.observed.uid,
            NamespaceContent(namespace)?.isOnly(.roleBindings, heldBy: Words.Finalizer.teardown) == true
        else { return }
        let key = ObjectKey(.roleBindings, namespace: orphan.name, name: Words.Binding.operator.rawValue)
        guard let binding = try await context.client.find(key, metadataOnly: true),
            binding.label(Words.Label.environmentUID) == orphan.observed.ownerUID
        else { return }
        do {
            _ = try await context.applier(name).patchFinalizers(of: binding, .roleBindings) { finalizers in
                finalizers.filter { $0 != Words.Finalizer.teardown }
            }
        } catch let error as KubernetesError where error.code == .notFound {
            return
        }
    }
}
