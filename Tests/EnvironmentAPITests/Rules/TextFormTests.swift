import EnvironmentAPI
import Testing

@Suite("TextForm") struct TextFormTests {
    @Test("every form is a pattern that can be read", arguments: TextForm.allCases)
    func compiles(_ form: TextForm) throws {
        #expect(try Pattern(form.rawValue).text == form.rawValue)
    }

    @Test(
        "accepts what is of the form",
        arguments: [
            (TextForm.dnsLabel, ["a", "pr-42", "4", String(repeating: "a", count: 63)]),
            (.dnsSubdomain, ["a", "a.b-c.d", "1.2"]),
            (.labelKey, ["team", "example.com/team", "A_b.c", "pod-security.kubernetes.io/enforce"]),
            (.labelValue, ["", "a", "A_b.c-1"]),
            (.duration, ["90m", "24h", "1h30m", "24h0m0s", "1.5h", "500ms", "0s"]),
            (.quantity, ["1", "0", "500m", "8Gi", "1.5", ".5", "1e3", "12E", "+1", "100n", "1."]),
            (.version, ["0.36.1", "1.2.3-rc.1", "1.2.3+build.5"]),
            (.chartRepository, ["https://charts.loft.sh", "oci://registry.example/charts"]),
            (.commit, ["0a1b2c3", String(repeating: "f", count: 64)]),
            (.portName, ["http", "a-1"]),
        ])
    func accepts(_ form: TextForm, _ texts: [String]) {
        #expect(texts.filter { !form.matches($0) } == [])
    }

    @Test(
        "refuses what is not",
        arguments: [
            (TextForm.dnsLabel, ["", "A", "-a", "a-", "a.b", "a_b", "a\n", String(repeating: "a", count: 64)]),
            (.dnsSubdomain, ["", ".", "a..b", "a.-b", "A", String(repeating: "a", count: 254)]),
            (.labelKey, ["", "/team", "example.com/", "a b", "a/b/c", "Example.com/a"]),
            (.labelValue, ["-", "a b", "a/b", String(repeating: "a", count: 64)]),
            (.duration, ["1h1h", "7d", "-1h", "1 h", "1m1h"]),
            (.quantity, ["", "-1", "1.5.2", "1ki", "GB", "1e999"]),
            (.version, ["latest", "1", "1.2", "v1.2.3", "1.2.3 "]),
            (.digest, ["sha256:", "sha1:" + String(repeating: "0", count: 64)]),
            (.chartRepository, ["http://x", "file:///x", "https://", "https://a b"]),
            (.commit, ["HEAD", "0a1b2c", "0A1B2C3"]),
            (.valuesPath, ["", ".", "a..b", "a.", "a[0]"]),
            (.parameterName, ["", "1a", "a-b", "a.b"]),
            (.portName, ["80", "", "a-very-long-port-name"]),
        ])
    func refuses(_ form: TextForm, _ texts: [String]) {
        #expect(texts.filter(form.matches) == [])
    }
}
