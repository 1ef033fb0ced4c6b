/// A URL taken apart, as far as a transport needs it.
package struct URLParts: Sendable, Hashable {
    /// Lower case.
    package var scheme: String
    /// What stands before the host's `@`, as written.
    package var userinfo: String?
    /// Lower case; an IPv6 address without its brackets.
    package var host: String
    package var port: UInt16?
    /// From the first slash on: path, query and fragment; empty where there is none.
    package var rest: String

    /// Takes a URL with a host apart; `nil` where it has none, or holds what belongs in no URL.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let colon = text.firstIndex(of: ":"),
            text[text.index(after: colon)...].hasPrefix("//")
        else { return nil }
        scheme = text[..<colon].lowercased()
        let afterScheme = text[text.index(colon, offsetBy: 3)...]
        let authorityEnd = afterScheme.firstIndex { "/?#".contains($0) } ?? afterScheme.endIndex
        rest = String(afterScheme[authorityEnd...])
        var authority = String(afterScheme[..<authorityEnd])
        if let at = authority.lastIndex(of: "@") {
            userinfo = String(authority[..<at])
            authority = String(authority[authority.index(after: at)...])
        }
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        (self.host, self.port) = (host, port)
    }

    /// `host`, `host:port`, `[address]` or `[address]:port`.
    package static func hostAndPort(_ text: some StringProtocol) -> (host: String, port: UInt16?)? {
        var host = text[...]
        var port: UInt16?
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<close]
            let after = text[text.index(after: close)...]
            guard IPAddress(host)?.bytes.count == 16 else { return nil }
            guard after.isEmpty || after.first == ":" else { return nil }
            port = UInt16(after.dropFirst())
            guard after.count < 2 || port != nil else { return nil }
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                let digits = text[text.index(after: colon)...]
                port = UInt16(digits)
                guard digits.isEmpty || port != nil else { return nil }
            }
            guard isName(host) else { return nil }
        }
        return port == 0 ? nil : (host.lowercased(), port)
    }

    /// Letters, digits, `.`, `-` and `_`, as they stand in DNS names and IPv4 addresses.
    package static func isName(_ text: some StringProtocol) -> Bool {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        return allowed && (1...253).contains(text.utf8.count)
    }
}
