import HTTPModel
import Testing

@testable import CurlTransport

@Suite struct ProxyAddressTests {
    @Test(
        "a proxy's URL is taken apart",
        arguments: [
            ("http://proxy", "http://proxy:80", nil, nil), ("https://proxy:8443/", "https://proxy:8443", nil, nil),
            ("socks5://[::1]", "socks5h://[::1]:1080", nil, nil),
            ("http://user:p%40ss%2@proxy:1", "http://proxy:1", "user", "p@ss%2"),
            ("http://user@proxy:1", "http://proxy:1", "user", ""),
            ("http://a:b:c@proxy:1", "http://proxy:1", "a", "b:c"),
        ] as [(String, String, String?, String?)]
    )
    func reading(text: String, url: String, user: String?, password: String?) throws {
        let address = try ProxyAddress(text)
        #expect(address.url == url)
        #expect(address.user == user)
        #expect(address.password == password)
    }

    @Test(
        "what is no proxy is refused, and not shown",
        arguments: ["proxy:3128", "ftp://user:hush@p", "http://p/hush", "http://user:hush@"])
    func refusals(text: String) {
        let error = #expect(throws: HTTPTransportError.self) { try ProxyAddress(text) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("hush") == false)
    }
}
