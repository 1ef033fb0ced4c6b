import Formats
import Testing

@Suite("Quotas")
struct SemanticsQuotaTests {
    @Test("bind once their status says so, and name what is exceeded", arguments: SemanticsServer.all)
    func counts(server: SemanticsServer) async throws {
        try await server.check { probe in
            // The namespace's own objects are counted as well.
            try await probe.eventually { try await probe.get(probe.path("configmaps")).names.count == 1 }
            try await quota(probe, ["configmaps": "2"])
            let quota = try await probe.get(probe.path("resourcequotas", "q"))
            #expect(quota.json["status"] == ["hard": ["configmaps": "2"], "used": ["configmaps": "1"]])
            #expect(try await probe.post(probe.path("configmaps"), configMap("a")).status == 201)
            let used = try await probe.get(probe.path("resourcequotas", "q"))
            #expect(used.json[path: "status", "used", "configmaps"] == "2")
            let over = try await probe.post(probe.path("configmaps"), configMap("b"))
            #expect(over.status == 403 && over.reason == "Forbidden")
            #expect(
                over.message
                    == "configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, "
                    + "limited: configmaps=2")
            _ = try await probe.delete(probe.path("configmaps", "a"))
            try await probe.eventually { try await probe.post(probe.path("configmaps"), configMap("b")).status == 201 }
        }
    }

    @Test("add up what pods ask for", arguments: SemanticsServer.all)
    func compute(server: SemanticsServer) async throws {
        try await server.check { probe in
            let hard: JSONValue = ["pods": "2", "requests.cpu": "1", "requests.memory": "1Gi"]
            try await quota(probe, hard)
            let silent = try await probe.post(probe.path("pods"), pod("a"))
            #expect(silent.status == 403)
            #expect(
                silent.message
                    == "pods \"a\" is forbidden: failed quota: q: must specify requests.cpu,requests.memory")
            let first = try await probe.post(probe.path("pods"), pod("a", ["cpu": "600m", "memory": "512Mi"]))
            #expect(first.status == 201)
            let used = try await probe.get(probe.path("resourcequotas", "q"))
            #expect(
                used.json[path: "status", "used"]
                    == ["pods": "1", "requests.cpu": "600m", "requests.memory": "512Mi"])
            let over = try await probe.post(probe.path("pods"), pod("b", ["cpu": "500m", "memory": "128Mi"]))
            #expect(
                over.message
                    == "pods \"b\" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: "
                    + "requests.cpu=600m, limited: requests.cpu=1")
        }
    }

    @Test("count objects of any kind", arguments: SemanticsServer.all)
    func anyKind(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await quota(probe, ["count/leases.coordination.k8s.io": "0"])
            let lease: JSONValue = ["metadata": ["name": "l"]]
            // Admission reads a cache, which may be a moment behind the quota's status.
            try await probe.eventually {
                let path = probe.path("leases", in: "coordination.k8s.io/v1") + "?dryRun=All"
                let over = try await probe.post(path, lease)
                return over.status == 403 && over.message.contains("exceeded quota: q")
            }
        }
    }

    @Test("get requests from the namespace's limit range", arguments: SemanticsServer.all)
    func limitRange(server: SemanticsServer) async throws {
        try await server.check { probe in
            let limit: JSONValue = [
                "type": "Container", "default": ["cpu": "500m"], "defaultRequest": ["cpu": "50m"], "max": ["cpu": "1"],
            ]
            let made = try await probe.post(
                probe.path("limitranges"), ["metadata": ["name": "l"], "spec": ["limits": [limit]]])
            #expect(made.status == 201)
            try await probe.eventually {
                let first = try await probe.post(probe.path("pods") + "?dryRun=All", pod("a"))
                let resources = first.json[path: "spec", "containers"]?.array?.first?["resources"]
                return resources == ["limits": ["cpu": "500m"], "requests": ["cpu": "50m"]]
            }
            var large = pod("b")
            large["spec"]?["containers"] = [
                ["name": "main", "image": "example.com/none:1", "resources": ["limits": ["cpu": "2"]]]
            ]
            let over = try await probe.post(probe.path("pods"), large)
            #expect(over.status == 403)
            #expect(
                over.message == "pods \"b\" is forbidden: maximum cpu usage per Container is 1, but limit is 2")
        }
    }

    @Test("a pod without its account is refused", arguments: SemanticsServer.all)
    func account(server: SemanticsServer) async throws {
        try await server.check { probe in
            var object = pod("a")
            object["spec"]?["serviceAccountName"] = "none"
            let answer = try await probe.post(probe.path("pods"), object)
            #expect(answer.status == 403)
            #expect(
                answer.message
                    == "pods \"a\" is forbidden: error looking up service account \(probe.namespace)/none: "
                    + "serviceaccount \"none\" not found")
        }
    }

    private func quota(_ probe: SemanticsProbe, _ hard: JSONValue) async throws {
        let body: JSONValue = ["metadata": ["name": "q"], "spec": ["hard": hard]]
        let made = try await probe.post(probe.path("resourcequotas"), body)
        #expect(made.status == 201 && made.json["status"] == [:])
        try await probe.eventually {
            let quota = try await probe.get(probe.path("resourcequotas", "q"))
            return quota.json[path: "status", "hard"] == hard && quota.json[path: "status", "used"] != nil
        }
    }

    private func pod(_ name: String, _ requests: JSONValue? = nil) -> JSONValue {
        var container: JSONValue = ["name": "main", "image": "example.com/none:1"]
        if let requests { container["resources"] = ["requests": requests] }
        return ["metadata": ["name": .string(name)], "spec": ["containers": [container]]]
    }
}
