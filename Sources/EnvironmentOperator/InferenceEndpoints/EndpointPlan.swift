import EnvironmentAPI
import Kubernetes

extension EnvironmentPlan {
    /// What follows from an observation of an endpoint.
    init(_ observation: EndpointObservation) {
        self.init(observation.endReason == nil ? EndpointPlan.life : EndpointPlan.end, observation)
    }
}

/// The steps of an inference endpoint.
enum EndpointPlan {
    /// The steps of an endpoint that lives, in order; those of its namespace are an environment's.
    static let life: [@Sendable (EndpointObservation) -> EnvironmentStep] = [
        acceptance,  // It asks for nothing wrong.
        EnvironmentPlan.finalizer,  // It cannot go before what is made for it.
        EnvironmentPlan.namespace,  // The namespace exists and is ours.
        EnvironmentPlan.selfBinding,  // The operator may write in it.
        EnvironmentPlan.guardrails,  // Quota and policies stand, before anything can make a pod.
        surplus,  // Nothing of ours is left that is no longer wanted.
        placement,  // It has its GPUs, or says who has them.
        service,  // Its name leads somewhere, and what serves the model is asked for.
        model,  // The model answers.
        webUI,  // So does the page.
    ]

    static let end: [@Sendable (EndpointObservation) -> EnvironmentStep] = [
        EnvironmentPlan.heldEnd,  // A definition that goes takes no endpoint with it.
        EnvironmentPlan.rights,  // The operator may still act in the namespace.
        EnvironmentPlan.exposure,  // Nobody reaches it from outside, and whoever made that possible has let go.
        EnvironmentPlan.pods,  // No pod runs, and none can start.
        EnvironmentPlan.external,  // What lives outside the namespace is given back.
        EnvironmentPlan.namespaceDeletion,  // The namespace is gone, or says what holds it.
        gone,  // So is the endpoint.
    ]

    @Sendable static func acceptance(_ observation: EndpointObservation) -> EnvironmentStep {
        guard !observation.violations.isEmpty else {
            return .done(Verdict(.isTrue, AcceptedReason.accepted, "The endpoint is accepted."))
        }
        let lines = observation.violations.prefix(20).map(\.message).joined(separator: "; ")
        return .wait(Verdict(.isFalse, AcceptedReason.invalid, lines))
    }

    @Sendable static func service(_ observation: EndpointObservation) -> EnvironmentStep {
        let corrections = observation.corrections(observation.desired.serving, part: .serviceReady)
        guard corrections.isEmpty else {
            return .act(
                corrections, Verdict(.isFalse, ServiceReason.applying, "The Service and what serves it are applied."))
        }
        let name = observation.endpoint.url(in: observation.identity.hostNamespace)
        return .done(Verdict(.isTrue, ServiceReason.ready, "Pods reach it at \(name)."))
    }

    @Sendable static func surplus(_ observation: EndpointObservation) -> EnvironmentStep {
        let actions = observation.surplusDeletions
        return actions.isEmpty ? .done() : .act(actions)
    }

    @Sendable static func gone(_ observation: EndpointObservation) -> EnvironmentStep {
        observation.isHeld ? .act([.release]) : .done()
    }
}
