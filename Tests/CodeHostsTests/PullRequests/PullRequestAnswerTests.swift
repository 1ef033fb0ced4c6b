import CodeHosts
import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("What a code host says of a pull request")
struct PullRequestAnswerTests {
    private static let now = Timestamp(sinceEpoch: .seconds(1_764_460_800))

    static func host(_ provider: CodeHost.Provider, token: String? = "t0ken") -> CodeHost {
        CodeHost(
            name: "here", provider: provider, server: "git.example.com", api: "https://git.example.com/api",
            token: token.map { Redacted($0) })
    }

    static func name(_ provider: CodeHost.Provider) throws -> PullRequestName {
        try #require(PullRequestName(provider, repository: "acme/payments", number: 42))
    }

    static func body(_ provider: CodeHost.Provider, _ state: String, _ change: (inout JSONValue) -> Void = { _ in })
        -> [UInt8]
    {
        var json: JSONValue =
            provider == .gitLab
            ? ["iid": 42, "references": ["full": "acme/payments!42"]]
            : ["number": 42, "base": ["repo": ["full_name": "acme/payments"]]]
        json["state"] = .string(state)
        change(&json)
        return json.encoded()
    }

    private func answer(
        _ provider: CodeHost.Provider, _ status: Int, _ body: [UInt8] = [], headers: HTTPHeaders = [:],
        hadTag: Bool = false
    ) throws -> PullRequestAnswer {
        try Self.host(provider).answer(
            HTTPResponse(status: status, headers: headers, body: body), to: Self.name(provider), hadTag: hadTag,
            now: Self.now)
    }

    private func reason(_ answer: PullRequestAnswer) -> PullRequestFailure.Reason? {
        guard case .failure(let failure) = answer else { return nil }
        return failure.reason
    }

    @Test(
        "it is open, closed or merged",
        arguments: [
            (.gitHub, "open", .open), (.gitHub, "closed", .closed), (.gitea, "open", .open),
            (.gitea, "closed", .closed),
            (.gitLab, "opened", .open), (.gitLab, "locked", .open), (.gitLab, "closed", .closed),
            (.gitLab, "merged", .merged),
        ] as [(CodeHost.Provider, String, PullRequestState)])
    func state(provider: CodeHost.Provider, text: String, expected: PullRequestState) throws {
        #expect(try answer(provider, 200, Self.body(provider, text)) == .state(expected, tag: nil))
    }

    @Test("merged is told from closed", arguments: [CodeHost.Provider.gitHub, .gitea])
    func merged(provider: CodeHost.Provider) throws {
        let body = Self.body(provider, "closed") { $0["merged"] = true }
        #expect(try answer(provider, 200, body) == .state(.merged, tag: nil))
    }

    @Test("a name counts in either case, as it does to hosts", arguments: CodeHost.Provider.allCases)
    func cases(provider: CodeHost.Provider) throws {
        let body = Self.body(provider, provider == .gitLab ? "opened" : "open") {
            $0["references"] = ["full": "Acme/Payments!42"]
            $0["base"] = ["repo": ["full_name": "ACME/payments"]]
        }
        #expect(try answer(provider, 200, body) == .state(.open, tag: nil))
    }

    @Test("the tag of an answer is kept, where it is one")
    func tag() throws {
        let body = Self.body(.gitHub, "open")
        #expect(try answer(.gitHub, 200, body, headers: ["ETag": "W/\"a\""]) == .state(.open, tag: "W/\"a\""))
        #expect(try answer(.gitHub, 200, body, headers: ["ETag": "a\u{7}b"]) == .state(.open, tag: nil))
        #expect(try answer(.gitHub, 304, hadTag: true) == .unchanged)
        #expect(reason(try answer(.gitHub, 304)) == .answerInvalid)
    }

    @Test(
        "a lie closes nothing",
        arguments: [
            "<html>Sign in</html>", "", "[]", "{}", "{\"state\":\"closed\"}",
            "{\"number\":43,\"state\":\"closed\",\"base\":{\"repo\":{\"full_name\":\"acme/payments\"}}}",
            "{\"number\":42,\"state\":\"closed\",\"base\":{\"repo\":{\"full_name\":\"acme/other\"}}}",
            "{\"number\":42,\"state\":\"closed\",\"base\":{\"repo\":{\"full_name\":\"acme/payments/x\"}}}",
            "{\"number\":42,\"state\":\"gone\",\"base\":{\"repo\":{\"full_name\":\"acme/payments\"}}}",
            "{\"number\":42,\"state\":\"open\",\"merged\":true,\"base\":{\"repo\":{\"full_name\":\"acme/payments\"}}}",
            "{\"number\":\"42\",\"state\":\"closed\",\"base\":{\"repo\":{\"full_name\":\"acme/payments\"}}}",
            "{\"iid\":43,\"state\":\"closed\",\"references\":{\"full\":\"acme/payments!43\"}}",
            "{\"iid\":42,\"state\":\"closed\",\"references\":{\"full\":\"acme/other!42\"}}",
            "{\"iid\":42,\"state\":\"gone\",\"references\":{\"full\":\"acme/payments!42\"}}",
            "{\"number\":42,\"number\":43,\"state\":\"closed\"}",
        ])
    func lies(text: String) throws {
        for provider in CodeHost.Provider.allCases {
            #expect(reason(try answer(provider, 200, Array(text.utf8))) == .answerInvalid)
        }
    }

    @Test("what goes deep or is larger than an answer is none")
    func large() throws {
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(reason(try answer(.gitHub, 200, Array(deep.utf8))) == .answerInvalid)
        let host = Self.host(.gitHub)
        #expect(reason(host.answer(HTTPTransportError(.tooLarge, "more"))) == .answerInvalid)
        #expect(host.request(for: try Self.name(.gitHub)).bodyLimit == CodeHost.answerLimit)
    }

    @Test(
        "a refusal is told by its kind",
        arguments: [
            (401, .unauthorized), (403, .forbidden), (404, .notFound), (410, .notFound), (301, .moved), (302, .moved),
            (307, .moved), (408, .unavailable), (500, .unavailable), (502, .unavailable), (503, .unavailable),
            (201, .answerInvalid), (204, .answerInvalid), (400, .answerInvalid), (418, .answerInvalid),
        ] as [(Int, PullRequestFailure.Reason)])
    func refusals(status: Int, expected: PullRequestFailure.Reason) throws {
        for provider in CodeHost.Provider.allCases {
            #expect(reason(try answer(provider, status)) == expected)
        }
    }

    @Test(
        "too many requests are told from a refusal, and how long to wait",
        arguments: [
            (429, [:], "", 60), (429, ["Retry-After": "7"], "", 7), (403, ["Retry-After": "30"], "", 30),
            (403, ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1764461700"], "", 900),
            (429, ["RateLimit-Remaining": "0", "RateLimit-Reset": "1764460830"], "", 30),
            (403, [:], "{\"message\":\"You have exceeded a secondary rate limit.\"}", 60),
            (429, ["Retry-After": "Sun, 30 Nov 2025 00:01:00 GMT"], "", 60),
            (429, ["Retry-After": "999999"], "", 7_200),
            (429, ["Retry-After": "soon"], "", 60), (429, ["Retry-After": "0"], "", 1),
        ] as [(Int, [String: String], String, Int)])
    func limits(status: Int, headers: [String: String], body: String, seconds: Int) throws {
        var fields = HTTPHeaders()
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { fields.append(name: name, value: value) }
        guard case .failure(let failure) = try answer(.gitHub, status, Array(body.utf8), headers: fields) else {
            Issue.record("it is a failure")
            return
        }
        #expect(failure.reason == .rateLimited && failure.isOfHost)
        #expect(failure.retryAfter == .seconds(seconds))
    }

    @Test("a 403 with requests left is no limit")
    func forbidden() throws {
        let headers: HTTPHeaders = ["X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": "1764461700"]
        #expect(reason(try answer(.gitHub, 403, headers: headers)) == .forbidden)
    }

    @Test("no message holds a token, and each says what to do")
    func messages() throws {
        for status in [200, 301, 401, 403, 404, 418, 429, 500] {
            guard case .failure(let failure) = try answer(.gitLab, status) else { continue }
            #expect(!failure.message.contains("t0ken") && failure.message.count > 40)
        }
        for code in HTTPTransportError.Code.allCases {
            guard case .failure(let failure) = Self.host(.gitea).answer(HTTPTransportError(code, "t0ken")) else {
                continue
            }
            #expect(!failure.message.contains("t0ken"))
        }
    }

    @Test("Fuzz: whatever comes in place of an answer traps nothing, and closes nothing but by name and number")
    func fuzzAnswers() throws {
        let corpus = CodeHost.Provider.allCases.map { Self.body($0, $0 == .gitLab ? "merged" : "closed") }
        let names = try CodeHost.Provider.allCases.map { ($0, try Self.name($0)) }
        try Fuzzer(seed: 11).run(corpus: corpus, tokens: ["\"state\":", "42", "null", "acme/payments"]) { bytes in
            for (provider, name) in names {
                let answer = Self.host(provider).answer(
                    HTTPResponse(status: 200, body: bytes), to: name, hadTag: false, now: Self.now)
                guard case .state = answer else { continue }
                let text = String(decoding: bytes, as: UTF8.self)
                try FuzzFailure.unless(text.contains("42") || text.contains("\\u"), "a state without the number")
            }
        }
    }
}

@Suite("A pull request is asked for")
struct PullRequestRequestTests {
    @Test(
        "at its place, as whom the administrator said",
        arguments: [
            (.gitHub, "/repos/acme/payments/pulls/42", "Authorization", "Bearer t0ken"),
            (.gitea, "/repos/acme/payments/pulls/42", "Authorization", "token t0ken"),
            (.gitLab, "/projects/acme%2Fpayments/merge_requests/42", "PRIVATE-TOKEN", "t0ken"),
        ] as [(CodeHost.Provider, String, String, String)])
    func place(provider: CodeHost.Provider, path: String, header: String, value: String) throws {
        let name = try PullRequestAnswerTests.name(provider)
        let request = PullRequestAnswerTests.host(provider).request(for: name, unless: "\"a\"")
        #expect(request.method == .get && request.target == "https://git.example.com/api" + path)
        #expect(request.headers[header] == value && request.headers["If-None-Match"] == "\"a\"")
        #expect(request.timeout != nil)
        let bare = PullRequestAnswerTests.host(provider, token: nil).request(for: name)
        #expect(bare.headers[header] == nil && bare.headers["If-None-Match"] == nil)
    }

    @Test(
        "no name leads elsewhere",
        arguments: [
            "payments", "acme/", "/payments", "acme/../other", "acme/..", "./payments", "acme/pay ments",
            "acme/payments?x", "acme/payments#x", "acme%2Fpayments", "acme/päyments", "acme\\payments", "a/b\r\nX: y",
            "@evil/x:y", "",
        ])
    func names(repository: String) {
        for provider in CodeHost.Provider.allCases {
            #expect(PullRequestName(provider, repository: repository, number: 1) == nil)
        }
    }

    @Test("groups of groups are GitLab's alone, and a number is positive")
    func groups() {
        #expect(PullRequestName(.gitLab, repository: "a/b/c", number: 1) != nil)
        #expect(PullRequestName(.gitHub, repository: "a/b/c", number: 1) == nil)
        #expect(PullRequestName(.gitHub, repository: "a/b", number: 0) == nil)
    }
}
