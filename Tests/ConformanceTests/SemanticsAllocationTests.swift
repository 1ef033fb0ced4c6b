import Formats
import Testing

@Suite("Allocations and limits")
struct SemanticsAllocationTests {
    @Test("a port on every node is given once", arguments: SemanticsServer.all)
    func nodePorts(server: SemanticsServer) async throws {
        try await server.check { probe in
            let services = probe.path("services")
            let made = try await probe.post(services, service("a", ["type": "NodePort"]))
            let port = made.json[path: "spec", "ports"]?.array?.first?["nodePort"]?.integer ?? 0
            #expect((30000...32767).contains(port))
            let taken = service("b", ["type": "NodePort"], ["port": 80, "nodePort": .integer(port)])
            let second = try await probe.post(services, taken)
            #expect(second.status == 422)
            #expect(
                second.message
                    == "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: \(port): provided port is "
                    + "already allocated")
            let changed = try await probe.merge(services + "/a", ["spec": ["type": "ClusterIP"]])
            #expect(changed.json[path: "spec", "ports"]?.array?.first?["nodePort"] == nil)
            #expect(try await probe.post(services, taken).status == 201)
        }
    }

    @Test("an address is given once, and stays", arguments: SemanticsServer.all)
    func addresses(server: SemanticsServer) async throws {
        try await server.check { probe in
            let services = probe.path("services")
            let made = try await probe.post(services, service("a"))
            let address = made.json[path: "spec", "clusterIP"]?.string ?? ""
            #expect(address.split(separator: ".").count == 4)
            #expect(made.json[path: "spec", "clusterIPs"] == [.string(address)])
            let second = try await probe.post(services, service("b", ["clusterIP": .string(address)]))
            #expect(second.status == 422 && second.message.contains("provided IP is already allocated"))
            let moved = try await probe.merge(services + "/a", ["spec": ["clusterIP": "10.0.0.99"]])
            #expect(moved.status == 422)
            #expect(moved.message.hasSuffix("Invalid value: []string{\"10.0.0.99\"}: may not change once set"))
            let outside = try await probe.merge(
                services + "/a", ["spec": ["type": "ExternalName", "externalName": "a.example.com"]])
            #expect(outside.status == 200 && outside.json[path: "spec", "clusterIP"] == nil)
        }
    }

    @Test("a headless Service stays without an address", arguments: SemanticsServer.all)
    func headless(server: SemanticsServer) async throws {
        try await server.check { probe in
            let services = probe.path("services")
            _ = try await probe.post(services, service("a", ["clusterIP": "None"]))
            let changed = try await probe.merge(services + "/a", ["spec": ["clusterIP": "10.0.0.9"]])
            #expect(changed.status == 422 && changed.message.hasSuffix("may not change once set"))
        }
    }

    // MARK: - What does not change

    @Test(
        "what is immutable keeps its data and its word", arguments: SemanticsServer.all, ["configmaps", "secrets"]
    )
    func immutable(server: SemanticsServer, plural: String) async throws {
        try await server.check { probe in
            let object: JSONValue = ["metadata": ["name": "i"], "data": ["a": "dg=="], "immutable": true]
            #expect(try await probe.post(probe.path(plural), object).status == 201)
            let path = probe.path(plural, "i")
            let why = "Forbidden: field is immutable when `immutable` is set"
            for (change, field) in [
                (["data": ["a": "dw=="]], "data"), (["immutable": false], "immutable"),
                (["immutable": nil], "immutable"),
            ] as [(JSONValue, String)] {
                let refused = try await probe.merge(path, change)
                #expect(refused.status == 422 && refused.message.hasSuffix(" \"i\" is invalid: \(field): \(why)"))
            }
            #expect(try await probe.merge(path, ["metadata": ["labels": ["a": "b"]]]).status == 200)
            #expect(try await probe.delete(path).status == 200)
        }
    }

    @Test("a pod changes in its images and its deadline only", arguments: SemanticsServer.all)
    func pod(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("pods"), bare("p"))
            try #require(made.status == 201, "\(made.message)")
            let path = probe.path("pods", "p")
            for change in [["terminationGracePeriodSeconds": 1], ["priority": 5]] as [JSONValue] {
                let refused = try await probe.merge(path, ["spec": change])
                #expect(refused.status == 422 && refused.causes.first?["field"] == "spec")
                #expect(
                    refused.message.hasPrefix(
                        "Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than "
                            + "`spec.containers[*].image`"))
            }
            let image = #"[{"op":"replace","path":"/spec/containers/0/image","value":"example.com/other:1"}]"#
            #expect(try await probe.send(line: "JSON pods/p", image).status == 200)
            #expect(try await probe.merge(path, ["spec": ["activeDeadlineSeconds": 5]]).status == 200)
            _ = try await probe.delete(path + "?gracePeriodSeconds=0")
        }
    }

    @Test("a claim keeps what it asked for", arguments: SemanticsServer.all)
    func claim(server: SemanticsServer) async throws {
        try await server.check { probe in
            let claims = probe.path("persistentvolumeclaims")
            let made = try await probe.post(
                claims,
                [
                    "metadata": ["name": "v"],
                    "spec": [
                        "accessModes": ["ReadWriteOnce"], "storageClassName": "none",
                        "resources": ["requests": ["storage": "1Gi"]],
                    ],
                ])
            #expect(made.status == 201)
            for change in [["accessModes": ["ReadWriteMany"]], ["resources": ["requests": ["storage": "2Gi"]]]]
                as [JSONValue]
            {
                let refused = try await probe.merge(claims + "/v", ["spec": change])
                #expect(refused.status == 422 && refused.causes.first?["field"] == "spec")
                #expect(
                    refused.message.contains("spec is immutable after creation except resources.requests for bound"))
            }
            _ = try await probe.delete(claims + "/v")
        }
    }

    // MARK: - Limits

    @Test("a limit range fills in, and counts by container and pod", arguments: SemanticsServer.all)
    func limits(server: SemanticsServer) async throws {
        try await server.check { probe in
            let container: JSONValue = [
                "type": "Container", "min": ["cpu": "100m"], "max": ["cpu": "1"], "default": ["cpu": "500m"],
                "defaultRequest": ["cpu": "200m"], "maxLimitRequestRatio": ["cpu": "4"],
            ]
            let limits: JSONValue = [
                "metadata": ["name": "l"],
                "spec": ["limits": [container, ["type": "Pod", "max": ["cpu": "1500m"]]]],
            ]
            #expect(try await probe.post(probe.path("limitranges"), limits).status == 201)
            let path = probe.path("pods") + "?dryRun=All"
            try await probe.eventually {
                let pod = try await probe.post(path, bare("p"))
                return resources(pod, 0) == ["limits": ["cpu": "500m"], "requests": ["cpu": "200m"]]
            }
            for (asked, why) in [
                (
                    ["requests": ["cpu": "2"], "limits": ["cpu": "2"]],
                    "maximum cpu usage per Container is 1, but limit is 2"
                ),
                (["requests": ["cpu": "50m"]], "minimum cpu usage per Container is 100m, but request is 50m"),
                (
                    ["requests": ["cpu": "100m"], "limits": ["cpu": "500m"]],
                    "cpu max limit to request ratio per Container is 4, but provided ratio is 5.000000"
                ),
            ] as [(JSONValue, String)] {
                let refused = try await probe.post(path, bare("p", [asked]))
                #expect(refused.status == 403 && refused.message.contains(why), "\(refused.message)")
            }
            let two = try await probe.post(path, bare("p", [["limits": ["cpu": "1"]], ["limits": ["cpu": "1"]]]))
            #expect(two.status == 403)
            #expect(two.message == "pods \"p\" is forbidden: maximum cpu usage per Pod is 1500m, but limit is 2")
        }
    }

    @Test("a limit range bounds claims", arguments: SemanticsServer.all)
    func claimLimits(server: SemanticsServer) async throws {
        try await server.check { probe in
            let limit: JSONValue = [
                "type": "PersistentVolumeClaim", "max": ["storage": "2Gi"], "min": ["storage": "1Gi"],
            ]
            _ = try await probe.post(
                probe.path("limitranges"), ["metadata": ["name": "l"], "spec": ["limits": [limit]]])
            func claim(_ size: String) async throws -> SemanticsAnswer {
                try await probe.post(
                    probe.path("persistentvolumeclaims") + "?dryRun=All",
                    [
                        "metadata": ["name": "v"],
                        "spec": [
                            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size)]],
                        ],
                    ])
            }
            try await probe.eventually { try await claim("3Gi").status == 403 }
            let refused = try await claim("3Gi")
            let what = "persistentvolumeclaims \"v\" is forbidden"
            #expect(
                refused.message == "\(what): maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"
            )
            #expect(
                try await claim("1Mi").message
                    == "\(what): minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi")
            #expect(try await claim("1Gi").status == 201)
        }
    }

    @Test("a quota with scopes counts the pods it means", arguments: SemanticsServer.all)
    func scopes(server: SemanticsServer) async throws {
        try await server.check { probe in
            let quotas = probe.path("resourcequotas")
            for (name, scope) in [("easy", "BestEffort"), ("ending", "Terminating")] {
                let spec: JSONValue = ["hard": ["pods": "1"], "scopes": [.string(scope)]]
                _ = try await probe.post(quotas, ["metadata": ["name": .string(name)], "spec": spec])
            }
            try await probe.eventually {
                let known = try await probe.get(quotas).items
                return known.count == 2 && known.allSatisfy { $0[path: "status", "hard", "pods"] == "1" }
            }
            let pods = probe.path("pods")
            #expect(try await probe.post(pods, bare("a")).status == 201)
            let second = try await probe.post(pods, bare("b"))
            #expect(
                second.message
                    == "pods \"b\" is forbidden: exceeded quota: easy, requested: pods=1, used: pods=1, limited: pods=1"
            )
            var ending = bare("c", [["requests": ["cpu": "1m"]]])
            #expect(try await probe.post(pods, bare("d", [["requests": ["cpu": "1m"]]])).status == 201)
            ending["spec"]?["activeDeadlineSeconds"] = 5
            #expect(try await probe.post(pods, ending).status == 201)
            ending["metadata"]?["name"] = "e"
            let late = try await probe.post(pods, ending)
            #expect(late.status == 403 && late.message.contains("exceeded quota: ending, requested: pods=1"))
            _ = try await probe.delete(pods + "?gracePeriodSeconds=0")
        }
    }

    // MARK: - Objects

    private func service(_ name: String, _ spec: JSONValue = [:], _ port: JSONValue = ["port": 80]) -> JSONValue {
        var spec = spec
        spec["ports"] = [port]
        return ["metadata": ["name": .string(name)], "spec": spec]
    }

    /// A pod of containers with these resources.
    private func bare(_ name: String, _ resources: [JSONValue] = [[:]]) -> JSONValue {
        let containers = resources.enumerated().map { index, resources -> JSONValue in
            ["name": .string("c\(index)"), "image": "example.com/none:1", "resources": resources]
        }
        return ["metadata": ["name": .string(name)], "spec": ["containers": .array(containers)]]
    }

    private func resources(_ pod: SemanticsAnswer, _ index: Int) -> JSONValue? {
        pod.json[path: "spec", "containers"]?.array?.first?["resources"]
    }
}
