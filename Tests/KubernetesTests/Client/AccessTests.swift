import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("Access")
struct AccessTests {
    private func client(_ target: String, _ status: JSONValue) -> (KubernetesClient, ScriptedTransport) {
        let transport = ScriptedTransport([.expect(.post, target, .json(201, ["kind": "X", "status": status]))])
        return (KubernetesClient(transport: transport), transport)
    }

    private func spec(_ transport: ScriptedTransport) throws -> JSONValue? {
        try JSONValue(parsing: #require(transport.requests.first).body)["spec"]
    }

    @Test("a review of one's own access says yes or no, and why")
    func ownAccess() async throws {
        let target = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        let (client, transport) = client(target, ["allowed": true, "reason": "RBAC"])
        let attributes = ResourceAttributes("create", .serviceAccounts, subresource: .token, namespace: "a", name: "b")
        #expect(try await client.selfSubjectAccessReview(attributes) == AccessReview(isAllowed: true, reason: "RBAC"))
        let wanted: JSONValue = [
            "verb": "create", "group": "", "resource": "serviceaccounts", "subresource": "token", "namespace": "a",
            "name": "b",
        ]
        #expect(try spec(transport) == ["resourceAttributes": wanted])
    }

    @Test("denied is not allowed, and an answer without either is an error")
    func denied() async throws {
        let target = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        let attributes = ResourceAttributes("get", .secrets)
        let (first, _) = client(target, ["allowed": true, "denied": true, "reason": "", "evaluationError": "e\u{1b}"])
        let answer = try await first.subjectAccessReview(attributes, user: "u", groups: ["g"])
        #expect(answer == AccessReview(isAllowed: false, reason: "e\\u{1b}"))
        let (second, transport) = client(target, [:])
        await #expect(throws: KubernetesError.self) {
            try await second.subjectAccessReview(verb: "get", path: "/metrics", user: "u", groups: [])
        }
        let path: JSONValue = ["verb": "get", "path": "/metrics"]
        #expect(try spec(transport) == ["nonResourceAttributes": path, "user": "u", "groups": []])
    }

    @Test("a user without a name is refused before anything is sent")
    func noUser() async throws {
        let transport = ScriptedTransport()
        let client = KubernetesClient(transport: transport)
        await #expect(throws: KubernetesError.self) {
            try await client.subjectAccessReview(ResourceAttributes("get", .secrets), user: "", groups: ["g"])
        }
        await #expect(throws: KubernetesError.self) {
            try await client.subjectAccessReview(verb: "get", path: "/", user: "", groups: [])
        }
        #expect(transport.requests.isEmpty)
    }

    @Test("a review of rules lists them")
    func rules() async throws {
        let rule: JSONValue = ["verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]]
        let target = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
        let (client, _) = client(target, ["incomplete": true, "resourceRules": [rule, [:]]])
        let review = try await client.selfSubjectRulesReview(namespace: "a")
        let first = RulesReview.Rule(verbs: ["get"], groups: [""], resources: ["pods"], resourceNames: ["a"])
        #expect(review.rules.first == first)
        #expect(review.isIncomplete)
        let (broken, _) = self.client(target, [:])
        await #expect(throws: KubernetesError.self) { try await broken.selfSubjectRulesReview(namespace: "a") }
    }

    @Test("a token review names the user, or nobody")
    func tokens() async throws {
        let target = "/apis/authentication.k8s.io/v1/tokenreviews"
        let user: JSONValue = ["username": "u", "groups": ["g"]]
        let (known, _) = client(target, ["authenticated": true, "user": user])
        #expect(try await known.tokenReview(Redacted("t")) == TokenReview(username: "u", groups: ["g"]))
        for status in [
            [:], ["authenticated": false, "user": user], ["authenticated": true, "user": ["username": ""]],
        ] as [JSONValue] {
            let (unknown, _) = client(target, status)
            #expect(try await unknown.tokenReview(Redacted("t")) == nil)
        }
    }

    @Test("a token for another audience belongs to nobody here")
    func audiences() async throws {
        let target = "/apis/authentication.k8s.io/v1/tokenreviews"
        var status: JSONValue = ["authenticated": true, "user": ["username": "u"]]
        let (silent, _) = client(target, status)
        #expect(try await silent.tokenReview(Redacted("t"), audiences: ["mine"]) == nil)
        status["audiences"] = ["mine"]
        let (answering, _) = client(target, status)
        #expect(try await answering.tokenReview(Redacted("t"), audiences: ["mine"])?.username == "u")
    }

    @Test("a service account's token comes with its end, and never prints")
    func serviceAccountToken() async throws {
        let target = "/api/v1/namespaces/a/serviceaccounts/b/token"
        let (client, transport) = client(target, ["token": "hunter2", "expirationTimestamp": "2026-11-21T10:00:00Z"])
        let bound = ServiceAccountToken.BoundObject(kind: "Secret", name: "s", uid: "u")
        let token = try await client.createToken(
            serviceAccount: "b", namespace: "a", audiences: ["x"], expirationSeconds: 600, boundTo: bound)
        #expect(token.token.secret == "hunter2")
        #expect(token.expiresAt == (try Timestamp("2026-11-21T10:00:00Z")))
        #expect(!"\(token) \(String(reflecting: token))".contains("hunter2"))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        let reference: JSONValue = ["apiVersion": "v1", "kind": "Secret", "name": "s", "uid": "u"]
        #expect(try spec(transport) == ["expirationSeconds": 600, "audiences": ["x"], "boundObjectRef": reference])
    }

    @Test(
        "an answer without a token or with a senseless end is malformed",
        arguments: [
            [:], ["token": "", "expirationTimestamp": "2026-11-21T10:00:00Z"], ["token": "hunter2"],
            ["token": "hunter2", "expirationTimestamp": "soon"],
        ] as [JSONValue])
    func noToken(_ status: JSONValue) async throws {
        let (client, _) = client("/api/v1/namespaces/a/serviceaccounts/b/token", status)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.createToken(serviceAccount: "b", namespace: "a", expirationSeconds: 600)
        }
        #expect(error?.code == .malformedResponse)
        #expect(error?.message.contains("hunter2") == false)
    }
}
