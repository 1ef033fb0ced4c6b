import Cryptography
import Formats
import Kubernetes
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A virtual cluster's own kubeconfig")
struct ExtractedKubeconfigTests {
    /// One way to be wrong, and the words that tell it.
    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var words: String
        var change: @Sendable (inout SourceKubeconfig) -> Void

        init(_ name: String, _ words: String, _ change: @escaping @Sendable (inout SourceKubeconfig) -> Void) {
            testDescription = name
            self.words = words
            self.change = change
        }
    }

    @Test("gives its authority, its certificate with the key, and when that ends")
    func kept() throws {
        let source = try SourceKubeconfig.make()
        let kept = try source.extract()
        #expect(kept.certificateAuthority.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(kept.declaredServer == "https://localhost:8443")
        #expect(kept.expiresAt == Timestamp(sinceEpoch: .seconds(1_798_761_600)))
        guard case .clientCertificate(let certificate, let key) = kept.credential else {
            Issue.record("no client certificate")
            return
        }
        _ = try CertificateIdentity(checking: certificate, key: key.secret)
        #expect(!"\(kept)".contains("PRIVATE KEY"))
    }

    @Test("may hold a token instead, and lack the keys that older versions do not write")
    func token() throws {
        var source = try SourceKubeconfig.make()
        source.user = ["token": "abc.def"]
        source.secret["data"] = [:]
        let kept = try source.extract()
        #expect(kept.credential == .token(Redacted("abc.def")))
        #expect(kept.expiresAt == nil)
    }

    @Test("loses everything that is neither certificate, key nor token")
    func dropped() throws {
        var source = try SourceKubeconfig.make()
        let authority = source.cluster["certificate-authority-data"]?.string.flatMap(Base64.decode) ?? []
        let text = "a note\n" + String(decoding: authority, as: UTF8.self) + "another note\n"
        source.cluster["certificate-authority-data"] = SourceKubeconfig.data(text)
        source.secret["data"]?["certificate-authority"] = SourceKubeconfig.data(text)
        source.user["extensions"] = [["name": "x", "extension": ["note": "a note"]]]
        let kept = try source.extract()
        #expect(kept.certificateAuthority == String(decoding: authority, as: UTF8.self))
        let entry = kept.entry(name: "pr-42", server: "https://vc.env-a:443").kubeconfig.secret
        #expect(!entry.contains("note"))
        let settings = try ConnectionSettings(Kubeconfig(parsing: Array(entry.utf8), file: "x"))
        #expect(settings.server == "https://vc.env-a:443" && settings.contextName == "pr-42")
        #expect(settings.clientCertificate != nil)
    }

    @Test("may name a server that was asked for")
    func server() throws {
        var source = try SourceKubeconfig.make()
        source.cluster["server"] = "https://vc.env-a:443"
        #expect(throws: KubeconfigRefusal.self) { try source.extract() }
        #expect(try source.extract(["https://vc.env-a:443"]).declaredServer == "https://vc.env-a:443")
    }

    @Test("may repeat itself under another name")
    func repeated() throws {
        var source = try SourceKubeconfig.make()
        source.document["clusters"] = [
            ["name": "kubernetes", "cluster": source.cluster], ["name": "same", "cluster": source.cluster],
        ]
        #expect(try source.extract().declaredServer == "https://localhost:8443")
    }

    @Test("F14: is refused for what would run, read, lead or trust, and no value is in the message", arguments: wrongs)
    func refused(wrong: Wrong) throws {
        var source = try SourceKubeconfig.make()
        wrong.change(&source)
        let refusal = try #require(throws: KubeconfigRefusal.self) { try source.extract() }
        #expect(refusal.description.contains(wrong.words), "\(refusal)")
        #expect(refusal.description.hasPrefix("Secret vc-a in env-a is not handed on: "))
        for canary in source.canaries + ["CANARY"] { #expect(!refusal.description.contains(canary)) }
    }

    private static let dangerous: [Wrong] = [
        Wrong("exec", "runs a program (exec)") { $0.user["exec"] = ["command": "CANARY"] },
        Wrong("auth-provider", "(auth-provider)") { $0.user["auth-provider"] = ["name": "CANARY"] },
        Wrong("authority file", "(certificate-authority)") { $0.cluster["certificate-authority"] = "/CANARY" },
        Wrong("certificate file", "(client-certificate)") { $0.user["client-certificate"] = "/CANARY" },
        Wrong("key file", "(client-key)") { $0.user["client-key"] = "/CANARY" },
        Wrong("token file", "(tokenFile)") { $0.user["tokenFile"] = "/CANARY" },
        Wrong("proxy", "(proxy-url)") { $0.cluster["proxy-url"] = "http://CANARY" },
        Wrong("anybody", "trusts any server") { $0.cluster["insecure-skip-tls-verify"] = true },
        Wrong("anybody, as a text", "trusts any server") { $0.cluster["insecure-skip-tls-verify"] = "true" },
        Wrong("server name", "(tls-server-name)") { $0.cluster["tls-server-name"] = "CANARY" },
        Wrong("impersonation", "(as)") { $0.user["as"] = "CANARY" },
        Wrong("group", "(as-groups)") { $0.user["as-groups"] = ["CANARY"] },
        Wrong("extra", "(as-user-extra)") { $0.user["as-user-extra"] = ["scopes": ["CANARY"]] },
        Wrong("uid", "(as-uid)") { $0.user["as-uid"] = "CANARY" },
        Wrong("user name", "(username)") { $0.user["username"] = "CANARY" },
        Wrong("password", "(password)") { $0.user["password"] = "CANARY" },
        Wrong("server", "its server is none that was asked for") { $0.cluster["server"] = "https://CANARY:8443" },
        Wrong("plain", "its server is none") { $0.cluster["server"] = "http://localhost:8443" },
        Wrong("no server", "its server is none") { $0.cluster["server"] = nil },
    ]

    private static let ambiguous: [Wrong] = [
        Wrong("clusters", "several clusters") {
            var other = $0.cluster
            other["server"] = "https://CANARY"
            $0.document["clusters"] = [
                ["name": "kubernetes", "cluster": $0.cluster], ["name": "other", "cluster": other],
            ]
        },
        Wrong("users", "several users") {
            $0.document["users"] = [
                ["name": "admin", "user": $0.user], ["name": "other", "user": ["token": "CANARY"]],
            ]
        },
        Wrong("contexts", "several contexts") {
            $0.document["contexts"] = [
                ["name": "admin@kubernetes", "context": ["cluster": "kubernetes", "user": "admin"]],
                ["name": "other", "context": ["cluster": "kubernetes", "user": "admin", "namespace": "CANARY"]],
            ]
        },
        Wrong("one name twice", "have one name") {
            $0.document["users"] = [["name": "admin", "user": $0.user], ["name": "admin", "user": $0.user]]
        },
        Wrong("no context", "no current-context") { $0.document["current-context"] = nil },
        Wrong("no such context", "do not hold the one") { $0.document["current-context"] = "CANARY" },
        Wrong("another key", "its key token is not what") {
            $0.secret["data"]?["token"] = SourceKubeconfig.data("CANARY")
        },
        Wrong("another authority", "its key certificate-authority is not what") {
            $0.secret["data"]?["certificate-authority"] = SourceKubeconfig.data("CANARY")
        },
        Wrong("another Service", "another Service") {
            $0.secret["metadata"]?["ownerReferences"] = [["kind": "Service", "uid": "CANARY"]]
        },
    ]

    private static let damaged: [Wrong] = [
        Wrong("no kubeconfig", "missing or empty") { $0.secret["data"]?["config"] = "" },
        Wrong("number", "no text") { $0.secret["data"]?["config"] = 7 },
        Wrong("no base64", "not base64") { $0.secret["data"]?["config"] = "CANARY!" },
        Wrong("too large", "larger than a mebibyte") {
            $0.secret["data"]?["config"] = .string(String(repeating: "A", count: 1_500_000))
        },
        Wrong("no YAML", "no YAML") { $0.secret["data"]?["config"] = SourceKubeconfig.data("a: [CANARY") },
        Wrong("two documents", "not one YAML document") {
            let config = $0.config
            $0.secret["data"]?["config"] = SourceKubeconfig.data("\(config)---\n\(config)")
        },
        Wrong("control character", "control characters") {
            $0.secret["data"]?["config"] = SourceKubeconfig.data("CANARY\u{1B}[31m")
        },
        Wrong("kind", "no kubeconfig") { $0.document["kind"] = "CANARY" },
        Wrong("list", "no list") { $0.document["users"] = "CANARY" },
        Wrong("type", "its field token is no text") { $0.user["token"] = ["CANARY"] },
        Wrong("data", "its field client-key-data is not base64") { $0.user["client-key-data"] = "CANARY!" },
        Wrong("no authority", "no certificate-authority-data") {
            $0.cluster["certificate-authority-data"] = nil
            $0.secret["data"]?["certificate-authority"] = nil
        },
        Wrong("authority", "no PEM of certificates") {
            $0.cluster["certificate-authority-data"] = SourceKubeconfig.data("CANARY")
            $0.secret["data"]?["certificate-authority"] = nil
        },
        Wrong("key alone", "only one of") {
            $0.user["client-certificate-data"] = nil
            $0.secret["data"]?["client-certificate"] = nil
        },
        Wrong("foreign key", "a certificate and its own") {
            let authority = $0.cluster["certificate-authority-data"]
            $0.user["client-certificate-data"] = authority
            $0.secret["data"]?["client-certificate"] = nil
        },
        Wrong("nobody", "neither a client certificate nor a token") {
            $0.user = [:]
            $0.secret["data"] = [:]
        },
        Wrong("token", "a character that no token has") {
            $0.user = ["token": "CANARY CANARY"]
            $0.secret["data"] = [:]
        },
    ]

    static let wrongs = dangerous + ambiguous + damaged

    @Test("Fuzz: whatever the kubeconfig holds, what is kept leads nowhere and runs nothing")
    func fuzz() throws {
        var source = try SourceKubeconfig.make()
        source.secret["data"] = [:]
        source.user["token"] = "abc.def"
        let tokens = ["exec: {command: x}", "\nusers:", "proxy-url: http://x", "\"", "[", "as: x", "- name: ", "{}"]
        try Fuzzer(seed: 21, iterations: 400).run(corpus: [Array(source.config.utf8)], tokens: tokens) { bytes in
            var secret = source.secret
            secret["data"]?["config"] = .string(Base64.encode(bytes))
            guard let kept = try? ExtractedKubeconfig(secret, serviceUID: SourceKubeconfig.serviceUID) else { return }
            let text = kept.entry(name: "pr-42", server: "https://vc.env-a:443").kubeconfig.secret
            let settings = try ConnectionSettings(Kubeconfig(parsing: Array(text.utf8), file: "x"))
            try FuzzFailure.unless(settings.server == "https://vc.env-a:443", "leads elsewhere")
            try FuzzFailure.unless(!settings.isInsecure && settings.proxyURL == nil, "trusts or detours")
            try FuzzFailure.unless(settings.impersonation == nil && settings.tlsServerName == nil, "pretends")
            switch settings.credential {
            case .none, .token: break
            default: try FuzzFailure.unless(false, "runs or reads something")
            }
        }
    }
}
