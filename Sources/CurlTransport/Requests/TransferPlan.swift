import HTTPModel

/// One request as libcurl is to send it; made without touching libcurl.
struct TransferPlan: Sendable, CustomStringConvertible, CustomReflectable {
    var url: String
    /// Path and query, the server's own prefix included.
    var path: String
    var method: HTTPRequest.Method
    /// Whole lines: `Name: value`, or `Name;` for an empty value, or `Name:` to leave one of libcurl's own out.
    var headerLines: [String]
    var body: [UInt8]
    /// `name:port:host:port`, where the server is asked for by another name than it is reached by.
    var connectTo: String?
    var proxy: ProxyAddress?
    var trust: TLSConfiguration.Trust
    var clientCertificate: ClientCertificate?
    var isStream: Bool
    var isTLS: Bool
    var compression: Bool
    var connectTimeout: Duration
    var refusesAddresses: Bool
    var limits: CurlTransport.Limits
    /// `host:port` of the server, for messages.
    var authority: String
    /// Method and path, for messages; the query may be long and its values are nobody's business.
    var label: String

    /// Whether sending the request twice is no different from sending it once.
    var isSafe: Bool { method == .get || method == .head }

    /// What to do when no response came.
    var advice: String { isSafe ? "try again" : "look whether the request was done" }

    // Headers and body may hold secrets.
    var description: String { "\(label) at \(authority)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension TransferPlan {
    /// - Throws: ``HTTPTransportError`` of code `malformed` where the request cannot be expressed in HTTP.
    init(
        _ request: HTTPRequest,
        credential: Credential?,
        configuration: CurlTransport.Configuration,
        isStream: Bool
    ) throws(HTTPTransportError) {
        let (server, path) = try Self.destination(of: request.target, configuration.server)
        // A certificate that asks for another name makes that name the URL's, and the way there a detour.
        let name = configuration.tls.serverName.flatMap { $0.isEmpty ? nil : $0 } ?? server.host
        url = "\(server.scheme.rawValue)://\(ServerURL.authority(name, server.port))\(path)"
        self.path = path
        if name != server.host {
            guard URLParts.isName(name) || IPAddress(name) != nil else {
                throw HTTPTransportError(.malformed, "the TLS server name \(name) is neither a DNS name nor an address")
            }
            connectTo =
                "\(ServerURL.authority(name, server.port)):\(ServerURL.authority(server.host, server.port))"
        }
        method = request.method
        label = "\(request.method.rawValue) \(path.prefix { $0 != "?" })"
        body = request.body
        proxy = try Self.proxy(for: server, configuration.proxy)
        trust = configuration.tls.trust
        let isOwnServer = configuration.server.map(server.isSameOrigin) ?? false
        let credential = isOwnServer ? credential : nil
        clientCertificate = credential?.clientCertificate ?? (isOwnServer ? configuration.tls.clientCertificate : nil)
        self.isStream = isStream
        isTLS = server.scheme == .https
        compression = configuration.compression && !isStream && request.headers["Accept-Encoding"] == nil
        connectTimeout = configuration.connectTimeout
        refusesAddresses = configuration.refusedAddresses != nil
        limits = configuration.limits
        if let bodyLimit = request.bodyLimit { limits.bodyBytes = min(limits.bodyBytes, max(bodyLimit, 0)) }
        authority = server.authority

        var headers = request.headers
        if headers["Host"] == nil { headers["Host"] = server.hostHeader }
        if headers["User-Agent"] == nil { headers["User-Agent"] = configuration.userAgent }
        if headers["Authorization"] == nil, let authorization = credential?.authorization {
            headers["Authorization"] = authorization
        }
        headerLines = try Self.headerLines(headers, hasBody: !request.body.isEmpty)
    }

    /// The server of a target and the path there, the server's own prefix included.
    private static func destination(
        of target: String,
        _ server: ServerURL?
    ) throws(HTTPTransportError) -> (ServerURL, String) {
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !target.contains("#") else {
            throw HTTPTransportError(
                .malformed, "the request's target holds what belongs in no URL; percent-encode its path and query"
            )
        }
        if target.hasPrefix("/") {
            guard let server else {
                throw HTTPTransportError(.malformed, "\(target) names no server; give the whole URL")
            }
            return (server, server.path + target)
        }
        guard let parts = URLParts(target) else {
            throw HTTPTransportError(.malformed, "the request's target is neither a path nor a URL")
        }
        let path = parts.rest.hasPrefix("/") ? parts.rest : "/\(parts.rest)"
        return (try ServerURL(originOf: parts), path)
    }

    /// The request's head as HTTP/1.1, for a connection on which libcurl writes nothing.
    var headBytes: [UInt8] {
        let lines = headerLines.compactMap { line -> String? in
            // libcurl's ways to write an empty field, and to leave one of its own out.
            if line.hasSuffix(";"), !line.contains(":") { return "\(line.dropLast()):" }
            return line.hasSuffix(":") ? nil : line
        }
        return Array((["\(method.rawValue) \(path) HTTP/1.1"] + lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    private static func proxy(
        for server: ServerURL,
        _ proxy: CurlTransport.Proxy
    ) throws(HTTPTransportError) -> ProxyAddress? {
        switch proxy {
        case .none: return nil
        case .url(let url): return try ProxyAddress(url)
        case .environment(let environment):
            guard let url = environment.proxy(for: server) else { return nil }
            return try ProxyAddress(url)
        }
    }

    private static func headerLines(_ headers: HTTPHeaders, hasBody: Bool) throws(HTTPTransportError) -> [String] {
        var lines: [String] = []
        for field in headers.fields {
            guard isToken(field.name), field.value.utf8.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else {
                throw HTTPTransportError(
                    .malformed,
                    "the header \(field.name.filter { $0.isLetter || $0 == "-" }) holds a line break"
                        + " or another character that no header may hold; remove it"
                )
            }
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // libcurl would ask before it sends a large body, and would call every body a form.
        lines.append("Expect:")
        if hasBody, headers["Content-Type"] == nil { lines.append("Content-Type:") }
        return lines
    }

    /// Whether a text is what RFC 9110 calls a token.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5E...0x60, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E,
                    0x7C, 0x7E:
                    true
                default: false
                }
            }
    }
}
