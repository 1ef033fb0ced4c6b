import Formats
package import Kubernetes

/// The one place that changes the cluster for the controllers.
///
/// Each change names what it expects to find: nothing, or the object of one uid. So a change decided from an old
/// observation, repeated after a lost answer, or sent by a process that no longer leads, changes nothing that it
/// was not meant for. The client's transport is a ``GatedTransport``, which refuses what may not be sent.
package struct ObjectApplier: Sendable {
    /// How often a change is tried against an object that others keep changing, before the caller backs off.
    static let tries = 10

    let client: KubernetesClient
    let didWrite: @Sendable (APIResource, KubernetesObject) -> Void

    /// `didWrite` is told of the object that each write left, so that caches can be waited for.
    package init(
        client: KubernetesClient,
        didWrite: @escaping @Sendable (APIResource, KubernetesObject) -> Void = { _, _ in }
    ) {
        self.client = client
        self.didWrite = didWrite
    }

    /// The same applier, whose writes a ledger notes for `key`; those that no cache will show are not waited for.
    package func noting<Key>(
        _ key: Key,
        in ledger: WriteLedger<Key>,
        where isShown: @escaping @Sendable (APIResource, KubernetesObject) -> Bool = { _, _ in true }
    ) -> ObjectApplier {
        ObjectApplier(client: client) { resource, object in
            if isShown(resource, object) { ledger.note(key, wrote: object.resourceVersion, of: resource) }
        }
    }
}

// MARK: - Applying

extension ObjectApplier {
    /// Applies the objects in order, and stops at the first that cannot be.
    ///
    /// `isOurs` judges the metadata of an object that is there already: by the uids recorded in it, not by labels.
    package func apply(
        _ objects: [DesiredObject],
        isOurs: @Sendable (KubernetesObject) -> Bool
    ) async throws -> ApplyReport {
        var report = ApplyReport()
        for desired in objects {
            switch try await apply(desired, isOurs: isOurs) {
            case .applied(let object): report.applied.append(object)
            case let result:
                report.stopped = result
                return report
            }
        }
        return report
    }

    /// Makes one object as it shall be; a RoleBinding without ever patching it.
    package func apply(
        _ desired: DesiredObject,
        isOurs: @Sendable (KubernetesObject) -> Bool
    ) async throws -> ApplyResult {
        if desired.resource == .roleBindings { return try await bind(desired, isOurs: isOurs) }
        var desired = desired
        // An object can vanish between the refusal and the look at it, and come back: not for ever.
        for _ in 1..<Self.tries {
            do {
                return .applied(try await applyOnce(desired))
            } catch let error as KubernetesError where error.mayRefuse(desired.expectation) {
                switch try await explain(error, desired, isOurs) {
                case .retry(let expectation): desired.expectation = expectation
                case .end(let result): return result
                }
            }
        }
        return .applied(try await applyOnce(desired))
    }

    private enum Explanation {
        case retry(ApplyExpectation)
        case end(ApplyResult)
    }

    private func applyOnce(_ desired: DesiredObject) async throws -> KubernetesObject {
        let object = try await client.apply(desired.object, to: desired.resource, expecting: desired.expectation)
        didWrite(desired.resource, object)
        return object
    }

    /// Finds out, from the server itself, why an expectation was not met.
    private func explain(
        _ error: KubernetesError,
        _ desired: DesiredObject,
        _ isOurs: (KubernetesObject) -> Bool
    ) async throws -> Explanation {
        let found = try await client.find(desired.key, metadataOnly: true)
        switch (desired.expectation, found) {
        // It was asked a moment ago, and nothing is there: that is all the care such a server lets one take.
        case (.absent, nil): return .retry(error.refusesVersionOfNew ? .any : .absent)
        case (_, nil): return .end(.outdated(desired.key))
        case (.uid(let uid), let found?) where found.uid == uid: throw error  // Refused for another reason.
        case (let expectation, let found?):
            guard isOurs(found) else { return .end(.nameConflict(NameConflict(desired.key, found))) }
            guard expectation == .absent, !found.isDeleting, let uid = found.uid else {
                return .end(.outdated(desired.key))
            }
            return .retry(.uid(uid))  // Made by us, in a try whose answer was lost or whose event is on its way.
        }
    }
}

// MARK: - RoleBindings

extension ObjectApplier {
    /// Makes a RoleBinding as it shall be, by POST and DELETE.
    ///
    /// Its roleRef cannot be changed, and the operator may patch bindings for their finalizers only: one that differs
    /// is deleted by uid and made anew.
    private func bind(
        _ desired: DesiredObject,
        isOurs: @Sendable (KubernetesObject) -> Bool
    ) async throws -> ApplyResult {
        if case .absent = desired.expectation, let created = try await create(desired) { return .applied(created) }
        guard let found = try await client.find(desired.key) else { return .outdated(desired.key) }
        guard isOurs(found) else { return .nameConflict(NameConflict(desired.key, found)) }
        guard !found.isDeleting, let uid = found.uid else { return .outdated(desired.key) }
        if case .uid(let expected) = desired.expectation, expected != uid { return .outdated(desired.key) }
        if found.json.reduced(to: desired.binding) == desired.binding {
            let missing = desired.object.finalizers
            return .applied(
                try await patchFinalizers(of: found, desired.resource) { present in
                    present + missing.filter { !present.contains($0) }
                })
        }
        guard try await delete(desired.key, uid: uid) == .gone, let created = try await create(desired) else {
            return .outdated(desired.key)
        }
        return .applied(created)
    }

    /// The created object; `nil` where one of that name is there.
    private func create(_ desired: DesiredObject) async throws -> KubernetesObject? {
        do {
            let created = try await client.create(desired.object, as: desired.resource)
            didWrite(desired.resource, created)
            return created
        } catch let error as KubernetesError where error.code == .alreadyExists {
            return nil
        }
    }
}

// MARK: - Deleting

extension ObjectApplier {
    /// Deletes the object of that uid; another of its name stays untouched.
    package func delete(
        _ key: ObjectKey,
        uid: String,
        propagation: PropagationPolicy = .background,
        gracePeriodSeconds: Int? = nil
    ) async throws -> DeleteResult {
        do {
            let left = try await client.delete(
                key, DeletePreconditions(uid: uid), propagation: propagation, gracePeriodSeconds: gracePeriodSeconds)
            guard let left else { return .gone }
            didWrite(key.resource, left)
            return .terminating(left)
        } catch let error as KubernetesError where error.code == .conflict {
            guard let found = try await client.find(key, metadataOnly: true), found.uid == uid else { return .gone }
            throw error
        }
    }
}

extension DesiredObject {
    /// What must be equal: finalizers are added to a binding that is there, never a reason to make it anew.
    fileprivate var binding: JSONValue {
        var json = object.json
        json["metadata"]?["finalizers"] = nil
        return json
    }
}

extension NameConflict {
    fileprivate init(_ key: ObjectKey, _ found: KubernetesObject) {
        self.init(key: key, uid: found.uid ?? "unknown")
    }
}

extension KubernetesError {
    /// A server of before 1.23 creates no Service by an apply that carries a version, also not one that expects none.
    fileprivate var refusesVersionOfNew: Bool {
        code == .internalError && message.contains("resourceVersion should not be set on objects to be created")
    }

    /// Whether a server answers so where the expectation of an apply is not met, among other things.
    fileprivate func mayRefuse(_ expectation: ApplyExpectation) -> Bool {
        switch (expectation, code) {
        case (.absent, .internalError): refusesVersionOfNew
        case (_, .conflict), (.absent, .alreadyExists): true
        case (.uid, .invalid): true  // The uid of the object that is there is another, and immutable.
        default: false
        }
    }
}
