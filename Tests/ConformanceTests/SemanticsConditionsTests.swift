import Formats
import Testing

@Suite("Conditions of writes")
struct SemanticsConditionsTests {
    /// A write, and the body with which it insists on a value of metadata.
    struct Write: Sendable, CustomTestStringConvertible {
        let line: String
        let body: @Sendable (_ field: String, _ value: String) -> String

        var testDescription: String { line }
    }

    static let writes: [Write] = [
        Write(line: "PUT configmaps/a") { #"{"metadata":{"name":"a","\#($0)":"\#($1)"},"data":{"k":"new"}}"# },
        Write(line: "MERGE configmaps/a") { #"{"metadata":{"\#($0)":"\#($1)"},"data":{"k":"new"}}"# },
        Write(line: "JSON configmaps/a") {
            #"[{"op":"replace","path":"/metadata/\#($0)","value":"\#($1)"},"#
                + #"{"op":"replace","path":"/data/k","value":"new"}]"#
        },
        Write(line: "APPLY configmaps/a?force=true") {
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","\#($0)":"\#($1)"},"data":{"k":"new"}}"#
        },
        Write(line: "DELETE configmaps/a") { #"{"preconditions":{"\#($0)":"\#($1)"}}"# },
    ]

    @Test("an old resourceVersion is a conflict in every write", arguments: SemanticsServer.all, writes)
    func oldVersion(server: SemanticsServer, write: Write) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "1"]))
            let changed = try await probe.merge(probe.path("configmaps", "a"), ["data": ["k": "2"]])
            let refused = try await probe.send(line: write.line, write.body("resourceVersion", made.resourceVersion))
            #expect(refused.status == 409 && refused.reason == "Conflict", "\(refused.message)")
            #expect(refused.message.hasPrefix("Operation cannot be fulfilled on "))
            #expect(try await probe.get(probe.path("configmaps", "a")).json == changed.json)
            let done = try await probe.send(line: write.line, write.body("resourceVersion", changed.resourceVersion))
            #expect(done.status == 200, "\(done.message)")
        }
    }

    @Test("another uid is refused in every write", arguments: SemanticsServer.all, writes)
    func otherObject(server: SemanticsServer, write: Write) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "1"]))
            let refused = try await probe.send(line: write.line, write.body("uid", otherUID))
            let isPrecondition = write.line.hasPrefix("PUT") || write.line.hasPrefix("DELETE")
            #expect(refused.status == (isPrecondition ? 409 : 422), "\(refused.message)")
            if !isPrecondition {
                // Once for all objects, and once for the kind.
                let fields = refused.causes.map { $0["field"]?.string ?? "" }
                #expect(fields == ["metadata.uid", "metadata.uid"])
                #expect(refused.message.hasSuffix("\"\(otherUID)\": field is immutable"))
            }
            #expect(try await probe.get(probe.path("configmaps", "a")).json == made.json)
            let done = try await probe.send(line: write.line, write.body("uid", made.uid))
            #expect(done.status == 200, "\(done.message)")
        }
    }

    @Test("a resourceVersion that is no number is an error", arguments: SemanticsServer.all, writes.dropLast())
    func unreadable(server: SemanticsServer, write: Write) async throws {
        try await server.check { probe in
            _ = try await probe.apply(probe.path("configmaps", "a"), configMap("a", ["k": "1"]))
            let version = "x"
            let refused = try await probe.send(line: write.line, write.body("resourceVersion", version))
            #expect(refused.status == 500, "\(refused.message)")
            #expect(refused.message == "strconv.ParseUint: parsing \"\(version)\": invalid syntax")
        }
    }

    @Test(
        "a dry run of every write leaves what is there", arguments: SemanticsServer.all, writes.dropLast()
    )
    func dryRun(server: SemanticsServer, write: Write) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "1"]))
            let line = write.line + (write.line.contains("?") ? "&" : "?") + "dryRun=All"
            let done = try await probe.send(line: line, write.body("uid", made.uid))
            #expect(done.status == 200, "\(done.message)")
            #expect(try await probe.get(probe.path("configmaps", "a")).json == made.json)
        }
    }

    @Test("a dry deletion of what is held shows it marked", arguments: SemanticsServer.all)
    func dryDeletion(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), held("a"))
            let shown = try await probe.delete(probe.path("configmaps", "a") + "?dryRun=All")
            #expect(shown.status == 200 && shown.json[path: "metadata", "deletionTimestamp"] != nil)
            #expect(try await probe.get(probe.path("configmaps", "a")).json == made.json)
            _ = try await probe.merge(probe.path("configmaps", "a"), ["metadata": ["finalizers": nil]])
        }
    }

    @Test("a deletion's body goes before its parameters", arguments: SemanticsServer.all)
    func bodyBeforeParameters(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("configmaps", "a")
            let made = try await probe.post(probe.path("configmaps"), held("a"))
            let options: JSONValue = ["preconditions": ["uid": .string(made.uid)], "dryRun": ["All"]]
            #expect(try await probe.delete(path, options).status == 200)
            #expect(try await probe.get(path).json == made.json)
            let deleted = try await probe.delete(
                path + "?dryRun=All&propagationPolicy=Foreground", ["preconditions": ["uid": .string(made.uid)]])
            #expect(deleted.json[path: "metadata", "finalizers"] == ["example.com/hold"])
            #expect(try await probe.get(path).json[path: "metadata", "deletionTimestamp"] != nil)
            _ = try await probe.merge(path, ["metadata": ["finalizers": nil]])
        }
    }

    @Test("a Lease is taken by one of two who saw it", arguments: SemanticsServer.all)
    func lease(server: SemanticsServer) async throws {
        try await server.check { probe in
            let leases = probe.path("leases", in: "coordination.k8s.io/v1")
            var lease: JSONValue = ["metadata": ["name": "l"], "spec": ["holderIdentity": "a"]]
            let made = try await probe.post(leases, lease)
            lease["metadata"]?["resourceVersion"] = .string(made.resourceVersion)
            lease["spec"] = ["holderIdentity": "b"]
            #expect(try await probe.put(leases + "/l", lease).status == 200)
            lease["spec"] = ["holderIdentity": "c"]
            let late = try await probe.put(leases + "/l", lease)
            #expect(late.status == 409)
            #expect(
                late.message
                    == "Operation cannot be fulfilled on leases.coordination.k8s.io \"l\": the object has been modified; "
                    + "please apply your changes to the latest version and try again")
            // A PUT of an absent Lease makes it.
            let other: JSONValue = ["metadata": ["name": "m"], "spec": ["holderIdentity": "c"]]
            #expect(try await probe.put(leases + "/m", other).status == 201)
        }
    }

    @Test("a namespace of another uid is not deleted", arguments: SemanticsServer.all)
    func namespace(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = "/api/v1/namespaces/\(probe.namespace)"
            let own = try await probe.get(path)
            let refused = try await probe.delete(path, ["preconditions": ["uid": .string(otherUID)]])
            #expect(refused.status == 409 && refused.reason == "Conflict")
            #expect(
                refused.message
                    == "Operation cannot be fulfilled on namespaces \"\(probe.namespace)\": Precondition failed: UID in "
                    + "precondition: \(otherUID), UID in object meta: \(own.uid)")
            #expect(try await probe.get(path).json[path: "status", "phase"] == "Active")
        }
    }

    // MARK: - JSON patches

    /// Operations, and the data they make of `{"a":"1","b":"2"}`; `nil` where they are refused.
    static let patches: [(operations: String, data: JSONValue?)] = [
        (#"[{"op":"test","path":"/data/a","value":"1"}]"#, ["a": "1", "b": "2"]),
        (#"[{"op":"test","path":"/data/a","value":"2"}]"#, nil),
        (#"[{"op":"test","path":"/data/nope","value":"2"}]"#, nil),
        (#"[{"op":"add","path":"/data/c","value":"3"}]"#, ["a": "1", "b": "2", "c": "3"]),
        (#"[{"op":"add","path":"/nope/c","value":"3"}]"#, nil),
        (#"[{"op":"remove","path":"/data/a"}]"#, ["b": "2"]),
        (#"[{"op":"remove","path":"/data/nope"}]"#, nil),
        (#"[{"op":"replace","path":"/data/a","value":"7"}]"#, ["a": "7", "b": "2"]),
        (#"[{"op":"move","from":"/data/a","path":"/data/c"}]"#, ["b": "2", "c": "1"]),
        (#"[{"op":"move","from":"/data/nope","path":"/data/c"}]"#, nil),
        (#"[{"op":"copy","from":"/data/a","path":"/data/c"}]"#, ["a": "1", "b": "2", "c": "1"]),
        (#"[{"op":"nope","path":"/data/a"}]"#, nil),
        (#"[{"op":"add","value":"x"}]"#, nil),
        (#"[{"path":"/data/a","value":"x"}]"#, nil),
        (#"[{"op":"add","path":"/data/c","value":"3"},{"op":"test","path":"/data/a","value":"2"}]"#, nil),
        ("[]", ["a": "1", "b": "2"]),
    ]

    @Test("a JSON patch is done whole or not at all", arguments: SemanticsServer.all, patches.indices.map { $0 })
    func jsonPatch(server: SemanticsServer, index: Int) async throws {
        try await server.check { probe in
            let (operations, data) = Self.patches[index]
            let made = try await probe.post(probe.path("configmaps"), configMap("a", ["a": "1", "b": "2"]))
            let answer = try await probe.send(line: "JSON configmaps/a", operations)
            if let data {
                #expect(answer.status == 200 && answer.json["data"] == data, "\(operations): \(answer.json.text())")
            } else {
                #expect(answer.status == 422 && answer.reason == "Invalid", "\(operations): \(answer.json.text())")
                #expect(answer.message == "the server rejected our request due to an error in our request")
                #expect(try await probe.get(probe.path("configmaps", "a")).json == made.json)
            }
        }
    }

    @Test("a JSON patch has at most ten thousand operations", arguments: SemanticsServer.all)
    func longPatch(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a", ["a": "1"]))
            let operation = #"{"op":"test","path":"/data/a","value":"1"}"#
            let operations = "[" + Array(repeating: operation, count: 10_001).joined(separator: ",") + "]"
            let refused = try await probe.send(line: "JSON configmaps/a", operations)
            #expect(refused.status == 413 && refused.reason == "RequestEntityTooLarge")
            #expect(
                refused.message
                    == "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001")
        }
    }
}
