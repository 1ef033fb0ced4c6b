package import ControllerRuntime
import EnvironmentAPI
import Helm
import Kubernetes

/// Brings one environment to what it should be: observes, plans, acts, until nothing is left to do, then reports.
package final class EnvironmentReconciler: Sendable {
    private let context: OperatorContext
    private let observer: EnvironmentObserver
    private let actor: EnvironmentActor
    private let memory = SharedMemory()

    /// More looks than an environment has steps mean that one step undoes another's work.
    private static let passLimit = 24

    package init(_ context: OperatorContext) {
        self.context = context
        observer = EnvironmentObserver(context)
        let issuer = KubeconfigIssuer(client: context.client, endpoint: context.endpoint)
        actor = EnvironmentActor(
            client: context.client, kubeconfigs: issuer,
            virtualKubeconfigs: VirtualClusterKubeconfigIssuer(
                client: context.client, connector: context.connector))
    }

    package func reconcile(_ name: NamespacedName) async throws -> ReconcileOutcome {
        let key = ObjectKey(.environments, namespace: name.namespace, name: name.name)
        let known = context.view.environment(name)
        if known == nil { memory.withLock { $0.forget(key) } }
        // Ending the pause brings every key again.
        guard context.endings.pausedBecause == nil else { return .settled }
        let recheck = try await OrphanedNamespaces(context, memory).look(for: key, known?.metadata.uid)
        guard let environment = known else { return recheck.map { .recheck(after: $0) } ?? .settled }
        var pass = Pass(environment: environment, applier: context.applier(name))
        while true {
            let observation: EnvironmentObservation
            do {
                observation = try await observer.observe(&pass, memory)
            } catch  where areRightsOnTheirWay(key, error) {
                return .recheck(after: .milliseconds(50))
            } catch let error as KubernetesError where error.code == .forbidden {
                try await report(unseen: pass, error)
                return .recheck(after: .seconds(30))
            }
            let plan = EnvironmentPlan(observation)
            pass.looks += 1
            if observation.virtualCluster?.kubeconfig?.need == .source {
                let place = observation.releasePlace
                context.awaitSecret(KubeconfigSource.key(release: place.release, namespace: place.namespace), name)
            }
            guard !plan.actions.isEmpty, pass.looks < Self.passLimit else {
                try await report(observation, plan, [], pass)
                return outcome(observation, plan)
            }
            do throws(ActionFailure) {
                guard try await carryOut(plan.actions, observation, &pass) else { return .settled }
            } catch {
                return try await report(observation, plan, error, pass)
            }
        }
    }

    /// A kubeconfig that was deleted, and any change that no watch told, is noticed by looking again.
    private func outcome(_ observation: EnvironmentObservation, _ plan: EnvironmentPlan) -> ReconcileOutcome {
        guard !observation.isEnding else { return plan.recheckAfter.map { .recheck(after: $0) } ?? .settled }
        return .recheck(after: min(plan.recheckAfter ?? observer.sweep, observer.sweep))
    }
}

/// One run of the reconciler: the environment as its own writes left it.
struct Pass: Sendable {
    var environment: Environment
    let applier: ObjectApplier
    var writes = PassWrites()
    var looks = 0
    /// The virtual cluster's release, once it was read.
    var release: PassRelease?
    /// The chart, once it was rendered.
    var rendered: ObservedVirtualCluster.Wanted?
    /// It wrote a kubeconfig, whose copy may be old now.
    var wroteKubeconfig = false
}

/// An action that failed.
private struct ActionFailure: Error {
    var action: EnvironmentAction
    var error: any Error
}

// MARK: - Acting

extension EnvironmentReconciler {
    /// Performs the actions in their order; `false` where the environment is gone.
    private func carryOut(
        _ actions: [EnvironmentAction],
        _ observation: EnvironmentObservation,
        _ pass: inout Pass
    ) async throws(ActionFailure) -> Bool {
        for action in actions {
            do {
                if case .begin = action, try await !mayBegin(observation) { return true }
                let outcome = try await actor.perform(action, in: pass, observation)
                guard take(outcome, of: action, &pass) else { return false }
            } catch {
                throw ActionFailure(action: action, error: error)
            }
        }
        return true
    }

    private func mayBegin(_ observation: EnvironmentObservation) async throws -> Bool {
        try await context.endings.mayBegin(
            observation.environment, expiresAt: observation.expiresAt, now: observation.now)
    }

    /// Remembers a write for the next look; `false` where it was the environment's last.
    private func take(
        _ outcome: EnvironmentActor.Outcome,
        of action: EnvironmentAction,
        _ pass: inout Pass
    ) -> Bool {
        let key = outcome.key
        if key == pass.environment.key {
            guard let object = outcome.object, action != .release else { return false }
            pass.environment = Environment(from: object)
        } else if key.resource == .namespaces {
            pass.writes.record(outcome.object.map(ObservedNamespace.init), named: key.name)
        } else if case .helm(let action) = action {
            pass.release?.record(outcome.object, of: action, as: key)
            if OperatorCaches.workloadResources.contains(key.resource) {
                pass.writes.record(outcome.object.flatMap { ObservedWorkload($0, of: key.resource) }, as: key)
            }
        } else if OperatorCaches.ownedResources.contains(key.resource) {
            pass.writes.record(outcome.object.map(ObservedObject.init), as: key)
        }
        switch action {
        case .issueKubeconfig, .issueVirtualKubeconfig: pass.wroteKubeconfig = true
        default: break
        }
        memory.note(action, outcome, of: pass.environment.key, at: context.time.monotonic)
        return true
    }
}

// MARK: - Reporting

extension EnvironmentReconciler {
    /// Says what failed, and when it is tried again.
    private func report(
        _ observation: EnvironmentObservation,
        _ plan: EnvironmentPlan,
        _ failure: ActionFailure,
        _ pass: Pass
    ) async throws -> ReconcileOutcome {
        memory.note(
            failureOf: failure.action, failure.error, of: pass.environment.key, at: context.time.monotonic)
        switch failure.error {
        case is OutdatedObservation: return .recheck(after: .milliseconds(50))
        case is WriteRefusal, is CancellationError: throw failure.error
        // Someone else wrote first: it is looked at again, and nothing is wrong.
        case let error as KubernetesError where error.code == .conflict: throw error
        default: break
        }
        if areRightsOnTheirWay(pass.environment.key, failure.error) { return .recheck(after: .milliseconds(50)) }
        let verdict = failure.action.verdict(failure.error)
        try await report(observation, plan, [verdict].compactMap { $0 }, pass)
        switch failure.error {
        case is NameConflict: return .recheck(after: .seconds(60))
        case is KubeconfigRejection, is KubeconfigRefusal, is VirtualManifestFailure:
            return .recheck(after: .seconds(5))
        case is ReleaseRehearsalFailure: return .recheck(after: .seconds(30))
        case let error as KubernetesError where error.code == .forbidden: return .recheck(after: .seconds(30))
        default: throw failure.error
        }
    }

    /// The API server's authorizers learn of a binding a moment after it was written.
    private func areRightsOnTheirWay(_ environment: ObjectKey, _ error: any Error) -> Bool {
        let isRefusal = (error as? KubernetesError)?.code == .forbidden || error is KubeconfigRejection
        let now = context.time.monotonic
        return isRefusal && memory.withLock { $0.isBindingFresh(environment, at: now) }
    }

    /// Says that the operator may not look: until somebody gives it the right, nothing else can be known.
    private func report(unseen pass: Pass, _ error: KubernetesError) async throws {
        let environment = pass.environment
        var status = environment.status
        let condition = Condition(
            Verdict(unseen: environment, error), after: status.conditions,
            generation: environment.metadata.generation, now: context.serverNow())
        status.conditions = status.conditions.filter { $0.type != condition.type } + [condition]
        try await write(status, of: pass)
    }

    /// Writes the status if it changed, and tells what is new.
    private func report(
        _ observation: EnvironmentObservation,
        _ plan: EnvironmentPlan,
        _ failures: [Verdict],
        _ pass: Pass
    ) async throws {
        try await write(Environment.Status(observation, plan, failures: failures), of: pass)
    }

    private func write(_ status: Environment.Status, of pass: Pass) async throws {
        let before = pass.environment.status
        guard status != before else { return }
        do {
            _ = try await actor.write(status, of: pass)
        } catch let error as KubernetesError where error.code == .notFound {
            return
        }
        for event in EnvironmentEvent.events(from: before, to: status) {
            context.events.record(event, about: pass.environment)
        }
    }
}
