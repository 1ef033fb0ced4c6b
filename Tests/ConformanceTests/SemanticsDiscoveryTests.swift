import Formats
import Testing

@Suite("Discovery")
struct SemanticsDiscoveryTests {
    @Test("health and version need no words", arguments: SemanticsServer.all)
    func health(server: SemanticsServer) async throws {
        try await server.check { probe in
            for path in ["/healthz", "/readyz", "/livez"] {
                let answer = try await probe.get(path)
                #expect(answer.status == 200 && answer.json == "ok")
            }
            let version = try await probe.get("/version")
            #expect(version.json["gitVersion"]?.string?.hasPrefix("v1.") == true)
            #expect(version.json["major"] == "1" && version.json["minor"] != nil)
        }
    }

    @Test("lists the core group's resources", arguments: SemanticsServer.all)
    func core(server: SemanticsServer) async throws {
        try await server.check { probe in
            let versions = try await probe.get("/api")
            #expect(versions.json["kind"] == "APIVersions" && versions.json["versions"] == ["v1"])
            let list = try await probe.get("/api/v1")
            #expect(list.json["kind"] == "APIResourceList" && list.json["groupVersion"] == "v1")
            let pods = list.json["resources"]?.array?.first { $0["name"] == "pods" }
            #expect(pods?["kind"] == "Pod" && pods?["namespaced"] == true && pods?["shortNames"] == ["po"])
            let verbs = Set(pods?["verbs"]?.array?.compactMap(\.string) ?? [])
            #expect(
                verbs == ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"])
            let names = list.json["resources"]?.array?.compactMap { $0["name"]?.string } ?? []
            for name in ["pods/status", "pods/log", "serviceaccounts/token", "namespaces/finalize"] {
                #expect(names.contains(name), "\(name)")
            }
        }
    }

    @Test("lists groups, and the resources of each", arguments: SemanticsServer.all)
    func groups(server: SemanticsServer) async throws {
        try await server.check { probe in
            let list = try await probe.get("/apis")
            #expect(list.json["kind"] == "APIGroupList")
            let apps = list.json["groups"]?.array?.first { $0["name"] == "apps" }
            #expect(apps?["preferredVersion"] == ["groupVersion": "apps/v1", "version": "v1"])
            let group = try await probe.get("/apis/apps")
            #expect(group.json["kind"] == "APIGroup" && group.json["name"] == "apps")
            let resources = try await probe.get("/apis/apps/v1")
            #expect(resources.json["groupVersion"] == "apps/v1")
            #expect(resources.json["resources"]?.array?.contains { $0["name"] == "statefulsets" } == true)
            let missing = try await probe.get("/apis/none.example.com/v1")
            #expect(missing.status == 404)
        }
    }

    @Test("shows custom resources with their short names", arguments: SemanticsServer.all)
    func custom(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            try await probe.eventually { try await probe.get("/apis/\(gadgets.group)/v1").status == 200 }
            let list = try await probe.get("/apis/\(gadgets.group)/v1")
            let gadget = list.json["resources"]?.array?.first { $0["name"] == "gadgets" }
            #expect(gadget?["kind"] == "Gadget" && gadget?["singularName"] == "gadget")
            #expect(list.json["resources"]?.array?.contains { $0["name"] == "gadgets/status" } == true)
            try await gadgets.remove()
        }
    }

    @Test("an event is one object in both of its groups", arguments: SemanticsServer.all)
    func events(server: SemanticsServer) async throws {
        try await server.check { probe in
            let time = "2026-01-01T00:00:00.000000Z"
            let body: JSONValue = [
                "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e"],
                "eventTime": .string(time), "reportingController": "example.com/tester", "reportingInstance": "one",
                "action": "Testing", "reason": "Tested", "type": "Normal", "note": "all is well",
                "regarding": ["kind": "ConfigMap", "namespace": .string(probe.namespace), "name": "a"],
            ]
            let made = try await probe.post(probe.path("events", in: "events.k8s.io/v1"), body)
            #expect(made.status == 201 && made.json["note"] == "all is well")
            let core = try await probe.get(probe.path("events", "e"))
            #expect(core.json["message"] == "all is well" && core.json["note"] == nil && core.uid == made.uid)
            #expect(core.json[path: "involvedObject", "name"] == "a")
            #expect(core.json["reportingComponent"] == "example.com/tester")
        }
    }
}
