import CodeHosts
import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import TestSupport
import Testing

@testable import EnvironmentOperator

/// All that the operator can be made to do, on one cluster that remembers every permission it needed.
struct RightsScenario: Sendable {
    let cluster: SimulatedCluster

    init() async throws {
        var settings = SimulationSettings()
        settings.recordsAccess = true
        cluster = try await InstalledCluster.make(settings)
    }

    /// What the operator needed permission for.
    var accesses: [AccessRecord] { cluster.server.accesses.filter { $0.user == OperatorStage.identity.user } }

    /// The namespaces that it made.
    var managed: Set<String> {
        let made = cluster.server.writes(by: OperatorStage.identity)
        return Set(made.filter { $0.resource == "namespaces" && $0.outcome == .created }.map(\.name))
    }

    func run() async throws {
        try await virtually(cluster.time) { try await live() }
        try await brake()
    }

    private func live() async throws {
        var json = StageObjects.environmentClass
        json["spec"]?["lifetime"]?["retention"] = "1m"
        _ = try await cluster.admin.create(KubernetesObject(json), as: .environmentClasses)
        loseAnswers()
        try await withThrowingTaskGroup { group in
            let host = SimulatedCodeHost(.gitHub, at: "https://api.github.com", time: cluster.time)
            host.open("acme/payments", 42)
            _ = try await cluster.admin.create(host.secret("github"), as: .secrets)
            let process = OperatorProcess("one", cluster, web: host)
            group.addTask { try await process.run() }
            for step in [
                makeAll, changeClass, drift, conflicts, fill, blockedEnd, expiry, virtualCluster, inference, lease,
            ] {
                try await step()
            }
            try await pullRequest(host)
            process.operator.runtime.stop()
            try await group.waitForAll()
        }
    }

    /// Some writes are done and their answer lost, or refused as outdated: then it looks what is there.
    private func loseAnswers() {
        cluster.server.plan(Fault(.loseResponse(.interrupted), verbs: [.create], resource: "rolebindings", count: 3))
        let outdated = Fault.Effect.refuse(status: 409, retryAfter: nil)
        for resource in ["environments", "environmentclasses", "inferenceendpoints"] {
            cluster.server.plan(Fault(outdated, verbs: [.patch], resource: resource))
        }
        for resource in ["pods", "services", "endpoints", "persistentvolumeclaims"] {
            cluster.server.plan(Fault(outdated, verbs: [.delete], resource: resource))
        }
    }

    // MARK: - Steps

    @Sendable private func makeAll() async throws {
        for name in ["lives", "blocked", "expires"] {
            var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: name)
            object["spec"] = ["environmentClassName": "review", "ttl": name == "expires" ? "15m" : "24h"]
            _ = try await cluster.admin.create(object, as: .environments)
            try await until("\(name) is ready") { try await isReady(name) }
        }
    }

    /// A virtual cluster's life: installed, changed, put to sleep, woken, mended, published and taken down.
    @Sendable private func virtualCluster() async throws {
        var json = StageObjects.environmentClass
        json["metadata"]?["name"] = "virtual"
        json["spec"] = [
            "isolation": "VirtualCluster", "network": ["mode": "Open"],
            "parameters": [
                ["name": "level", "type": "String", "default": "a", "path": "controlPlane.statefulSet.labels.level"]
            ],
            "virtualCluster": ["chart": ["version": .string(StandInCharts.version)]],
        ]
        _ = try await cluster.admin.create(KubernetesObject(json), as: .environmentClasses)
        var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: "virtual")
        object["spec"] = ["environmentClassName": "virtual"]
        _ = try await cluster.admin.create(object, as: .environments)
        try await until("the virtual cluster is ready") { try await isReady("virtual") }
        let key = ObjectKey(.environments, namespace: OperatorStage.team, name: "virtual")
        let host = try await host("virtual")
        for spec: JSONValue in [["parameters": ["level": "b"]], ["suspend": true], ["suspend": false]] {
            _ = try await cluster.admin.patch(key, .merge, ["spec": spec])
            try await cluster.time.sleep(for: .seconds(60))
            try await until("it is as it should be again") {
                guard spec["suspend"] != true else { return true }
                return try await isReady("virtual")
            }
        }
        try await delete(.serviceAccounts, host, "vc-workload-virtual")
        try await cluster.time.sleep(for: .seconds(300))
        try await until("what was deleted is back") {
            try await find(.serviceAccounts, host, "vc-workload-virtual") != nil
        }
        let uid = try await cluster.admin.find(key)?.uid ?? ""
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
        try await until("the virtual cluster is gone") { try await cluster.admin.find(key) == nil }
    }

    /// Two endpoints' lives: beside the cluster, with an environment bound to it, and in it.
    @Sendable private func inference() async throws {
        let specs: [(String, JSONValue)] = [
            ("beside", ["model": ["name": "a"], "host": ["address": "192.168.1.20", "port": 8_080]]),
            (
                "within",
                [
                    "mode": "Cluster", "model": ["name": "a/b", "file": "b.gguf"], "engine": ["image": "llama-server"],
                    "gpu": ["vendor": "None"], "cache": ["size": "1Gi"],
                    "webUI": [
                        "enabled": true, "image": "open-webui",
                        "exposure": ["type": "Ingress", "host": "chat.example.com"],
                    ],
                ]
            ),
        ]
        for (name, spec) in specs {
            var object = KubernetesObject(.inferenceEndpoints, namespace: OperatorStage.team, name: name)
            object["spec"] = spec
            _ = try await cluster.admin.create(object, as: .inferenceEndpoints)
            let key = ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: name)
            try await until("\(name) is served") {
                try await cluster.admin.find(key)?.json[path: "status", "url"] != nil
            }
        }
        var bound = KubernetesObject(.environments, namespace: OperatorStage.team, name: "bound")
        let reference: JSONValue = ["namespace": .string(OperatorStage.team), "name": "beside"]
        bound["spec"] = [
            "environmentClassName": "review", "inference": [["endpointRef": reference, "serviceName": "llm"]],
        ]
        _ = try await cluster.admin.create(bound, as: .environments)
        try await until("the environment is bound") { try await isReady("bound") }
        for (name, _) in specs {
            let key = ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: name)
            let patch: JSONValue = [
                "spec": [
                    "webUI": ["enabled": false], "mode": "Host", "host": ["address": "host.example", "port": 18_080],
                ]
            ]
            _ = try await cluster.admin.patch(key, .merge, patch)
            try await cluster.time.sleep(for: .seconds(60))
            let uid = try await cluster.admin.find(key)?.uid ?? ""
            _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
            try await until("\(name) is gone") { try await cluster.admin.find(key) == nil }
        }
    }

    @Sendable private func changeClass() async throws {
        let key = ObjectKey(.environmentClasses, name: "review")
        let host = try await host("lives")
        let rule: JSONValue = [["ports": [["port": 443]]]]
        _ = try await cluster.admin.patch(key, .merge, ["spec": ["network": ["egress": rule]]])
        try await until("the rule is there") { try await find(.networkPolicies, host, "envfactory-rules") != nil }
        let open: JSONValue = ["network": ["mode": "Open", "egress": nil], "quota": nil, "limitRange": nil]
        _ = try await cluster.admin.patch(key, .merge, ["spec": open])
        try await until("the guards are gone") {
            let policy = try await find(.networkPolicies, host, "envfactory-isolation")
            let quota = try await find(.resourceQuotas, host, "envfactory")
            let range = try await find(.limitRanges, host, "envfactory")
            return policy == nil && quota == nil && range == nil
        }
        var json = StageObjects.environmentClass
        json["spec"]?["network"] = ["mode": "Isolated"]
        json["spec"]?["lifetime"] = nil
        _ = try await cluster.admin.patch(key, .merge, ["spec": json["spec"] ?? [:]])
        try await until("the guards are back") { try await find(.limitRanges, host, "envfactory") != nil }
        try await until("it is ready again") { try await isReady("lives") }
    }

    @Sendable private func drift() async throws {
        let host = try await host("lives")
        let label: JSONValue = ["metadata": ["labels": ["pod-security.kubernetes.io/enforce": "privileged"]]]
        _ = try await cluster.admin.patch(ObjectKey(.namespaces, name: host), .merge, label)
        let view: JSONValue = ["spec": ["tenantRole": "View"]]
        _ = try await cluster.admin.patch(ObjectKey(.environmentClasses, name: "review"), .merge, view)
        try await cluster.time.sleep(for: .seconds(5))
        for name in ["envfactory-operator", "envfactory-tenant"] { try await delete(.roleBindings, host, name) }
        try await delete(.serviceAccounts, host, "envfactory-tenant")
        try await delete(.secrets, host, "envfactory-kubeconfig")
        try await cluster.time.sleep(for: .seconds(120))
        try await until("what was deleted is back") {
            try await find(.secrets, host, "envfactory-kubeconfig") != nil
        }
    }

    /// Somebody else's object has the name of one of ours, of each kind.
    @Sendable private func conflicts() async throws {
        let host = try await host("lives")
        let kinds: [(APIResource, String, JSONValue)] = [
            (.resourceQuotas, "envfactory", ["hard": ["pods": "1"]]), (.limitRanges, "envfactory", ["limits": []]),
            (.networkPolicies, "envfactory-dns", ["podSelector": [:]]), (.serviceAccounts, "envfactory-tenant", nil),
        ]
        for (resource, name, spec) in kinds {
            try await pause("true")
            try await delete(resource, host, name)
            var object = KubernetesObject(resource, namespace: host, name: name)
            if spec != nil { object["spec"] = spec }
            _ = try await cluster.admin.create(object, as: resource)
            try await pause("false")
            try await until("\(resource.plural): it is told") {
                let conditions = try await environment("lives")?.status.conditions ?? []
                return conditions.contains { $0.reason == "NameConflict" }
            }
            try await delete(resource, host, name)
            try await until("\(resource.plural): it is ready again") { try await isReady("lives") }
        }
    }

    private func pause(_ value: String) async throws {
        let key = ObjectKey(.configMaps, namespace: Words.Installation.namespace, name: Words.Pause.configMap)
        _ = try await cluster.admin.patch(key, .merge, ["data": ["paused": .string(value), "by": "test"]])
        try await cluster.time.sleep(for: .seconds(2))
    }

    /// What tenants make, which the end takes away.
    @Sendable private func fill() async throws {
        let host = try await host("lives")
        var pod = KubernetesObject(.pods, namespace: host, name: "web")
        pod["spec"] = ["containers": [["name": "web", "image": "web"]]]
        _ = try await cluster.admin.create(pod, as: .pods)
        var service = KubernetesObject(.services, namespace: host, name: "web")
        service["spec"] = ["type": "LoadBalancer", "ports": [["port": 80]]]
        _ = try await cluster.admin.create(service, as: .services)
        var claim = KubernetesObject(.persistentVolumeClaims, namespace: host, name: "data")
        claim["spec"] = ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]
        _ = try await cluster.admin.create(claim, as: .persistentVolumeClaims)
        try await end("lives")
    }

    /// One object of every kind that somebody else holds.
    @Sendable private func blockedEnd() async throws {
        let host = try await host("blocked")
        let held: [APIResource] = [
            .configMaps, .secrets, .serviceAccounts, .resourceQuotas, .limitRanges, .networkPolicies, .roleBindings,
            .deployments, .statefulSets, .jobs, .ingresses, .endpointSlices, .podDisruptionBudgets,
        ]
        for resource in held {
            var object = KubernetesObject(resource, namespace: host, name: "held")
            object["metadata"]?["finalizers"] = ["example.com/hold"]
            for member in Self.heldContent[resource.plural]?.object ?? JSONObject() {
                object[member.key] = member.value
            }
            _ = try await cluster.admin.create(object, as: resource)
        }
        try await deleteEnvironment("blocked")
        try await until("it says what holds it") {
            let environment = try await environment("blocked")
            return environment?.status.leftovers.count == held.count
        }
        for resource in held {
            _ = try await cluster.admin.patch(
                ObjectKey(resource, namespace: host, name: "held"), .merge, ["metadata": ["finalizers": nil]])
        }
        try await until("it is gone") { try await environment("blocked") == nil }
    }

    /// What the API server requires of them.
    private static let heldContent: [String: JSONValue] = [
        "limitranges": ["spec": ["limits": []]],
        "networkpolicies": ["spec": ["podSelector": [:]]],
        "rolebindings": [
            "roleRef": [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "envfactory-tenant-view",
            ]
        ],
        "deployments": ["spec": workload],
        "statefulsets": ["spec": workload],
        "jobs": ["spec": ["template": ["spec": ["restartPolicy": "Never", "containers": containers]]]],
        "ingresses": ["spec": ["defaultBackend": ["service": ["name": "web", "port": ["number": 80]]]]],
        "endpointslices": ["addressType": "IPv4", "endpoints": []],
        "poddisruptionbudgets": ["spec": ["selector": [:]]],
    ]
    private static let containers: JSONValue = [["name": "web", "image": "web"]]
    private static let workload: JSONValue = [
        "serviceName": "web", "selector": ["matchLabels": ["app": "web"]],
        "template": ["metadata": ["labels": ["app": "web"]], "spec": ["containers": containers]],
    ]

    /// It is warned, ends by itself, and is deleted by the operator when its retention is over.
    @Sendable private func expiry() async throws {
        try await cluster.time.sleep(for: .seconds(600))
        try await until("it is forgotten") { try await environment("expires") == nil }
    }

    /// It ends with its pull request, and is forgotten when that is open again.
    private func pullRequest(_ host: SimulatedCodeHost) async throws {
        var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: "pull")
        object["spec"] = [
            "environmentClassName": "review",
            "source": ["provider": "GitHub", "repository": "acme/payments", "pullRequest": 42],
        ]
        _ = try await cluster.admin.create(object, as: .environments)
        try await until("it is ready") { try await isReady("pull") }
        host.close("acme/payments", 42)
        try await until("it is over") { try await environment("pull")?.isTerminated == true }
        host.open("acme/payments", 42)
        try await until("another may come") { try await environment("pull") == nil }
        // Watches are ended and begun again within this time.
        try await cluster.time.sleep(for: .seconds(400))
    }

    @Sendable private func lease() async throws {
        try await delete(.leases, Words.Installation.namespace, Words.Installation.lease)
        try await until("the lease is back") {
            try await find(.leases, Words.Installation.namespace, Words.Installation.lease) != nil
        }
    }

    /// More ends than anyone can have meant.
    private func brake() async throws {
        let stage = OperatorStage(on: cluster)
        var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: "one-of-many")
        object["spec"] = ["environmentClassName": "review"]
        let environment = Environment(from: object)
        for _ in 0...Brake.threshold(of: 0) {
            let now = cluster.time.now
            _ = try await stage.endings.mayBegin(environment, expiresAt: now, now: now)
        }
    }
}

// MARK: - The cluster

extension RightsScenario {
    private func environment(_ name: String) async throws -> Environment? {
        try await find(.environments, OperatorStage.team, name).map(Environment.init(from:))
    }

    private func isReady(_ name: String) async throws -> Bool {
        try await environment(name)?.status.condition(.ready)?.reason == "Ready"
    }

    private func host(_ name: String) async throws -> String {
        OwnerIdentity(try #require(try await environment(name))).hostNamespace
    }

    private func find(_ resource: APIResource, _ namespace: String, _ name: String) async throws -> KubernetesObject? {
        try await cluster.admin.find(ObjectKey(resource, namespace: namespace, name: name))
    }

    private func delete(_ resource: APIResource, _ namespace: String, _ name: String) async throws {
        let uid = try #require(try await find(resource, namespace, name)?.uid)
        _ = try await cluster.admin.delete(
            ObjectKey(resource, namespace: namespace, name: name), DeletePreconditions(uid: uid))
    }

    private func deleteEnvironment(_ name: String) async throws {
        try await delete(.environments, OperatorStage.team, name)
    }

    private func end(_ name: String) async throws {
        try await deleteEnvironment(name)
        try await until("\(name) is gone") { try await environment(name) == nil }
    }

    private func until(_ what: Comment, _ condition: () async throws -> Bool) async throws {
        let deadline = cluster.time.monotonic + .seconds(600)
        while try await !condition() {
            guard cluster.time.monotonic < deadline else {
                Issue.record(what)
                return
            }
            try await cluster.time.sleep(for: .milliseconds(500))
        }
    }
}
