package import Formats
package import Kubernetes

/// What is kept of the kubeconfig that a virtual cluster writes: whom to trust, who one is, and nothing else.
///
/// Everything here was read and written anew, so that no byte of the original goes on that was not understood.
package struct ExtractedKubeconfig: Sendable, Hashable {
    package enum Credential: Sendable, Hashable {
        /// Both PEM; they belong together.
        case clientCertificate(certificate: String, key: Redacted<String>)
        case token(Redacted<String>)
    }

    /// PEM; one certificate or several.
    package var certificateAuthority: String
    package var credential: Credential
    /// The server that the kubeconfig named, for whoever is inside: never where anybody is sent.
    package var declaredServer: String
    /// When the client certificate ends; `nil` for a token, whose end is the virtual cluster's secret.
    package var expiresAt: Timestamp?
    /// Of the Secret that it was read from, to notice that it was renewed.
    package var sourceDigest: String
}

/// What was found where a kubeconfig should be is not safe to hand on.
///
/// It names what was found and where, and never quotes a value: it may be a credential.
package struct KubeconfigRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
