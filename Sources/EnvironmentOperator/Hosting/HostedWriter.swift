import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// What a write left behind: an object, or its absence.
struct WriteOutcome: Sendable {
    var key: ObjectKey
    var object: KubernetesObject?
}

/// What a pass decided from is not there any more: it is looked at again.
struct OutdatedObservation: Error {
    var key: ObjectKey
}

/// Carries out the actions that environments and inference endpoints have in common.
struct HostedWriter: Sendable {
    let client: KubernetesClient
    let applier: ObjectApplier
    let identity: OwnerIdentity

    /// Performs an action for an owner as it was observed.
    func perform(
        _ action: EnvironmentAction, of key: ObjectKey, _ owner: KubernetesObject
    ) async throws -> WriteOutcome {
        switch action {
        case .hold:
            return try await setFinalizers(of: key, owner) {
                $0.contains(Words.Finalizer.teardown) ? $0 : $0 + [Words.Finalizer.teardown]
            }
        case .release: return try await setFinalizers(of: key, owner, Self.withoutOurs)
        case .apply(let wanted, let expectation): return try await apply(wanted, expectation)
        case .bind(let wanted): return try await apply(wanted, .absent)
        case .delete(let key, let uid): return try await delete(key, uid: uid)
        case .releaseObject(let key, let uid): return try await releaseObject(key, uid: uid)
        default: throw OutdatedObservation(key: key)
        }
    }

    private func setFinalizers(
        of key: ObjectKey, _ owner: KubernetesObject, _ change: @Sendable ([String]) -> [String]
    ) async throws -> WriteOutcome {
        do {
            return WriteOutcome(key: key, object: try await applier.patchFinalizers(of: owner, key.resource, change))
        } catch let error as KubernetesError where error.code == .notFound {
            return WriteOutcome(key: key, object: nil)
        }
    }

    private func apply(_ wanted: WantedObject, _ expectation: ApplyExpectation) async throws -> WriteOutcome {
        try await apply(DesiredObject(wanted.object, of: wanted.key.resource, expecting: expectation))
    }

    func apply(_ desired: DesiredObject) async throws -> WriteOutcome {
        let (label, uid) = (identity.kind.uidLabel, identity.uid)
        let result = try await applier.apply(desired) { $0.label(label) == uid }
        switch result {
        case .applied(let object): return WriteOutcome(key: desired.key, object: object)
        case .nameConflict(let conflict): throw conflict
        case .outdated: throw OutdatedObservation(key: desired.key)
        }
    }

    /// Deletes the object with that uid; one that is gone, or that is another by now, needs nothing more from us.
    func delete(_ key: ObjectKey, uid: String) async throws -> WriteOutcome {
        switch try await applier.delete(key, uid: uid) {
        case .gone: WriteOutcome(key: key, object: nil)
        case .terminating(let object): WriteOutcome(key: key, object: object)
        }
    }

    private func releaseObject(_ key: ObjectKey, uid: String) async throws -> WriteOutcome {
        guard let object = try await client.find(key, metadataOnly: true), object.uid == uid else {
            return WriteOutcome(key: key, object: nil)
        }
        do {
            let released = try await applier.patchFinalizers(of: object, key.resource, Self.withoutOurs)
            // With its last finalizer an object that is being deleted goes at once.
            return WriteOutcome(key: key, object: released.isDeleting && released.finalizers.isEmpty ? nil : released)
        } catch let error as KubernetesError where error.code == .notFound {
            return WriteOutcome(key: key, object: nil)
        }
    }

    @Sendable private static func withoutOurs(_ finalizers: [String]) -> [String] {
        finalizers.filter { $0 != Words.Finalizer.teardown }
    }
}
