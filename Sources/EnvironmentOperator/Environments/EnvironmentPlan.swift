/// What follows from an observation: the writes of this pass, and what to say.
package struct EnvironmentPlan: Sendable, Hashable {
    package private(set) var actions: [EnvironmentAction] = []
    package private(set) var verdicts: [Verdict] = []
    package private(set) var recheckAfter: Duration?
    /// No step acts or waits.
    package private(set) var isSettled = true

    /// The steps of an environment that lives, in order.
    static let life: [@Sendable (EnvironmentObservation) -> EnvironmentStep] = [
        pullRequest,  // It is marked where its pull request is closed.
        expiry,  // It has an end, also where it is refused, and users are told when it is near.
        admission,  // Its class admits it, and it asks for nothing wrong.
        finalizer,  // It cannot go before what is made for it.
        namespace,  // The namespace exists and is ours.
        selfBinding,  // The operator may write in it.
        guardrails,  // Quota, limits and policies stand and bind, before anything can make a pod.
        access,  // Those who may use it can.
        release,  // The virtual cluster's release is installed.
        controlPlane,  // Its control plane runs, or sleeps.
        kubeconfig,  // The kubeconfig works and is not about to end.
        publication,  // Its copy lies where it is wanted.
        inference,  // The models it asks for answer under their names.
        surplus,  // Nothing of ours is left that is no longer wanted.
    ]

    package init(_ observation: EnvironmentObservation) {
        self.init(observation.isEnding ? Self.end : Self.life, observation)
    }

    /// Takes the steps in their order, until one must wait.
    init<Observation>(_ steps: [@Sendable (Observation) -> EnvironmentStep], _ observation: Observation) {
        for step in steps {
            guard take(step(observation)) else { return }
        }
    }

    /// Takes in one step; `false` where the rest must wait.
    ///
    /// Deleting what no step wants is itself the last step: from half a plan it would remove what later steps want.
    private mutating func take(_ step: EnvironmentStep) -> Bool {
        actions += step.actions
        verdicts.say(step.verdicts)
        if let after = step.recheckAfter { recheckAfter = min(recheckAfter ?? after, after) }
        if !step.isComplete { isSettled = false }
        return step.isComplete
    }
}
