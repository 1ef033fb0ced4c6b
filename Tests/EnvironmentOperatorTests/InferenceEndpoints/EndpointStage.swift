import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import EnvironmentOperator

/// Model servers, by their authority: what each lists, and what comes when it is asked for a token.
final class ScriptedModels: HTTPTransport {
    private struct State {
        var lists: [String: HTTPResponse] = [:]
        var tokens: [String: HTTPResponse?] = [:]
        var chats: [String: HTTPResponse] = [:]
        var requests: [HTTPRequest] = []
    }

    private let state = Mutex(State())

    static let completion: JSONValue = ["object": "text_completion", "choices": [["text": "", "index": 0]]]

    /// Has the server at `host:port` list these, and answer.
    func serve(_ models: [String], at authority: String) {
        let list: JSONValue = ["object": "list", "data": .array(models.map { ["id": .string($0)] })]
        answer(HTTPResponse(status: 200, body: list.encoded()), at: authority)
    }

    /// What comes instead of a list; `nil`: nobody is there.
    func answer(_ response: HTTPResponse?, at authority: String) { state.withLock { $0.lists[authority] = response } }

    /// What comes instead of a token; `nil`: nothing in time.
    func complete(_ response: HTTPResponse?, at authority: String) {
        state.withLock { $0.tokens[authority] = .some(response) }
    }

    /// What comes where a chat is asked for.
    func chat(_ response: HTTPResponse, at authority: String) { state.withLock { $0.chats[authority] = response } }

    /// The requests for a token so far.
    var asked: [HTTPRequest] { state.withLock { $0.requests.filter { $0.method == .post } } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let parts = request.target.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(
            String.init)
        return try state.withLock { state in
            state.requests.append(request)
            guard parts.count == 4, let list = state.lists[parts[2]] else {
                throw HTTPTransportError(.unreachable, "nothing listens at \(request.target)")
            }
            let completion = HTTPResponse(status: 200, body: Self.completion.encoded())
            switch parts[3] {
            case "v1/models": return list
            case "v1/completions":
                guard let reply = state.tokens[parts[2]] ?? .some(completion) else {
                    throw HTTPTransportError(.timedOut, "no response in time")
                }
                return reply
            case "v1/chat/completions": return state.chats[parts[2]] ?? HTTPResponse(status: 404)
            default: return HTTPResponse(status: 404)
            }
        }
    }

    func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse { try await send(request) }
}

/// A stage on which inference endpoints are made as well.
struct EndpointStage {
    let stage: OperatorStage
    let models = ScriptedModels()
    let metrics = MetricRegistry()
    let reconciler: EndpointReconciler
    private let lastError = Monitor("")

    init() async throws {
        stage = try await OperatorStage()
        reconciler = EndpointReconciler(stage.context, probe: ModelProbe(models), metrics: EndpointMetrics(metrics))
    }

    static let hostSpec: JSONValue = [
        "model": ["name": "gemma"], "host": ["address": "host.k3d.internal", "cidrs": ["192.168.1.20/32"]],
    ]

    static let clusterSpec: JSONValue = [
        "mode": "Cluster",
        "model": ["name": "gemma", "file": "gemma.gguf", "source": "https://models.example.com/gemma"],
        "engine": ["image": "llama-server:b1"], "gpu": ["vendor": "NVIDIA", "count": 2], "cache": ["size": "1Gi"],
    ]

    func create(_ spec: JSONValue, named name: String = "gemma", in namespace: String = OperatorStage.team) async throws
    {
        var object = KubernetesObject(.inferenceEndpoints, namespace: namespace, name: name)
        object["spec"] = spec
        _ = try await stage.cluster.admin.create(object, as: .inferenceEndpoints)
    }

    func endpoint(_ name: String = "gemma") async throws -> InferenceEndpoint? {
        let key = ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: name)
        return try await stage.cluster.admin.find(key).map(InferenceEndpoint.init(from:))
    }

    func condition(_ type: ConditionType, _ name: String = "gemma") async throws -> Condition? {
        try await endpoint(name)?.status.condition(type)
    }

    func host(_ name: String = "gemma") async throws -> String {
        OwnerIdentity(try #require(try await endpoint(name))).hostNamespace
    }

    func object(_ resource: APIResource, _ name: String) async throws -> KubernetesObject? {
        try await stage.cluster.admin.find(ObjectKey(resource, namespace: try await host(), name: name))
    }

    /// Runs until it would look again no sooner than `patience`.
    @discardableResult
    func settle(_ name: String = "gemma", patience: Duration = .seconds(9), limit: Int = 200) async throws -> Duration?
    {
        for _ in 0..<limit {
            switch try await runOnce(name) {
            case .settled: return nil
            case .recheck(let after) where after > patience: return after
            case .recheck(let after): stage.cluster.time.advance(by: after)
            }
        }
        Issue.record("\(name) does not settle: \(lastError.withLock { $0 })")
        return nil
    }

    func runOnce(_ name: String = "gemma") async throws -> ReconcileOutcome {
        do {
            try await stage.view.refresh(stage.cluster.client(as: OperatorStage.identity))
            return try await reconciler.reconcile(NamespacedName(namespace: OperatorStage.team, name: name))
        } catch {
            guard Disposition.disposition(of: error) != .terminal else { throw error }
            lastError.withLock { $0 = "\(error)" }
            return .recheck(after: .milliseconds(100))
        }
    }
}
