import Formats
import HTTPModel
import Testing

@Suite("Server-side apply")
struct SemanticsApplyTests {
    @Test("creates what is absent and owns what it said", arguments: SemanticsServer.all)
    func creates(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            let made = try await probe.apply(path, configMap("a", ["k": "v"]))
            #expect(made.status == 201)
            #expect(made.fields(of: "one", "Apply") == ["f:data": ["f:k": [:]]])
            #expect(made.json[path: "metadata", "managedFields"]?.array?.count == 1)
        }
    }

    @Test("repeated, changes nothing", arguments: SemanticsServer.all)
    func isIdempotent(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            let made = try await probe.apply(path, configMap("a", ["k": "v"]))
            let again = try await probe.apply(path, configMap("a", ["k": "v"]))
            #expect(again.status == 200 && again.json == made.json)
        }
    }

    @Test("with a resourceVersion that none has, creates only", arguments: SemanticsServer.all)
    func createsOnly(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            var body = configMap("a", ["k": "v"])
            body["metadata"]?["resourceVersion"] = "1"
            let made = try await probe.apply(path, body, force: true)
            #expect(made.status == 201)
            let again = try await probe.apply(path, body, force: true)
            #expect(again.status == 409 && again.reason == "Conflict")
            #expect(try await probe.get(path).json == made.json)
        }
    }

    @Test("with a uid, changes only the object that has it", arguments: SemanticsServer.all)
    func uid(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            var body = configMap("a", ["k": "v"])
            body["metadata"]?["uid"] = .string(otherUID)
            let absent = try await probe.apply(path, body, force: true)
            #expect(absent.status == 409 && absent.reason == "Conflict")
            #expect(absent.message.contains("uid mismatch"))
            let made = try await probe.apply(path, configMap("a", ["k": "v"]))
            let other = try await probe.apply(path, body, force: true)
            #expect(other.status == 422 && other.causes.first?["field"] == "metadata.uid")
            body["metadata"]?["uid"] = .string(made.uid)
            body["data"] = ["k": "w"]
            let right = try await probe.apply(path, body, force: true)
            #expect(right.status == 200 && right.json[path: "data", "k"] == "w")
        }
    }

    @Test("removes what it said before and says no more", arguments: SemanticsServer.all)
    func removes(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v", "gone": "x"]))
            let less = try await probe.apply(path, configMap("a", ["k": "v"]))
            #expect(less.status == 200 && less.json["data"] == ["k": "v"])
            let none = try await probe.apply(path, configMap("a"))
            #expect(none.json["data"] == nil)
        }
    }

    @Test("meets a conflict with another manager, and names it", arguments: SemanticsServer.all)
    func conflict(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]))
            let other = try await probe.apply(path, configMap("a", ["k": "w"]), manager: "two")
            #expect(other.status == 409 && other.reason == "Conflict")
            #expect(other.message == "Apply failed with 1 conflict: conflict with \"one\": .data.k")
            #expect(
                other.causes == [
                    ["reason": "FieldManagerConflict", "message": "conflict with \"one\"", "field": ".data.k"]
                ])
            #expect(try await probe.get(path).json[path: "data", "k"] == "v")
            let forced = try await probe.apply(path, configMap("a", ["k": "w"]), manager: "two", force: true)
            #expect(forced.status == 200 && forced.json[path: "data", "k"] == "w")
            #expect(forced.fields(of: "one", "Apply") == nil)
            #expect(forced.fields(of: "two", "Apply") == ["f:data": ["f:k": [:]]])
        }
    }

    @Test("lists several conflicts", arguments: SemanticsServer.all)
    func conflicts(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v", "l": "v"]))
            let other = try await probe.apply(path, configMap("a", ["k": "w", "l": "w"]), manager: "two")
            #expect(other.message == "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.k\n- .data.l")
            #expect(other.causes.count == 2)
        }
    }

    @Test("agreement is shared ownership", arguments: SemanticsServer.all)
    func shared(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]))
            let both = try await probe.apply(path, configMap("a", ["k": "v"]), manager: "two")
            #expect(both.status == 200)
            #expect(both.fields(of: "one", "Apply") == both.fields(of: "two", "Apply"))
            let left = try await probe.apply(path, configMap("a"), manager: "one")
            #expect(left.json[path: "data", "k"] == "v" && left.fields(of: "one", "Apply") == nil)
            let gone = try await probe.apply(path, configMap("a"), manager: "two")
            #expect(gone.json["data"] == nil)
        }
    }

    @Test("after a POST, conflicts with its own update", arguments: SemanticsServer.all)
    func afterPost(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            let made = try await probe.post(
                probe.path("configmaps") + "?fieldManager=one", configMap("a", ["k": "v", "l": "v"]))
            #expect(made.fields(of: "one", "Update") == ["f:data": [".": [:], "f:k": [:], "f:l": [:]]])
            let applied = try await probe.apply(path, configMap("a", ["k": "w"]))
            #expect(applied.status == 409)
            let forced = try await probe.apply(path, configMap("a", ["k": "w"]), force: true)
            #expect(forced.status == 200 && forced.json["data"] == ["k": "w", "l": "v"])
            #expect(forced.fields(of: "one", "Update") == ["f:data": [".": [:], "f:l": [:]]])
        }
    }

    @Test("an update by another manager takes the field over", arguments: SemanticsServer.all)
    func update(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v", "l": "v"]))
            let patched = try await probe.merge(path + "?fieldManager=hand", ["data": ["k": "w"]])
            #expect(patched.fields(of: "one", "Apply") == ["f:data": ["f:l": [:]]])
            #expect(patched.fields(of: "hand", "Update") == ["f:data": ["f:k": [:]]])
            let conflict = try await probe.apply(path, configMap("a", ["k": "v", "l": "v"]))
            #expect(conflict.status == 409)
            #expect(conflict.message.hasPrefix("Apply failed with 1 conflict: conflict with \"hand\" using v1"))
        }
    }

    @Test("the manager of an update is its user agent", arguments: SemanticsServer.all)
    func userAgent(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "v"]))
            #expect(made.fields(of: "prober", "Update") != nil)
        }
    }

    @Test("merges lists of maps by their keys", arguments: SemanticsServer.all)
    func listMap(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("services", "s")
            func service(_ ports: [JSONValue]) -> JSONValue {
                [
                    "apiVersion": "v1", "kind": "Service", "metadata": ["name": "s"],
                    "spec": ["ports": .array(ports)],
                ]
            }
            let web: JSONValue = ["name": "web", "port": 80, "protocol": "TCP"]
            let admin: JSONValue = ["name": "admin", "port": 81, "protocol": "TCP"]
            let made = try await probe.apply(path, service([web]))
            #expect(made.status == 201)
            let both = try await probe.apply(path, service([admin]), manager: "two")
            #expect(both.json[path: "spec", "ports"]?.array?.count == 2)
            let key = "k:{\"port\":81,\"protocol\":\"TCP\"}"
            #expect(both.fields(of: "two", "Apply")?[path: "f:spec", "f:ports", key, "f:name"] == [:])
            let first = try await probe.apply(path, service([admin]), manager: "one", force: true)
            let ports = first.json[path: "spec", "ports"]?.array?.compactMap { $0["port"]?.integer }
            #expect(ports == [81])
        }
    }

    @Test("sets own their values one by one", arguments: SemanticsServer.all)
    func sets(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            func held(_ finalizers: [JSONValue]) -> JSONValue {
                var object = configMap("a")
                object["metadata"]?["finalizers"] = .array(finalizers)
                return object
            }
            let made = try await probe.apply(path, held(["example.com/one"]))
            #expect(
                made.fields(of: "one", "Apply")
                    == ["f:metadata": ["f:finalizers": ["v:\"example.com/one\"": [:]]]])
            let both = try await probe.apply(path, held(["example.com/two"]), manager: "two")
            #expect(both.json[path: "metadata", "finalizers"] == ["example.com/one", "example.com/two"])
            let one = try await probe.apply(path, held([]), manager: "one")
            #expect(one.json[path: "metadata", "finalizers"] == ["example.com/two"])
            _ = try await probe.apply(path, held([]), manager: "two")
        }
    }

    @Test("atomic lists belong to one manager as a whole", arguments: SemanticsServer.all)
    func atomic(server: SemanticsServer) async throws {
        try await server.check { probe in
            let group = "rbac.authorization.k8s.io/v1"
            func role(_ verbs: [JSONValue]) -> JSONValue {
                [
                    "apiVersion": .string(group), "kind": "Role", "metadata": ["name": "r"],
                    "rules": [["apiGroups": [""], "resources": ["pods"], "verbs": .array(verbs)]],
                ]
            }
            let path = probe.path("roles", "r", in: group)
            let made = try await probe.apply(path, role(["get"]))
            #expect(made.fields(of: "one", "Apply") == ["f:rules": [:]])
            let other = try await probe.apply(path, role(["get", "list"]), manager: "two")
            #expect(other.status == 409 && other.causes.first?["field"] == ".rules")
        }
    }

    @Test("needs a manager, a kind and no managedFields", arguments: SemanticsServer.all)
    func refusals(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            let type = "application/apply-patch+yaml"
            let nameless = try await probe.send(.patch, path, configMap("a"), type: type)
            #expect(nameless.status == 422)
            #expect(nameless.message.contains("fieldManager: Required value: is required for apply patch"))
            let kindless = try await probe.apply(path, ["metadata": ["name": "a"]])
            #expect(kindless.status == 400 || kindless.status == 500)
            var managed = configMap("a")
            managed["metadata"]?["managedFields"] = [["manager": "one", "operation": "Apply", "apiVersion": "v1"]]
            let sent = try await probe.apply(path, managed)
            #expect(sent.status == 400 && sent.message.contains("metadata.managedFields must be nil"))
            _ = try await probe.apply(path, configMap("a"))
            let forced = try await probe.merge(path + "?force=true", ["data": ["k": "v"]])
            #expect(forced.status == 422)
        }
    }

    @Test("labels of several managers live side by side", arguments: SemanticsServer.all)
    func labels(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            func labelled(_ labels: JSONValue) -> JSONValue {
                var object = configMap("a")
                object["metadata"]?["labels"] = labels
                return object
            }
            _ = try await probe.apply(path, labelled(["a": "1", "b": "1"]))
            _ = try await probe.merge(path, ["metadata": ["labels": ["hand": "1"]]])
            let less = try await probe.apply(path, labelled(["a": "1"]))
            #expect(less.json[path: "metadata", "labels"] == ["a": "1", "hand": "1"])
        }
    }
}
