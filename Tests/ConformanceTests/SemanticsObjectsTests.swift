import Formats
import HTTPModel
import Testing

@Suite("Objects")
struct SemanticsObjectsTests {
    @Test("a created object has what only the server decides", arguments: SemanticsServer.all)
    func creation(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "v"]))
            #expect(made.status == 201)
            #expect(made.json["kind"] == "ConfigMap" && made.json["apiVersion"] == "v1")
            #expect(made.uid.count == 36 && !made.resourceVersion.isEmpty)
            #expect(made.json[path: "metadata", "namespace"]?.string == probe.namespace)
            #expect(made.json[path: "metadata", "creationTimestamp"]?.string?.count == 20)
            #expect(made.generation == nil)
            let read = try await probe.get(probe.path("configmaps", "a"))
            #expect(read.json == made.json && read.headers["Date"]?.hasSuffix("GMT") == true)
        }
    }

    @Test("a second object of the name is refused", arguments: SemanticsServer.all)
    func alreadyExists(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            let again = try await probe.post(probe.path("configmaps"), configMap("a"))
            #expect(again.status == 409 && again.reason == "AlreadyExists")
            #expect(again.message == "configmaps \"a\" already exists")
            #expect(again.json["details"] == ["name": "a", "kind": "configmaps"])
        }
    }

    @Test("a missing object is not found, with the resource's name and group", arguments: SemanticsServer.all)
    func notFound(server: SemanticsServer) async throws {
        try await server.check { probe in
            let missing = try await probe.get(probe.path("deployments", "nope", in: "apps/v1"))
            #expect(missing.status == 404 && missing.reason == "NotFound")
            #expect(missing.message == "deployments.apps \"nope\" not found")
            #expect(missing.json["details"] == ["name": "nope", "group": "apps", "kind": "deployments"])
            let put = try await probe.put(probe.path("configmaps", "nope"), configMap("nope"))
            #expect(put.status == 404)
            let deleted = try await probe.delete(probe.path("configmaps", "nope"))
            #expect(deleted.status == 404)
        }
    }

    @Test("an unknown resource is not found without details", arguments: SemanticsServer.all)
    func unknownResource(server: SemanticsServer) async throws {
        try await server.check { probe in
            let unknown = try await probe.get(probe.path("gadgets"))
            #expect(unknown.status == 404)
            #expect(unknown.message == "the server could not find the requested resource")
        }
    }

    @Test("generateName appends five letters", arguments: SemanticsServer.all)
    func generateName(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), ["metadata": ["generateName": "x-"]])
            let name = made.json[path: "metadata", "name"]?.string ?? ""
            #expect(made.status == 201 && name.hasPrefix("x-") && name.count == 7)
            let nameless = try await probe.post(probe.path("configmaps"), ["metadata": [:]])
            #expect(nameless.status == 422)
            #expect(nameless.causes.first?["field"] == "metadata.name")
        }
    }

    @Test("names follow the rule of their kind", arguments: SemanticsServer.all)
    func names(server: SemanticsServer) async throws {
        try await server.check { probe in
            for (plural, name, isFine) in [
                ("configmaps", "a.b", true), ("configmaps", "A", false), ("configmaps", "a_b", false),
                ("configmaps", "-a", false),
            ] {
                let made = try await probe.post(probe.path(plural), configMap(name))
                #expect(made.status == (isFine ? 201 : 422), "\(plural) \(name)")
            }
            let dotted = try await probe.post("/api/v1/namespaces", ["metadata": ["name": "a.b"]])
            #expect(dotted.status == 422 && dotted.reason == "Invalid")
            #expect(dotted.message.hasPrefix("Namespace \"a.b\" is invalid: metadata.name: Invalid value: \"a.b\""))
        }
    }

    @Test("labels must be well-formed", arguments: SemanticsServer.all)
    func labels(server: SemanticsServer) async throws {
        try await server.check { probe in
            var object = configMap("a")
            object["metadata"]?["labels"] = ["k": "not a label"]
            let made = try await probe.post(probe.path("configmaps"), object)
            #expect(made.status == 422)
            #expect(made.causes.first?["field"] == "metadata.labels")
            #expect(made.causes.first?["reason"] == "FieldValueInvalid")
        }
    }

    @Test("a body must agree with its URL", arguments: SemanticsServer.all)
    func agreement(server: SemanticsServer) async throws {
        try await server.check { probe in
            var elsewhere = configMap("a")
            elsewhere["metadata"]?["namespace"] = "default"
            let namespace = try await probe.post(probe.path("configmaps"), elsewhere)
            #expect(namespace.status == 400 && namespace.reason == "BadRequest")
            #expect(
                namespace.message
                    == "the namespace of the provided object does not match the namespace sent on the request")
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            let name = try await probe.put(probe.path("configmaps", "a"), configMap("b"))
            #expect(name.status == 400)
            #expect(name.message == "the name of the object (b) does not match the name on the URL (a)")
        }
    }

    @Test("an update with an old resourceVersion is a conflict", arguments: SemanticsServer.all)
    func optimisticConcurrency(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "1"]))
            var object = made.json
            object["data"] = ["k": "2"]
            let first = try await probe.put(probe.path("configmaps", "a"), object)
            #expect(first.status == 200 && first.resourceVersion != made.resourceVersion)
            object["data"] = ["k": "3"]
            let second = try await probe.put(probe.path("configmaps", "a"), object)
            #expect(second.status == 409 && second.reason == "Conflict")
            #expect(
                second.message
                    == "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply "
                    + "your changes to the latest version and try again")
            object["metadata"]?["resourceVersion"] = nil
            let unconditional = try await probe.put(probe.path("configmaps", "a"), object)
            #expect(unconditional.status == 200 && unconditional.json[path: "data", "k"] == "3")
        }
    }

    @Test("an update of another uid is a conflict", arguments: SemanticsServer.all)
    func uidOfUpdate(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a"))
            var object = made.json
            object["metadata"]?["uid"] = .string(otherUID)
            let answer = try await probe.put(probe.path("configmaps", "a"), object)
            #expect(answer.status == 409)
            #expect(
                answer.message.hasSuffix(
                    "Precondition failed: UID in precondition: \(otherUID), UID in object meta: \(made.uid)"))
        }
    }

    @Test("an update that changes nothing leaves the resourceVersion", arguments: SemanticsServer.all)
    func noChange(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "v"]))
            let put = try await probe.put(probe.path("configmaps", "a"), made.json)
            #expect(put.status == 200 && put.resourceVersion == made.resourceVersion)
            let patched = try await probe.merge(probe.path("configmaps", "a"), ["data": ["k": "v"]])
            #expect(patched.status == 200 && patched.resourceVersion == made.resourceVersion)
        }
    }

    @Test("a resourceVersion on a new object is refused", arguments: SemanticsServer.all)
    func versionOnCreate(server: SemanticsServer) async throws {
        try await server.check { probe in
            var object = configMap("a")
            object["metadata"]?["resourceVersion"] = "1"
            let made = try await probe.post(probe.path("configmaps"), object)
            #expect(made.status == 500 && made.message == "resourceVersion should not be set on objects to be created")
        }
    }

    @Test("a dry run checks everything and keeps nothing", arguments: SemanticsServer.all)
    func dryRun(server: SemanticsServer) async throws {
        try await server.check { probe in
            let dry = try await probe.post(probe.path("configmaps") + "?dryRun=All", configMap("a"))
            #expect(dry.status == 201 && dry.uid.count == 36 && dry.resourceVersion.isEmpty)
            #expect(try await probe.get(probe.path("configmaps", "a")).status == 404)
            let made = try await probe.post(probe.path("configmaps"), configMap("a"))
            #expect(try await probe.post(probe.path("configmaps") + "?dryRun=All", configMap("a")).status == 409)
            let deleted = try await probe.delete(probe.path("configmaps", "a") + "?dryRun=All")
            #expect(deleted.status == 200)
            let patched = try await probe.merge(probe.path("configmaps", "a") + "?dryRun=All", ["data": ["k": "v"]])
            #expect(patched.status == 200 && patched.json[path: "data", "k"] == "v")
            #expect(try await probe.get(probe.path("configmaps", "a")).json == made.json)
        }
    }

    @Test("a Secret's stringData becomes data", arguments: SemanticsServer.all)
    func secrets(server: SemanticsServer) async throws {
        try await server.check { probe in
            let body: JSONValue = ["metadata": ["name": "s"], "stringData": ["k": "value"]]
            let made = try await probe.post(probe.path("secrets"), body)
            #expect(made.json["data"] == ["k": "dmFsdWU="] && made.json["stringData"] == nil)
            #expect(made.json["type"] == "Opaque")
            var changed = made.json
            changed["type"] = "other"
            #expect(try await probe.put(probe.path("secrets", "s"), changed).status == 422)
        }
    }

    @Test("only metadata is shown to who asks for it", arguments: SemanticsServer.all)
    func partialObject(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "v"]))
            let accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
            let one = try await probe.get(probe.path("configmaps", "a"), accept: accept)
            #expect(one.json["kind"] == "PartialObjectMetadata" && one.json["apiVersion"] == "meta.k8s.io/v1")
            #expect(one.json["data"] == nil && one.json[path: "metadata", "name"] == "a")
            let listAccept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            let list = try await probe.get(probe.path("configmaps"), accept: listAccept)
            #expect(list.json["kind"] == "PartialObjectMetadataList" && list.items.allSatisfy { $0["data"] == nil })
        }
    }

    @Test("generation counts changes of the spec, not of metadata or status", arguments: SemanticsServer.all)
    func generation(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("deployments", "d", in: "apps/v1")
            let made = try await probe.post(probe.path("deployments", in: "apps/v1"), deployment("d"))
            #expect(made.status == 201 && made.generation == 1)
            let labelled = try await probe.merge(path, ["metadata": ["labels": ["a": "b"]]])
            #expect(labelled.generation == 1)
            let scaled = try await probe.merge(path, ["spec": ["replicas": 3]])
            #expect(scaled.generation == 2)
            let status = try await probe.merge(path + "/status", ["status": ["replicas": 7], "spec": ["replicas": 9]])
            #expect(status.status == 200 && status.generation == 2)
            #expect(status.json[path: "status", "replicas"] == 7 && status.json[path: "spec", "replicas"] == 3)
            let ignored = try await probe.merge(path, ["status": ["replicas": 1], "metadata": ["generation": 50]])
            #expect(ignored.generation == 2 && ignored.json[path: "status", "replicas"] != 1)
        }
    }
}

let otherUID = "01234567-89ab-4cde-8f01-23456789abcd"

func configMap(_ name: String, _ data: JSONValue? = nil) -> JSONValue {
    var object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]]
    object["data"] = data
    return object
}

/// Without replicas, so that no controller makes pods of it.
func deployment(_ name: String) -> JSONValue {
    let container: JSONValue = ["name": "main", "image": "example.com/none:1"]
    return [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
        "spec": [
            "replicas": 0, "paused": true, "selector": ["matchLabels": ["app": .string(name)]],
            "template": ["metadata": ["labels": ["app": .string(name)]], "spec": ["containers": [container]]],
        ],
    ]
}
