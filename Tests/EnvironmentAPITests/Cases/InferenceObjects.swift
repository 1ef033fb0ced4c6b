import EnvironmentAPI
import Formats

extension Valid {
    static let inferenceEndpoint: JSONValue = [
        "apiVersion": "envfactory.dev/v1alpha1",
        "kind": "InferenceEndpoint",
        "metadata": ["name": "gemma", "namespace": "team-payments", "uid": "0f7c8c1e-0000-4000-8000-000000000043"],
        "spec": [
            "mode": "Auto",
            "model": [
                "name": "unsloth/gemma-4-12b-it-GGUF", "file": "gemma-4-12b-it-Q8_0.gguf",
                "projector": "mmproj-F16.gguf", "source": "hf://unsloth/gemma-4-12b-it-GGUF",
                "sha256": .string(String(repeating: "0a", count: 32)), "contextSize": 131_072, "parallel": 1,
            ],
            "host": ["address": "host.k3d.internal", "port": 8_080, "cidrs": ["192.168.1.20/32"]],
            "engine": [
                "type": "Custom", "image": "llama-server:b1", "command": ["serve", "--all"], "port": 9_000,
                "loadTimeout": "20m0s",
            ],
            "gpu": ["vendor": "AMD", "count": 2, "resourceName": "amd.com/gpu", "product": "MI300X"],
            "placement": [
                "nodeSelector": ["pool": "gpu"],
                "tolerations": [
                    ["key": "amd.com/gpu", "operator": "Exists", "effect": "NoSchedule"],
                    ["key": "pool", "operator": "Equal", "value": "gpu"],
                ],
                "runtimeClassName": "nvidia", "priorityClassName": "inference",
            ],
            "cache": ["size": "40Gi", "storageClassName": "fast"],
            "serving": ["serviceName": "llm", "port": 8_000],
            "webUI": [
                "enabled": true, "image": "open-webui:v1", "size": "1Gi",
                "exposure": ["type": "Ingress", "host": "chat.example.com", "className": "nginx"],
            ],
            "usage": ["namespaceSelector": ["matchLabels": ["team": "payments"]]],
        ],
    ]

    static let inferenceStatus: JSONValue = [
        "conditions": [
            [
                "type": "Ready", "status": "False", "reason": "WaitingForGPU", "message": "waits",
                "observedGeneration": 1, "lastTransitionTime": "2026-11-21T10:00:00Z",
            ]
        ],
        "observedGeneration": 1, "mode": "Cluster", "modeChangedAt": "2026-11-21T10:00:00Z",
        "url": "http://llm.inf-gemma-1.svc:8000/v1",
        "namespace": ["name": "inf-gemma-1", "uid": "u"],
        "placement": ["node": "node-1", "resource": "amd.com/gpu", "count": 2],
        "queue": ["position": 2, "waitingFor": "team-a/b holds 2 on node-1", "since": "2026-11-21T10:00:00Z"],
        "model": ["loaded": true, "name": "gemma", "answeredBy": "0f7c8c1e-0000-4000-8000-000000000044 1"],
        "boundEnvironments": 3,
        "leftovers": [
            [
                "apiVersion": "v1", "kind": "Pod", "namespace": "n", "name": "p", "heldBy": "h",
                "since": "2026-11-21T10:00:00Z",
            ]
        ],
    ]
}

extension Invalid {
    private static func endpoint(_ path: String, _ value: JSONValue?) -> JSONValue {
        Valid.inferenceEndpoint.setting(path, value)
    }

    /// An endpoint that breaks each rule that is for endpoints.
    static let endpointRules: [ObjectCase] = [
        ObjectCase("an endpoint without a host", breaks: .hostPresence, endpoint("spec/host", nil)),
        ObjectCase(
            "a host's endpoint without one", breaks: .hostPresence,
            endpoint("spec", ["mode": "Host", "model": ["name": "a"]])),
        ObjectCase("an engine without an image", breaks: .engineImagePresence, endpoint("spec/engine/image", nil)),
        ObjectCase("no cache", breaks: .cachePresence, endpoint("spec/cache/size", nil)),
        ObjectCase(
            "no file for llama.cpp", breaks: .modelFilePresence,
            endpoint("spec/model", ["name": "a/b"]).setting("spec/engine/type", "LlamaCpp")),
        ObjectCase(
            "no file for the usual engine", breaks: .modelFilePresence,
            endpoint("spec/model", ["name": "a/b"]).setting("spec/engine/type", nil)),
        ObjectCase(
            "a custom engine that runs nothing", breaks: .customCommandPresence, endpoint("spec/engine/command", [])),
        ObjectCase("a digest of nothing", breaks: .digestOfFile, endpoint("spec/model/file", nil)),
        ObjectCase(
            "a source that anybody may answer for", breaks: .plainSourceDigest,
            endpoint("spec/model", ["name": "a/b", "file": "a.gguf", "source": "http://models.example.com"])),
        ObjectCase(
            "a projector that anybody may answer for", breaks: .plainSourceDigest,
            endpoint("spec/model/source", "http://models.example.com")),
        ObjectCase("a page without an image", breaks: .webUIImagePresence, endpoint("spec/webUI/image", nil)),
        ObjectCase(
            "an ingress without a name", breaks: .ingressHostPresence, endpoint("spec/webUI/exposure/host", nil)),
    ]

    static let endpoints: [ObjectCase] = [
        ObjectCase("no model", .definition, endpoint("spec/model", nil)),
        ObjectCase("a model without a name", .definition, endpoint("spec/model/name", nil)),
        ObjectCase("a vendor of its own", .definition, endpoint("spec/gpu/vendor", "Acme")),
        ObjectCase("no GPUs at all", .definition, endpoint("spec/gpu/count", 0)),
        ObjectCase("a mode of its own", .definition, endpoint("spec/mode", "Cloud")),
        ObjectCase("a file above", .definition, endpoint("spec/model/file", "../secret")),
        ObjectCase("a file from the root", .definition, endpoint("spec/model/file", "/etc/passwd")),
        ObjectCase("a source with a password", .definition, endpoint("spec/model/source", "https://me:pw@example.com")),
        ObjectCase("a source on disk", .definition, endpoint("spec/model/source", "file:///models")),
        ObjectCase("a short digest", .definition, endpoint("spec/model/sha256", "abc")),
        ObjectCase(
            "a digest in capitals", .definition,
            endpoint("spec/model/sha256", .string(String(repeating: "AB", count: 32)))),
        ObjectCase("a port over all ports", .definition, endpoint("spec/host/port", 65_536)),
        ObjectCase("a host that is a path", .definition, endpoint("spec/host/address", "host/path")),
        ObjectCase("a host that is nearly an address", .operator, endpoint("spec/host/address", "192.168.1.256")),
        ObjectCase(
            "another port than the host's", .operator,
            endpoint("spec/host", ["address": "host.k3d.internal", "port": 8_080])),
        ObjectCase(
            "F18: what is critical to the cluster", .operator,
            endpoint("spec/placement/priorityClassName", "system-node-critical")),
        ObjectCase("the pod itself as a host", .operator, endpoint("spec/host/address", "127.0.0.1")),
        ObjectCase("the cloud as a host", .operator, endpoint("spec/host/address", "169.254.169.254")),
        ObjectCase("the cloud in a network", .operator, endpoint("spec/host/cidrs", ["169.254.0.0/16"])),
        ObjectCase("a host in capitals", .operator, endpoint("spec/host/address", "HOST.local")),
        ObjectCase("a repository without an owner", .operator, endpoint("spec/model/source", "hf://gemma")),
        ObjectCase(
            "a name that is no repository", .operator,
            endpoint("spec/model/source", nil).setting("spec/model/name", "gemma")),
        ObjectCase(
            "a toleration of nothing", .operator,
            endpoint("spec/placement/tolerations/0", ["operator": "Equal"])),
        ObjectCase(
            "a toleration with a needless value", .operator,
            endpoint("spec/placement/tolerations/0/value", "x")),
    ]
}
