import CodeHosts
import EnvironmentAPI

/// Where an environment's pull request is asked for, if anywhere.
///
/// A tenant names a server and a repository; which hosts there are, where they are and what the operator is to them
/// is an administrator's. So nobody leads a token anywhere.
enum CodeHostChoice: Sendable, Hashable {
    case host(CodeHost, PullRequestName)
    case none(PullRequestReason, String)
}

extension Environment.Source {
    /// It names a pull request.
    var isPullRequest: Bool { repository != nil && pullRequest != nil }

    func choice(among hosts: [CodeHost]) -> CodeHostChoice {
        let (repository, number) = (repository ?? "", pullRequest ?? 0)
        let meant = hosts.filter { $0.isMeant(by: self) }
        guard !meant.isEmpty else { return .none(.notConfigured, notConfigured) }
        let able = meant.filter { $0.repositories.admits(repository) }.sorted { $0.name < $1.name }
        guard let host = able.first else {
            return .none(
                .notConfigured,
                "The repository \(repository.shown) is none that the operator may ask \(meant[0].server) for: whoever "
                    + "installed it decides that in Secret \(meant[0].name). Until then its end is noticed by nobody.")
        }
        let servers = Set(able.map(\.server)).sorted()
        guard servers.count == 1 else {
            let known = servers.prefix(5).joined(separator: ", ")
            return .none(
                .ambiguous,
                "The repository \(repository.shown) may be at any of \(known): name one in spec.source.server.")
        }
        guard let name = PullRequestName(host.provider, repository: repository, number: number) else {
            return .none(
                .sourceInvalid,
                "\(repository.shown) is no repository's name at \(host.server): write it as it stands in its address "
                    + "into spec.source.repository.")
        }
        return .host(host, name)
    }

    private var notConfigured: String {
        let place = server?.shown ?? provider.flatMap { $0 == .other ? nil : $0.rawValue } ?? "the code host"
        return
            "The operator knows no way to ask \(place) whether the pull request is open: whoever installed it can add "
            + "a Secret labelled \(Words.Label.codeHostSelector). Until then the environment ends by its time alone."
    }
}

extension CodeHost {
    /// Whether a source names this host, or none in particular.
    fileprivate func isMeant(by source: Environment.Source) -> Bool {
        if let server = source.server, server.lowercased() != self.server { return false }
        return switch source.provider {
        case .gitHub: provider == .gitHub
        case .gitLab: provider == .gitLab
        case .gitea: provider == .gitea
        case .other, nil: true
        }
    }
}
