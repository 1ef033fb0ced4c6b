import EnvironmentAPI
import Testing

@Suite("Naming") struct NamingTests {
    @Test("the host namespace carries eight digits of the uid's digest")
    func hostNamespace() {
        // The digest of "abc" is ba7816bf…
        #expect(Naming.hostNamespace(of: "pr-42", uid: "abc") == "env-pr-42-ba7816bf")
        #expect(Naming.hostNamespace(of: "pr-42", uid: "abd") != Naming.hostNamespace(of: "pr-42", uid: "abc"))
    }

    @Test("the longest name still makes a DNS label")
    func longest() {
        let name = String(repeating: "a", count: Naming.nameLimit)
        #expect(Naming.hostNamespace(of: name, uid: "abc").utf8.count == 63)
        #expect(TextForm.dnsLabel.matches(Naming.hostNamespace(of: name, uid: "abc")))
    }

    @Test("D5: names that are equal after a cut still differ, and no release is longer than thirty")
    func truncation() {
        let beginning = String(repeating: "a", count: 45)
        let (first, second) = (Naming.release(of: beginning + "-blue"), Naming.release(of: beginning + "-black"))
        #expect(first != second)
        #expect(first.utf8.count == 30)
        // A chart joins release and namespace and cuts at 63: the release leaves room for the whole difference.
        let namespaces = ["abc", "abd"].map { Naming.hostNamespace(of: beginning + "-blue", uid: $0) }
        #expect(Set(namespaces.map { "vc-\(first)-v-\($0)" }).count == 2)
        #expect(namespaces[0].prefix(50) == namespaces[1].prefix(50) && namespaces[0] != namespaces[1])
    }

    @Test(
        "a release keeps a short name, and never ends its beginning with a dash",
        arguments: [
            ("pr-42", "pr-42"), (String(repeating: "b", count: 30), String(repeating: "b", count: 30)),
            ("aaaaaaaaaaaaaaaaaaa--bbbbbbbbbbbbbbbbb", "aaaaaaaaaaaaaaaaaaa-"),
        ])
    func release(_ name: String, _ expected: String) {
        let release = Naming.release(of: name)
        #expect(release.hasPrefix(expected))
        #expect(TextForm.dnsLabel.matches(release))
        #expect(release.utf8.count <= 30)
    }
}
