import ControllerRuntime
import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// Carries out one action; the only place that changes an environment's objects.
struct EnvironmentActor: Sendable {
    typealias Outcome = WriteOutcome

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
        case .hold, .release, .apply, .bind, .delete, .releaseObject:
            return try await writer(pass).perform(action, of: environment.key, environment.object)
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
        case .close(let how):
            let object = try await pass.applier.patchAnnotation(
                of: environment.object, .environments, Words.Annotation.closed, to: how)
            return Outcome(key: environment.key, object: object)
        case .begin(let reason):
            return try await begin(reason, observation, pass)
        case .forget:
            return try await writer(pass).delete(environment.key, uid: environment.metadata.uid)
        }
    }

    private func writer(_ pass: Pass) -> HostedWriter {
        HostedWriter(client: client, applier: pass.applier, identity: OwnerIdentity(pass.environment))
    }
}

// MARK: - The Environment itself

extension EnvironmentActor {
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
    /// Copies the kubeconfig as it is by now.
    private func publish(
        _ name: String, _ expectation: ApplyExpectation, _ observation: EnvironmentObservation, _ pass: Pass
    ) async throws -> Outcome {
        guard let original = try await client.find(observation.kubeconfigKey) else {
            throw OutdatedObservation(key: observation.kubeconfigKey)
        }
        let copy = observation.identity.publishedKubeconfig(name, copying: original)
        return try await writer(pass).apply(DesiredObject(copy, of: .secrets, expecting: expectation))
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
            return try await writer(pass).apply(
                DesiredObject(write.object.object, of: write.object.resource, expecting: write.expectation))
        case .delete(let key, let uid):
            return try await writer(pass).delete(key, uid: uid)
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
