import CodeHosts
import Formats
import HTTPModel
import TestSupport
import Testing

@Suite("What a webhook is about")
struct WebhookHintTests {
    static func pull(_ action: String = "closed", updated: String = "2026-11-30T01:00:00Z") -> JSONValue {
        [
            "action": .string(action), "number": 42,
            "pull_request": [
                "number": 42, "state": action == "closed" ? "closed" : "open", "updated_at": .string(updated),
                "head": ["sha": "abc", "ref": "fix"], "body": "text",
            ],
            "repository": ["full_name": "acme/payments", "private": true],
        ]
    }

    static let mergeRequest: JSONValue = [
        "object_kind": "merge_request", "project": ["path_with_namespace": "acme/team/payments"],
        "object_attributes": [
            "iid": 42, "state": "merged", "action": "merge", "updated_at": "2026-11-30 01:00:00 UTC",
            "last_commit": ["id": "abc"],
        ],
    ]

    private func hint(_ json: JSONValue, _ sender: WebhookSender) throws -> WebhookHint? {
        try WebhookHint(json.encoded(), from: sender)
    }

    @Test("a pull request, by its repository and number", arguments: [WebhookSender.gitHub, .gitea])
    func pullRequest(sender: WebhookSender) throws {
        let hint = try #require(try hint(Self.pull(), sender))
        #expect(hint.repository == "acme/payments" && hint.subject == .pullRequest(42))
        #expect(hint.state == ["abc", "2026-11-30T01:00:00Z", "closed", "closed"])
    }

    @Test("a merge request, by the project that it goes to")
    func mergeRequest() throws {
        let hint = try #require(try hint(Self.mergeRequest, .gitLab))
        #expect(hint.repository == "acme/team/payments" && hint.subject == .pullRequest(42))
        #expect(hint.state == ["abc", "2026-11-30 01:00:00 UTC", "merged", "merge"])
    }

    @Test("a push, by its branch or tag, with the paths where all are told")
    func push() throws {
        let commits: JSONValue = [["added": ["a.md"], "modified": ["b/c.swift"], "removed": []]]
        var json: JSONValue = ["ref": "refs/heads/fix/it", "repository": ["full_name": "acme/payments"]]
        #expect(try hint(json, .gitHub)?.subject == .branch("fix/it", paths: nil))
        json["commits"] = commits
        #expect(try hint(json, .gitHub)?.subject == .branch("fix/it", paths: ["a.md", "b/c.swift"]))
        json["commits"] = .array(Array(repeating: commits.array?[0] ?? [:], count: 20))
        #expect(try hint(json, .gitHub)?.subject == .branch("fix/it", paths: nil))
        json["ref"] = "refs/tags/v1"
        #expect(try hint(json, .gitHub)?.subject == .tag("v1"))
        let gitLab: JSONValue = [
            "object_kind": "push", "ref": "refs/heads/fix", "project": ["path_with_namespace": "a/b"],
        ]
        #expect(try hint(gitLab, .gitLab) == WebhookHint(repository: "a/b", .branch("fix", paths: nil)))
    }

    @Test("anybody may say it in the plain form")
    func plain() throws {
        #expect(
            try hint(["repository": "acme/payments", "pullRequest": 42], .generic)
                == WebhookHint(repository: "acme/payments", .pullRequest(42)))
        #expect(
            try hint(["repository": "acme/payments", "branch": "fix"], .generic)
                == WebhookHint(repository: "acme/payments", .branch("fix", paths: nil)))
    }

    @Test(
        "what tells of no pull request is about nothing",
        arguments: [
            ["zen": "Design for failure."], ["repository": ["full_name": "a/b"]], [], ["ref": "refs/heads/x"],
            ["repository": ["full_name": 7], "pull_request": ["number": 42]],
            ["repository": ["full_name": "a/b"], "pull_request": ["number": "42"]],
            ["repository": ["full_name": "a/b"], "pull_request": ["number": -1]],
            ["object_kind": "note", "project": ["path_with_namespace": "a/b"], "object_attributes": ["iid": 42]],
            ["repository": "a/b"], ["repository": "", "pullRequest": 42], ["repository": "a/b", "ref": "refs/notes/x"],
        ] as [JSONValue])
    func nothing(json: JSONValue) throws {
        for sender in WebhookSender.allCases { #expect(try hint(json, sender) == nil) }
    }

    @Test("what is no JSON is an error", arguments: ["", "payload=%7B%7D", "{\"a\":1,\"a\":2}", "{"])
    func malformed(text: String) {
        for sender in WebhookSender.allCases {
            #expect(throws: FormatError.self) { try WebhookHint(Array(text.utf8), from: sender) }
        }
    }

    @Test(
        "filters hold back pushes, and never what is said of a pull request of a repository that is meant",
        arguments: [
            (.pullRequest(1), true), (.branch("main", paths: nil), true), (.branch("wip/x", paths: nil), false),
            (.branch("main", paths: ["docs/a.md"]), false), (.branch("main", paths: ["docs/a.md", "src/b"]), true),
            (.tag("v1"), true), (.tag("nightly"), false),
        ] as [(WebhookHint.Subject, Bool)])
    func filters(subject: WebhookHint.Subject, expected: Bool) throws {
        let host = CodeHost(
            name: "a", provider: .gitHub, server: "github.com", api: "https://api.github.com",
            repositories: try NameFilter("acme/*"), branches: try NameFilter("!wip/**"), tags: try NameFilter("v*"),
            paths: try NameFilter("!docs/**"))
        #expect(WebhookHint(repository: "acme/payments", subject).passes(host) == expected)
        #expect(!WebhookHint(repository: "other/payments", subject).passes(host))
    }

    @Test("Fuzz: no body traps")
    func fuzzBodies() throws {
        let corpus = [Self.pull().encoded(), Self.mergeRequest.encoded(), Array("{\"repository\":\"a/b\"}".utf8)]
        try Fuzzer(seed: 5).run(corpus: corpus, tokens: ["\"pull_request\":", "\"commits\":", "null"]) { bytes in
            for sender in WebhookSender.allCases {
                var hint: WebhookHint?
                do { hint = try WebhookHint(bytes, from: sender) } catch is FormatError { continue }
                let size = hint?.repository.utf8.count ?? 1
                try FuzzFailure.unless((1...1_024).contains(size), "a name of \(size) bytes")
            }
        }
    }
}

@Suite("Webhooks that were heard before")
struct WebhookMemoryTests {
    private func isNew(
        _ memory: inout WebhookMemory, _ digest: UInt8, id: String? = "a", state: [String] = ["s", "t"],
        host: String = "github"
    ) -> Bool {
        memory.isNew([digest, 0, 0], delivery: id, state: state, of: "acme/payments#42", from: host)
    }

    @Test("H4: the same delivery again is none, also by its id alone")
    func sameID() {
        var memory = WebhookMemory()
        #expect(isNew(&memory, 1))
        #expect(!isNew(&memory, 1))
        #expect(!isNew(&memory, 2, state: ["another"]))
    }

    @Test("H5: the same body under a new id is none, nor is another body that tells of the same state")
    func newID() {
        var memory = WebhookMemory()
        #expect(isNew(&memory, 1, id: "a"))
        #expect(!isNew(&memory, 1, id: "b", state: []))
        #expect(!isNew(&memory, 2, id: "c"))
        #expect(isNew(&memory, 3, id: "d", state: ["s", "later"]))
    }

    @Test("what was refused for one reason is remembered for no other: its id is still free")
    func refused() {
        var memory = WebhookMemory()
        #expect(isNew(&memory, 1, id: "a"))
        #expect(!isNew(&memory, 1, id: "of another to come", state: []))
        #expect(isNew(&memory, 2, id: "of another to come", state: ["s", "later"]))
    }

    @Test("hosts do not know of each other's deliveries")
    func hosts() {
        var memory = WebhookMemory()
        #expect(isNew(&memory, 1, host: "one"))
        #expect(isNew(&memory, 1, host: "two"))
    }

    @Test("its size has an end, and the oldest are forgotten first")
    func bounded() {
        var memory = WebhookMemory(limit: 30)
        for number in 0..<200 as Range<UInt8> { #expect(isNew(&memory, number, id: "\(number)", state: ["\(number)"])) }
        #expect(memory.count == 30)
        #expect(!isNew(&memory, 195, id: "195", state: []))
        #expect(isNew(&memory, 100, id: "100", state: ["100"]))
    }
}
