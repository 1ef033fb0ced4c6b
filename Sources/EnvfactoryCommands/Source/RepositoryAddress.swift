import EnvironmentAPI

/// Where a repository lives: the same for every way of writing its address, and without the password in it.
struct RepositoryAddress: Sendable, Hashable {
    /// Lower case; empty where it is not known.
    var host: String
    /// `acme/payments`.
    var path: String

    init(host: String, path: String) {
        self.host = host.lowercased()
        self.path = path
    }

    /// Reads `https://host/acme/payments.git`, `git@host:acme/payments.git` and what is like them.
    init?(url: String) {
        let (host, path): (Substring, Substring)
        if let scheme = url.firstRange(of: "://") {
            let rest = url[scheme.upperBound...]
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            (host, path) = (rest[..<slash], rest[slash...])
        } else if let colon = url.firstIndex(of: ":"), !url[..<colon].contains("/") {
            (host, path) = (url[..<colon], url[url.index(after: colon)...])
        } else {
            (host, path) = ("", url[...])
        }
        var name = path.drop { $0 == "/" }
        while name.last == "/" { name.removeLast() }
        if name.hasSuffix(".git") { name.removeLast(4) }
        guard !name.isEmpty else { return nil }
        self.init(host: Self.hostName(host), path: String(name))
    }

    /// Without a user, a password and a port.
    private static func hostName(_ text: Substring) -> String {
        let name = text.lastIndex(of: "@").map { text[text.index(after: $0)...] } ?? text
        return String(name.prefix { $0 != ":" })
    }

    var provider: Environment.Source.Provider {
        if host.contains("github") { return .gitHub }
        if host.contains("gitlab") { return .gitLab }
        return ["gitea", "forgejo", "codeberg"].contains(where: host.contains) ? .gitea : .other
    }
}
