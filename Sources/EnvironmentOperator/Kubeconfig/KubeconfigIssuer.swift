import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// The kubeconfig was tried and does not do what it should.
package struct KubeconfigRejection: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
}

/// Makes kubeconfigs: a token with an end, tried against the API server, then written.
struct KubeconfigIssuer: Sendable {
    let client: KubernetesClient
    let endpoint: HostEndpoint

    /// Issues a kubeconfig and returns the Secret that holds it.
    func issue(
        _ observation: EnvironmentObservation,
        lifetime: Duration,
        replacing: KubeconfigSecret?
    ) async throws -> KubernetesObject {
        let identity = observation.identity
        let token = try await client.createToken(
            serviceAccount: OwnerIdentity.tenantServiceAccount,
            namespace: identity.hostNamespace,
            expirationSeconds: lifetime.components.seconds
        )
        try await attempt(token, observation)
        let secret = identity.kubeconfigSecret(
            text: text(identity, token.token), server: endpoint.server, issuedAt: observation.now,
            expiresAt: token.expiresAt)
        let expectation: ApplyExpectation = replacing.map { .uid($0.uid) } ?? .absent
        do {
            return try await client.apply(secret, to: .secrets, expecting: expectation)
        } catch let error as KubernetesError where expectation == .absent && error.code == .conflict {
            throw NameConflict(key: observation.kubeconfigKey, uid: "unknown")
        }
    }

    /// Asks the API server, with the new token, whether it grants what the environment promises.
    private func attempt(_ token: ServiceAccountToken, _ observation: EnvironmentObservation) async throws {
        let namespace = observation.identity.hostNamespace
        let attributes = ResourceAttributes("get", .pods, namespace: namespace)
        let review = try await endpoint.client(token: token.token).selfSubjectAccessReview(attributes)
        guard review.isAllowed || observation.environmentClass?.effectiveTenantRole == EnvironmentClass.TenantRole.none
        else {
            throw KubeconfigRejection(
                description: "The kubeconfig was tried, and may not read pods in \(namespace) yet.")
        }
    }

    private func text(_ identity: OwnerIdentity, _ token: Redacted<String>) -> String {
        let authority = endpoint.certificateAuthority
        let entry = KubeconfigEntry(
            name: identity.name,
            server: endpoint.server,
            certificateAuthority: authority.isEmpty ? nil : authority,
            token: token,
            namespace: identity.hostNamespace
        )
        return entry.kubeconfig.secret
    }
}
