import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A model is ready once a token of it came")
struct ModelAnswerTests {
    private static let place = "host.k3d.internal:18080"

    private static func error(_ status: Int, _ message: String) -> HTTPResponse {
        let body: JSONValue = ["error": ["message": .string(message), "code": .integer(Int64(status))]]
        return HTTPResponse(status: status, body: body.encoded())
    }

    private func stage(_ reply: HTTPResponse?) async throws -> EndpointStage {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: Self.place)
        stage.models.complete(reply, at: Self.place)
        try await stage.create(EndpointStage.hostSpec)
        try await stage.settle()
        return stage
    }

    @Test("one token is asked for, once: afterwards it only lists")
    func once() async throws {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: Self.place)
        try await stage.create(EndpointStage.hostSpec)
        try await stage.settle()
        for _ in 0..<3 { try await stage.settle() }
        let request = try #require(stage.models.asked.first)
        #expect(stage.models.asked.count == 1)
        #expect(request.target == "http://\(Self.place)/v1/completions")
        let body = try JSONValue(parsing: request.body)
        #expect(body["model"] == "gemma")
        #expect(body["max_tokens"] == 1)
        #expect(try await stage.endpoint()?.status.model?.answeredBy == "host.k3d.internal 18080")
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }

    @Test("an operator that starts anew does not ask again")
    func restart() async throws {
        let stage = try await stage(HTTPResponse(status: 200, body: ScriptedModels.completion.encoded()))
        let another = EndpointReconciler(
            stage.stage.context, probe: ModelProbe(stage.models), metrics: EndpointMetrics(stage.metrics))
        try await stage.stage.view.refresh(stage.stage.cluster.client(as: OperatorStage.identity))
        _ = try await another.reconcile(NamespacedName(namespace: OperatorStage.team, name: "gemma"))
        #expect(stage.models.asked.count == 1)
    }

    @Test("one that was away is asked again, and so is another model")
    func again() async throws {
        let stage = try await stage(HTTPResponse(status: 200, body: ScriptedModels.completion.encoded()))
        stage.models.answer(nil, at: Self.place)
        try await stage.settle()
        #expect(try await stage.condition(.modelReady)?.reason == "Unreachable")
        stage.models.serve(["gemma", "llama"], at: Self.place)
        try await stage.settle()
        #expect(stage.models.asked.count == 2)
        _ = try await stage.stage.cluster.admin.patch(
            ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: "gemma"), .merge,
            ["spec": ["model": ["name": "llama"]]])
        try await stage.settle()
        #expect(stage.models.asked.count == 3)
        #expect(try JSONValue(parsing: stage.models.asked[2].body)["model"] == "llama")
    }

    @Test(
        "what lists a model and gives no token of it is not ready, and says why",
        arguments: [
            (HTTPResponse?.none, ModelReason.noToken, "no token of it came within 20 s"),
            (error(503, "Loading model"), .loading, "loads it"),
            (HTTPResponse(status: 503, body: Array("<html>".utf8)), .noToken, "status 503"),
            (error(401, "Invalid API Key"), .noToken, "\"Invalid API Key\""),
            (error(500, "CUDA error"), .noToken, "read its log"),
            (HTTPResponse(status: 200, body: Array("{}".utf8)), .noToken, "is no completion"),
            (HTTPResponse(status: 200, body: Array("[".utf8)), .noToken, "is no completion"),
        ])
    func noToken(_ reply: HTTPResponse?, _ reason: ModelReason, _ words: String) async throws {
        let stage = try await stage(reply)
        let condition = try #require(try await stage.condition(.modelReady))
        #expect(condition.status == .isFalse)
        #expect(condition.reason == reason.rawValue)
        #expect(condition.message.contains(words), "\(condition.message)")
        #expect(try await stage.endpoint()?.status.model == .init(isLoaded: false))

        stage.models.complete(HTTPResponse(status: 200, body: ScriptedModels.completion.encoded()), at: Self.place)
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }

    @Test("one that has as much to do as it takes is ready, and asked again later", arguments: [429, 503])
    func busy(status: Int) async throws {
        let stage = try await stage(Self.error(status, "server busy, please try again"))
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        #expect(try await stage.endpoint()?.status.model?.answeredBy == nil)
        stage.models.complete(HTTPResponse(status: 200, body: ScriptedModels.completion.encoded()), at: Self.place)
        try await stage.settle()
        #expect(try await stage.endpoint()?.status.model?.answeredBy != nil)
        let asked = stage.models.asked.count
        try await stage.settle()
        #expect(stage.models.asked.count == asked)
    }

    @Test("one that completes no texts is asked by a chat", arguments: [400, 404, 405, 501])
    func chat(status: Int) async throws {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: Self.place)
        stage.models.complete(Self.error(status, "This is a chat model"), at: Self.place)
        let reply: JSONValue = ["choices": [["message": ["role": "assistant", "content": "1"]]]]
        stage.models.chat(HTTPResponse(status: 200, body: reply.encoded()), at: Self.place)
        try await stage.create(EndpointStage.hostSpec)
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        let request = try #require(stage.models.asked.last)
        #expect(request.target.hasSuffix("/v1/chat/completions"))
        #expect(try JSONValue(parsing: request.body)["messages"]?.array?.count == 1)
    }

    @Test("one that is silent for long is asked ever less often, but within a minute")
    func patience() async throws {
        let stage = try await EndpointStage()
        try await stage.create(EndpointStage.hostSpec)
        let first = try #require(try await stage.settle())
        stage.stage.advance(.seconds(3_600))
        let later = try #require(try await stage.settle())
        #expect(first == .seconds(10))
        #expect(later > first && later <= .seconds(60))
    }

    @Test("an engine's new pod, and a new start of it, are asked anew")
    func incarnations() async throws {
        let stage = try await EndpointStage()
        try await stage.create(EndpointStage.clusterSpec)
        try await stage.settle(limit: 20)
        let address = try #require(try await engine(stage)?.json[path: "status", "podIP"]?.string)
        stage.models.serve(["gemma"], at: "\(address):8080")
        try await stage.settle()
        #expect(stage.models.asked.count == 1)
        let pod = try #require(try await engine(stage))
        #expect(try await stage.endpoint()?.status.model?.answeredBy == "\(pod.uid ?? "") 0")
        try await restart(pod, stage)
        try await stage.settle()
        try await stage.settle()
        #expect(stage.models.asked.count == 2)
    }

    private func engine(_ stage: EndpointStage) async throws -> KubernetesObject? {
        let options = ListOptions(labelSelector: "\(Words.Label.component)=engine", limit: 50)
        return try await stage.stage.cluster.admin.listAll(.pods, namespace: try await stage.host(), options).items
            .first
    }

    /// The engine ended and was started anew in its pod.
    private func restart(_ pod: KubernetesObject, _ stage: EndpointStage) async throws {
        var statuses = pod.json[path: "status", "containerStatuses"] ?? []
        statuses = .array(
            (statuses.array ?? []).map { status in
                var status = status
                status["restartCount"] = 1
                return status
            })
        _ = try await stage.stage.cluster.admin.patch(
            ObjectKey(.pods, namespace: pod.namespace, name: pod.name), .merge,
            ["status": ["containerStatuses": statuses]], subresource: .status)
    }

    @Test(
        "an engine is ready by what it answers once its model is loaded",
        arguments: [
            ("LlamaCpp", "/health"), ("VLLM", "/health"), ("Custom", "/v1/models"),
        ])
    func probes(type: String, path: String) async throws {
        let stage = try await EndpointStage()
        var spec = EndpointStage.clusterSpec
        spec["engine"] = ["image": "a:b", "type": .string(type), "command": ["serve"], "loadTimeout": "20m0s"]
        try await stage.create(spec)
        try await stage.settle(limit: 20)
        let deployment = try #require(try await stage.object(.deployments, "engine"))
        let container = deployment.json[path: "spec", "template", "spec", "containers"]?.array?.first
        #expect(container?[path: "startupProbe", "httpGet", "path"]?.string == path)
        #expect(container?[path: "readinessProbe", "httpGet", "path"]?.string == path)
        #expect(container?[path: "startupProbe", "failureThreshold"] == 240)
    }

    @Test("never traps, whatever a model server answers")
    func fuzz() throws {
        let corpus = [
            Array(#"{"data": [{"id": "gemma", "meta": null}]}"#.utf8), ScriptedModels.completion.encoded(),
            Self.error(503, "Loading model").body,
        ]
        let tokens = ["null", "[]", "{}", "\"\"", "1e999", "\"error\"", "\"choices\"", "\"data\"", "true"]
        try Fuzzer(seed: 8, iterations: 2_000).run(corpus: corpus, tokens: tokens) { bytes in
            for status in [200, 404, 429, 503] {
                let response = HTTPResponse(status: status, body: bytes)
                _ = ModelAnswer(response)
                let answer = TokenAnswer(response, to: "/v1/completions")
                try FuzzFailure.unless(status != 404 || answer != .token, "no success, and a token")
            }
        }
    }
}
