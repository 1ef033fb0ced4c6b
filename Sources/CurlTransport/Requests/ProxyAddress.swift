import HTTPModel

/// A proxy, taken apart so that its password stands in no URL that may be shown.
struct ProxyAddress: Sendable, Hashable {
    /// As libcurl wants it, without a user.
    var url: String
    /// `host:port`, for messages.
    var authority: String
    var user: String?
    var password: String?

    /// Reads a kubeconfig's `proxy-url` or a variable of the environment.
    init(_ text: String) throws(HTTPTransportError) {
        guard let parts = URLParts(text), parts.rest.isEmpty || parts.rest == "/" else {
            throw HTTPTransportError(.malformed, "the proxy is no URL; write it as http://host:port")
        }
        guard let (scheme, defaultPort) = Self.scheme(parts.scheme) else {
            throw HTTPTransportError(
                .malformed,
                "the scheme of the proxy \(parts.host) is \(parts.scheme); use http, https, socks5 or socks5h"
            )
        }
        authority = ServerURL.authority(parts.host, parts.port ?? defaultPort)
        url = "\(scheme)://\(authority)"
        guard let userinfo = parts.userinfo else { return }
        let halves = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        user = halves.first.map(Self.decoded)
        password = halves.count > 1 ? Self.decoded(halves[1]) : ""
    }

    private static func scheme(_ name: String) -> (name: String, defaultPort: UInt16)? {
        switch name {
        case "http": ("http", 80)
        case "https": ("https", 443)
        // The proxy resolves the server's name, as with client-go; libcurl's `socks5` would do it here.
        case "socks5", "socks5h": ("socks5h", 1080)
        default: nil
        }
    }

    /// The text with its percent-encoding undone; what is no encoding stays.
    static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == 0x25, digits.utf8.count == 2, digits.first?.isHexDigit == true,
                let value = UInt8(digits, radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
