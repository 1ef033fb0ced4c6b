import EnvironmentAPI
import Formats
import Kubernetes

extension EnvironmentPlan {
    /// A token's shortest lifetime; the API server takes no less than ten minutes.
    static let shortestToken: Duration = .seconds(600)
    static let longestToken: Duration = .seconds(24 * 3600)

    /// A kubeconfig that works exists, and its token is renewed long before it ends.
    @Sendable static func kubeconfig(_ observation: EnvironmentObservation) -> EnvironmentStep {
        if observation.isVirtualCluster { return virtualKubeconfig(observation) }
        let waiting = Verdict(.isFalse, KubeconfigReason.waiting, "The kubeconfig is made and tried.")
        switch observation.kubeconfig {
        case .unknown:
            return .done(ready)
        case .missing:
            return .act([.issueKubeconfig(lifetime: tokenLifetime(observation), replacing: nil)], waiting)
        case .foreign:
            return foreignKubeconfig(observation)
        case .present(let secret):
            guard let renewal = renewal(of: secret), secret.isIntact, renewal > observation.now else {
                let lifetime = tokenLifetime(observation)
                return .act([.issueKubeconfig(lifetime: lifetime, replacing: secret)], waiting)
            }
            return .done(ready, recheckAfter: renewal - observation.now)
        }
    }

    static func foreignKubeconfig(_ observation: EnvironmentObservation) -> EnvironmentStep {
        .wait(
            Verdict(
                .isFalse, KubeconfigReason.nameConflict,
                "The Secret \(Words.Fixed.kubeconfigSecret) in \(observation.identity.hostNamespace) is not of "
                    + "this environment: it is left alone. Delete it, and the kubeconfig is written."),
            recheckAfter: .seconds(60))
    }

    static var ready: Verdict {
        Verdict(.isTrue, KubeconfigReason.ready, "The kubeconfig was tried and works.")
    }

    /// As long as the environment lives, within what is wise for a token.
    private static func tokenLifetime(_ observation: EnvironmentObservation) -> Duration {
        max(shortestToken, min(longestToken, observation.expiresAt - observation.now))
    }

    /// When four fifths of the token's life are over; `nil` where that cannot be told.
    static func renewal(of secret: KubeconfigSecret) -> Timestamp? {
        guard let issued = secret.issuedAt, let ends = secret.expiresAt else { return nil }
        return issued + (ends - issued) * 4 / 5
    }
}
