import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// Carries out one action; the only place that changes an environment's objects.
struct EnvironmentActor: Sendable {
    /// What a write left behind: an object, or its absence.
    struct Outcome: Sendable {
        var key: ObjectKey
        var object: KubernetesObject?
    }

    let client: KubernetesClient
    let kubeconfigs: KubeconfigIssuer

    func perform(_ action: EnvironmentAction, for observation: EnvironmentObservation) async throws -> Outcome {
        let environment = observation.environment
        switch action {
        case .hold:
            return try await setFinalizers(environment.metadata.finalizers + [Words.Finalizer.teardown], environment)
        case .release:
            let others = environment.metadata.finalizers.filter { $0 != Words.Finalizer.teardown }
            return try await setFinalizers(others, environment)
        case .apply(let desired, let expectation):
            return try await apply(desired, expectation, observation)
        case .bind(let desired):
            return try await create(desired, observation)
        case .delete(let key, let uid):
            return Outcome(key: key, object: try await delete(key, uid: uid))
        case .releaseObject(let key, let uid):
            return try await releaseObject(key, uid: uid)
        case .issueKubeconfig(let lifetime, let replacing):
            let secret = try await kubeconfigs.issue(observation, lifetime: lifetime, replacing: replacing)
            return Outcome(key: observation.kubeconfigKey, object: secret)
        case .begin(let reason):
            return try await begin(reason, observation)
        case .forget:
            return Outcome(key: environment.key, object: try await delete(environment.key, uid: environment.metadata.uid))
        }
    }
}

// MARK: - The Environment itself

extension EnvironmentActor {
    /// Replaces the list of finalizers, unless someone changed the object meanwhile.
    private func setFinalizers(_ finalizers: [String], _ environment: Environment) async throws -> Outcome {
        let patch: JSONValue = [
            "metadata": [
                "uid": .string(environment.metadata.uid),
                "resourceVersion": .string(environment.metadata.resourceVersion),
                "finalizers": .array(finalizers.map { .string($0) }),
            ]
        ]
        do {
            return Outcome(key: environment.key, object: try await client.patch(environment.key, .merge, patch))
        } catch let error as KubernetesError where error.code == .notFound {
            return Outcome(key: environment.key, object: nil)
        }
    }

    /// The compare-and-set that decides between an extension and an end: it holds for the version that was judged.
    private func begin(_ reason: EndReason, _ observation: EnvironmentObservation) async throws -> Outcome {
        let environment = observation.environment
        var status = environment.status
        let generation = environment.metadata.generation
        let verdicts = [
            Verdict(.isFalse, reason.terminatedReason, "The environment's end has begun."),
            Verdict(.isFalse, reason.readyReason, "The environment's end has begun."),
        ]
        for verdict in verdicts {
            let condition = Condition(verdict, after: status.conditions, generation: generation, now: observation.now)
            status.conditions.removeAll { $0.type == condition.type }
            status.conditions.append(condition)
        }
        status.expiresAt = observation.expiresAt
        status.ttl = environment.spec.ttl
        return Outcome(key: environment.key, object: try await write(status, of: environment, isConditional: true))
    }

    /// Writes the status, which is the operator's alone, so that only the environment's uid must be the same.
    func write(
        _ status: Environment.Status,
        of environment: Environment,
        isConditional: Bool = false
    ) async throws -> KubernetesObject {
        var metadata: JSONValue = ["uid": .string(environment.metadata.uid)]
        if isConditional { metadata["resourceVersion"] = .string(environment.metadata.resourceVersion) }
        var patch: JSONValue = ["metadata": metadata]
        patch["status"] = environment.status.json.mergePatch(to: status.json) ?? [:]
        return try await client.patch(environment.key, .merge, patch, subresource: .status)
    }
}

// MARK: - Objects made for it

extension EnvironmentActor {
    private func apply(
        _ desired: DesiredObject,
        _ expectation: ApplyExpectation,
        _ observation: EnvironmentObservation
    ) async throws -> Outcome {
        do {
            let object = try await client.apply(desired.object, to: desired.key.resource, expecting: expectation)
            return Outcome(key: desired.key, object: object)
        } catch let error as KubernetesError where expectation == .absent && error.code.isConflict {
            return try await own(desired.key, observation)
        }
    }

    private func create(_ desired: DesiredObject, _ observation: EnvironmentObservation) async throws -> Outcome {
        do {
            let object = try await client.create(desired.object, as: desired.key.resource)
            return Outcome(key: desired.key, object: object)
        } catch let error as KubernetesError where error.code.isConflict {
            return try await own(desired.key, observation)
        }
    }

    /// What is there though it should be absent: our own write, whose response was lost, or somebody else's object.
    private func own(_ key: ObjectKey, _ observation: EnvironmentObservation) async throws -> Outcome {
        guard let object = try await client.find(key) else { return Outcome(key: key, object: nil) }
        guard object.label(Words.Label.environmentUID) == observation.environment.metadata.uid else {
            throw NameConflict(key: key)
        }
        return Outcome(key: key, object: object)
    }

    /// Deletes the object with that uid; one that is gone, or that is another by now, needs nothing more from us.
    private func delete(_ key: ObjectKey, uid: String) async throws -> KubernetesObject? {
        do {
            return try await client.delete(key, DeletePreconditions(uid: uid))
        } catch let error as KubernetesError where error.code == .notFound || error.code == .conflict {
            return nil
        }
    }

    private func releaseObject(_ key: ObjectKey, uid: String) async throws -> Outcome {
        guard let object = try await client.find(key), object.uid == uid else { return Outcome(key: key, object: nil) }
        let others = object.finalizers.filter { $0 != Words.Finalizer.teardown }
        let patch: JSONValue = [
            "metadata": [
                "uid": .string(uid),
                "resourceVersion": .string(object.resourceVersion ?? ""),
                "finalizers": .array(others.map { .string($0) }),
            ]
        ]
        do {
            let released = try await client.patch(key, .merge, patch)
            // With its last finalizer an object that is being deleted goes at once.
            return Outcome(key: key, object: released.isDeleting && others.isEmpty ? nil : released)
        } catch let error as KubernetesError where error.code == .notFound {
            return Outcome(key: key, object: nil)
        }
    }
}

/// A foreign object has a name that the operator wants: it is never adopted, touched or deleted.
struct NameConflict: Error, Sendable, Hashable {
    var key: ObjectKey
}

extension KubernetesError.Code {
    fileprivate var isConflict: Bool { self == .conflict || self == .alreadyExists }
}
