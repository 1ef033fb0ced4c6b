/// Who sends webhooks, which decides how they are signed and what they look like.
package enum WebhookSender: String, Sendable, Hashable, CaseIterable {
    case gitHub = "github"
    case gitLab = "gitlab"
    case gitea = "gitea"
    /// Anybody who signs as Standard Webhooks has it, and sends ``WebhookHint`` as it is.
    case generic = "generic"

    /// Which hosts' webhooks they are; `nil` where any host's may be.
    package var provider: CodeHost.Provider? {
        switch self {
        case .gitHub: .gitHub
        case .gitLab: .gitLab
        case .gitea: .gitea
        case .generic: nil
        }
    }

    /// The sender that a request's path is for: `/hooks/github`.
    package init?(path: some StringProtocol) {
        guard path.hasPrefix("/hooks/") else { return nil }
        self.init(rawValue: String(path.dropFirst(7)))
    }
}
