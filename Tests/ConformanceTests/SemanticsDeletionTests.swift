import Formats
import Testing

@Suite("Deletion")
struct SemanticsDeletionTests {
    @Test("answers with a Status that names what is gone", arguments: SemanticsServer.all)
    func status(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a"))
            let gone = try await probe.delete(probe.path("configmaps", "a"))
            #expect(gone.status == 200 && gone.json["kind"] == "Status" && gone.json["status"] == "Success")
            #expect(gone.json["details"] == ["name": "a", "kind": "configmaps", "uid": .string(made.uid)])
            #expect(try await probe.get(probe.path("configmaps", "a")).status == 404)
        }
    }

    @Test("some kinds answer with the object that is gone", arguments: SemanticsServer.all)
    func returnsObject(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "a"]])
            let gone = try await probe.delete(probe.path("serviceaccounts", "a"))
            #expect(gone.status == 200 && gone.json["kind"] == "ServiceAccount" && gone.uid == made.uid)
        }
    }

    @Test("spares an object of another uid", arguments: SemanticsServer.all)
    func uid(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a"))
            let path = probe.path("configmaps", "a")
            let other = try await probe.delete(path, ["preconditions": ["uid": .string(otherUID)]])
            #expect(other.status == 409 && other.reason == "Conflict")
            #expect(
                other.message.hasSuffix(
                    "the UID in the precondition (\(otherUID)) does not match the UID in record (\(made.uid)). "
                        + "The object might have been deleted and then recreated"))
            #expect(try await probe.get(path).json == made.json)
            let right = try await probe.delete(path, ["preconditions": ["uid": .string(made.uid)]])
            #expect(right.status == 200)
        }
    }

    @Test("spares an object of another resourceVersion", arguments: SemanticsServer.all)
    func resourceVersion(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a"))
            let path = probe.path("configmaps", "a")
            _ = try await probe.merge(path, ["data": ["k": "v"]])
            let stale = try await probe.delete(
                path, ["preconditions": ["resourceVersion": .string(made.resourceVersion)]])
            #expect(stale.status == 409)
            #expect(try await probe.get(path).status == 200)
        }
    }

    @Test("waits for finalizers", arguments: SemanticsServer.all)
    func finalizers(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            let made = try await probe.post(probe.path("configmaps"), held("a"))
            let waiting = try await probe.delete(path)
            #expect(waiting.status == 200 && waiting.json["kind"] == "ConfigMap")
            #expect(waiting.json[path: "metadata", "deletionTimestamp"]?.string?.count == 20)
            #expect(waiting.json[path: "metadata", "deletionGracePeriodSeconds"] == 0)
            #expect(waiting.resourceVersion != made.resourceVersion)
            let again = try await probe.delete(path)
            #expect(again.status == 200 && again.resourceVersion == waiting.resourceVersion)
            let freed = try await probe.merge(path, ["metadata": ["finalizers": nil]])
            #expect(freed.status == 200 && freed.uid == made.uid)
            #expect(try await probe.get(path).status == 404)
        }
    }

    @Test("a dying object takes no new finalizers", arguments: SemanticsServer.all)
    func noNewFinalizers(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.post(probe.path("configmaps"), held("a"))
            _ = try await probe.delete(path)
            let more: JSONValue = ["metadata": ["finalizers": ["example.com/hold", "example.com/more"]]]
            let added = try await probe.merge(path, more)
            #expect(added.status == 422)
            #expect(added.causes.first?["reason"] == "FieldValueForbidden")
            #expect(added.causes.first?["field"] == "metadata.finalizers")
            let labelled = try await probe.merge(path, ["metadata": ["labels": ["a": "b"]]])
            #expect(labelled.status == 200)
            _ = try await probe.merge(path, ["metadata": ["finalizers": nil]])
        }
    }

    @Test("a deletion counts as a change of the spec", arguments: SemanticsServer.all)
    func generation(server: SemanticsServer) async throws {
        try await server.check { probe in
            var object = deployment("d")
            object["metadata"]?["finalizers"] = ["example.com/hold"]
            let path = probe.path("deployments", "d", in: "apps/v1")
            let made = try await probe.post(probe.path("deployments", in: "apps/v1"), object)
            #expect(made.status == 201 && made.generation == 1)
            let waiting = try await probe.delete(path)
            #expect(waiting.generation == 2)
            _ = try await probe.merge(path, ["metadata": ["finalizers": nil]])
        }
    }

    @Test("a deletionTimestamp cannot be set or taken by hand", arguments: SemanticsServer.all)
    func timestamp(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.post(probe.path("configmaps"), held("a"))
            _ = try await probe.delete(path)
            let taken = try await probe.merge(path, ["metadata": ["deletionTimestamp": nil]])
            #expect(taken.status == 200 && taken.json[path: "metadata", "deletionTimestamp"] != nil)
            _ = try await probe.merge(path, ["metadata": ["finalizers": nil]])
        }
    }

    @Test("of many takes those that match", arguments: SemanticsServer.all)
    func collection(server: SemanticsServer) async throws {
        try await server.check { probe in
            for name in ["a", "b", "c"] {
                var object = configMap(name)
                object["metadata"]?["labels"] = ["keep": name == "c" ? "yes" : "no"]
                _ = try await probe.post(probe.path("configmaps"), object)
            }
            let gone = try await probe.delete(probe.path("configmaps") + "?labelSelector=keep%3Dno")
            #expect(gone.status == 200)
            let left = try await probe.get(probe.path("configmaps") + "?labelSelector=keep")
            #expect(left.names == ["c"])
        }
    }

    @Test("takes what the object owned, by uid", arguments: SemanticsServer.all)
    func garbage(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            _ = try await probe.post(probe.path("configmaps"), owned("mine", by: owner))
            _ = try await probe.post(probe.path("configmaps"), configMap("other"))
            _ = try await probe.delete(probe.path("configmaps", "owner"))
            try await probe.eventually { try await probe.get(probe.path("configmaps", "mine")).status == 404 }
            #expect(try await probe.get(probe.path("configmaps", "other")).status == 200)
        }
    }

    @Test("an object whose owner never was is taken", arguments: SemanticsServer.all)
    func absentOwner(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            _ = try await probe.delete(probe.path("configmaps", "owner"))
            // The same name again is not the same owner.
            _ = try await probe.post(probe.path("configmaps"), configMap("owner"))
            _ = try await probe.post(probe.path("configmaps"), owned("mine", by: owner))
            try await probe.eventually { try await probe.get(probe.path("configmaps", "mine")).status == 404 }
            #expect(try await probe.get(probe.path("configmaps", "owner")).status == 200)
        }
    }

    @Test("in the foreground waits for dependents that block it", arguments: SemanticsServer.all)
    func foreground(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            var child = owned("mine", by: owner, blocking: true)
            child["metadata"]?["finalizers"] = ["example.com/hold"]
            _ = try await probe.post(probe.path("configmaps"), child)
            let path = probe.path("configmaps", "owner")
            let waiting = try await probe.delete(path, ["propagationPolicy": "Foreground"])
            #expect(waiting.status == 200)
            #expect(waiting.json[path: "metadata", "finalizers"] == ["foregroundDeletion"])
            try await probe.eventually {
                try await probe.get(probe.path("configmaps", "mine")).json[path: "metadata", "deletionTimestamp"] != nil
            }
            #expect(try await probe.get(path).status == 200)
            _ = try await probe.merge(probe.path("configmaps", "mine"), ["metadata": ["finalizers": nil]])
            try await probe.eventually { try await probe.get(path).status == 404 }
        }
    }

    @Test("with orphaning leaves dependents without owner", arguments: SemanticsServer.all)
    func orphan(server: SemanticsServer) async throws {
        try await server.check { probe in
            let owner = try await probe.post(probe.path("configmaps"), configMap("owner"))
            _ = try await probe.post(probe.path("configmaps"), owned("mine", by: owner))
            // The collector must have seen the pair before it can part it.
            try await probe.eventually { try await probe.get(probe.path("configmaps", "mine")).status == 200 }
            _ = try await probe.delete(probe.path("configmaps", "owner"), ["propagationPolicy": "Orphan"])
            try await probe.eventually { try await probe.get(probe.path("configmaps", "owner")).status == 404 }
            let left = try await probe.get(probe.path("configmaps", "mine"))
            #expect(left.status == 200 && left.json[path: "metadata", "ownerReferences"] == nil)
        }
    }
}

/// A ConfigMap with a finalizer that nobody takes away.
func held(_ name: String) -> JSONValue {
    var object = configMap(name)
    object["metadata"]?["finalizers"] = ["example.com/hold"]
    return object
}

func owned(_ name: String, by owner: SemanticsAnswer, blocking: Bool = false) -> JSONValue {
    var object = configMap(name)
    object["metadata"]?["ownerReferences"] = [
        [
            "apiVersion": "v1", "kind": "ConfigMap", "name": owner.json[path: "metadata", "name"] ?? "",
            "uid": .string(owner.uid), "blockOwnerDeletion": .bool(blocking),
        ]
    ]
    return object
}
