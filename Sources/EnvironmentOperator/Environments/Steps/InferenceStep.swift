import EnvironmentAPI

extension EnvironmentPlan {
    /// The models that the environment asks for answer under the names that it gave them.
    ///
    /// A model that is missing holds nothing else up: the environment says so, and goes on.
    @Sendable static func inference(_ observation: EnvironmentObservation) -> EnvironmentStep {
        let corrections = observation.corrections(observation.desired.serving, part: .inferenceReady)
        guard corrections.isEmpty else {
            return .act(corrections, Verdict(.isFalse, InferenceReason.applying, "Services for models are applied."))
        }
        let links = observation.links
        guard !links.isEmpty else {
            // An environment that never asked for a model says nothing of it.
            guard observation.condition(.inferenceReady) != nil else { return .done() }
            return .done(Verdict(.isTrue, InferenceReason.notNeeded, "The environment is bound to no model."))
        }
        for link in links {
            switch link.outcome {
            case .refused(let reason, let message): return .done(Verdict(.isFalse, reason, message))
            case .leads(let route) where observation.environmentClass?.virtualCluster != nil && route.inside == nil:
                return .done(
                    Verdict(
                        .isFalse, InferenceReason.waiting,
                        "The pod behind \(link.serviceName) has no address yet, which the virtual cluster needs."))
            case .leads: continue
            }
        }
        let names = links.map(\.serviceName).joined(separator: ", ")
        return .done(Verdict(.isTrue, InferenceReason.ready, "Pods reach their models as \(names)."))
    }
}
