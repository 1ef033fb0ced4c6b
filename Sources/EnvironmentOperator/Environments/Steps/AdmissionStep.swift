import EnvironmentAPI

extension EnvironmentPlan {
    @Sendable static func admission(_ observation: EnvironmentObservation) -> EnvironmentStep {
        switch observation.admission {
        case .accepted(_, _, let message):
            .done(Verdict(.isTrue, AcceptedReason.accepted, message))
        case .refused(let reason, let message):
            .wait(Verdict(.isFalse, reason, message))
        }
    }

    @Sendable static func finalizer(_ observation: some HostedObservation) -> EnvironmentStep {
        observation.isHeld ? .done() : .act([.hold])
    }
}

extension Environment {
    /// It carries our finalizer.
    package var isHeld: Bool { metadata.finalizers.contains(Words.Finalizer.teardown) }
}
