package import Formats

extension KubernetesClient {
    /// Server-side apply: creates or changes exactly the fields that `object` holds.
    ///
    /// - Throws: `.conflict` where ``ApplyExpectation/absent`` finds an object, or ``ApplyExpectation/uid(_:)`` none;
    ///   `.invalid` where it finds another object than that uid's. Nothing is created or changed in these cases.
    package func apply(
        _ object: KubernetesObject,
        to resource: APIResource,
        expecting expectation: ApplyExpectation,
        force: Bool = true,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        let json = try await exchange("apply \(Self.key(object, resource))") {
            try requests.apply(
                object, to: resource, expecting: expectation, force: force, subresource: subresource, dryRun: dryRun)
        }
        return KubernetesObject(json)
    }

    package func create(
        _ object: KubernetesObject,
        as resource: APIResource,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        let json = try await exchange("create \(Self.key(object, resource))") {
            try requests.create(object, as: resource, dryRun: dryRun)
        }
        return KubernetesObject(json)
    }

    /// Replaces an object; its `metadata.resourceVersion` makes this a compare-and-set.
    package func replace(
        _ object: KubernetesObject,
        of resource: APIResource,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        let json = try await exchange("replace \(Self.key(object, resource))") {
            try requests.replace(object, of: resource, subresource: subresource, dryRun: dryRun)
        }
        return KubernetesObject(json)
    }

    /// Patches an object; `metadata.uid` and `metadata.resourceVersion` inside a merge patch are preconditions.
    ///
    /// - Throws: `.invalid` where the uid is another object's, `.conflict` where the resourceVersion is not the current one.
    package func patch(
        _ key: ObjectKey,
        _ type: PatchType,
        _ patch: JSONValue,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        let json = try await exchange("patch \(key)") {
            try requests.patch(key, type, patch, subresource: subresource, dryRun: dryRun)
        }
        return KubernetesObject(json)
    }

    /// Deletes the object with that uid; `nil` once it is gone, else the object that awaits its finalizers.
    ///
    /// - Throws: `.conflict` where another object has the name by now: it is untouched.
    package func delete(
        _ key: ObjectKey,
        _ preconditions: DeletePreconditions,
        propagation: PropagationPolicy = .background,
        gracePeriodSeconds: Int? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject? {
        let json: JSONValue
        do {
            json = try await exchange("delete \(key)") {
                try requests.delete(
                    key, preconditions, propagation: propagation, gracePeriodSeconds: gracePeriodSeconds, dryRun: dryRun
                )
            }
        } catch let error as KubernetesError where error.saysThatIsMissing(key) {
            return nil
        }
        guard json["kind"]?.string != "Status" else { return nil }
        let object = KubernetesObject(json)
        return object.isHeldFromDeletion ? object : nil
    }

    private static func key(_ object: KubernetesObject, _ resource: APIResource) -> ObjectKey {
        ObjectKey(resource, namespace: object.namespace, name: object.name)
    }
}

extension KubernetesObject {
    /// Whether the answer of a DELETE tells of an object that is still there.
    ///
    /// Some kinds answer with the object as it last was, also when nothing held it.
    fileprivate var isHeldFromDeletion: Bool {
        guard isDeleting else { return false }
        let grace = json[path: "metadata", "deletionGracePeriodSeconds"]?.integer
        let namespaceFinalizers = json[path: "spec", "finalizers"]?.array ?? []
        return grace != 0 || !finalizers.isEmpty || !namespaceFinalizers.isEmpty
    }
}
