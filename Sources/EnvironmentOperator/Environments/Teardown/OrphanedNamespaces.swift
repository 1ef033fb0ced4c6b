import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// Namespaces whose environment is gone without its teardown: somebody took its finalizer off.
///
/// They are reported and left: without the Environment nothing says any more that they may go. Where somebody deletes
/// one, the operator's own binding in it is released last, as in every teardown.
struct OrphanedNamespaces {
    private let context: OperatorContext

    init(_ context: OperatorContext) { self.context = context }

    /// How often one that goes is looked at.
    private static let patience: Duration = .seconds(10)

    /// Looks for those of an Environment's name; `uid` is of the one that bears it now.
    ///
    /// - Returns: When to look again; `nil` where that need not be soon.
    func look(for key: ObjectKey, _ uid: String?) async throws -> Duration? {
        let name = NamespacedName(namespace: key.namespace, name: key.name)
        let suspects = context.view.namespaces(madeFor: name).filter { suspect in
            guard let owner = suspect.observed.environmentUID, owner != uid else { return false }
            // Labels are anybody's to write; the name says for whom a namespace was made.
            return suspect.name == Naming.hostNamespace(of: key.name, uid: owner)
        }
        guard !suspects.isEmpty else { return nil }
        // A cache may show a namespace before it shows the Environment.
        let live = try await context.client.find(key, metadataOnly: true)?.uid
        var recheck: Duration?
        for orphan in suspects where orphan.observed.environmentUID != live {
            guard orphan.observed.isDeleting else {
                report(orphan, name)
                continue
            }
            recheck = Self.patience
            try await letGo(orphan, name)
        }
        return recheck
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
            binding.label(Words.Label.environmentUID) == orphan.observed.environmentUID
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
