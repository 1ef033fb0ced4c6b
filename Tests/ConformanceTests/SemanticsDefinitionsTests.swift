import Formats
import Testing

@Suite("Custom resources")
struct SemanticsDefinitionsTests {
    @Test("are served once they are defined, and gone with their definition", arguments: SemanticsServer.all)
    func lifecycle(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            let made = try await probe.post(gadgets.path(), gadgets.gadget("a", ["size": 2]))
            #expect(made.status == 201 && made.generation == 1)
            let list = try await probe.get(gadgets.path())
            #expect(list.json["kind"] == "GadgetList" && list.names == ["a"])
            let definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/\(gadgets.name)"
            _ = try await probe.merge(gadgets.path("a"), ["metadata": ["finalizers": ["example.com/hold"]]])
            let deleted = try await probe.delete(definition)
            #expect(deleted.status == 200)
            try await probe.eventually {
                try await probe.get(gadgets.path("a")).json[path: "metadata", "deletionTimestamp"] != nil
            }
            let held = try await probe.get(definition)
            #expect(
                held.json[path: "metadata", "finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"])
            let late = try await probe.post(gadgets.path(), gadgets.gadget("late"))
            #expect(late.status == 405)
            _ = try await probe.merge(gadgets.path("a"), ["metadata": ["finalizers": nil]])
            try await probe.eventually { try await probe.get(definition).status == 404 }
            try await probe.eventually { try await probe.get(gadgets.path()).status == 404 }
        }
    }

    @Test("get the defaults of their schema", arguments: SemanticsServer.all)
    func defaults(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            let made = try await probe.post(gadgets.path(), gadgets.gadget("a", ["size": 1]))
            #expect(made.json[path: "spec", "mode"] == "Slow")
            let nested = try await probe.post(
                gadgets.path(), gadgets.gadget("b", ["size": 1, "parts": [["name": "x"]], "mode": nil]))
            #expect(nested.json[path: "spec", "parts"] == [["name": "x", "weight": 7]])
            #expect(nested.json[path: "spec", "mode"] == "Slow")
            let absent = try await probe.post(gadgets.path(), gadgets.gadget("c", ["size": 1]))
            #expect(absent.json[path: "spec", "nested"] == nil)
            try await gadgets.remove()
        }
    }

    @Test("lose what their schema does not know", arguments: SemanticsServer.all)
    func pruning(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            let spec: JSONValue = ["size": 1, "unknown": 1, "free": ["x": ["y": 1]], "tags": ["a": "b"]]
            var object = gadgets.gadget("a", spec)
            object["other"] = 1
            let made = try await probe.post(gadgets.path(), object)
            #expect(
                made.json["spec"] == ["size": 1, "mode": "Slow", "free": ["x": ["y": 1]], "tags": ["a": "b"]])
            #expect(made.json["other"] == nil)
            try await gadgets.remove()
        }
    }

    @Test("are refused with every field that is wrong", arguments: SemanticsServer.all)
    func validation(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            for (spec, field, reason) in [
                (["size": "one"], "spec.size", "FieldValueInvalid"),
                (["size": 0], "spec.size", "FieldValueInvalid"),
                (["size": 11], "spec.size", "FieldValueInvalid"),
                ([:], "spec.size", "FieldValueRequired"),
                (["size": 1, "mode": "Other"], "spec.mode", "FieldValueNotSupported"),
                (["size": 1, "code": "A1"], "spec.code", "FieldValueInvalid"),
                (["size": 1, "tags": ["a": 1]], "spec.tags.a", "FieldValueInvalid"),
                (["size": 1, "parts": [["weight": 1]]], "spec.parts[0].name", "FieldValueRequired"),
                (["size": 1, "parts": [["name": "a"], ["name": "a"]]], "spec.parts[1]", "FieldValueDuplicate"),
            ] as [(JSONValue, String, String)] {
                let answer = try await probe.post(gadgets.path(), gadgets.gadget("a", spec))
                #expect(answer.status == 422 && answer.reason == "Invalid", "\(spec.text())")
                let causes = answer.causes.map { [$0["field"]?.string ?? "", $0["reason"]?.string ?? ""] }
                // Older servers leave the index out where a field of an item is missing.
                let known = [[field, reason], [field.replacing("[0].", with: "."), reason]]
                #expect(causes.contains(where: known.contains), "\(spec.text()): \(causes)")
            }
            try await gadgets.remove()
        }
    }

    @Test("say what is wrong in the server's words", arguments: SemanticsServer.all)
    func messages(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            let start = "\(gadgets.kind).\(gadgets.group) \"a\" is invalid: "
            for (spec, message) in [
                (
                    ["size": 1, "code": "A1"],
                    "spec.code: Invalid value: \"A1\": spec.code in body should match '^[a-z]+$'"
                ),
                (
                    ["size": 1, "mode": "X"],
                    "spec.mode: Unsupported value: \"X\": supported values: \"Slow\", \"Fast\""
                ),
                (
                    ["size": "1"],
                    "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\""
                ),
                ([:], "spec.size: Required value"),
                (["size": 0], "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
            ] as [(JSONValue, String)] {
                let answer = try await probe.post(gadgets.path(), gadgets.gadget("a", spec))
                #expect(answer.message == start + message)
            }
            try await gadgets.remove()
        }
    }

    @Test("keep status and the rest apart", arguments: SemanticsServer.all)
    func status(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            var object = gadgets.gadget("a", ["size": 1])
            object["status"] = ["ready": true]
            let made = try await probe.post(gadgets.path(), object)
            #expect(made.json["status"] == nil)
            let path = gadgets.path("a")
            let change: JSONValue = [
                "status": ["ready": true], "spec": ["size": 9], "metadata": ["labels": ["a": "b"]],
            ]
            let status = try await probe.merge(path + "/status", change)
            #expect(status.status == 200 && status.json[path: "status", "ready"] == true)
            #expect(status.json[path: "spec", "size"] == 1 && status.json[path: "metadata", "labels"] == nil)
            #expect(status.generation == 1)
            let spec = try await probe.merge(path, ["status": ["ready": false], "spec": ["size": 2]])
            #expect(spec.json[path: "status", "ready"] == true && spec.generation == 2)
            let labelled = try await probe.merge(path, ["metadata": ["labels": ["a": "b"]]])
            #expect(labelled.generation == 2)
            let read = try await probe.get(path + "/status")
            #expect(read.status == 200 && read.json == labelled.json)
            try await gadgets.remove()
        }
    }

    @Test("cannot be replaced without a resourceVersion", arguments: SemanticsServer.all)
    func unconditional(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            _ = try await probe.post(gadgets.path(), gadgets.gadget("a", ["size": 1]))
            let answer = try await probe.put(gadgets.path("a"), gadgets.gadget("a", ["size": 2]))
            #expect(answer.status == 422)
            #expect(
                answer.message.hasSuffix(
                    "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"))
            try await gadgets.remove()
        }
    }

    @Test("merge when applied as their schema says", arguments: SemanticsServer.all)
    func apply(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            let path = gadgets.path("a")
            func parts(_ names: [String]) -> JSONValue {
                gadgets.gadget("a", ["size": 1, "parts": .array(names.map { ["name": .string($0)] })])
            }
            let made = try await probe.apply(path, parts(["x"]))
            #expect(made.status == 201)
            #expect(
                made.fields(of: "one", "Apply")
                    == [
                        "f:spec": [
                            "f:size": [:],
                            "f:parts": ["k:{\"name\":\"x\"}": [".": [:], "f:name": [:]]],
                        ]
                    ])
            let both = try await probe.apply(path, parts(["y"]), manager: "two")
            let names = both.json[path: "spec", "parts"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(both.status == 200 && names.sorted() == ["x", "y"])
            let less = try await probe.apply(path, gadgets.gadget("a", ["size": 1]))
            #expect(less.json[path: "spec", "parts"] == [["name": "y", "weight": 7]])
            let again = try await probe.apply(path, gadgets.gadget("a", ["size": 1]))
            #expect(again.resourceVersion == less.resourceVersion)
            let resized = try await probe.apply(path, gadgets.gadget("a", ["size": 2]), force: true)
            #expect(resized.generation == (less.generation ?? 0) + 1)
            try await gadgets.remove()
        }
    }

    @Test("own their status apart from their spec", arguments: SemanticsServer.all)
    func applyStatus(server: SemanticsServer) async throws {
        try await server.check { probe in
            let gadgets = try await Gadgets(probe)
            _ = try await probe.apply(gadgets.path("a"), gadgets.gadget("a", ["size": 1]))
            var status = gadgets.gadget("a")
            status["spec"] = nil
            status["status"] = ["ready": true]
            let applied = try await probe.apply(gadgets.path("a") + "/status", status, manager: "controller")
            #expect(applied.status == 200 && applied.json[path: "status", "ready"] == true)
            #expect(applied.fields(of: "controller", "Apply") == ["f:status": ["f:ready": [:]]])
            let again = try await probe.apply(gadgets.path("a"), gadgets.gadget("a", ["size": 1]))
            #expect(again.json == applied.json)
            try await gadgets.remove()
        }
    }

    @Test("definitions must name themselves and have a schema", arguments: SemanticsServer.all)
    func definitions(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            var misnamed = Gadgets.definition(group: "\(probe.namespace).example.com")
            misnamed["metadata"]?["name"] = "other"
            let named = try await probe.post(path, misnamed)
            #expect(named.status == 422 && named.message.contains("metadata.name"))
            var unschooled = Gadgets.definition(group: "\(probe.namespace).example.com")
            unschooled["spec"]?["versions"] = [["name": "v1", "served": true, "storage": true]]
            let schooled = try await probe.post(path, unschooled)
            #expect(schooled.status == 422)
            #expect(schooled.message.contains("schema.openAPIV3Schema: Required value: schemas are required"))
        }
    }
}

/// A custom resource of a group of its own.
struct Gadgets {
    let probe: SemanticsProbe
    let group: String
    let kind = "Gadget"
    var name: String { "gadgets.\(group)" }

    init(_ probe: SemanticsProbe) async throws {
        self.probe = probe
        group = "\(probe.namespace).example.com"
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        let made = try await probe.post(path, Self.definition(group: group))
        try #require(made.status == 201, "\(made.message)")
        let own = path + "/gadgets.\(group)"
        try await probe.eventually {
            condition(try await probe.get(own), "Established")?["status"] == "True"
        }
        // Discovery may lag behind the condition.
        let gadgets = self.path()
        try await probe.eventually { try await probe.get(gadgets).status == 200 }
    }

    func path(_ name: String = "") -> String { probe.path("gadgets", name, in: "\(group)/v1") }

    func remove() async throws {
        _ = try await probe.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/\(name)")
    }

    func gadget(_ name: String, _ spec: JSONValue = [:]) -> JSONValue {
        [
            "apiVersion": .string("\(group)/v1"), "kind": "Gadget", "metadata": ["name": .string(name)],
            "spec": spec,
        ]
    }

    static func definition(group: String) -> JSONValue {
        let part: JSONValue = [
            "type": "object", "required": ["name"],
            "properties": ["name": ["type": "string"], "weight": ["type": "integer", "default": 7]],
        ]
        let spec: JSONValue = [
            "type": "object", "required": ["size"],
            "properties": [
                "size": ["type": "integer", "minimum": 1, "maximum": 10],
                "mode": ["type": "string", "enum": ["Slow", "Fast"], "default": "Slow"],
                "code": ["type": "string", "pattern": "^[a-z]+$"],
                "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                "tags": ["type": "object", "additionalProperties": ["type": "string"]],
                "nested": ["type": "object", "properties": ["deep": ["type": "string", "default": "x"]]],
                "parts": [
                    "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                    "items": part,
                ],
            ],
        ]
        let status: JSONValue = ["type": "object", "properties": ["ready": ["type": "boolean"]]]
        let schema: JSONValue = ["type": "object", "properties": ["spec": spec, "status": status]]
        let version: JSONValue = [
            "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
            "schema": ["openAPIV3Schema": schema],
        ]
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("gadgets.\(group)")],
            "spec": [
                "group": .string(group), "scope": "Namespaced", "versions": [version],
                "names": ["plural": "gadgets", "kind": "Gadget"],
            ],
        ]
    }
}
