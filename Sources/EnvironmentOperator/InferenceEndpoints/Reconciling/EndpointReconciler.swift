package import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// Brings one inference endpoint to what it should be: observes, plans, acts, until nothing is left to do.
package final class EndpointReconciler: Sendable {
    private let context: OperatorContext
    private let observer: EndpointObserver
    private let memory = SharedMemory()
    private let metrics: EndpointMetrics

    /// More looks than an endpoint has steps mean that one step undoes another's work.
    private static let passLimit = 24
    /// It is woken as soon as it is known who places; this is for the wake that was missed.
    private static let sightPatience: Duration = .seconds(5)

    package init(
        _ context: OperatorContext, probe: ModelProbe, board: PlacementBoard? = nil, metrics: EndpointMetrics
    ) {
        self.context = context
        self.metrics = metrics
        observer = EndpointObserver(context, probe: probe, board: board)
    }

    package func reconcile(_ name: NamespacedName) async throws -> ReconcileOutcome {
        guard context.endings.pausedBecause == nil else { return .settled }
        guard let endpoint = context.view.endpoint(name) else {
            let key = ObjectKey(.inferenceEndpoints, namespace: name.namespace, name: name.name)
            memory.withLock { $0.forget(key) }
            return .settled
        }
        guard observer.isReady(for: endpoint) else { return .recheck(after: Self.sightPatience) }
        var pass = EndpointPass(endpoint: endpoint, applier: context.endpointApplier(name))
        while true {
            let observation: EndpointObservation
            do {
                observation = try await observer.observe(pass, memory)
            } catch let error as KubernetesError where error.code == .forbidden {
                // The authorizers learn of our own binding a moment after it was written.
                return .recheck(after: isBindingFresh(endpoint.key) ? .milliseconds(50) : .seconds(30))
            }
            let plan = EnvironmentPlan(observation)
            pass.looks += 1
            guard !plan.actions.isEmpty, pass.looks < Self.passLimit else {
                try await report(observation, plan, [], pass)
                return .recheck(after: recheck(plan, observation))
            }
            guard let outcome = try await carryOut(plan, observation, &pass) else { continue }
            return outcome
        }
    }

    /// Nothing that runs is looked at in the one that waits for GPUs: it is woken when it has them.
    private func recheck(_ plan: EnvironmentPlan, _ observation: EndpointObservation) -> Duration {
        let after = plan.recheckAfter ?? EndpointObserver.sweep
        return observation.awaitsPlace ? after : min(after, EndpointObserver.sweep)
    }

    /// Performs the actions in their order; `nil` where it goes on with another look.
    private func carryOut(
        _ plan: EnvironmentPlan, _ observation: EndpointObservation, _ pass: inout EndpointPass
    ) async throws -> ReconcileOutcome? {
        let writer = HostedWriter(client: context.client, applier: pass.applier, identity: observation.identity)
        for action in plan.actions {
            do {
                let outcome = try await writer.perform(action, of: pass.endpoint.key, pass.endpoint.object)
                guard take(outcome, of: action, &pass) else { return .settled }
            } catch is OutdatedObservation {
                return .recheck(after: .milliseconds(50))
            } catch {
                return try await report(observation, plan, action, error, pass)
            }
        }
        return nil
    }

    /// Remembers a write for the next look; `false` where it was the endpoint's last.
    private func take(_ outcome: WriteOutcome, of action: EnvironmentAction, _ pass: inout EndpointPass) -> Bool {
        let key = outcome.key
        if key == pass.endpoint.key {
            guard let object = outcome.object, action != .release else { return false }
            pass.endpoint = InferenceEndpoint(from: object)
        } else if key.resource == .namespaces {
            pass.writes.record(outcome.object.map(ObservedNamespace.init), named: key.name)
        } else {
            pass.writes.record(outcome.object.map(ObservedObject.init), as: key)
        }
        memory.note(action, outcome, of: pass.endpoint.key, at: context.time.monotonic)
        return true
    }

    private func isBindingFresh(_ endpoint: ObjectKey) -> Bool {
        let now = context.time.monotonic
        return memory.withLock { $0.isBindingFresh(endpoint, at: now) }
    }
}

/// One run of the reconciler: the endpoint as its own writes left it.
struct EndpointPass: Sendable {
    var endpoint: InferenceEndpoint
    let applier: ObjectApplier
    var writes = PassWrites()
    var looks = 0
}

// MARK: - Reporting

extension EndpointReconciler {
    /// Says what failed, and when it is tried again.
    private func report(
        _ observation: EndpointObservation,
        _ plan: EnvironmentPlan,
        _ action: EnvironmentAction,
        _ error: any Error,
        _ pass: EndpointPass
    ) async throws -> ReconcileOutcome {
        memory.note(failureOf: action, error, of: pass.endpoint.key, at: context.time.monotonic)
        switch error {
        case is WriteRefusal, is CancellationError: throw error
        case let error as KubernetesError where error.code == .conflict: throw error
        case let error as KubernetesError where error.code == .forbidden && isBindingFresh(pass.endpoint.key):
            return .recheck(after: .milliseconds(50))
        default: break
        }
        try await report(observation, plan, [action.endpointVerdict(error)].compactMap { $0 }, pass)
        switch error {
        case is NameConflict: return .recheck(after: .seconds(60))
        case let error as KubernetesError where error.code == .forbidden: return .recheck(after: .seconds(30))
        default: throw error
        }
    }

    /// Writes the status if it changed.
    private func report(
        _ observation: EndpointObservation, _ plan: EnvironmentPlan, _ failures: [Verdict], _ pass: EndpointPass
    ) async throws {
        let status = InferenceEndpoint.Status(observation, plan, failures: failures)
        guard status != pass.endpoint.status else { return }
        do {
            _ = try await pass.applier.patchStatus(of: pass.endpoint.object, .inferenceEndpoints, to: status.json)
        } catch let error as KubernetesError where error.code == .notFound {
            return
        }
        metrics.note(from: pass.endpoint.status, to: status, observation)
        for event in EndpointEvent.events(from: pass.endpoint.status, to: status) {
            context.events.record(event, about: pass.endpoint)
        }
    }
}

/// What users are told of an endpoint besides its status.
enum EndpointEvent {
    static func events(
        from before: InferenceEndpoint.Status, to after: InferenceEndpoint.Status
    ) -> [EnvironmentEvent] {
        let (was, now) = (before.condition(.ready), after.condition(.ready))
        guard let now, now.reason != was?.reason else { return [] }
        switch now.reason {
        case EndpointReadyReason.ready.rawValue: return [EnvironmentEvent(.normal, .ready, now.message)]
        case EndpointReadyReason.degraded.rawValue: return [EnvironmentEvent(.warning, .degraded, now.message)]
        case EndpointReadyReason.rejected.rawValue: return [EnvironmentEvent(.warning, .rejected, now.message)]
        case EndpointReadyReason.failed.rawValue: return [EnvironmentEvent(.warning, .modelNotReady, now.message)]
        default: return []
        }
    }
}
