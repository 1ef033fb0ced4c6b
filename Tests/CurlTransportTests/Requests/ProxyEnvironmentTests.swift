import Testing

@testable import CurlTransport

@Suite struct ProxyEnvironmentTests {
    private static let proxies = ["HTTPS_PROXY": "http://secure:3128", "HTTP_PROXY": "plain:3128"]

    @Test(
        "servers have the proxy of their scheme, but for this machine",
        arguments: [
            ("https://example.org", "http://secure:3128"), ("http://example.org", "http://plain:3128"),
            ("https://localhost:6443", nil), ("https://127.0.0.1:6443", nil), ("https://[::1]:6443", nil),
            ("https://10.0.0.1:6443", "http://secure:3128"),
        ] as [(String, String?)]
    )
    func schemes(server: String, proxy: String?) throws {
        #expect(ProxyEnvironment(Self.proxies).proxy(for: try ServerURL(server)) == proxy)
    }

    @Test(
        "NO_PROXY excepts names, suffixes, addresses, ranges and ports",
        arguments: [
            ("*", "https://example.org", true), ("example.org", "https://example.org", true),
            ("example.org", "https://a.example.org", true), ("example.org", "https://anexample.org", false),
            (".example.org", "https://a.example.org", true), (".example.org", "https://example.org", false),
            ("*.example.org", "https://a.example.org", true), ("*.example.org", "https://example.org", false),
            ("a, EXAMPLE.org ,b", "https://example.org", true), ("example.org:443", "https://example.org", true),
            ("example.org:444", "https://example.org", false), ("10.0.0.0/8", "https://10.1.1.1", true),
            ("10.0.0.0/8", "https://11.1.1.1", false), ("10.1.1.1", "https://10.1.1.1", true),
            ("10.1.1.1:443", "https://10.1.1.1", true), ("10.1.1.1:80", "https://10.1.1.1", false),
            ("0.1.1.1", "https://10.1.1.1", false), ("fd00::/8", "https://[fd00::1]", true),
            ("fd00::1", "https://[fd00:0::1]", true), ("", "https://example.org", false),
            (",,", "https://example.org", false), ("10.0.0.0/x", "https://10.1.1.1", false),
        ]
    )
    func exceptions(list: String, server: String, isExcepted: Bool) throws {
        var environment = Self.proxies
        environment["NO_PROXY"] = list
        let proxy = ProxyEnvironment(environment).proxy(for: try ServerURL(server))
        #expect((proxy == nil) == isExcepted)
    }

    @Test("lower-case names count where the others are absent or empty")
    func lowerCase() throws {
        let server = try ServerURL("https://example.org")
        #expect(ProxyEnvironment(["https_proxy": "http://b"]).proxy(for: server) == "http://b")
        #expect(ProxyEnvironment(["https_proxy": "http://b", "HTTPS_PROXY": ""]).proxy(for: server) == "http://b")
        #expect(
            ProxyEnvironment(["https_proxy": "http://b", "HTTPS_PROXY": "http://a"]).proxy(for: server) == "http://a")
        #expect(ProxyEnvironment(["ALL_PROXY": "http://b"]).proxy(for: server) == nil)
        #expect(ProxyEnvironment([:]).proxy(for: server) == nil)
    }

    @Test("a proxy's password never prints")
    func redaction() {
        let environment = ProxyEnvironment(["HTTPS_PROXY": "http://user:hush@proxy"])
        for text in [
            "\(environment)", "\(CurlTransport.Proxy.environment(environment))",
            "\(CurlTransport.Proxy.url("http://a:hush@b"))",
        ] {
            #expect(!text.contains("hush"))
        }
        var dumped = ""
        dump(CurlTransport.Proxy.url("http://a:hush@b"), to: &dumped)
        dump(environment, to: &dumped)
        #expect(!dumped.contains("hush"))
    }
}
