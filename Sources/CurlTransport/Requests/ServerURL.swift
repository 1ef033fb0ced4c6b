package import HTTPModel

/// Where a server is, and the path that goes before every request's.
package struct ServerURL: Sendable, Hashable, CustomStringConvertible {
    package enum Scheme: String, Sendable, Hashable {
        case http
        case https

        var defaultPort: UInt16 { self == .http ? 80 : 443 }
    }

    package let scheme: Scheme
    /// A name or an address, an IPv6 address without its brackets.
    package let host: String
    package let port: UInt16
    /// Without a slash at its end; empty for most servers.
    package private(set) var path: String

    /// Reads a server's URL, such as `https://10.0.0.1:6443` or `https://example.org/clusters/one`.
    ///
    /// - Throws: ``HTTPTransportError`` of code `malformed`; it never shows the URL, which may hold a password.
    package init(_ text: String) throws(HTTPTransportError) {
        guard let parts = URLParts(text) else {
            throw HTTPTransportError(.malformed, "the server is no URL; write it as https://host:port")
        }
        try self.init(originOf: parts)
        guard !parts.rest.contains(where: { "?#".contains($0) }) else {
            throw HTTPTransportError(.malformed, "the server \(host) has a query or fragment in its URL; leave it out")
        }
        path = parts.rest
        while path.last == "/" { path.removeLast() }
    }

    /// The place that a URL names, without its path.
    init(originOf parts: URLParts) throws(HTTPTransportError) {
        guard let scheme = Scheme(rawValue: parts.scheme) else {
            throw HTTPTransportError(
                .malformed, "the scheme of \(parts.host)'s URL is \(parts.scheme); use https or http"
            )
        }
        guard parts.userinfo == nil else {
            throw HTTPTransportError(
                .malformed, "the URL of \(parts.host) holds a user name or password; give it as a credential instead"
            )
        }
        self.scheme = scheme
        host = parts.host
        port = parts.port ?? scheme.defaultPort
        path = ""
    }

    /// `host:port`, an IPv6 address in brackets.
    package var authority: String { Self.authority(host, port) }

    /// The value of the `Host` header: the port is left out where the scheme implies it.
    var hostHeader: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? bracketed : "\(bracketed):\(port)"
    }

    /// Whether requests to both go to the same place, whatever their paths.
    func isSameOrigin(as other: ServerURL) -> Bool {
        (scheme, host, port) == (other.scheme, other.host, other.port)
    }

    static func authority(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    package var description: String { "\(scheme.rawValue)://\(authority)\(path)" }
}
