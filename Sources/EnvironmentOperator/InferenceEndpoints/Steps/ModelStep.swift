import EnvironmentAPI
import Formats

extension EndpointPlan {
    /// The model answers: listed by its server, asked by us; of a pod that we cannot ask its probes must do.
    @Sendable static func model(_ observation: EndpointObservation) -> EnvironmentStep {
        observation.endpoint.effectiveMode == .host ? hostModel(observation) : clusterModel(observation)
    }

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
        return step(verdict, observation)
    }

    private static func clusterModel(_ observation: EndpointObservation) -> EnvironmentStep {
        guard let engine = observation.engine else {
            return .wait(
                Verdict(.isFalse, ModelReason.starting, "The engine's pod is being made."), recheckAfter: .seconds(5))
        }
        guard engine.isReady else {
            let starts = Verdict(.isFalse, ModelReason.starting, "The engine's pod starts.")
            return step(engine.trouble ?? starts, observation)
        }
        let place = "pod \(engine.podIP ?? "")"
        let verdict: Verdict
        switch observation.answer {
        case .lists(let names)?: verdict = listed(names, at: place, observation)
        case .loading?: verdict = Verdict(.isFalse, ModelReason.loading, "The engine loads the model.")
        case .strange(let what)?:
            verdict = Verdict(.isFalse, ModelReason.wrongModel, "The engine is no model server, \(what).")
        case .silent?, nil:
            // The operator may run where pods cannot be reached.
            verdict = Verdict(
                .isTrue, ModelReason.ready,
                "The engine answers its probes; the operator, which would ask it for a token, does not reach it.")
        }
        return step(verdict, observation)
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
        return answered("The model server at \(place) lists \(wanted.shown)", observation)
    }

    /// To list a model is easily done: it is ready once a token of it came.
    private static func answered(_ lists: String, _ observation: EndpointObservation) -> Verdict {
        switch observation.token {
        case nil, .token?: return Verdict(.isTrue, ModelReason.ready, "\(lists) and answers.")
        case .busy?:
            return Verdict(.isTrue, ModelReason.ready, "\(lists), and has as much to do as it takes.")
        case .loading?: return Verdict(.isFalse, ModelReason.loading, "\(lists), and loads it.")
        case .late?:
            let limit = ModelProbe.tokenTimeout.components.seconds
            return Verdict(
                .isFalse, ModelReason.noToken,
                "\(lists), but no token of it came within \(limit) s: it is asked again; where nobody else keeps it busy,"
                    + " use a smaller model or a faster machine.")
        case .refused(let why)?:
            return Verdict(
                .isFalse, ModelReason.noToken,
                "\(lists), but gives no token of it (\(why)): read its log, and see that the model completes texts and"
                    + " that no key is asked for.")
        }
    }

    private static func step(_ verdict: Verdict, _ observation: EndpointObservation) -> EnvironmentStep {
        verdict.status == .isTrue ? .done(verdict) : .wait(verdict, recheckAfter: patience(observation))
    }

    /// A tenth of the time since it answered last, so that many who are silent for long hold nobody else up.
    private static func patience(_ observation: EndpointObservation) -> Duration {
        let before = observation.condition(.modelReady)
        guard let before, before.status != .isTrue else { return .seconds(10) }
        return min(max((observation.now - before.lastTransitionTime) / 10, .seconds(10)), .seconds(60))
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
                recheckAfter: .seconds(10))
        }
        let message = "The page is at Service \(OwnerIdentity.webUIName)."
        guard let host = observation.endpoint.spec.host, observation.endpoint.effectiveMode == .host,
            host.addressBlocks == nil
        else { return .done(Verdict(.isTrue, WebUIReason.ready, message)) }
        // It shows no models, and no reason.
        let advice =
            " Where network policies are kept it does not reach the model: write where \(host.address) is into"
            + " spec.host.cidrs."
        return .done(Verdict(.isTrue, WebUIReason.ready, message + advice))
    }
}
