import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator

/// Does what people do to the cluster.
struct People: Sendable {
    let server: SimulatedAPIServer
    let codeHost: SimulatedCodeHost
    let client: KubernetesClient

    /// How long somebody tries to create what is still there under that name.
    private static let patience = 90

    init(_ server: SimulatedAPIServer, _ codeHost: SimulatedCodeHost) {
        self.server = server
        self.codeHost = codeHost
        client = SimulatedHost.administrator(of: server)
    }

    /// Does it; returns what came of it.
    func perform(_ action: Action) async throws -> String {
        do {
            try await act(action)
            return "done"
        } catch let error as KubernetesError {
            return error.code.rawValue
        }
    }

    private func act(_ action: Action) async throws {
        let words = action.arguments
        let (first, second) = (words.first ?? "", words.dropFirst().first ?? "")
        switch action.verb {
        case .makeClass: try await makeClass(first, isolation: second)
        case .create: try await create(first, second, ttl: words.dropFirst(2).first)
        case .lifetime: try await patch(first, ["ttl": .string(second)])
        case .suspend: try await patch(first, ["suspend": true])
        case .wake: try await patch(first, ["suspend": false])
        case .level: try await patch(first, ["parameters": ["level": .string(second)]])
        case .delete: try await delete(key(first))
        case .pods: try await patchClass(first, ["quota": ["hard": ["pods": .string(second)]]])
        case .network: try await patchClass(first, ["network": ["mode": .string(second)]])
        case .chart: try await patchClass(first, ["virtualCluster": ["chart": ["version": .string(second)]]])
        case .helm: try await beginUpgrade(first)
        case .abandon: try await abandonUpgrade(first)
        case .strip: _ = try await client.patch(key(first), .merge, ["metadata": ["finalizers": nil]])
        case .squat: try await squat(first)
        case .run: try await run(first)
        case .hold: try await hold(first)
        case .free: try await free(first)
        case .pull: try await setPull(first, second)
        case .job: try await runJob(first, second)
        case .host: codeHost.fail(SimulatedCodeHost.Fault(rawValue: first))
        case .pause: try await setPause(true)
        case .unpause: try await setPause(false)
        case .steal: try await steal()
        case .forfeit: try await delete(Self.lease)
        case .touch where first == "environments": try await touch(key(second))
        case .destroy, .edit, .touch: try await disturb(action.verb, first, of: second)
        case .replica, .hook, .rest: break
        }
    }

    private func key(_ name: String) -> ObjectKey {
        ObjectKey(.environments, namespace: SimulatedHost.team, name: name)
    }

    private func delete(_ key: ObjectKey) async throws {
        let uid = try await client.get(key).uid ?? ""
        _ = try await client.delete(key, DeletePreconditions(uid: uid))
    }

    // MARK: - Environments

    private func create(_ name: String, _ className: String, ttl: String?) async throws {
        var object = KubernetesObject(.environments, namespace: SimulatedHost.team, name: name)
        object["spec"] = ["environmentClassName": .string(className)]
        if let ttl { object["spec"]?["ttl"] = .string(ttl) }
        for _ in 0..<Self.patience {
            do {
                _ = try await client.create(object, as: .environments)
                return
            } catch let error as KubernetesError where error.code == .alreadyExists {
                try await server.time.sleep(for: .seconds(1))
            }
        }
        throw KubernetesError(.alreadyExists, "\(name) is still there")
    }

    private func patch(_ name: String, _ spec: JSONValue) async throws {
        _ = try await client.patch(key(name), .merge, ["spec": spec])
    }

    func hostNamespace(of name: String) async throws -> String {
        EnvironmentNamespace.name(of: Environment(from: try await client.get(key(name))))
    }

    private func squat(_ name: String) async throws {
        let namespace = KubernetesObject(.namespaces, name: try await hostNamespace(of: name))
        _ = try await client.create(namespace, as: .namespaces)
    }

    private func run(_ name: String) async throws {
        var deployment = KubernetesObject(.deployments, namespace: try await hostNamespace(of: name), name: "web")
        let labels: JSONValue = ["app": "web"]
        deployment["spec"] = [
            "replicas": 2, "selector": ["matchLabels": labels],
            "template": [
                "metadata": ["labels": labels], "spec": ["containers": [["name": "web", "image": "web"]]],
            ],
        ]
        _ = try await client.create(deployment, as: .deployments)
    }

    private func hold(_ name: String) async throws {
        var held = KubernetesObject(.configMaps, namespace: try await hostNamespace(of: name), name: "held")
        held["metadata"]?["finalizers"] = ["example.com/hold"]
        _ = try await client.create(held, as: .configMaps)
    }

    private func free(_ name: String) async throws {
        let held = ObjectKey(.configMaps, namespace: try await hostNamespace(of: name), name: "held")
        _ = try await client.patch(held, .merge, ["metadata": ["finalizers": nil]])
    }

    // MARK: - Classes

    private func patchClass(_ name: String, _ spec: JSONValue) async throws {
        _ = try await client.patch(ObjectKey(.environmentClasses, name: name), .merge, ["spec": spec])
    }

    private func makeClass(_ name: String, isolation: String) async throws {
        var object = KubernetesObject(.environmentClasses, name: name)
        object["spec"] = [
            "isolation": .string(isolation), "usage": ["namespaceSelector": ["matchLabels": ["team": "payments"]]],
            "lifetime": ["default": "24h", "maximum": "72h", "warnings": ["2h", "15m"], "retention": "1h"],
            "limitRange": [["type": "Container", "default": ["cpu": "500m"], "defaultRequest": ["cpu": "50m"]]],
            "quota": ["hard": ["pods": "20", "limits.cpu": "40", "requests.cpu": "20"]],
            "network": ["mode": "Isolated", "apiServerCIDRs": ["10.0.0.1/32"]],
        ]
        if isolation == "VirtualCluster" {
            object["spec"]?["quota"] = nil
            object["spec"]?["virtualCluster"] = [
                "chart": ["version": .string(StandInCharts.version)],
                "values": ["controlPlane": ["statefulSet": ["image": ["repository": "vcluster"]]]],
            ]
            object["spec"]?["parameters"] = [
                ["name": "level", "type": "String", "default": "a", "path": "controlPlane.statefulSet.labels.level"]
            ]
        } else {
            object["spec"]?["tenantRole"] = "Edit"
        }
        _ = try await client.create(object, as: .environmentClasses)
    }

    // MARK: - The operator's own namespace

    private func setPause(_ isPaused: Bool) async throws {
        let key = ObjectKey(.configMaps, namespace: Words.Installation.namespace, name: Words.Pause.configMap)
        var data: JSONValue = [Words.Pause.paused: .string(isPaused ? "true" : "false"), Words.Pause.reason: "a test"]
        if !isPaused { data[Words.Pause.resumed] = .string(server.time.now.description) }
        _ = try await client.patch(key, .merge, ["data": data])
    }

    private static let lease = ObjectKey(
        .leases, namespace: Words.Installation.namespace, name: Words.Installation.lease)

    private func steal() async throws {
        _ = try await client.patch(Self.lease, .merge, ["spec": ["holderIdentity": "a-stranger"]])
    }

    // MARK: - Third parties

    private func disturb(_ verb: Action.Verb, _ plural: String, of name: String) async throws {
        let namespace = try await hostNamespace(of: name)
        if plural == "namespaces" {
            try await delete(ObjectKey(.namespaces, name: namespace))
            return
        }
        guard let (resource, change) = Self.disturbances[plural] else {
            throw KubernetesError(.configuration, "nobody disturbs \(plural)")
        }
        for object in try await client.listAll(resource, namespace: namespace).items
        // What a virtual cluster and Helm keep in Secrets nobody can make anew.
        where resource != .secrets || object.name == Words.Fixed.kubeconfigSecret {
            let key = ObjectKey(resource, namespace: namespace, name: object.name)
            switch verb {
            case .destroy: try await delete(key)
            case .touch: try await touch(key)
            default: _ = try await client.patch(key, .merge, change)
            }
        }
    }

    /// Writes an annotation that nobody reads.
    private func touch(_ key: ObjectKey) async throws {
        let note = JSONValue.string("\(server.time.monotonic)")
        _ = try await client.patch(key, .merge, ["metadata": ["annotations": ["example.com/touched": note]]])
    }

    /// What somebody may make of the guards.
    private static let disturbances: [String: (APIResource, JSONValue)] = [
        "networkpolicies": (.networkPolicies, ["spec": ["podSelector": ["matchLabels": ["app": "none"]]]]),
        "resourcequotas": (.resourceQuotas, ["spec": ["hard": ["pods": "999"]]]),
        "limitranges": (.limitRanges, ["spec": ["limits": [["type": "Container", "max": ["cpu": "9"]]]]]),
        "rolebindings": (.roleBindings, ["metadata": ["labels": ["disturbed": "true"]]]),
        "secrets": (.secrets, ["metadata": ["labels": ["disturbed": "true"]]]),
    ]
}
