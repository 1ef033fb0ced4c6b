import ControllerRuntime
import EnvironmentAPI
import Formats
import Helm
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
    let virtualKubeconfigs: VirtualClusterKubeconfigIssuer

    func perform(
        _ action: EnvironmentAction,
        in pass: Pass,
        _ observation: EnvironmentObservation
    ) async throws -> Outcome {
        let environment = pass.environment
        switch action {
        case .hold:
            return try await setFinalizers(pass) {
                $0.contains(Words.Finalizer.teardown) ? $0 : $0 + [Words.Finalizer.teardown]
            }
        case .release:
            return try await setFinalizers(pass, Self.withoutOurs)
        case .apply(let wanted, let expectation):
            return try await apply(wanted, expectation, pass)
        case .bind(let wanted):
            return try await apply(wanted, .absent, pass)
        case .delete(let key, let uid):
            return try await delete(key, uid: uid, pass)
        case .releaseObject(let key, let uid):
            return try await releaseObject(key, uid: uid, pass)
        case .issueKubeconfig(let lifetime, let replacing):
            let secret = try await kubeconfigs.issue(observation, lifetime: lifetime, replacing: replacing)
            return Outcome(key: observation.kubeconfigKey, object: secret)
        case .helm(let action):
            return try await perform(action, pass)
        case .issueVirtualKubeconfig(let order):
            return Outcome(
                key: observation.kubeconfigKey, object: try await virtualKubeconfigs.issue(order).secret)
        case .publish(let name, let expectation):
            return try await publish(name, expectation, observation, pass)
        case .begin(let reason):
            return try await begin(reason, observation, pass)
        case .forget:
            return try await delete(environment.key, uid: environment.metadata.uid, pass)
        }
    }
}

// MARK: - The Environment itself

extension EnvironmentActor {
    private func setFinalizers(
        _ pass: Pass,
        _ change: @Sendable ([String]) -> [String]
    ) async throws -> Outcome {
        do {
            let object = try await pass.applier.patchFinalizers(
                of: pass.environment.object, .environments, change)
            return Outcome(key: pass.environment.key, object: object)
        } catch let error as KubernetesError where error.code == .notFound {
            return Outcome(key: pass.environment.key, object: nil)
        }
    }

    /// The compare-and-set that decides between an extension and an end: it holds for the version that was judged.
    private func begin(
        _ reason: EndReason,
        _ observation: EnvironmentObservation,
        _ pass: Pass
    ) async throws -> Outcome {
        let environment = pass.environment
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
        return Outcome(key: environment.key, object: try await write(status, of: pass))
    }

    /// Writes the status of the environment that was observed; a changed spec refuses it.
    func write(_ status: Environment.Status, of pass: Pass) async throws -> KubernetesObject {
        try await pass.applier.patchStatus(of: pass.environment.object, .environments, to: status.json)
    }
}

// MARK: - Objects made for it

extension EnvironmentActor {
    private func apply(
        _ wanted: WantedObject,
        _ expectation: ApplyExpectation,
        _ pass: Pass
    ) async throws -> Outcome {
        try await apply(DesiredObject(wanted.object, of: wanted.key.resource, expecting: expectation), pass)
    }

    private func apply(_ desired: DesiredObject, _ pass: Pass) async throws -> Outcome {
        let uid = pass.environment.metadata.uid
        let result = try await pass.applier.apply(desired) { $0.label(Words.Label.environmentUID) == uid }
        switch result {
        case .applied(let object): return Outcome(key: desired.key, object: object)
        case .nameConflict(let conflict): throw conflict
        case .outdated: throw OutdatedObservation(key: desired.key)
        }
    }

    /// Deletes the object with that uid; one that is gone, or that is another by now, needs nothing more from us.
    private func delete(_ key: ObjectKey, uid: String, _ pass: Pass) async throws -> Outcome {
        switch try await pass.applier.delete(key, uid: uid) {
        case .gone: Outcome(key: key, object: nil)
        case .terminating(let object): Outcome(key: key, object: object)
        }
    }

    private func releaseObject(_ key: ObjectKey, uid: String, _ pass: Pass) async throws -> Outcome {
        guard let object = try await client.find(key, metadataOnly: true), object.uid == uid else {
            return Outcome(key: key, object: nil)
        }
        do {
            let released = try await pass.applier.patchFinalizers(of: object, key.resource, Self.withoutOurs)
            // With its last finalizer an object that is being deleted goes at once.
            return Outcome(key: key, object: released.isDeleting && released.finalizers.isEmpty ? nil : released)
        } catch let error as KubernetesError where error.code == .notFound {
            return Outcome(key: key, object: nil)
        }
    }

    /// Copies the kubeconfig as it is by now.
    private func publish(
        _ name: String, _ expectation: ApplyExpectation, _ observation: EnvironmentObservation, _ pass: Pass
    ) async throws -> Outcome {
        guard let original = try await client.find(observation.kubeconfigKey) else {
            throw OutdatedObservation(key: observation.kubeconfigKey)
        }
        let copy = observation.identity.publishedKubeconfig(name, copying: original)
        return try await apply(DesiredObject(copy, of: .secrets, expecting: expectation), pass)
    }

    @Sendable private static func withoutOurs(_ finalizers: [String]) -> [String] {
        finalizers.filter { $0 != Words.Finalizer.teardown }
    }
}

// MARK: - Releases

extension EnvironmentActor {
    private func perform(_ action: ReleaseAction, _ pass: Pass) async throws -> Outcome {
        switch action {
        case .dryRun(let writes):
            try await rehearse(writes)
            return Outcome(key: pass.environment.key, object: pass.environment.object)
        case .createRecord(let record):
            return try await write(record, .absent, pass)
        case .updateRecord(let record, let uid):
            return try await write(record, .uid(uid), pass)
        case .apply(let write):
            return try await apply(
                DesiredObject(write.object.object, of: write.object.resource, expecting: write.expectation), pass)
        case .delete(let key, let uid):
            return try await delete(key, uid: uid, pass)
        }
    }

    /// A record is ours by its operation: whoever wrote another one is at work on the release.
    private func write(_ record: ReleaseRecord, _ expectation: ApplyExpectation, _ pass: Pass) async throws -> Outcome {
        let desired = DesiredObject(record.secret, of: .secrets, expecting: expectation)
        let operation = record.operation
        let result = try await pass.applier.apply(desired) { $0.annotation(Words.Annotation.operation) == operation }
        switch result {
        case .applied(let object): return Outcome(key: desired.key, object: object)
        case .nameConflict, .outdated: throw OutdatedObservation(key: desired.key)
        }
    }

    /// Asks what the server would say to all of it, before any of it is written.
    private func rehearse(_ writes: [ReleaseWrite]) async throws {
        for write in writes {
            do {
                _ = try await client.apply(
                    write.object.object, to: write.object.resource, expecting: write.expectation, dryRun: true)
            } catch let error as KubernetesError where error.code == .invalid || error.code == .forbidden {
                throw ReleaseRehearsalFailure(key: write.object.key, cause: error)
            }
        }
    }
}

/// The server would not take an object of a release; nothing was written.
struct ReleaseRehearsalFailure: Error, CustomStringConvertible {
    var key: ObjectKey
    var cause: KubernetesError

    var description: String { "\(key) would be refused: \(cause.message)" }
}

/// What a pass decided from is not there any more: it is looked at again.
struct OutdatedObservation: Error {
    var key: ObjectKey
}
