import HTTPModel
import Testing

@testable import CurlTransport

@Suite struct ServerURLTests {
    @Test(
        "a server's URL becomes scheme, host, port and prefix",
        arguments: [
            ("https://10.0.0.1:6443", "https://10.0.0.1:6443", "10.0.0.1:6443"),
            ("https://Example.org", "https://example.org:443", "example.org"),
            ("HTTP://localhost/", "http://localhost:80", "localhost"),
            ("http://localhost:443/a/b//", "http://localhost:443/a/b", "localhost:443"),
            ("https://[::1]:6443/p", "https://[::1]:6443/p", "[::1]:6443"),
            ("https://[fd00::2]", "https://[fd00::2]:443", "[fd00::2]"),
            ("https://under_score.local:1", "https://under_score.local:1", "under_score.local:1"),
        ]
    )
    func reading(text: String, description: String, hostHeader: String) throws {
        let url = try ServerURL(text)
        #expect(url.description == description)
        #expect(url.hostHeader == hostHeader)
    }

    @Test(
        "what is no server's URL is refused, and not shown",
        arguments: [
            "", "hush", "//hush", "https:/hush", "https://", "https://:6443", "https://hush:0", "https://hush:65536",
            "https://hush:x", "https://hu sh", "https://hush\r\nX: y", "https://[::1", "https://[hush]",
            "https://[::1]x",
            "https://ä.hush", "https://a@hush", "https://user:hush@example.org", "https://example.org?hush",
            "https://example.org/#hush", "ftp://example.org/hush", "https://example.org:1:2",
        ]
    )
    func refusals(text: String) {
        let error = #expect(throws: HTTPTransportError.self) { try ServerURL(text) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("user:hush") == false)
    }

    @Test("an origin is scheme, host and port")
    func origins() throws {
        let server = try ServerURL("https://example.org/a")
        #expect(server.isSameOrigin(as: try ServerURL("https://EXAMPLE.org:443/b")))
        for other in ["http://example.org:443", "https://example.org:444", "https://example.com"] {
            #expect(!server.isSameOrigin(as: try ServerURL(other)))
        }
    }
}
