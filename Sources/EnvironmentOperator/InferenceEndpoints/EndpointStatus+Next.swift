import EnvironmentAPI
import Formats

extension InferenceEndpoint.Status {
    /// The status after a pass; equal to the one before where nothing changed, so that nothing is written.
    init(_ observation: EndpointObservation, _ plan: EnvironmentPlan, failures: [Verdict] = []) {
        let endpoint = observation.endpoint
        self = endpoint.status
        conditions = Self.conditions(observation, plan, failures)
        observedGeneration = endpoint.metadata.generation
        mode = observation.nextMode
        if let before = endpoint.status.mode, before != observation.nextMode { modeChangedAt = observation.now }
        boundEnvironments = Int64(observation.bindings.count)
        if let uid = observation.namespaceState.ownUID {
            namespace = .init(name: observation.identity.hostNamespace, uid: uid)
        }
        let isServed = conditions.contains { $0.type == ConditionType.serviceReady.rawValue && $0.status == .isTrue }
        url = isServed ? endpoint.url(in: observation.identity.hostNamespace) : nil
        model = Self.model(observation, conditions)
        placement = observation.nextPlacement
        queue = observation.nextQueue
        if let remains = observation.remains {
            let held = remains.blockers + remains.exposures.filter(\.isHeldByOthers)
            leftovers = Array(held.prefix(100).map(\.leftover))
        }
    }

    private static func model(_ observation: EndpointObservation, _ conditions: [Condition]) -> Model? {
        let ready = conditions.first { $0.type == ConditionType.modelReady.rawValue }
        guard ready?.status == .isTrue else {
            // Its pod and start say of an engine whether it is the same; of a machine nothing does.
            let isKept = observation.endpoint.effectiveMode == .cluster && observation.hasAnswered
            return Model(
                isLoaded: false, name: isKept ? observation.endpoint.spec.model.name : nil,
                answeredBy: isKept ? observation.answerer : nil)
        }
        let isProven = observation.token == .token || observation.token == nil && observation.hasAnswered
        return Model(
            isLoaded: true, name: observation.endpoint.spec.model.name,
            answeredBy: isProven ? observation.answerer : nil)
    }

    private static func conditions(
        _ observation: EndpointObservation, _ plan: EnvironmentPlan, _ failures: [Verdict]
    ) -> [Condition] {
        let previous = observation.endpoint.status.conditions
        var verdicts = [Verdict](previous, of: observation.endReason == nil ? parts : [.accepted])
        verdicts.say(plan.verdicts + failures)
        verdicts.append(ready(verdicts, observation, isSettled: plan.isSettled && failures.isEmpty))
        return verdicts.conditions(
            after: previous, generation: observation.endpoint.metadata.generation, now: observation.now)
    }

    private static let parts: [ConditionType] = [
        .accepted, .namespaceReady, .guardrailsReady, .placed, .serviceReady, .modelReady, .webUIReady,
    ]

    /// `Ready` is only ever a summary of the others.
    private static func ready(
        _ verdicts: [Verdict], _ observation: EndpointObservation, isSettled: Bool
    ) -> Verdict {
        func said(_ type: ConditionType) -> Verdict? { verdicts.first { $0.type == type } }
        if observation.endReason != nil {
            let message = said(.terminated)?.message ?? "The endpoint is taken down."
            return Verdict(.isFalse, EndpointReadyReason.deleting, message)
        }
        guard let missing = parts.compactMap({ said($0) }).first(where: { $0.status != .isTrue }) else {
            return isSettled
                ? Verdict(.isTrue, EndpointReadyReason.ready, "The model answers.")
                : Verdict(.isFalse, EndpointReadyReason.provisioning, "The endpoint is being made.")
        }
        return Verdict(.isFalse, reason(missing, observation.endpoint), missing.message)
    }

    private static func reason(_ missing: Verdict, _ endpoint: InferenceEndpoint) -> EndpointReadyReason {
        switch missing.reason {
        case AcceptedReason.invalid.rawValue: return .rejected
        case NamespaceReason.nameConflict.rawValue: return .nameConflict
        case PlacedReason.waitingForGPU.rawValue: return .waitingForGPU
        case PlacedReason.noFittingNode.rawValue, ModelReason.digestMismatch.rawValue,
            ModelReason.cacheTooSmall.rawValue, ModelReason.fetchFailed.rawValue:
            return .failed
        case ModelReason.loading.rawValue, ModelReason.fetching.rawValue: return .loading
        default: break
        }
        let before = endpoint.status.condition(.ready)?.reason
        let wasReady = [EndpointReadyReason.ready, .degraded].contains { $0.rawValue == before }
        return wasReady ? .degraded : .provisioning
    }
}
