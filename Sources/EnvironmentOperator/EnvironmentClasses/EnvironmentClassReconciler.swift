package import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Says of a class whether it is in order; its environments are made by their own reconciler.
package struct EnvironmentClassReconciler: Sendable {
    private let caches: OperatorCaches
    private let applier: ObjectApplier
    private let serverNow: @Sendable () -> Timestamp

    package init(_ context: OperatorContext, caches: OperatorCaches, applier: ObjectApplier) {
        self.caches = caches
        self.applier = applier
        serverNow = context.serverNow
    }

    package func reconcile(_ name: NamespacedName) async throws -> ReconcileOutcome {
        guard let environmentClass = caches.environmentClass(name.name), !environmentClass.metadata.isDeleting else {
            return .settled
        }
        let status = Self.status(of: environmentClass, now: serverNow())
        guard status != environmentClass.status else { return .settled }
        do {
            _ = try await applier.patchStatus(of: environmentClass.object, .environmentClasses, to: status.json)
        } catch let error as KubernetesError where error.code == .notFound {
            return .settled
        }
        return .settled
    }

    /// The status that follows from the class alone.
    static func status(of environmentClass: EnvironmentClass, now: Timestamp) -> EnvironmentClass.Status {
        let generation = environmentClass.metadata.generation
        let condition = Condition(
            verdict(on: environmentClass), after: environmentClass.status.conditions, generation: generation, now: now)
        return EnvironmentClass.Status(conditions: [condition], observedGeneration: generation)
    }

    private static func verdict(on environmentClass: EnvironmentClass) -> Verdict {
        let violations = environmentClass.violations()
        guard violations.isEmpty else {
            let text = violations.map(\.message).joined(separator: "; ")
            return Verdict(.isFalse, ClassAcceptedReason.invalid, text)
        }
        return Verdict(.isTrue, ClassAcceptedReason.accepted, "the class is accepted")
    }
}
