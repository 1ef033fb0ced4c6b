package import ControllerRuntime
package import EnvironmentAPI
package import Kubernetes

/// Brings one environment to what it should be: observes, plans, acts, until nothing is left to do, then reports.
package final class EnvironmentReconciler: Sendable {
    private let client: KubernetesClient
    private let view: any EnvironmentView
    private let observer: EnvironmentObserver
    private let actor: EnvironmentActor
    private let endings: EndingControl
    private let events: any EnvironmentEventRecorder
    private let time: any TimeSource
    private let memory = SharedMemory()

    /// More passes than an environment has steps mean that a step undoes another's work.
    private static let passLimit = 24

    package init(_ operatorContext: OperatorContext) {
        client = operatorContext.client
        view = operatorContext.view
        endings = operatorContext.endings
        events = operatorContext.events
        time = operatorContext.time
        observer = EnvironmentObserver(operatorContext)
        actor = EnvironmentActor(
            client: operatorContext.client,
            kubeconfigs: KubeconfigIssuer(client: operatorContext.client, endpoint: operatorContext.endpoint))
    }

    package func reconcile(_ key: ObjectKey) async throws -> ReconcileOutcome {
        guard let cached = view.environment(key) else { return .settled }
        guard endings.pausedBecause == nil else { return .settled }  // Ending the pause brings every key again.
        var observation = try await observer.observe(memory.withLock { $0.newest(cached) }, memory)
        var plan = EnvironmentPlan(observation)
        for _ in 0..<Self.passLimit where !plan.actions.isEmpty {
            do {
                guard let next = try await carryOut(plan.actions, observation) else { return .settled }
                observation = next
            } catch let failure as ActionFailure {
                return try await report(observation, plan, failure)
            }
            plan = EnvironmentPlan(observation)
        }
        try await report(observation, plan, [])
        return plan.recheckAfter.map { .recheck(after: $0) } ?? .settled
    }

    /// Performs the actions in their order and looks again; `nil` where the environment is gone.
    private func carryOut(
        _ actions: [EnvironmentAction],
        _ observation: EnvironmentObservation
    ) async throws -> EnvironmentObservation? {
        var environment = observation.environment
        for action in actions {
            if case .begin = action, try await !mayBegin(observation) { break }
            do {
                var current = observation
                current.environment = environment
                let outcome = try await actor.perform(action, for: current)
                guard let next = take(outcome, of: action, environment) else { return nil }
                environment = next
            } catch {
                throw ActionFailure(action: action, error: error)
            }
        }
        return try await observer.observe(environment, memory)
    }

    private func mayBegin(_ observation: EnvironmentObservation) async throws -> Bool {
        try await endings.mayBegin(
            observation.environment, expiresAt: observation.expiresAt, now: observation.now)
    }

    /// Remembers a write until the caches show it; `nil` where it was the environment's last.
    private func take(
        _ outcome: EnvironmentActor.Outcome,
        of action: EnvironmentAction,
        _ environment: Environment
    ) -> Environment? {
        let now = time.monotonic
        guard outcome.key != environment.key else {
            guard let object = outcome.object else { return nil }
            let written = Environment(from: object)
            memory.withLock { $0.wrote(written) }
            return action == .release || action == .forget ? nil : written
        }
        let observed = outcome.object.map(ObservedObject.init)
        memory.withLock { memory in
            memory.writes.record(observed, as: outcome.key, of: environment.metadata.uid, at: now)
            if case .bind = action { memory.bound(environment.key, at: now) }
            if case .apply(let desired, _) = action, let observed {
                memory.applied(desired, storedAs: observed.hash)
            }
        }
        return environment
    }
}

// MARK: - Reporting

extension EnvironmentReconciler {
    /// An action that failed.
    private struct ActionFailure: Error {
        var action: EnvironmentAction
        var error: any Error
    }

    /// Says what failed, and when it is tried again.
    private func report(
        _ observation: EnvironmentObservation,
        _ plan: EnvironmentPlan,
        _ failure: ActionFailure
    ) async throws -> ReconcileOutcome {
        // Someone else wrote first: it is looked at again, and nothing is wrong.
        if (failure.error as? KubernetesError)?.code == .conflict { throw failure.error }
        guard !(failure.error is WriteRefusal), !(failure.error is CancellationError) else { throw failure.error }
        if areRightsOnTheirWay(observation, failure.error) { return .recheck(after: .milliseconds(50)) }
        try await report(observation, plan, [failure.action.verdict(failure.error)].compactMap { $0 })
        switch failure.error {
        case is NameConflict: return .recheck(after: .seconds(60))
        case let error as KubernetesError where error.code == .forbidden: return .recheck(after: .seconds(30))
        default: throw failure.error
        }
    }

    /// The API server's authorizers learn of a binding a moment after it was written.
    private func areRightsOnTheirWay(_ observation: EnvironmentObservation, _ error: any Error) -> Bool {
        let isRefusal = (error as? KubernetesError)?.code == .forbidden || error is KubeconfigRejection
        return isRefusal
            && memory.withLock { $0.isBindingFresh(observation.environment.key, at: time.monotonic) }
    }

    /// Writes the status if it changed, and tells what is new.
    private func report(
        _ observation: EnvironmentObservation,
        _ plan: EnvironmentPlan,
        _ failures: [Verdict]
    ) async throws {
        let environment = observation.environment
        let status = Environment.Status(observation, plan, failures: failures)
        guard status != environment.status else { return }
        do {
            let object = try await actor.write(status, of: environment)
            memory.withLock { $0.wrote(Environment(from: object)) }
        } catch let error as KubernetesError where error.code == .notFound {
            return
        }
        for event in EnvironmentEvent.events(from: environment.status, to: status) {
            events.record(event, about: environment)
        }
    }
}
