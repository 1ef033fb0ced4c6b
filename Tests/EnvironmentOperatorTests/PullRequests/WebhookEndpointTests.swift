import CodeHosts
import ControllerRuntime
import Cryptography
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import Telemetry
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Webhooks at the operator", .timeLimit(.minutes(20)))
struct WebhookEndpointTests {
    private static let secret = "the secret in use now"
    private static let old = "the secret before it"

    /// An operator that leads, with one environment whose pull request is open.
    private func run(
        _ more: [String: String] = [:], _ body: @escaping @Sendable (PullRequestStage) async throws -> Void
    ) async throws {
        try await PullRequestStage.run(secret: ["webhookSecret": Self.secret].merging(more) { $1 }) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            try await stage.until("it is ready") { try await stage.isReady() }
            try await stage.sleep(5)
            try await body(stage)
        }
    }

    private static func status(_ stage: PullRequestStage, _ request: HTTPRequest) -> Int {
        stage.process.operator.webhooks.answer(request).status
    }

    /// The status that answers a webhook, and how often the host is asked within two seconds of it.
    private static func asked(_ stage: PullRequestStage, _ request: HTTPRequest) async throws -> String {
        let before = stage.host.requests.count
        let status = status(stage, request)
        try await stage.sleep(2)
        return "\(status) \(stage.host.requests.count - before)"
    }

    @Test("a pull request that closes is looked at within seconds, and its environment ends")
    func close() async throws {
        try await run { stage async throws in
            stage.host.close(PullRequestStage.repository, 42)
            #expect(Self.status(stage, stage.webhook(Self.secret, "closed")) == 202)
            let time = try await stage.until("it is over") { try await stage.hasEnded() }
            #expect(time < .seconds(40))
        }
    }

    @Test("H2: what nobody signed is refused before anything of it is read")
    func unsigned() async throws {
        try await run { stage async throws in
            var requests: [HTTPRequest] = [stage.webhook("another secret than that", "closed")]
            for change: (inout HTTPRequest) -> Void in [
                { $0.headers["X-Hub-Signature-256"] = nil }, { $0.body.append(0x20) }, { $0.body = [0xFF] },
                { $0.headers.append(name: "X-Hub-Signature-256", value: $0.headers["X-Hub-Signature-256"] ?? "") },
                { $0.target = "/hooks/gitlab" }, { $0.target = "/hooks/generic" }, { $0.target = "/hooks/gitea" },
            ] {
                var request = stage.webhook(Self.secret, "closed")
                change(&request)
                requests.append(request)
            }
            for request in requests {
                let outcome = try await Self.asked(stage, request)
                #expect(outcome == "401 0")
            }
        }
    }

    @Test("H4, H5: a repetition has no effect, under the same id and under another, also in other words")
    func replay() async throws {
        try await run { stage async throws in
            #expect(try await Self.asked(stage, stage.webhook(Self.secret, "synchronize", id: "a")) == "202 1")
            #expect(try await Self.asked(stage, stage.webhook(Self.secret, "synchronize", id: "a")) == "202 0")
            #expect(try await Self.asked(stage, stage.webhook(Self.secret, "synchronize", id: "b")) == "202 0")
            var other = stage.webhook(Self.secret, "synchronize").body
            other.insert(0x20, at: 1)
            #expect(try await Self.asked(stage, GitHubWebhook.signed(other, Self.secret, id: "c")) == "202 0")
            #expect(try await Self.asked(stage, stage.webhook(Self.secret, "synchronize", at: 1, id: "d")) == "202 1")
        }
    }

    @Test("H6: what was sent while nobody worked is acted upon once when it is sent again")
    func redelivery() async throws {
        try await PullRequestStage.run(secret: ["webhookSecret": Self.secret]) { stage async throws in
            let request = stage.webhook(Self.secret, "closed")
            let refused = stage.process.operator.webhooks.answer(request)
            #expect(refused.status == 503 && refused.headers["Retry-After"] != nil)
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            try await stage.sleep(5)
            #expect(try await Self.asked(stage, request) == "202 1")
            #expect(try await Self.asked(stage, request) == "202 0")
        }
    }

    @Test("H7: an old event that comes after the close brings nothing back: what is there now is asked for")
    func outOfOrder() async throws {
        try await run { stage async throws in
            stage.host.close(PullRequestStage.repository, 42)
            #expect(Self.status(stage, stage.webhook(Self.secret, "closed", at: 5, id: "b")) == 202)
            try await stage.until("it is over") { try await stage.hasEnded() }
            #expect(Self.status(stage, stage.webhook(Self.secret, "synchronize", at: 1, id: "a")) == 202)
            #expect(Self.status(stage, stage.webhook(Self.secret, "reopened", at: 2, id: "c")) == 202)
            try await stage.sleep(200)
            #expect(try await stage.hasEnded())
            #expect(try await stage.namespaces() == [])
        }
    }

    @Test("what a webhook claims ends nothing: only what the host answers does")
    func claims() async throws {
        try await run { stage async throws in
            #expect(try await Self.asked(stage, stage.webhook(Self.secret, "closed")) == "202 1")
            try await stage.sleep(200)
            #expect(try await stage.isReady())
        }
    }

    @Test("H9: two secrets are valid while one is replaced; then the old one is refused")
    func rotation() async throws {
        try await run(["previousWebhookSecret": Self.old]) { stage async throws in
            #expect(Self.status(stage, stage.webhook(Self.old, "labeled", at: 1, id: "a")) == 202)
            #expect(Self.status(stage, stage.webhook(Self.secret, "labeled", at: 2, id: "b")) == 202)
            let key = ObjectKey(.secrets, namespace: Words.Installation.namespace, name: "code")
            _ = try await stage.cluster.admin.patch(key, .merge, ["data": ["previousWebhookSecret": nil]])
            try await stage.sleep(1)
            #expect(Self.status(stage, stage.webhook(Self.old, "labeled", at: 3, id: "c")) == 401)
            #expect(Self.status(stage, stage.webhook(Self.secret, "labeled", at: 4, id: "d")) == 202)
        }
    }

    @Test("H10: a fork's pull request is a place to look, as any other, and makes or changes nothing")
    func fork() async throws {
        try await run { stage async throws in
            var json = try JSONValue(parsing: stage.webhook(Self.secret, "opened").body)
            json["pull_request"]?["number"] = 99
            json["pull_request"]?["head"] = ["sha": "abc", "repo": ["full_name": "mallory/payments", "fork": true]]
            let request = GitHubWebhook.signed(json.encoded(), Self.secret)
            let writes = try await stage.cluster.writes(by: OperatorStage.identity) {
                let outcome = try await Self.asked(stage, request)
                #expect(outcome == "202 0")
            }
            #expect(writes == [])
        }
    }

    @Test("each path has its own sender, and anything else is refused by name")
    func paths() async throws {
        try await run { stage async throws in
            var request = stage.webhook(Self.secret, "closed")
            request.method = .get
            let refused = stage.process.operator.webhooks.answer(request)
            #expect(refused.status == 405 && refused.headers["Allow"] == "POST")
            for target in [
                "/", "/hooks", "/hooks/", "/hooks/bitbucket", "/hooks/github/x", "/metrics", "/hooks/GitHub",
            ] {
                request.target = target
                #expect(Self.status(stage, request) == 404)
            }
            request = stage.webhook(Self.secret, "closed")
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            #expect(Self.status(stage, request) == 415)
            #expect(Self.status(stage, GitHubWebhook.signed(Array("payload=x".utf8), Self.secret)) == 400)
            #expect(Self.status(stage, GitHubWebhook.signed(Array("{\"zen\":\"x\"}".utf8), Self.secret)) == 202)
            request = stage.webhook(Self.secret, "closed")
            request.target = "/hooks/github?from=here"
            #expect(Self.status(stage, request) == 202)
        }
    }

    @Test("whoever has a secret of a host may send in the standard form")
    func generic() async throws {
        try await run { stage async throws in
            let body = Array("{\"repository\":\"acme/payments\",\"pullRequest\":42}".utf8)
            func request(_ id: String) -> HTTPRequest {
                let moment = stage.cluster.time.now.sinceEpoch.components.seconds
                let code = HMACSHA256.code(for: Array("\(id).\(moment).".utf8) + body, key: Array(Self.secret.utf8))
                return HTTPRequest(
                    .post, "/hooks/generic",
                    headers: [
                        "Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": "\(moment)",
                        "webhook-signature": "v1,\(Base64.encode(code))",
                    ], body: body)
            }
            let first = request("msg_1")
            #expect(try await Self.asked(stage, first) == "202 1")
            #expect(try await Self.asked(stage, first) == "202 0")
            // It says nothing of a state, so that only its id tells it from the one before.
            #expect(try await Self.asked(stage, request("msg_2")) == "202 1")
            try await stage.sleep(301)
            #expect(Self.status(stage, first) == 401)
        }
    }

    @Test("two Secrets may share what webhooks are signed with: each is heard for its own repositories")
    func shared() async throws {
        try await run { stage async throws in
            let other = stage.host.secret("another", ["webhookSecret": Self.secret, "repositories": "other/*"])
            _ = try await stage.cluster.admin.create(other, as: .secrets)
            try await stage.sleep(2)
            #expect(try await Self.asked(stage, stage.webhook(Self.secret, "labeled")) == "202 1")
        }
    }

    @Test("what came of webhooks is counted, and says nothing of secrets")
    func metrics() async throws {
        try await run { stage async throws in
            _ = Self.status(stage, stage.webhook(Self.secret, "closed"))
            _ = Self.status(stage, stage.webhook("another secret than that", "closed"))
            let text = stage.process.metrics.exposition()
            #expect(text.contains("webhooks_total{sender=\"github\",result=\"heard\"} 1"))
            #expect(text.contains("webhooks_total{sender=\"github\",result=\"refused\"} 1"))
            #expect(!text.contains(Self.secret))
        }
    }
}
