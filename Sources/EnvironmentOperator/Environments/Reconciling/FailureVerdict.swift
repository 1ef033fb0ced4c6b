import ControllerRuntime
import EnvironmentAPI
import Helm
import Kubernetes

extension EnvironmentAction {
    /// The condition that tells when the action fails.
    var part: ConditionType {
        switch self {
        case .hold, .release, .close, .begin, .forget: .terminated
        case .issueKubeconfig, .issueVirtualKubeconfig, .publish: .kubeconfigReady
        case .helm: .releaseReady
        case .apply(let desired, _), .bind(let desired): Self.part(of: desired.key)
        case .delete(let key, _), .releaseObject(let key, _): Self.part(of: key)
        }
    }

    private static func part(of key: ObjectKey) -> ConditionType {
        switch key.resource {
        case .namespaces: .namespaceReady
        case .serviceAccounts, .secrets: .kubeconfigReady
        case .services, .endpoints: .inferenceReady
        case .roleBindings: key.name == Words.Binding.operator.rawValue ? .guardrailsReady : .kubeconfigReady
        default: .guardrailsReady
        }
    }

    /// What a failure says of its part of the environment; `nil` where the environment's end is concerned, whose
    /// own words stand.
    func verdict(_ error: any Error) -> Verdict? {
        if let failure = error as? VirtualManifestFailure {
            return Verdict(.isFalse, ControlPlaneReason.manifestsFailed, failure.description)
        }
        let message = Self.message(error)
        let kind = FailureKind(error)
        switch part {
        case .namespaceReady: return Verdict(.isFalse, kind.namespaceReason, message)
        case .guardrailsReady: return Verdict(.isFalse, kind.guardrailsReason, message)
        case .releaseReady: return Verdict(.isFalse, kind.releaseReason, message)
        case .inferenceReady: return Verdict(.isFalse, kind.inferenceReason, message)
        case .kubeconfigReady: return Verdict(.isFalse, kind.kubeconfigReason, message)
        default: return nil
        }
    }

    /// What a failure says of its part of an inference endpoint.
    func endpointVerdict(_ error: any Error) -> Verdict? {
        let message = Self.message(error)
        let kind = FailureKind(error)
        switch self {
        case .apply(let wanted, _) where DesiredObjects.serves(wanted.key):
            return Verdict(.isFalse, kind.serviceReason, message)
        case .delete(let key, _) where DesiredObjects.serves(key):
            return Verdict(.isFalse, kind.serviceReason, message)
        default: break
        }
        return part == .namespaceReady || part == .guardrailsReady ? verdict(error) : nil
    }

    private static func message(_ error: any Error) -> String {
        switch error {
        case let conflict as NameConflict:
            "\(conflict.key) exists and is not of this environment: it is left alone. Delete it, and it is made anew."
        case let error as KubernetesError where error.code == .forbidden:
            "\(error.message): install the operator's roles ('envfactory install')."
        default: "\(error)"
        }
    }
}

extension Verdict {
    /// What is said of an environment that the operator may not look at.
    init(unseen environment: Environment, _ error: KubernetesError) {
        self.init(
            .isFalse, environment.wasReady ? ReadyReason.degraded : .provisioning,
            "\(error.message): install the operator's roles ('envfactory install').")
        // Of one that ends, why it does so is not in doubt.
        if environment.status.condition(.terminated) != nil, let ready = environment.status.condition(.ready) {
            reason = ready.reason
        }
    }
}

/// The kinds of failure that conditions tell apart.
private enum FailureKind {
    case nameConflict, forbidden, invalid, rejected, refused, unavailable

    init(_ error: any Error) {
        switch error {
        case is NameConflict: self = .nameConflict
        case is KubeconfigRejection: self = .rejected
        case is KubeconfigRefusal: self = .refused
        case is ReleaseRehearsalFailure, is HelmError: self = .invalid
        case let error as KubernetesError:
            switch error.code {
            case .forbidden: self = .forbidden
            case .invalid, .badRequest: self = .invalid
            default: self = .unavailable
            }
        default: self = .unavailable
        }
    }

    var namespaceReason: NamespaceReason {
        switch self {
        case .nameConflict: .nameConflict
        case .forbidden: .forbidden
        case .invalid, .rejected, .refused, .unavailable: .apiUnavailable
        }
    }

    var releaseReason: ReleaseReason {
        switch self {
        case .nameConflict: .nameConflict
        case .forbidden: .forbidden
        case .invalid: .failed
        case .rejected, .refused, .unavailable: .apiUnavailable
        }
    }

    var guardrailsReason: GuardrailsReason {
        switch self {
        case .nameConflict: .nameConflict
        case .forbidden: .forbidden
        case .invalid: .invalid
        case .rejected, .refused, .unavailable: .apiUnavailable
        }
    }

    var serviceReason: ServiceReason {
        switch self {
        case .nameConflict: .nameConflict
        case .forbidden: .forbidden
        case .invalid: .invalid
        case .rejected, .refused, .unavailable: .apiUnavailable
        }
    }

    var inferenceReason: InferenceReason {
        switch self {
        case .nameConflict: .nameConflict
        case .forbidden: .forbidden
        case .invalid, .rejected, .refused, .unavailable: .apiUnavailable
        }
    }

    var kubeconfigReason: KubeconfigReason {
        switch self {
        case .nameConflict: .nameConflict
        case .forbidden: .forbidden
        case .rejected: .rejected
        case .refused: .refused
        case .invalid, .unavailable: .apiUnavailable
        }
    }
}
