package import Formats
package import Kubernetes

// Status and finalizers are not ours alone, so they are patched with the observed uid and resourceVersion as
// preconditions: a merge patch of what differs. Server-side apply would be shorter, but it has no compare-and-set on
// the version, and a process that was suspended in the middle of a reconcile could put an old status over a newer one.
// Where only something else has changed in the object, the same patch is sent with the new version.
extension ObjectApplier {
    /// Brings the status of an observed object to `status`; sends nothing where it is that already.
    ///
    /// Returns the object as it is then.
    ///
    /// - Throws: `.conflict` where its spec or its status is not what was observed: observe again.
    package func patchStatus(
        of observed: KubernetesObject,
        _ resource: APIResource,
        to status: JSONValue
    ) async throws -> KubernetesObject {
        guard let patch = (observed["status"] ?? [:]).mergePatch(to: status) else { return observed }
        return try await compareAndSet(
            observed, resource, .status, ["status": patch],
            isDone: { ($0["status"] ?? [:]) == status },
            isSame: { $0.generation == observed.generation && $0["status"] == observed["status"] }
        )
    }

    /// Changes the finalizers of an observed object; sends nothing where nothing changes.
    ///
    /// `change` adds or removes our own and is applied to those that are there, whoever added the others meanwhile.
    package func patchFinalizers(
        of observed: KubernetesObject,
        _ resource: APIResource,
        _ change: @Sendable ([String]) -> [String]
    ) async throws -> KubernetesObject {
        var object = observed
        for _ in 1...Self.tries {
            let wanted = change(object.finalizers)
            guard wanted != object.finalizers else { return object }
            let patch: JSONValue = ["metadata": ["finalizers": .array(wanted.map { .string($0) })]]
            do {
                return try await patchOnce(object, resource, nil, patch)
            } catch let error as KubernetesError where error.code == .conflict {
                object = try await live(observed, resource, orThrow: error)
            }
        }
        throw Self.busy(observed, resource)
    }

    /// Sets an annotation of an observed object, unless its spec is another by now.
    ///
    /// - Throws: `.conflict` where its spec is not what was observed: observe again.
    package func patchAnnotation(
        of observed: KubernetesObject, _ resource: APIResource, _ name: String, to value: String
    ) async throws -> KubernetesObject {
        let annotations = JSONValue.object(JSONObject(unique: [(name, .string(value))]))
        return try await compareAndSet(
            observed, resource, nil, ["metadata": ["annotations": annotations]],
            isDone: { $0.annotation(name) == value },
            isSame: { $0.generation == observed.generation && $0.annotation(name) == observed.annotation(name) }
        )
    }

    /// Sends a merge patch against the observed version until it is taken, done, or no longer right.
    private func compareAndSet(
        _ observed: KubernetesObject,
        _ resource: APIResource,
        _ subresource: Subresource?,
        _ patch: JSONValue,
        isDone: (KubernetesObject) -> Bool,
        isSame: (KubernetesObject) -> Bool
    ) async throws -> KubernetesObject {
        var object = observed
        for _ in 1...Self.tries {
            do {
                return try await patchOnce(object, resource, subresource, patch)
            } catch let error as KubernetesError where error.code == .conflict {
                object = try await live(observed, resource, orThrow: error)
                if isDone(object) { return object }  // Our own patch, whose answer was lost.
                guard isSame(object) else { throw error }
            }
        }
        throw Self.busy(observed, resource)
    }

    private func patchOnce(
        _ object: KubernetesObject,
        _ resource: APIResource,
        _ subresource: Subresource?,
        _ patch: JSONValue
    ) async throws -> KubernetesObject {
        var patch = patch
        patch["metadata"] = patch["metadata"] ?? [:]
        patch["metadata"]?["uid"] = object.uid.map { .string($0) }
        patch["metadata"]?["resourceVersion"] = object.resourceVersion.map { .string($0) }
        let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
        let patched = try await client.patch(key, .merge, patch, subresource: subresource)
        didWrite(resource, patched)
        return patched
    }

    /// The object as the server has it now, where it is still the one that was observed.
    private func live(
        _ observed: KubernetesObject,
        _ resource: APIResource,
        orThrow error: KubernetesError
    ) async throws -> KubernetesObject {
        let live = try await client.get(ObjectKey(resource, namespace: observed.namespace, name: observed.name))
        guard live.uid == observed.uid else { throw error }
        return live
    }

    private static func busy(_ object: KubernetesObject, _ resource: APIResource) -> KubernetesError {
        let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
        return KubernetesError(
            .conflict, "\(key) changed \(tries) times while it was being patched: find out who keeps writing it")
    }
}
