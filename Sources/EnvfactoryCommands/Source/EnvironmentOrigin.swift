import Cryptography
import EnvironmentAPI

/// What an environment is made for: a pull request, or a branch in one checkout.
struct EnvironmentOrigin: Sendable, Hashable {
    var repository: RepositoryAddress?
    var pullRequest: Int64?
    var branch: String?
    var commit: String?
    /// Where the checkout lies, where that tells two environments apart: on a machine where people and agents work.
    ///
    /// `nil` for a pull request and in a pipeline, whose runs lie anywhere and shall meet the same environment.
    var workTree: String?

    /// Takes what the CI system says before what the checkout says, and the user's word before both.
    init?(_ run: PipelineRun?, _ tree: WorkTree?, pullRequest number: Int64?) {
        guard run != nil || tree != nil else { return nil }
        repository = run?.repository ?? tree?.remoteURL.flatMap { RepositoryAddress(url: $0) }
        pullRequest = number ?? run?.pullRequest
        branch = run?.branch ?? tree?.branch
        commit = run?.commit ?? tree?.commit
        workTree = run == nil && pullRequest == nil ? tree?.path : nil
        // A checkout without a remote is known by its directory's name.
        if repository == nil, let path = tree?.path {
            repository = RepositoryAddress(host: "", path: path.split(separator: "/").last.map(String.init) ?? "")
        }
    }

    /// What `spec.source` says, by which the operator finds the pull request; what it could not hold is left out.
    var source: Environment.Source {
        // A remote that is a directory is nobody's business.
        let remote = repository.flatMap { $0.host.isEmpty ? nil : $0 }
        return Environment.Source(
            provider: remote?.provider, server: remote.flatMap { Self.server($0.host) },
            repository: remote.flatMap { Self.short($0.path) },
            pullRequest: pullRequest.flatMap { $0 > 0 ? $0 : nil }, branch: branch.flatMap(Self.short),
            commit: commit.flatMap { TextForm.commit.matches($0) ? $0 : nil })
    }

    private static func server(_ host: String) -> String? { TextForm.dnsSubdomain.matches(host) ? host : nil }

    private static func short(_ text: String) -> String? { (1...255).contains(text.utf8.count) ? text : nil }
}

// MARK: - Name

extension EnvironmentOrigin {
    private static let digits = 8
    /// For the repository's name where a branch's follows it.
    private static let repositoryLimit = 20

    /// `payments-pr-42-3f9c1a2b`: what a person can read, and a digest of all that tells two origins apart.
    var name: String {
        let limit = Naming.nameLimit - Self.digits - 1
        let repository = Self.slug(self.repository?.path.split(separator: "/").last.map(String.init) ?? "")
        let rest = pullRequest.map { "pr-\($0)" } ?? Self.slug(branch ?? "")
        let start =
            rest.isEmpty ? repository : Self.cut(repository, to: max(Self.repositoryLimit, limit - rest.count - 1))
        let words = [start, rest].filter { !$0.isEmpty }.joined(separator: "-")
        var readable = words.isEmpty ? "env" : words
        // A name that begins like the cluster's own is refused.
        if readable.hasPrefix("kube-") || readable == "default" { readable = "env-\(readable)" }
        return "\(Self.cut(readable, to: limit))-\(digest)"
    }

    /// Parts are told apart by a zero byte, which none of them can hold.
    private var digest: String {
        let place = [repository?.host ?? "", (repository?.path ?? "").lowercased()]
        let what = pullRequest.map { ["pr", String($0)] } ?? ["branch", branch ?? ""]
        let text = (place + what + [workTree ?? ""]).joined(separator: "\u{0}")
        return String(SHA256.digest(of: Array(text.utf8)).hex.prefix(Self.digits))
    }

    /// Lower-case letters, digits and single dashes, none at either end.
    static func slug(_ text: String) -> String {
        var slug = ""
        for byte in text.lowercased().utf8 {
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if isPlain {
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            } else if !slug.isEmpty, slug.last != "-" {
                slug += "-"
            }
        }
        return cut(slug, to: slug.count)
    }

    private static func cut(_ slug: String, to limit: Int) -> String {
        var cut = slug.prefix(limit)
        while cut.last == "-" { cut.removeLast() }
        return String(cut)
    }
}
