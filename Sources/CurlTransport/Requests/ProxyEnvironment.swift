import HTTPModel

/// The proxies that the environment names, understood as Go's programs understand it, `kubectl` among them.
package struct ProxyEnvironment: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private var http: String?
    private var https: String?
    private var exceptions: [String]

    /// Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, and their lower-case forms where those are absent.
    package init(_ environment: [String: String]) {
        func value(_ name: String) -> String? {
            let value = environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? environment[name.lowercased()]
            return value.flatMap { $0.isEmpty ? nil : $0 }
        }
        http = value("HTTP_PROXY")
        https = value("HTTPS_PROXY")
        exceptions = (value("NO_PROXY") ?? "").split(separator: ",").map { entry in
            entry.lowercased().filter { $0 != " " && $0 != "\t" }
        }
    }

    /// The URL of the proxy for a server; `nil` where it is reached directly, as this machine itself always is.
    func proxy(for server: ServerURL) -> String? {
        let address = IPAddress(server.host)
        if server.host == "localhost" || address?.isLoopback == true { return nil }
        if exceptions.contains(where: { Self.entry($0, covers: server, address) }) { return nil }
        guard let url = server.scheme == .https ? https : http else { return nil }
        return url.contains("://") ? url : "http://\(url)"
    }

    private static func entry(_ entry: String, covers server: ServerURL, _ address: IPAddress?) -> Bool {
        if entry == "*" { return true }
        if entry.contains("/") { return address?.isInside(range: entry) ?? false }
        if let address, let plain = IPAddress(entry) { return address == plain }
        // A leading `*` has the meaning of a leading dot.
        let name = entry.hasPrefix("*.") ? entry.dropFirst() : entry[...]
        guard let (host, port) = URLParts.hostAndPort(name), port == nil || port == server.port else { return false }
        if let address { return IPAddress(host) == address }
        if host.hasPrefix(".") { return server.host.hasSuffix(host) }
        return server.host == host || server.host.hasSuffix(".\(host)")
    }

    // A proxy's URL may hold a password.
    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
