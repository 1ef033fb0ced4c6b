import Formats
import Testing

@Suite("Owners of fields")
struct SemanticsFieldsTests {
    @Test("an update of an object nobody owns anything of owns nothing", arguments: SemanticsServer.all)
    func untracked(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            let changed = try await probe.merge(probe.path("configmaps", "a"), ["data": ["k": "v"]])
            #expect(changed.status == 200 && changed.json[path: "metadata", "managedFields"] == nil)
        }
    }

    @Test("what was there before the first apply has an owner then", arguments: SemanticsServer.all)
    func beforeFirstApply(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            _ = try await probe.merge(path, ["data": ["k": "v", "l": "v"]])
            let refused = try await probe.apply(path, configMap("a", ["k": "w"]))
            #expect(refused.status == 409)
            #expect(
                refused.message
                    == "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.k")
            let forced = try await probe.apply(path, configMap("a", ["k": "w"]), force: true)
            #expect(forced.status == 200 && forced.json["data"] == ["k": "w", "l": "v"])
            #expect(forced.fields(of: "before-first-apply", "Update") == ["f:data": [".": [:], "f:l": [:]]])
            #expect(forced.fields(of: "one", "Apply") == ["f:data": ["f:k": [:]]])
        }
    }

    @Test("an empty entry makes everybody forget", arguments: SemanticsServer.all)
    func reset(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]))
            let reset = try await probe.merge(path, ["metadata": ["managedFields": [[:]]]])
            #expect(reset.status == 200 && reset.json[path: "metadata", "managedFields"] == nil)
            #expect(reset.json["data"] == ["k": "v"])
            let same = try await probe.apply(path, configMap("a", ["k": "v"]))
            #expect(same.status == 200)
            #expect(same.fields(of: "one", "Apply") == ["f:data": ["f:k": [:]]])
            #expect(same.fields(of: "before-first-apply", "Update") == ["f:data": [".": [:], "f:k": [:]]])
        }
    }

    @Test("an entry says who, how, of which version and when", arguments: SemanticsServer.all)
    func entry(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]))
            let changed = try await probe.merge(path + "?fieldManager=hand", ["data": ["l": "v"]])
            let entries = changed.json[path: "metadata", "managedFields"]?.array ?? []
            #expect(entries.map { $0["manager"] } == ["one", "hand"])
            #expect(entries.map { $0["operation"] } == ["Apply", "Update"])
            for entry in entries {
                #expect(entry["apiVersion"] == "v1" && entry["fieldsType"] == "FieldsV1")
                #expect(entry["time"]?.string?.hasSuffix("Z") == true)
            }
        }
    }

    @Test("conflicts with several managers are told manager by manager", arguments: SemanticsServer.all)
    func severalManagers(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]), manager: "one")
            _ = try await probe.apply(path, configMap("a", ["l": "v"]), manager: "two")
            _ = try await probe.merge(path + "?fieldManager=hand", ["data": ["m": "v"]])
            let refused = try await probe.apply(
                path, configMap("a", ["k": "x", "l": "x", "m": "x"]), manager: "three")
            #expect(refused.status == 409)
            #expect(
                refused.message
                    == "Apply failed with 3 conflicts: conflicts with \"hand\" using v1:\n- .data.m\nconflicts with "
                    + "\"one\":\n- .data.k\nconflicts with \"two\":\n- .data.l")
            let fields = refused.causes.compactMap { $0["field"]?.string }
            #expect(fields.sorted() == [".data.k", ".data.l", ".data.m"])
        }
    }

    @Test("an apply of nothing lets go of everything", arguments: SemanticsServer.all)
    func letsGo(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]))
            let empty = try await probe.apply(path, configMap("a", [:]))
            #expect(empty.status == 200 && empty.json["data"] == nil)
            #expect(empty.json[path: "metadata", "managedFields"] == nil)
        }
    }

    @Test("a field that two own stays until both have let go", arguments: SemanticsServer.all)
    func handOver(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            _ = try await probe.apply(path, configMap("a", ["k": "v", "l": "v"]), manager: "one")
            _ = try await probe.apply(path, configMap("a", ["k": "v"]), manager: "two")
            let conflict = try await probe.apply(path, configMap("a", ["k": "w"]), manager: "two")
            #expect(conflict.status == 409 && conflict.causes.first?["field"] == ".data.k")
            _ = try await probe.apply(path, configMap("a", ["l": "v"]), manager: "one")
            let changed = try await probe.apply(path, configMap("a", ["k": "w"]), manager: "two")
            #expect(changed.status == 200 && changed.json["data"] == ["k": "w", "l": "v"])
        }
    }

    // MARK: - Sizes

    @Test("a body of more than three megabytes is not read", arguments: SemanticsServer.all)
    func largeBody(server: SemanticsServer) async throws {
        try await server.visit { probe in
            let text = String(repeating: "v", count: 3 << 20)
            let refused = try await probe.post(probe.path("configmaps"), configMap("a", ["k": .string(text)]))
            #expect(refused.status == 413 && refused.reason == "RequestEntityTooLarge")
            #expect(refused.message == "Request entity too large: limit is 3145728")
        }
    }

    @Test("a ConfigMap or Secret holds a megabyte", arguments: SemanticsServer.all)
    func largeData(server: SemanticsServer) async throws {
        try await server.visit { probe in
            let text = String(repeating: "v", count: 1 << 20)
            let path = probe.path("configmaps") + "?dryRun=All"
            #expect(try await probe.post(path, configMap("a", ["k": .string(text)])).status == 201)
            let refused = try await probe.post(path, configMap("a", ["k": .string(text + "v")]))
            #expect(refused.status == 422 && refused.causes.first?["reason"] == "FieldValueTooLong")
            #expect(refused.message == "ConfigMap \"a\" is invalid: []: Too long: must have at most 1048576 bytes")
            let secret = try await probe.post(
                probe.path("secrets") + "?dryRun=All",
                ["metadata": ["name": "s"], "stringData": ["k": .string(text + "v")]])
            #expect(secret.message == "Secret \"s\" is invalid: data: Too long: must have at most 1048576 bytes")
        }
    }

    @Test("annotations hold a quarter of a megabyte", arguments: SemanticsServer.all)
    func largeAnnotations(server: SemanticsServer) async throws {
        try await server.visit { probe in
            let path = probe.path("configmaps") + "?dryRun=All"
            func annotated(_ count: Int) -> JSONValue {
                let text = String(repeating: "v", count: count)
                return ["metadata": ["name": "a", "annotations": ["k": .string(text)]]]
            }
            #expect(try await probe.post(path, annotated((256 << 10) - 1)).status == 201)
            let refused = try await probe.post(path, annotated(256 << 10))
            #expect(refused.status == 422)
            #expect(
                refused.message
                    == "ConfigMap \"a\" is invalid: metadata.annotations: Too long: must have at most 262144 bytes")
        }
    }

    @Test("the storage takes a megabyte and a half", arguments: SemanticsServer.all)
    func largeObject(server: SemanticsServer) async throws {
        try await server.check { probe in
            let name = JSONValue.string(String(repeating: "n", count: 2000))
            let rule: JSONValue = [
                "apiGroups": [""], "resources": ["pods"], "verbs": ["get"],
                "resourceNames": .array(Array(repeating: name, count: 900)),
            ]
            let refused = try await probe.post(
                probe.path("roles", in: "rbac.authorization.k8s.io/v1"),
                ["metadata": ["name": "large"], "rules": [rule]])
            #expect(refused.status == 500 && refused.message == "etcdserver: request is too large")
        }
    }
}
