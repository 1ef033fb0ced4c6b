import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// Tells of namespaces whose environment is gone without its teardown: somebody took its finalizer off.
///
/// They are reported and left: without the Environment nothing says any more that they may go.
struct OrphanReport {
    private let context: OperatorContext

    init(_ context: OperatorContext) { self.context = context }

    /// Looks for those of an Environment's name; `uid` is of the one that bears it now.
    func look(for key: ObjectKey, _ uid: String?) async throws {
        let name = NamespacedName(namespace: key.namespace, name: key.name)
        let suspects = context.view.namespaces(madeFor: name).filter { suspect in
            guard let owner = suspect.observed.environmentUID, owner != uid else { return false }
            // Labels are anybody's to write; the name says for whom a namespace was made.
            return !suspect.observed.isDeleting && suspect.name == Naming.hostNamespace(of: key.name, uid: owner)
        }
        guard !suspects.isEmpty else { return }
        // A cache may show a namespace before it shows the Environment.
        let live = try await context.client.find(key, metadataOnly: true)?.uid
        for orphan in suspects where orphan.observed.environmentUID != live { report(orphan, name) }
    }

    private func report(_ orphan: NamedNamespace, _ name: NamespacedName) {
        let note =
            "Environment \(name) is gone, and this namespace, which was made for it, was not taken down: "
            + "look what it holds, then delete it with 'kubectl delete namespace \(orphan.name)'."
        context.events.record(EnvironmentEvent(.warning, .orphaned, note), about: orphan)
    }
}
