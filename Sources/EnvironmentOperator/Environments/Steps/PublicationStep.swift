import EnvironmentAPI
import Kubernetes

extension EnvironmentPlan {
    /// A copy of the kubeconfig lies beside the Environment where it asks for one, and nowhere else.
    @Sendable static func publication(_ observation: EnvironmentObservation) -> EnvironmentStep {
        if let former = observation.formerCopy { return .act([.delete(former.key, uid: former.uid)]) }
        guard let name = observation.environment.spec.publishTo, let published = observation.published else {
            return .done()
        }
        switch published {
        case .present(_, isCurrent: true): return .done()
        case .absent: return .act([.publish(name, expecting: .absent)])
        case .present(let uid, isCurrent: false): return .act([.publish(name, expecting: .uid(uid))])
        case .foreign:
            return .wait(
                Verdict(
                    .isFalse, KubeconfigReason.nameConflict,
                    "Secret \(name) in \(observation.identity.namespace) is not of this environment: it is left alone. "
                        + "Delete it, or set spec.kubeconfig.publishTo to another name."),
                recheckAfter: .seconds(60))
        case .forbidden(let instruction):
            return .wait(Verdict(.isFalse, KubeconfigReason.notPublished, instruction), recheckAfter: .seconds(30))
        }
    }
}
