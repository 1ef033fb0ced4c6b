import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport

extension CommandCluster {
    static let hostSpec: JSONValue = [
        "model": ["name": "gemma"], "host": ["address": "host.example", "port": 8080], "serving": ["port": 8080],
    ]
    static let clusterSpec: JSONValue = [
        "mode": "Cluster", "model": ["name": "owner/gemma", "file": "gemma.gguf"], "engine": ["image": "engine:1"],
        "cache": ["size": "1Gi"],
    ]

    func endpointKey(_ name: String) -> ObjectKey { ObjectKey(.inferenceEndpoints, namespace: "team", name: name) }

    @discardableResult
    func endpoint(_ name: String, _ spec: JSONValue = clusterSpec) async throws -> KubernetesObject {
        var object = KubernetesObject(.inferenceEndpoints, namespace: "team", name: name)
        object["spec"] = spec
        return try await cluster.admin.create(object, as: .inferenceEndpoints)
    }

    /// Writes a status, as the operator would.
    func endpointStatus(_ name: String, _ conditions: [TestCondition], _ more: JSONValue = [:]) async throws {
        let object = try await cluster.admin.get(endpointKey(name))
        var status = more
        status["conditions"] = .array(conditions.map { $0.json(object.generation ?? 0, cluster.time.now) })
        _ = try await cluster.admin.patch(endpointKey(name), .merge, ["status": status], subresource: .status)
    }

    /// An endpoint in the cluster whose namespace is `inf-<name>`.
    func servedEndpoint(_ name: String, _ conditions: [TestCondition] = [.modelAnswers]) async throws {
        try await cluster.namespace("inf-\(name)")
        try await endpoint(name)
        try await endpointStatus(
            name, conditions, ["namespace": ["name": .string("inf-\(name)"), "uid": "1"], "mode": "Cluster"])
    }

    /// A pod of its engine.
    func enginePod(_ name: String, of endpoint: String, initContainers: JSONValue = []) async throws {
        var pod = KubernetesObject(.pods, namespace: "inf-\(endpoint)", name: name)
        let uid = try await cluster.admin.get(endpointKey(endpoint)).uid ?? ""
        pod["metadata"]?["labels"] = [
            "envfactory.dev/inference-endpoint-uid": .string(uid), "app.kubernetes.io/component": "engine",
        ]
        pod["spec"] = [
            "containers": [["name": "engine", "image": "engine:1"]], "initContainers": initContainers,
        ]
        _ = try await cluster.admin.create(pod, as: .pods)
    }

    /// Lets a script answer what the simulated cluster does not: the logs of pods, and what is behind Services.
    mutating func script(_ steps: [ScriptedTransport.Step]) -> ScriptedTransport {
        let script = ScriptedTransport(steps)
        machine.transport = NodesTransport(cluster: machine.transport, nodes: script)
        return script
    }
}

extension TestCondition {
    static let modelAnswers = yes(.ready, "Ready", "The model answers.")
}

/// An API server with nodes behind it.
private struct NodesTransport: HTTPTransport {
    let cluster: any HTTPTransport
    let nodes: ScriptedTransport

    private func place(_ request: HTTPRequest) -> any HTTPTransport {
        request.target.contains("/log?") || request.target.contains("/proxy/") ? nodes : cluster
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await place(request).send(request) }

    func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await place(request).stream(request, receive)
    }
}
