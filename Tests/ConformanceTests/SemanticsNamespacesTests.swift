import Formats
import Testing

@Suite("Namespaces")
struct SemanticsNamespacesTests {
    @Test("a new one is active and has an account", arguments: SemanticsServer.all)
    func creation(server: SemanticsServer) async throws {
        try await server.check { probe in
            let namespace = try await probe.get("/api/v1/namespaces/\(probe.namespace)")
            #expect(namespace.json[path: "status", "phase"] == "Active")
            #expect(namespace.json[path: "spec", "finalizers"] == ["kubernetes"])
            #expect(try await probe.get(probe.path("serviceaccounts", "default")).status == 200)
        }
    }

    @Test("nothing is created in one that is missing", arguments: SemanticsServer.all)
    func missing(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = "/api/v1/namespaces/\(probe.unique("none"))/configmaps"
            let made = try await probe.post(path, configMap("a"))
            #expect(made.status == 404)
            #expect(made.message == "namespaces \"\(probe.unique("none"))\" not found")
            let applied = try await probe.apply(path + "/a", configMap("a"))
            #expect(applied.status == 404)
            let list = try await probe.get(path)
            #expect(list.status == 200 && list.items.isEmpty)
        }
    }

    @Test("the default one stays", arguments: SemanticsServer.all)
    func defaultStays(server: SemanticsServer) async throws {
        try await server.check { probe in
            let answer = try await probe.delete("/api/v1/namespaces/default")
            #expect(answer.status == 403 && answer.reason == "Forbidden")
            #expect(answer.message == "namespaces \"default\" is forbidden: this namespace may not be deleted")
        }
    }

    @Test(
        "one that is deleted says what holds it, takes nothing new, and goes when freed", arguments: SemanticsServer.all
    )
    func deletion(server: SemanticsServer) async throws {
        try await server.check { probe in
            let own = try await made(probe)
            let path = "/api/v1/namespaces/\(own)"
            _ = try await probe.post("\(path)/configmaps", held("a"))
            _ = try await probe.post("\(path)/secrets", ["metadata": ["name": "s"]])
            let before = try await probe.get(path)
            let deleted = try await probe.delete(path)
            #expect(deleted.status == 200 && deleted.json["kind"] == "Namespace")
            #expect(deleted.json[path: "status", "phase"] == "Terminating")
            #expect(deleted.json[path: "metadata", "deletionTimestamp"] != nil && deleted.uid == before.uid)
            #expect(deleted.json[path: "metadata", "deletionGracePeriodSeconds"] == nil)
            try await refusesNew(probe, path, own)
            try await probe.eventually {
                let secrets = try await probe.get("\(path)/secrets").items
                let content = condition(try await probe.get(path), "NamespaceContentRemaining")
                return secrets.isEmpty && content?["status"] == "True"
            }
            try await saysWhatHolds(probe, path)
            let again = try await probe.delete(path)
            #expect(again.status == 200 || again.status == 409)
            _ = try await probe.merge("\(path)/configmaps/a", ["metadata": ["finalizers": nil]])
            try await probe.eventually { try await probe.get(path).status == 404 }
        }
    }

    private func refusesNew(_ probe: SemanticsProbe, _ path: String, _ name: String) async throws {
        let late = try await probe.post("\(path)/configmaps", configMap("late"))
        #expect(late.status == 403 && late.reason == "Forbidden")
        #expect(
            late.message
                == "configmaps \"late\" is forbidden: unable to create new content in namespace \(name) because it is "
                + "being terminated")
        #expect(
            late.causes == [
                [
                    "reason": "NamespaceTerminating", "message": .string("namespace \(name) is being terminated"),
                    "field": "metadata.namespace",
                ]
            ])
        let changed = try await probe.merge("\(path)/configmaps/a", ["data": ["k": "v"]])
        #expect(changed.status == 200)
    }

    private func saysWhatHolds(_ probe: SemanticsProbe, _ path: String) async throws {
        try await probe.eventually {
            condition(try await probe.get(path), "NamespaceContentRemaining")?["message"]
                == "Some resources are remaining: configmaps. has 1 resource instances"
        }
        let namespace = try await probe.get(path)
        let content = condition(namespace, "NamespaceContentRemaining")
        #expect(content?["reason"] == "SomeResourcesRemain")
        let finalizers = condition(namespace, "NamespaceFinalizersRemaining")
        #expect(finalizers?["status"] == "True" && finalizers?["reason"] == "SomeFinalizersRemain")
        #expect(
            finalizers?["message"]
                == "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances")
        let failure = condition(namespace, "NamespaceDeletionContentFailure")
        #expect(failure?["status"] == "False" && failure?["reason"] == "ContentDeleted")
        let discovery = condition(namespace, "NamespaceDeletionDiscoveryFailure")
        #expect(discovery?["message"] == "All resources successfully discovered")
    }

    @Test("one that is empty but has a finalizer of its own waits for it", arguments: SemanticsServer.all)
    func ownFinalizer(server: SemanticsServer) async throws {
        try await server.check { probe in
            let own = try await made(probe, finalizers: ["example.com/hold"])
            let path = "/api/v1/namespaces/\(own)"
            _ = try await probe.delete(path)
            try await probe.eventually { try await probe.get(path).json[path: "spec", "finalizers"] == nil }
            #expect(try await probe.get(path).status == 200)
            _ = try await probe.merge(path, ["metadata": ["finalizers": nil]])
            try await probe.eventually { try await probe.get(path).status == 404 }
        }
    }

    @Test("the spec of one is not changed by an update", arguments: SemanticsServer.all)
    func spec(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = "/api/v1/namespaces/\(probe.namespace)"
            let patched = try await probe.merge(path, ["spec": ["finalizers": []], "metadata": ["labels": ["a": "b"]]])
            #expect(patched.json[path: "spec", "finalizers"] == ["kubernetes"])
            #expect(patched.json[path: "metadata", "labels", "a"] == "b")
        }
    }

    private func made(_ probe: SemanticsProbe, finalizers: [JSONValue] = []) async throws -> String {
        let name = probe.unique("own")
        let metadata: JSONValue = ["name": .string(name), "finalizers": .array(finalizers)]
        #expect(try await probe.post("/api/v1/namespaces", ["metadata": metadata]).status == 201)
        try await probe.eventually {
            try await probe.get("/api/v1/namespaces/\(name)/serviceaccounts/default").status == 200
        }
        return name
    }
}

func condition(_ answer: SemanticsAnswer, _ type: String) -> JSONValue? {
    answer.json[path: "status", "conditions"]?.array?.first { $0["type"]?.string == type }
}
