import Cryptography
import Formats
import HTTPModel
import Kubernetes

extension CodeHost {
    /// The keys of a Secret that tells of a code host.
    package enum Key: String, Sendable, CaseIterable {
        case provider, url, server, token, webhookSecret, previousWebhookSecret, repositories, branches, tags, paths
        /// As Secrets of type `kubernetes.io/tls` have it.
        case authorities = "ca.crt"
    }

    /// Reads the data of a Secret.
    ///
    /// - Throws: ``CodeHostError`` that names every key that has to be mended.
    package init(secret name: String, data: (_ key: String) -> [UInt8]?) throws(CodeHostError) {
        var reader = CodeHostReader(data)
        let provider = reader.provider()
        let address = reader.address()
        let server = reader.server()
        let token = reader.token(at: address)
        let secrets = [reader.webhookSecret(.webhookSecret), reader.webhookSecret(.previousWebhookSecret)]
        self.init(
            name: name, provider: provider ?? .gitHub, server: server ?? address.map(Self.server) ?? "",
            api: address?.text ?? "", authorities: reader.authorities(), token: token,
            webhookSecrets: secrets.compactMap(\.self),
            repositories: reader.filter(.repositories), branches: reader.filter(.branches), tags: reader.filter(.tags),
            paths: reader.filter(.paths))
        guard reader.problems.isEmpty else {
            throw CodeHostError("Secret \(name): \(reader.problems.joined(separator: "; "))")
        }
    }

    /// GitHub's API has a name of its own; everybody else's is below the one that people know.
    private static func server(_ address: CodeHostAddress) -> String {
        address.host == "api.github.com" ? "github.com" : address.host
    }
}

/// The address of an API.
struct CodeHostAddress {
    var host: String
    /// Without a slash at its end.
    var text: String
    var isEncrypted: Bool
    var isLoopback: Bool

    init?(_ text: String) {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        guard text.utf8.count <= 2_048, let parts = URLParts(text), ["https", "http"].contains(parts.scheme),
            parts.userinfo == nil, !parts.rest.contains(where: { "?#".contains($0) })
        else { return nil }
        host = parts.host
        self.text = text
        isEncrypted = parts.scheme == "https"
        isLoopback = host == "localhost" || IPAddress(host)?.isLoopback == true
    }
}

/// Reads key after key, and notes what is wrong with each.
private struct CodeHostReader {
    private var data: [CodeHost.Key: [UInt8]] = [:]
    private(set) var problems: [String] = []

    init(_ data: (String) -> [UInt8]?) {
        for key in CodeHost.Key.allCases { self.data[key] = data(key.rawValue) }
    }

    private mutating func note(_ key: CodeHost.Key, _ problem: String) { problems.append("\(key.rawValue) \(problem)") }

    /// A text without the line end that a file gave it.
    private mutating func text(_ key: CodeHost.Key) -> String? {
        guard let bytes = data[key] else { return nil }
        guard bytes.count <= 65_536, let text = String(validating: bytes, as: UTF8.self) else {
            note(key, "is no text: write it in UTF-8")
            return nil
        }
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        let kept = text.drop(while: isBlank)
        guard let end = kept.lastIndex(where: { !isBlank($0) }) else { return nil }
        return String(kept[...end])
    }

    mutating func provider() -> CodeHost.Provider? {
        let known = CodeHost.Provider.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = text(.provider) else {
            note(.provider, "is missing: write one of \(known)")
            return nil
        }
        if let provider = CodeHost.Provider(rawValue: text) { return provider }
        note(.provider, "is not known: write one of \(known)")
        return nil
    }

    mutating func address() -> CodeHostAddress? {
        guard let text = text(.url) else {
            note(.url, "is missing: write the API's URL, such as https://api.github.com")
            return nil
        }
        if let address = CodeHostAddress(text) { return address }
        note(.url, "is no URL of an API: write https://, a host and a path, without a user, a query and a fragment")
        return nil
    }

    mutating func server() -> String? {
        guard let text = text(.server) else { return nil }
        guard URLParts.isName(text) else {
            note(.server, "is no name of a host: write it as people know it, such as git.example.com")
            return nil
        }
        return text.lowercased()
    }

    /// The certificates alone, whatever else stands between them; a blank text names none.
    mutating func authorities() -> [UInt8]? {
        guard let text = text(.authorities) else { return nil }
        do throws(CryptographyError) {
            return Array(try Certificate.bundle(pem: text).utf8)
        } catch {
            note(
                .authorities,
                "is no PEM of 1 to 32 certificates: write the certificate of the authority that the host's own is of, "
                    + "from -----BEGIN CERTIFICATE----- on")
            return nil
        }
    }

    mutating func token(at address: CodeHostAddress?) -> Redacted<String>? {
        guard let text = text(.token) else { return nil }
        guard text.utf8.count <= 4_096, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            note(.token, "holds what no token does: write the token alone, in one line")
            return nil
        }
        if let address, !address.isEncrypted, !address.isLoopback {
            note(.url, "is not encrypted, and there is a token: write https://")
        }
        return Redacted(text)
    }

    mutating func webhookSecret(_ key: CodeHost.Key) -> Redacted<[UInt8]>? {
        guard let text = text(key) else { return nil }
        guard (16...1_024).contains(text.utf8.count) else {
            note(key, "has to have 16 to 1024 bytes, or others may guess it: make one with 'openssl rand -hex 32'")
            return nil
        }
        return Redacted(Array(text.utf8))
    }

    mutating func filter(_ key: CodeHost.Key) -> NameFilter {
        guard let text = text(key) else { return NameFilter() }
        do throws(CodeHostError) {
            return try NameFilter(text)
        } catch {
            note(key, error.message)
            return NameFilter()
        }
    }
}
