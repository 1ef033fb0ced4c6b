import Formats
import Kubernetes
import Testing

@Suite("Adding a context to a kubeconfig")
struct KubeconfigEntryTests {
    private let entry = KubeconfigEntry(
        name: "pr-42", server: "https://10.0.0.2:443", certificateAuthority: Array("CA".utf8),
        token: Redacted("hunter2"),
        namespace: "default")

    private let existing = """
        apiVersion: v1
        kind: Config
        preferences: {colors: true}
        current-context: here
        clusters:
        - name: c
          cluster: {server: "https://10.0.0.1:6443", future-field: [1, 2]}
        users:
        - name: u
          user: {token: "0123"}
        contexts:
        - name: here
          context: {cluster: c, user: u, extensions: [{name: other, extension: {a: b}}]}
        x-unknown: {z: 1, a: "yes"}
        """

    private func parse(_ text: Redacted<String>) throws -> JSONValue {
        try #require(try YAML.documents(in: Array(text.secret.utf8)).first)
    }

    private func settings(_ text: Redacted<String>, context: String? = nil) throws -> ConnectionSettings {
        try ConnectionSettings(Kubeconfig(parsing: Array(text.secret.utf8), file: "f"), context: context)
    }

    @Test("alone it is a whole kubeconfig")
    func alone() throws {
        let settings = try settings(entry.kubeconfig)
        #expect(settings.contextName == "pr-42")
        #expect(settings.server == "https://10.0.0.2:443")
        #expect(settings.certificateAuthority == .bytes(Redacted(Array("CA".utf8))))
        #expect(settings.credential == .token(Redacted("hunter2")))
        #expect(settings.namespace == "default")
        #expect(!"\(entry) \(entry.kubeconfig)".contains("hunter2"))
    }

    @Test("keeps everything that was there, in its order, and takes it all away again")
    func roundTrip() throws {
        let before = try #require(try YAML.documents(in: Array(existing.utf8)).first)
        let merged = try entry.merged(into: Array(existing.utf8), file: "f", makingCurrent: true)
        let after = try parse(merged)
        #expect(after.object?.keys == before.object?.keys)
        for list in ["clusters", "users", "contexts"] {
            #expect(after[list]?.array?.count == 2)
            #expect(after[list]?.array?.first == before[list]?.array?.first)
        }
        #expect(after["current-context"] == "pr-42")
        #expect(try settings(merged).credential == .token(Redacted("hunter2")))
        #expect(try settings(merged, context: "here").credential == .token(Redacted("0123")))
        let removed = try #require(try KubeconfigEntry.removing("pr-42", from: Array(merged.secret.utf8), file: "f"))
        #expect(try parse(removed) == before)
        #expect(try parse(removed).text() == before.text())
    }

    @Test("renews its own entries in place and remembers what was current before it")
    func renews() throws {
        let first = try entry.merged(into: Array(existing.utf8), file: "f", makingCurrent: true)
        let renewed = KubeconfigEntry(
            name: "pr-42", server: "https://10.0.0.3", certificateAuthority: nil, token: Redacted("new"))
        let second = try renewed.merged(into: Array(first.secret.utf8), file: "f", makingCurrent: true)
        #expect(try settings(second).server == "https://10.0.0.3")
        #expect(try parse(second)["contexts"]?.array?.count == 2)
        let removed = try #require(try KubeconfigEntry.removing("pr-42", from: Array(second.secret.utf8), file: "f"))
        #expect(try parse(removed)["current-context"] == "here")
    }

    @Test("begins a file where there is none, and leaves the current context alone unless told")
    func begins() throws {
        let begun = try entry.merged(into: nil, file: "f", makingCurrent: false)
        #expect(try parse(begun)["current-context"] == nil)
        #expect(try settings(begun, context: "pr-42").credential == .token(Redacted("hunter2")))
        #expect(try settings(entry.merged(into: [], file: "f", makingCurrent: true)).contextName == "pr-42")
        let removed = try #require(try KubeconfigEntry.removing("pr-42", from: Array(begun.secret.utf8), file: "f"))
        #expect(try parse(removed)["contexts"] == [])
        #expect(try parse(removed)["current-context"] == nil)
    }

    @Test("never touches an entry that somebody else made", arguments: ["here", "c", "u"])
    func foreign(_ name: String) throws {
        let other = KubeconfigEntry(name: name, server: "https://x", certificateAuthority: nil, token: Redacted("t"))
        let error = #expect(throws: KubernetesError.self) {
            try other.merged(into: Array(existing.utf8), file: "f", makingCurrent: true)
        }
        #expect(error?.message.contains("already hold \"\(name)\", which envfactory did not add") == true)
        if name == "here" {
            #expect(throws: KubernetesError.self) {
                try KubeconfigEntry.removing(name, from: Array(existing.utf8), file: "f")
            }
        } else {
            #expect(try KubeconfigEntry.removing(name, from: Array(existing.utf8), file: "f") == nil)
        }
    }

    @Test("leaves a cluster that another context names, and forgets a previous context that is gone")
    func shared() throws {
        let merged = try entry.merged(into: Array(existing.utf8), file: "f", makingCurrent: true)
        var json = try parse(merged)
        let mine = try #require(json["contexts"]?.array?.last)
        let user: JSONValue = ["name": "second", "context": ["cluster": "pr-42", "user": "u"]]
        json["contexts"] = [mine, user]
        let removed = try #require(try KubeconfigEntry.removing("pr-42", from: json.encoded(), file: "f"))
        let rest = try parse(removed)
        #expect(rest["clusters"]?.array?.count == 2)
        #expect(rest["users"]?.array?.count == 1)
        #expect(rest["current-context"] == "")
    }

    @Test("takes over the current context of another kubeconfig, unknown fields included")
    func takesOver() throws {
        let other = try KubeconfigEntry(name: "pr-7", currentContextOf: Array(existing.utf8), file: "f")
        let json = try parse(other.kubeconfig)
        #expect(json["clusters"]?.array?.first?[path: "cluster", "future-field"] == [1, 2])
        #expect(try settings(other.kubeconfig).credential == .token(Redacted("0123")))
        for text in ["", "current-context: x", "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]"] {
            #expect(throws: KubernetesError.self) {
                try KubeconfigEntry(name: "x", currentContextOf: Array(text.utf8), file: "f")
            }
        }
    }

    @Test("does not write over what it cannot read", arguments: ["[1]", "clusters: 7", "a: [", "a: 1\n---\nb: 2"])
    func broken(_ text: String) {
        #expect(throws: KubernetesError.self) {
            try entry.merged(into: Array(text.utf8), file: "f", makingCurrent: true)
        }
        #expect(throws: KubernetesError.self) { try KubeconfigEntry.removing("a", from: Array(text.utf8), file: "f") }
    }
}
