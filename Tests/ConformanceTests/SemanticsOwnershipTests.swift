import Formats
import Testing

@Suite("Ownership")
struct SemanticsOwnershipTests {
    @Test("an object of two owners goes with the last of them", arguments: SemanticsServer.all)
    func twoOwners(server: SemanticsServer) async throws {
        try await server.check { probe in
            let one = try await probe.post(probe.path("configmaps"), configMap("one"))
            let two = try await probe.post(probe.path("configmaps"), configMap("two"))
            var both = owned("both", by: one)
            both["metadata"]?["ownerReferences"] = .array(references(one) + references(two))
            _ = try await probe.post(probe.path("configmaps"), both)
            _ = try await probe.delete(probe.path("configmaps", "one"))
            try await probe.eventually {
                let left = try await probe.get(probe.path("configmaps", "both"))
                return left.json[path: "metadata", "ownerReferences"]?.array?.count == 1
            }
            _ = try await probe.delete(probe.path("configmaps", "two"))
            try await probe.eventually { try await probe.get(probe.path("configmaps", "both")).status == 404 }
        }
    }

    @Test(
        "an owner of another uid, name or kind is none",
        arguments: SemanticsServer.all,
        ["uid": .string(otherUID), "name": "other", "kind": "Secret"] as [String: JSONValue]
    )
    func wrongOwner(server: SemanticsServer, difference: (key: String, value: JSONValue)) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            var object = owned("mine", by: owner)
            var reference = references(owner)[0]
            reference[difference.key] = difference.value
            object["metadata"]?["ownerReferences"] = [reference]
            _ = try await probe.post(probe.path("configmaps"), object)
            try await probe.eventually { try await probe.get(probe.path("configmaps", "mine")).status == 404 }
            #expect(try await probe.get(probe.path("configmaps", "owner")).status == 200)
        }
    }

    @Test("an owner in another namespace is none", arguments: SemanticsServer.all)
    func otherNamespace(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            let name = probe.unique("strays")
            let path = "/api/v1/namespaces/default/configmaps"
            #expect(try await probe.post(path, owned(name, by: owner)).status == 201)
            try await probe.eventually { try await probe.get("\(path)/\(name)").status == 404 }
        }
    }

    @Test("in the foreground waits only for those that block", arguments: SemanticsServer.all)
    func foregroundWithoutBlocking(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            var child = owned("mine", by: owner)
            child["metadata"]?["finalizers"] = ["example.com/hold"]
            _ = try await probe.post(probe.path("configmaps"), child)
            let path = probe.path("configmaps", "owner")
            _ = try await probe.delete(path + "?propagationPolicy=Foreground")
            try await probe.eventually { try await probe.get(path).status == 404 }
            let left = try await probe.get(probe.path("configmaps", "mine"))
            #expect(left.json[path: "metadata", "deletionTimestamp"] != nil)
            _ = try await probe.merge(probe.path("configmaps", "mine"), ["metadata": ["finalizers": nil]])
        }
    }

    @Test("in the foreground takes a whole line of descent", arguments: SemanticsServer.all)
    func descent(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            let child = try await probe.post(probe.path("configmaps"), owned("child", by: owner, blocking: true))
            _ = try await probe.post(probe.path("configmaps"), owned("grandchild", by: child, blocking: true))
            let path = probe.path("configmaps", "owner")
            _ = try await probe.delete(path, ["propagationPolicy": "Foreground"])
            for name in ["grandchild", "child", "owner"] {
                try await probe.eventually { try await probe.get(probe.path("configmaps", name)).status == 404 }
            }
        }
    }

    @Test("orphanDependents is an older word for orphaning", arguments: SemanticsServer.all)
    func orphanDependents(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            _ = try await probe.post(probe.path("configmaps"), owned("mine", by: owner))
            let path = probe.path("configmaps", "owner")
            let deleted = try await probe.delete(path, ["orphanDependents": true])
            #expect(deleted.json[path: "metadata", "finalizers"] == ["orphan"])
            try await probe.eventually { try await probe.get(path).status == 404 }
            let left = try await probe.get(probe.path("configmaps", "mine"))
            #expect(left.status == 200 && left.json[path: "metadata", "ownerReferences"] == nil)
        }
    }

    @Test("orphaning an owner that is held lets its dependents go first", arguments: SemanticsServer.all)
    func orphanHeld(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), held("owner"))
            _ = try await probe.post(probe.path("configmaps"), owned("mine", by: owner))
            let path = probe.path("configmaps", "owner")
            _ = try await probe.delete(path + "?propagationPolicy=Orphan")
            try await probe.eventually {
                let left = try await probe.get(probe.path("configmaps", "mine"))
                return left.json[path: "metadata", "ownerReferences"] == nil
            }
            try await probe.eventually {
                try await probe.get(path).json[path: "metadata", "finalizers"] == ["example.com/hold"]
            }
            _ = try await probe.merge(path, ["metadata": ["finalizers": nil]])
            #expect(try await probe.get(path).status == 404)
        }
    }

    @Test("a PUT without finalizers frees what waits for them", arguments: SemanticsServer.all)
    func putFrees(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), held("a"))
            _ = try await probe.delete(probe.path("configmaps", "a"))
            let again = try await probe.post(probe.path("configmaps"), configMap("a"))
            #expect(again.status == 409 && again.reason == "AlreadyExists")
            #expect(again.message == "object is being deleted: configmaps \"a\" already exists")
            #expect(try await probe.put(probe.path("configmaps", "a"), configMap("a")).status == 200)
            #expect(try await probe.get(probe.path("configmaps", "a")).status == 404)
        }
    }

    @Test("an apply without its finalizer frees what waits for it", arguments: SemanticsServer.all)
    func applyFrees(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, held("a"))
            _ = try await probe.delete(path)
            var more = held("a")
            more["metadata"]?["finalizers"] = ["example.com/hold", "example.com/more"]
            let refused = try await probe.apply(path, more)
            #expect(refused.status == 422 && refused.message.contains("no new finalizers can be added"))
            #expect(try await probe.apply(path, configMap("a")).status == 200)
            #expect(try await probe.get(path).status == 404)
        }
    }

    private func references(_ owner: SemanticsAnswer) -> [JSONValue] {
        owned("", by: owner)[path: "metadata", "ownerReferences"]?.array ?? []
    }
}
