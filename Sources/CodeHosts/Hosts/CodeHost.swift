package import Kubernetes

/// A place of repositories that an administrator told the operator of: where its API is, as whom it is asked, and of
/// what.
///
/// No tenant ever names a host: what is asked, and where the token goes, is decided here.
package struct CodeHost: Sendable, Hashable {
    package enum Provider: String, Sendable, Hashable, CaseIterable {
        case gitHub = "GitHub"
        case gitLab = "GitLab"
        /// Gitea, and Forgejo, which kept its API.
        case gitea = "Gitea"
    }

    /// That of the Secret which tells of it.
    package var name: String
    package var provider: Provider
    /// The name that people know it by, such as `github.com`; lower case.
    package var server: String
    /// The URL of its API, without a slash at its end.
    package var api: String
    /// Whom alone to believe who it is, as PEM; `nil` leaves that to the system.
    package var authorities: [UInt8]?
    package var token: Redacted<String>?
    /// What webhooks are signed with: the one in use, and while it is being replaced the one before.
    package var webhookSecrets: [Redacted<[UInt8]>]
    /// Which repositories are asked for, and heard of.
    package var repositories: NameFilter
    /// Which branches, tags and paths a push is heard of for.
    ///
    /// What is looked at by schedule they do not concern, so that no filter leaves an environment behind.
    package var branches: NameFilter
    package var tags: NameFilter
    package var paths: NameFilter

    package init(
        name: String,
        provider: Provider,
        server: String,
        api: String,
        authorities: [UInt8]? = nil,
        token: Redacted<String>? = nil,
        webhookSecrets: [Redacted<[UInt8]>] = [],
        repositories: NameFilter = NameFilter(),
        branches: NameFilter = NameFilter(),
        tags: NameFilter = NameFilter(),
        paths: NameFilter = NameFilter()
    ) {
        self.name = name
        self.provider = provider
        self.server = server
        self.api = api
        self.authorities = authorities
        self.token = token
        self.webhookSecrets = webhookSecrets
        self.repositories = repositories
        self.branches = branches
        self.tags = tags
        self.paths = paths
    }
}
