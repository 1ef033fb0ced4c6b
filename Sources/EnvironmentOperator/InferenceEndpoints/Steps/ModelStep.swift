import EnvironmentAPI
import Formats

extension EndpointPlan {
    /// The model answers: listed by its server, asked by us; of a pod that we cannot ask its probes must do.
    @Sendable static func model(_ observation: EndpointObservation) -> EnvironmentStep {
        observation.endpoint.effectiveMode == .host ? hostModel(observation) : clusterModel(observation)
    }

    /// How often a model that does not answer is asked again.
    private static let patience: Duration = .seconds(10)

    private static func hostModel(_ observation: EndpointObservation) -> EnvironmentStep {
        guard let host = observation.endpoint.spec.host else { return .done() }
        let place = "\(host.address) on port \(host.port)"
        let verdict: Verdict
        switch observation.answer {
        case nil: return .done()
        case .lists(let names)?: verdict = listed(names, at: place, observation)
        case .loading?:
            verdict = Verdict(.isFalse, ModelReason.loading, "The model server at \(place) loads its model.")
        case .strange(let what)?:
            verdict = Verdict(
                .isFalse, ModelReason.wrongModel,
                "What listens at \(place) is no model server, \(what): see spec.host.port.")
        case .silent(let why)?:
            verdict = Verdict(
                .isFalse, ModelReason.unreachable,
                "The model server at \(place) does not answer (\(why)): start it with --host 0.0.0.0, see that the name"
                    + " resolves from pods, and that no firewall is in the way.")
        }
        return verdict.status == .isTrue ? .done(verdict) : .wait(verdict, recheckAfter: patience)
    }

    private static func clusterModel(_ observation: EndpointObservation) -> EnvironmentStep {
        guard let engine = observation.engine else {
            return .wait(
                Verdict(.isFalse, ModelReason.starting, "The engine's pod is being made."), recheckAfter: .seconds(5))
        }
        guard engine.isReady else {
            let starts = Verdict(.isFalse, ModelReason.starting, "The engine's pod starts.")
            return .wait(engine.trouble ?? starts, recheckAfter: patience)
        }
        let place = "pod \(engine.podIP ?? "")"
        let verdict: Verdict
        switch observation.answer {
        case .lists(let names)?: verdict = listed(names, at: place, observation)
        case .loading?: verdict = Verdict(.isFalse, ModelReason.loading, "The engine loads the model.")
        case .strange(let what)?:
            verdict = Verdict(.isFalse, ModelReason.wrongModel, "The engine is no model server, \(what).")
        case .silent?, nil:
            // The operator may run where pods cannot be reached: the kubelet asked the same question.
            verdict = Verdict(.isTrue, ModelReason.ready, "The engine answers its probes, which list its models.")
        }
        return verdict.status == .isTrue ? .done(verdict) : .wait(verdict, recheckAfter: patience)
    }

    private static func listed(_ names: [String], at place: String, _ observation: EndpointObservation) -> Verdict {
        let wanted = observation.endpoint.spec.model.name
        guard names.contains(wanted) else {
            let shown = names.prefix(5).map(\.shown).joined(separator: ", ")
            let found = names.isEmpty ? "no model" : shown
            return Verdict(
                .isFalse, ModelReason.wrongModel,
                "The model server at \(place) lists \(found), and not \(wanted.shown): write the name that it lists into"
                    + " spec.model.name, or start it with --alias \(wanted.shown).")
        }
        return Verdict(.isTrue, ModelReason.ready, "The model server at \(place) lists \(wanted.shown).")
    }

    @Sendable static func webUI(_ observation: EndpointObservation) -> EnvironmentStep {
        guard observation.endpoint.spec.webUI.isEnabled else {
            return .done(Verdict(.isTrue, WebUIReason.notNeeded, "There is no page."))
        }
        guard let page = observation.webUI, page.isReady else {
            return .wait(
                Verdict(
                    .isFalse, WebUIReason.starting,
                    "The page starts: 'kubectl get pods -n \(observation.identity.hostNamespace)' tells why it does not."
                ),
                recheckAfter: patience)
        }
        return .done(Verdict(.isTrue, WebUIReason.ready, "The page is at Service web-ui."))
    }
}
