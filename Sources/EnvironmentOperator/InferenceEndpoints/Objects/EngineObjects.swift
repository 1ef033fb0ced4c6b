import Cryptography
import EnvironmentAPI
import Formats
import Kubernetes

/// What serves the model in the cluster.
extension OwnerIdentity {
    static let cacheName = "model-cache"
    static let engineName = "engine"
    private static let modelsPath = "/models"

    /// The volume that outlives the engine's pods, so that the model is fetched once.
    func cache(_ endpoint: InferenceEndpoint) -> [WantedObject] {
        guard let size = endpoint.spec.cache.size else { return [] }
        var claim = object(.persistentVolumeClaims, name: Self.cacheName)
        var spec: JSONValue = [
            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size.description)]],
        ]
        if let name = endpoint.spec.cache.storageClassName { spec["storageClassName"] = .string(name) }
        claim["spec"] = spec
        return [WantedObject(claim, of: .persistentVolumeClaims)]
    }

    /// One pod at a time; another node is another Deployment, since the pod on a node that is lost does not end.
    func engine(_ endpoint: InferenceEndpoint, on node: String?) -> WantedObject {
        let suffix = node.map { "-\(SHA256.digest(of: $0).hex.prefix(8))" } ?? ""
        var deployment = object(.deployments, name: Self.engineName + suffix)
        deployment["spec"] = [
            "replicas": 1,
            "revisionHistoryLimit": 1,
            "progressDeadlineSeconds": .integer(endpoint.spec.engine.loadTimeout.components.seconds + 600),
            "strategy": ["type": "Recreate"],
            "selector": ["matchLabels": selector(Words.Component.engine)],
            "template": [
                "metadata": ["labels": selector(Words.Component.engine)],
                "spec": enginePod(endpoint, on: node),
            ],
        ]
        return WantedObject(deployment, of: .deployments)
    }

    private func enginePod(_ endpoint: InferenceEndpoint, on node: String?) -> JSONValue {
        let spec = endpoint.spec
        var pod: JSONValue = [
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "containers": [engineContainer(endpoint)],
            "volumes": [
                ["name": "models", "persistentVolumeClaim": ["claimName": .string(Self.cacheName)]]
            ],
        ]
        if let fetch = ModelFetch(endpoint, directory: Self.modelsPath) {
            pod["initContainers"] = [fetch.container(image: spec.engine.image ?? "", mount: Self.mount)]
        }
        pod["tolerations"] = .array(endpoint.tolerations.map(\.json))
        let nodeSelector = endpoint.nodeSelector
        if !nodeSelector.isEmpty {
            pod["nodeSelector"] = .object(JSONObject(unique: nodeSelector.map { ($0.key, .string($0.value)) }))
        }
        if let node { pod["affinity"] = Self.affinity(to: node) }
        if let name = spec.placement.runtimeClassName { pod["runtimeClassName"] = .string(name) }
        if let name = spec.placement.priorityClassName { pod["priorityClassName"] = .string(name) }
        return pod
    }

    private static func affinity(to node: String) -> JSONValue {
        let field: JSONValue = ["key": "metadata.name", "operator": "In", "values": [.string(node)]]
        return [
            "nodeAffinity": [
                "requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": [["matchFields": [field]]]]
            ]
        ]
    }

    private static let mount: JSONValue = ["name": "models", "mountPath": .string(modelsPath)]

    private func engineContainer(_ endpoint: InferenceEndpoint) -> JSONValue {
        let engine = endpoint.spec.engine
        let ready: JSONValue = ["path": .string(engine.type.readyPath), "port": .integer(engine.port)]
        let attempts = max(1, (engine.loadTimeout.components.seconds + 4) / 5)
        var container: JSONValue = [
            "name": .string(Self.engineName),
            "image": .string(engine.image ?? ""),
            "command": .array(endpoint.engineCommand(models: Self.modelsPath).map { .string($0) }),
            "ports": [["name": "http", "containerPort": .integer(engine.port), "protocol": "TCP"]],
            "volumeMounts": [Self.mount],
            "startupProbe": ["httpGet": ready, "periodSeconds": 5, "failureThreshold": .integer(attempts)],
            "readinessProbe": ["httpGet": ready, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 3],
            // A server under load answers late: only one that is gone is started anew.
            "livenessProbe": [
                "tcpSocket": ["port": .integer(engine.port)], "periodSeconds": 30, "timeoutSeconds": 10,
                "failureThreshold": 10,
            ],
        ]
        if engine.type == .vLLM {
            container["env"] = [["name": "HF_HOME", "value": .string(Self.modelsPath)]]
        }
        if let resource = endpoint.spec.gpu.resource {
            container["resources"] = [
                "limits": .object(JSONObject(unique: [(resource, .string("\(endpoint.spec.gpu.count)"))]))
            ]
        }
        return container
    }
}

extension InferenceEndpoint.Engine.Kind {
    /// What an engine answers with success once its model is loaded.
    ///
    /// llama.cpp lists its model while it loads it, and vLLM when it has broken down; of an engine that is not known
    /// the list must do.
    var readyPath: String {
        switch self {
        case .llamaCpp, .vLLM: "/health"
        case .custom: "/v1/models"
        }
    }
}

extension InferenceEndpoint {
    /// Taints that the vendor's nodes carry by custom, and those that the endpoint names.
    var tolerations: [Toleration] {
        let vendors = spec.gpu.resource.map { [Toleration(key: $0, operator: .exists, effect: .noSchedule)] } ?? []
        return vendors + spec.placement.tolerations.filter { !vendors.contains($0) }
    }

    var nodeSelector: SortedMap<String> {
        var selector = spec.placement.nodeSelector
        if let product = spec.gpu.product, let label = spec.gpu.vendor.productLabel { selector[label] = product }
        return selector
    }

    /// What the engine's container runs.
    func engineCommand(models directory: String) -> [String] {
        guard spec.engine.command.isEmpty else { return spec.engine.command }
        switch spec.engine.type {
        case .llamaCpp: return llamaCommand(directory)
        case .vLLM: return vLLMCommand
        case .custom: return []
        }
    }

    private func llamaCommand(_ directory: String) -> [String] {
        let model = spec.model
        var command = [
            "llama-server", "--host", "0.0.0.0", "--port", "\(spec.engine.port)",
            "--model", "\(directory)/\(model.file ?? "")", "--alias", model.name,
        ]
        if let projector = model.projector { command += ["--mmproj", "\(directory)/\(projector)"] }
        if let size = model.contextSize { command += ["--ctx-size", "\(size)"] }
        if let parallel = model.parallel { command += ["--parallel", "\(parallel)"] }
        if spec.gpu.resource != nil { command += ["--n-gpu-layers", "999"] }
        return command
    }

    private var vLLMCommand: [String] {
        let model = spec.model
        let source = model.source ?? "hf://\(model.name)"
        var command = [
            "vllm", "serve", source.hasPrefix("hf://") ? String(source.dropFirst(5)) : source,
            "--host", "0.0.0.0", "--port", "\(spec.engine.port)", "--served-model-name", model.name,
        ]
        if let size = model.contextSize { command += ["--max-model-len", "\(size)"] }
        if let parallel = model.parallel { command += ["--max-num-seqs", "\(parallel)"] }
        if spec.gpu.resource != nil { command += ["--tensor-parallel-size", "\(spec.gpu.count)"] }
        return command
    }
}
