import HTTPModel

/// The address of a repository, or of something that it names.
struct RepositoryURL: Sendable, Hashable {
    enum Scheme: String, Sendable, Hashable {
        case http
        case https
    }

    let scheme: Scheme
    /// A name or an address, an IPv6 address without its brackets.
    let host: String
    let port: UInt16
    /// Begins with a slash.
    private(set) var path: String
    /// Without the question mark; `nil` where there is none.
    private(set) var query: String?

    private static let limit: Int = 4096

    /// Reads a whole URL; what it says of a user is refused, since URLs are shown.
    init(_ text: String) throws(ChartFetchError) {
        guard text.utf8.count <= Self.limit else {
            throw ChartFetchError(.invalid, "an address is longer than \(Self.limit) bytes: use a shorter one")
        }
        guard !text.lowercased().hasPrefix("oci://") else {
            throw ChartFetchError(
                .refused,
                "charts are not fetched from oci:// registries: name a repository with an index.yaml, by https://")
        }
        guard let parts = URLParts(Self.escaped(text)), let scheme = Scheme(rawValue: parts.scheme) else {
            throw ChartFetchError(.invalid, "the address is no URL of a repository: write https:// and a host")
        }
        guard parts.userinfo == nil else {
            throw ChartFetchError(
                .invalid, "the URL of \(parts.host) holds a user name or password: give them as credentials instead")
        }
        self.scheme = scheme
        host = parts.host
        port = parts.port ?? (scheme == .http ? 80 : 443)
        let rest: Substring = parts.rest.prefix { $0 != "#" }
        let path: String = String(rest.prefix { $0 != "?" })
        self.path = path.isEmpty ? "/" : path
        query = rest.firstIndex(of: "?").map { String(rest[rest.index(after: $0)...]) }
    }

    /// What cannot stand in a request is percent-encoded; control characters stay and make it no URL.
    private static func escaped(_ text: String) -> String {
        let digits: [Character] = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            if byte == 0x20 || byte > 0x7E && byte != 0x7F {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            } else {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
    }

    /// `https://host/path?query`, the port only where the scheme does not imply it.
    var text: String { "\(shown)\(query.map { "?\($0)" } ?? "")" }

    /// The URL without its query, which may be a signature that is worth a password.
    var shown: String {
        let implied: UInt16 = scheme == .http ? 80 : 443
        let name: String = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name)\(port == implied ? "" : ":\(port)")\(path)"
    }

    /// Whether credentials for one are credentials for the other.
    func hasSameOrigin(as other: RepositoryURL) -> Bool {
        (scheme, host, port) == (other.scheme, other.host, other.port)
    }
}

// MARK: - References

extension RepositoryURL {
    /// What the repository's own index or one of its entries' URLs means: the repository is a folder to it.
    ///
    /// A query of the repository, which may let us in, goes along with what is below it.
    func appending(_ reference: String) throws(ChartFetchError) -> RepositoryURL {
        guard Self.isRelative(reference) else { return try RepositoryURL(reference) }
        var folder: RepositoryURL = self
        if folder.path.last != "/" { folder.path += "/" }
        var result: RepositoryURL = try folder.resolving(reference)
        if let query, result.hasSameOrigin(as: self) { result.query = query }
        return result
    }

    /// What a reference means where it stands at this address, as a redirect's `Location` does.
    func resolving(_ reference: String) throws(ChartFetchError) -> RepositoryURL {
        guard Self.isRelative(reference) else { return try RepositoryURL(reference) }
        if reference.hasPrefix("//") { return try RepositoryURL("\(scheme.rawValue):\(reference)") }
        let origin: String = "\(scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        if reference.hasPrefix("/") { return try RepositoryURL(origin + reference).withoutDots }
        if reference.isEmpty || "?#".contains(reference.prefix(1)) {
            let tail: String = reference.hasPrefix("?") ? reference : query.map { "?\($0)" } ?? ""
            return try RepositoryURL(origin + path + tail)
        }
        let folder: Substring = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return try RepositoryURL(origin + folder + reference).withoutDots
    }

    /// Whether no scheme stands before the first slash.
    private static func isRelative(_ reference: String) -> Bool {
        let head: Substring = reference.prefix { !"/?#".contains($0) }
        return !head.contains(":")
    }

    /// The URL with `.` and `..` taken for what they mean, never above the root.
    private var withoutDots: RepositoryURL {
        var parts: [Substring] = []
        let all: [Substring] = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in all.enumerated() {
            switch part {
            case ".", "..":
                if part == "..", !parts.isEmpty { parts.removeLast() }
                if index == all.count - 1 { parts.append("") }
            default: parts.append(part)
            }
        }
        var result: RepositoryURL = self
        result.path = "/" + parts.joined(separator: "/")
        return result
    }
}
