import EnvironmentAPI
import Formats
import Kubernetes

/// The page in front of the model: the raw API is never exposed.
extension OwnerIdentity {
    static let webUIName = "web-ui"
    static let webUIPort: Int64 = 8_080

    func webUI(_ endpoint: InferenceEndpoint) -> [WantedObject] {
        var objects = [WantedObject(webUIDeployment(endpoint), of: .deployments)]
        objects += service(
            Self.webUIName, port: 80, to: .pods(component: Words.Component.webUI, port: Self.webUIPort)
        ).map { endpoint.spec.webUI.exposure.type == .tailscale ? $0.onTailnet(endpoint) : $0 }
        if let size = endpoint.spec.webUI.size { objects.append(webUIClaim(size)) }
        if endpoint.spec.webUI.exposure.type == .ingress { objects.append(webUIIngress(endpoint.spec.webUI.exposure)) }
        return objects
    }

    private func webUIDeployment(_ endpoint: InferenceEndpoint) -> KubernetesObject {
        let volume: JSONValue =
            endpoint.spec.webUI.size == nil
            ? ["name": "data", "emptyDir": [:]]
            : ["name": "data", "persistentVolumeClaim": ["claimName": .string(Self.webUIName)]]
        let ready: JSONValue = ["httpGet": ["path": "/health", "port": .integer(Self.webUIPort)], "periodSeconds": 10]
        let variables = Self.webUIVariables(url: endpoint.url(in: hostNamespace))
        var deployment = object(.deployments, name: Self.webUIName)
        deployment["spec"] = [
            "replicas": 1, "revisionHistoryLimit": 1, "strategy": ["type": "Recreate"],
            "selector": ["matchLabels": selector(Words.Component.webUI)],
            "template": [
                "metadata": ["labels": selector(Words.Component.webUI)],
                "spec": [
                    "automountServiceAccountToken": false, "enableServiceLinks": false,
                    "containers": [
                        [
                            "name": .string(Self.webUIName), "image": .string(endpoint.spec.webUI.image ?? ""),
                            "env": .array(
                                variables.map { ["name": .string($0.0), "value": .string($0.1)] }),
                            "ports": [
                                ["name": "http", "containerPort": .integer(Self.webUIPort), "protocol": "TCP"]
                            ],
                            "readinessProbe": ready,
                            "volumeMounts": [["name": "data", "mountPath": .string(Self.webUIData)]],
                        ]
                    ],
                    "volumes": [volume],
                ],
            ],
        ]
        return deployment
    }

    private static let webUIData = "/app/backend/data"

    /// How the page is told what it needs; who may log in stays its own affair.
    private static func webUIVariables(url: String) -> [(String, String)] {
        [
            // An empty key hides every model, so there is one that says nothing.
            ("OPENAI_API_BASE_URLS", url), ("OPENAI_API_KEYS", "none"), ("ENABLE_OLLAMA_API", "false"),
            ("PORT", "\(webUIPort)"),
            // The volume hides what the image brings for searching documents, and the network leads to no place where
            // it could be fetched: without these it would be tried at each start.
            ("OFFLINE_MODE", "true"), ("HF_HUB_OFFLINE", "1"),
            // Beside the program it would be lost with the pod, and everybody would have to log in again.
            ("WEBUI_SECRET_KEY_FILE", "\(webUIData)/.webui_secret_key"),
        ]
    }

    private func webUIClaim(_ size: Quantity) -> WantedObject {
        var claim = object(.persistentVolumeClaims, name: Self.webUIName)
        claim["spec"] = [
            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size.description)]],
        ]
        return WantedObject(claim, of: .persistentVolumeClaims)
    }

    private func webUIIngress(_ exposure: InferenceEndpoint.Exposure) -> WantedObject {
        var ingress = object(.ingresses, name: Self.webUIName)
        let backend: JSONValue = ["service": ["name": .string(Self.webUIName), "port": ["number": 80]]]
        var spec: JSONValue = [
            "rules": [
                [
                    "host": .string(exposure.host ?? ""),
                    "http": ["paths": [["path": "/", "pathType": "Prefix", "backend": backend]]],
                ]
            ]
        ]
        if let name = exposure.className { spec["ingressClassName"] = .string(name) }
        ingress["spec"] = spec
        return WantedObject(ingress, of: .ingresses)
    }

    /// The page may call the model, and be called from where it is exposed.
    func webUIPolicy(_ endpoint: InferenceEndpoint) -> KubernetesObject {
        var egress: JSONValue?
        if endpoint.spec.mode != .cluster, let host = endpoint.spec.host {
            let blocks = host.addressBlocks ?? []
            let peers: JSONValue = .array(blocks.map { ["ipBlock": ["cidr": .string($0)]] })
            if !blocks.isEmpty { egress = [["to": peers, "ports": [Self.tcp(host.port)]]] }
        }
        let isExposed = endpoint.spec.webUI.exposure.type != .none
        let ingress: JSONValue = isExposed ? [["ports": [Self.tcp(Self.webUIPort)]]] : []
        return policy(
            Words.Fixed.networkPolicyWebUI, for: ["matchLabels": selector(Words.Component.webUI)],
            egress: egress, ingress: ingress)
    }
}

extension WantedObject {
    /// The Tailscale operator exposes a Service that asks for it, and keeps it with a finalizer until it has let go.
    fileprivate func onTailnet(_ endpoint: InferenceEndpoint) -> WantedObject {
        var service = object
        let name = endpoint.spec.webUI.exposure.host ?? endpoint.metadata.name
        service["metadata"]?["annotations"] = JSONValue.object(
            JSONObject(unique: [
                (Words.Tailscale.expose, "true"), (Words.Tailscale.hostname, .string(name)),
            ]))
        return WantedObject(service, of: .services)
    }
}
