import CodeHosts
import Cryptography
import Formats
import Kubernetes
import Testing

@Suite("A code host is read from a Secret")
struct CodeHostReadingTests {
    private static let plain = ["provider": "GitHub", "url": "https://api.github.com/", "token": "ghp_abc\n"]

    private func read(_ data: [String: String]) throws -> CodeHost {
        try CodeHost(secret: "github") { data[$0].map { Array($0.utf8) } }
    }

    private func problem(_ change: [String: String?]) -> String? {
        var data = Self.plain
        for (key, value) in change { data[key] = value }
        do {
            _ = try read(data)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("with what is needed, and without the line ends that files give")
    func plain() throws {
        let host = try read(Self.plain)
        #expect(host.provider == .gitHub && host.server == "github.com" && host.api == "https://api.github.com")
        #expect(host.token?.secret == "ghp_abc" && host.webhookSecrets.isEmpty)
        #expect(host.repositories.admits("anybody/anything"))
    }

    @Test("its server is the API's host, unless it says another")
    func server() throws {
        var data = ["provider": "GitLab", "url": "https://GitLab.example.com:8443/api/v4"]
        #expect(try read(data).server == "gitlab.example.com")
        data["server"] = "Git.example.com"
        #expect(try read(data).server == "git.example.com")
    }

    @Test("with two secrets of webhooks, the one in use first")
    func rotation() throws {
        var data = Self.plain
        data["webhookSecret"] = "the secret in use now"
        data["previousWebhookSecret"] = "the secret before it"
        let secrets = try read(data).webhookSecrets.map { String(decoding: $0.secret, as: UTF8.self) }
        #expect(secrets == ["the secret in use now", "the secret before it"])
    }

    @Test(
        "what is wrong is named, with what to write instead",
        arguments: [
            ("provider", nil, "provider is missing"), ("provider", "Bitbucket", "write one of GitHub, GitLab, Gitea"),
            ("url", nil, "url is missing"), ("url", "github", "url is no URL"),
            ("url", "https://user:pass@api.github.com", "url is no URL"),
            ("url", "ftp://api.github.com", "url is no URL"),
            ("url", "https://api.github.com?a=b", "url is no URL"), ("url", "http://api.github.com", "not encrypted"),
            ("token", "two words", "token holds"), ("token", "a\r\nX-Evil: b", "token holds"),
            ("server", "git hub", "server is no name"), ("webhookSecret", "short", "webhookSecret has to have 16"),
            ("repositories", "acme/[", "repositories holds a pattern"), ("branches", "!", "branches holds a pattern"),
        ] as [(String, String?, String)])
    func wrong(key: String, value: String?, expected: String) throws {
        let text = try #require(problem([key: value]))
        #expect(text.hasPrefix("Secret github: ") && text.contains(expected), "\(text)")
    }

    @Test("all that is wrong is named at once, and no secret with it")
    func together() throws {
        let text = try #require(
            problem(["provider": "x", "url": "y", "token": "s3cret token", "webhookSecret": "abc"]))
        #expect(["provider", "url", "token", "webhookSecret"].allSatisfy(text.contains))
        #expect(!text.contains("s3cret") && !text.contains("abc"))
    }

    @Test("a token may go unencrypted to the own machine alone", arguments: ["127.0.0.1", "localhost", "[::1]"])
    func loopback(host: String) throws {
        #expect(problem(["url": "http://\(host):3000/api/v1"]) == nil)
        #expect(problem(["url": "http://\(host).example.com/api/v1"]) != nil)
    }

    @Test("a blank token is none, and a text that is no UTF-8 is told")
    func blank() throws {
        #expect(problem(["token": " \n"]) == nil)
        #expect(throws: CodeHostError.self) {
            try CodeHost(secret: "a") { $0 == "token" ? [0xFF] : Self.plain[$0].map { Array($0.utf8) } }
        }
    }

    @Test("with the authorities that vouch for it, alone, whatever else stands in the text")
    func authorities() throws {
        let validity = CertificateValidity(notBefore: .zero, notAfter: .seconds(4_000_000_000))
        let authorities = try ["one", "two"].map { try CertificateAuthority(commonName: $0, validity: validity) }
        let pem = authorities.map(\.certificate).joined()
        let key = try authorities[0].server(names: ["git.example.com"], validity: validity).key
        var data = Self.plain
        data["ca.crt"] = "# of the company\n\(pem)\(key)"
        #expect(try read(data).authorities == Array(pem.utf8))
        #expect(try read(Self.plain).authorities == nil)
        // An issuer without an authority of its own leaves the key empty.
        data["ca.crt"] = "\n"
        #expect(try read(data).authorities == nil)
    }

    @Test(
        "authorities that cannot be read are told of by their key, and none of them is taken",
        arguments: ["a file", "-----BEGIN CERTIFICATE-----\nMIIB", nil])
    func brokenAuthorities(text: String?) throws {
        let validity = CertificateValidity(notBefore: .zero, notAfter: .seconds(4_000_000_000))
        let whole = try CertificateAuthority(commonName: "one", validity: validity).certificate
        let damaged = whole + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        let told = try #require(problem(["ca.crt": text ?? damaged]))
        #expect(told.hasPrefix("Secret github: ca.crt is no PEM of 1 to 32 certificates: write "), "\(told)")
    }

    @Test("it never prints what is secret")
    func redacted() throws {
        var data = Self.plain
        data["webhookSecret"] = "a secret of webhooks"
        let host = try read(data)
        var dumped = ""
        dump(host, to: &dumped)
        for text in ["\(host)", String(reflecting: host), dumped] {
            #expect(!text.contains("ghp_abc") && !text.contains("webhooks "))
        }
    }
}

@Suite("A filter of names")
struct NameFilterTests {
    @Test(
        "includes by globs, and exclusion wins wherever it stands",
        arguments: [
            ("", "acme/payments", true), ("acme/*", "acme/payments", true), ("acme/*", "other/payments", false),
            ("acme/*", "acme/a/b", false), ("acme/**", "acme/a/b", true), ("!acme/secret", "acme/payments", true),
            ("!acme/secret", "acme/secret", false), ("!acme/secret acme/*", "acme/secret", false),
            ("acme/*\n!acme/secret", "acme/secret", false), ("acme/* !acme/secret acme/secret", "acme/secret", false),
            ("ACME/*", "acme/Payments", true), ("release/[0-9]*", "release/1.2", true), ("{a,b}", "b", true),
        ])
    func admits(filter: String, name: String, expected: Bool) throws {
        #expect(try NameFilter(filter).admits(name) == expected)
    }

    @Test("has an end")
    func bounded() {
        #expect(throws: CodeHostError.self) { try NameFilter(String(repeating: "a ", count: 101)) }
        #expect(throws: CodeHostError.self) { try NameFilter(String(repeating: "a", count: 256)) }
    }
}
