import TestSupport
import Testing

@testable import Helm

@Suite("Addresses of repositories") struct RepositoryURLTests {
    @Test(
        "finds what an index names below the repository, whose query goes along",
        arguments: [
            ("https://a.example", "x.tgz", "https://a.example/x.tgz"),
            ("https://a.example/", "charts/x.tgz", "https://a.example/charts/x.tgz"),
            ("https://a.example/charts", "x.tgz", "https://a.example/charts/x.tgz"),
            ("https://a.example/charts/", "../x.tgz", "https://a.example/x.tgz"),
            ("https://a.example/charts", "../../../x.tgz", "https://a.example/x.tgz"),
            ("https://a.example/charts", "/x.tgz", "https://a.example/x.tgz"),
            ("https://a.example/charts", "./a/../x y.tgz#part", "https://a.example/charts/x%20y.tgz"),
            ("https://a.example/charts?key=1", "x.tgz?key=2", "https://a.example/charts/x.tgz?key=1"),
            ("https://a.example/charts?key=1", "https://b.example/x.tgz", "https://b.example/x.tgz"),
            ("https://a.example/charts?key=1", "//b.example/x.tgz", "https://b.example/x.tgz"),
            ("https://a.example:8443/charts", "x.tgz?v=1", "https://a.example:8443/charts/x.tgz?v=1"),
            ("http://[::1]:8080", "é.tgz", "http://[::1]:8080/%C3%A9.tgz"),
        ])
    func below(repository: String, reference: String, url: String) throws {
        #expect(try RepositoryURL(repository).appending(reference).text == url)
    }

    @Test(
        "finds where a redirect leads from the address that redirects",
        arguments: [
            ("x.tgz", "https://a.example/charts/x.tgz"), ("../x.tgz", "https://a.example/x.tgz"),
            ("?page=2", "https://a.example/charts/app.tgz?page=2"), ("", "https://a.example/charts/app.tgz?page=1"),
            ("/", "https://a.example/"), ("//b.example", "https://b.example/"), ("..", "https://a.example/"),
            ("HTTP://B.example:80/x", "http://b.example/x"),
        ])
    func redirected(reference: String, url: String) throws {
        #expect(try RepositoryURL("https://a.example/charts/app.tgz?page=1").resolving(reference).text == url)
    }

    @Test(
        "refuses what is no address of a repository, and says what to write",
        arguments: [
            ("oci://registry.example/charts", ChartFetchError.Code.refused, "https://"),
            ("OCI://registry.example/charts", .refused, "https://"),
            ("ftp://a.example", .invalid, "https://"), ("a.example/charts", .invalid, "https://"),
            ("file:///etc/passwd", .invalid, "https://"), ("https://", .invalid, "https://"),
            ("https://a.example/\r\nX: y", .invalid, "https://"),
            ("https://jane:hush@a.example", .invalid, "credentials"),
        ])
    func refused(text: String, code: ChartFetchError.Code, advice: String) throws {
        let error: ChartFetchError? = #expect(throws: ChartFetchError.self) { try RepositoryURL(text) }
        #expect(error?.code == code && error?.message.contains(advice) == true)
        #expect(error?.message.contains("hush") == false)
    }

    @Test(
        "knows addresses that lead into a private network, however they are written",
        arguments: [
            ("10.0.0.1", RepositoryURL.Place.inner), ("172.16.0.1", .inner), ("172.32.0.1", .open),
            ("192.168.1.1", .inner), ("127.0.0.1", .inner), ("169.254.169.254", .inner), ("100.64.0.1", .inner),
            ("0.0.0.0", .inner), ("224.0.0.1", .inner), ("255.255.255.255", .inner), ("93.184.216.34", .open),
            ("[::1]", .inner), ("[::]", .inner), ("[fe80::1]", .inner), ("[fd00::1]", .inner), ("[ff02::1]", .inner),
            ("[::ffff:10.0.0.1]", .inner), ("[::ffff:93.184.216.34]", .open), ("[64:ff9b::a00:1]", .inner),
            ("[2606:4700::1]", .open), ("[2002:a00:1::]", .inner),
            ("localhost", .inner), ("LOCALHOST.", .inner), ("a.localhost", .inner), ("kubernetes", .inner),
            ("charts.example", .open), ("charts.example.", .open), ("3com.example", .open), ("10.example", .open),
            ("127.1", .disguised), ("2130706433", .disguised), ("0x7f000001", .disguised), ("0x7f.1", .disguised),
            ("0177.0.0.1", .disguised), ("127.0.0.1.", .inner), ("10.0.0.01", .disguised), ("a.0x1", .disguised),
        ])
    func places(host: String, place: RepositoryURL.Place) throws {
        #expect(try RepositoryURL("https://\(host)/charts").place == place)
    }

    @Test("Fuzz: a reference is refused, or means an address that reads back the same")
    func fuzz() throws {
        let base: RepositoryURL = try RepositoryURL("https://a.example/charts?key=1")
        try Fuzzer(seed: 1).run(
            corpus: ["x.tgz", "https://b.example:1/a/../x?y#z", "//[::1]/x", "../../x"],
            tokens: ["../", "://", "//", "?", "#", "%2e", "@", "[", "]"]
        ) { bytes in
            let text: String = String(decoding: bytes, as: UTF8.self)
            do {
                for url in [try base.appending(text), try base.resolving(text)] {
                    try FuzzFailure.unless(try RepositoryURL(url.text) == url, "\(url.text) reads back differently")
                    try FuzzFailure.unless(
                        url.text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") },
                        "\(url.text) fits in no request")
                }
            } catch is ChartFetchError {}
        }
    }
}
