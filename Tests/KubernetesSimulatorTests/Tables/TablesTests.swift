import Formats
import HTTPModel
import TestSupport
import Testing

@testable import KubernetesSimulator

@Suite("Tables")
struct TablesTests {
    @Test(
        "ages are as short as kubectl shows them",
        arguments: [
            (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (200, "3m20s"), (600, "10m"),
            (10_799, "179m"), (10_800, "3h"), (18_180, "5h3m"), (28_800, "8h"), (172_799, "47h"), (187_200, "2d4h"),
            (691_200, "8d"), (63_072_000, "2y"), (70_000_000, "2y80d"), (252_288_000, "8y"),
        ] as [(Int64, String)])
    func ages(_ seconds: Int64, _ text: String) {
        #expect(HumanDuration.text(.seconds(seconds)) == text)
    }

    /// What a pod's row says.
    private func row(_ pod: JSONValue) -> [String] {
        BuiltInTables.pods.prefix(4).map { BuiltInTables.shown($0.cell(pod, Timestamp(sinceEpoch: .seconds(60)))) }
    }

    private func pod(_ phase: String, _ states: [JSONValue], deleted: Bool = false) -> JSONValue {
        var metadata: JSONValue = ["name": "p"]
        if deleted { metadata["deletionTimestamp"] = "1970-01-01T00:00:00Z" }
        let containers = JSONValue.array(states.map { _ in [:] })
        return [
            "metadata": metadata, "spec": ["containers": containers],
            "status": ["phase": .string(phase), "containerStatuses": .array(states)],
        ]
    }

    @Test("a pod's status is what matters most of it")
    func pods() {
        let running: JSONValue = ["ready": true, "restartCount": 0, "state": ["running": [:]]]
        let waiting: JSONValue = [
            "ready": false, "restartCount": 2, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
            "lastState": ["terminated": ["finishedAt": "1970-01-01T00:00:30Z"]],
        ]
        let ended: JSONValue = ["ready": false, "state": ["terminated": ["exitCode": 3]]]
        #expect(row(pod("Pending", [])) == ["p", "0/0", "Pending", "0"])
        #expect(row(pod("Running", [running, running])) == ["p", "2/2", "Running", "0"])
        #expect(row(pod("Running", [running, waiting])) == ["p", "1/2", "CrashLoopBackOff", "2 (30s ago)"])
        #expect(row(pod("Failed", [ended])) == ["p", "0/1", "ExitCode:3", "0"])
        #expect(row(pod("Running", [running], deleted: true)) == ["p", "1/1", "Terminating", "0"])
        #expect(row(pod("Succeeded", [ended], deleted: true)) == ["p", "0/1", "ExitCode:3", "0"])
    }

    @Test("paths of definitions lead where they say")
    func paths() {
        let object: JSONValue = [
            "spec": ["a.b": "dotted", "list": [["n": 1], ["n": 2]]],
            "status": ["conditions": [["type": "A", "status": "no"], ["type": "Ready", "status": "yes"]]],
        ]
        func values(_ path: String) -> [JSONValue]? { JSONPath(path)?.values(in: object) }
        #expect(values(#".status.conditions[?(@.type=="Ready")].status"#) == ["yes"])
        #expect(values(#".status.conditions[?(@.type!='Ready')].status"#) == ["no"])
        #expect(values(".spec.list[*].n") == [1, 2])
        #expect(values(".spec.list[-1].n") == [2])
        #expect(values(".spec.list[7].n") == [])
        #expect(values(#".spec.a\.b"#) == ["dotted"])
        #expect(values(".spec['a.b']") == ["dotted"])
        #expect(values(".nothing.at.all") == [])
        for bad in ["spec", ".spec[", ".spec[?(x)]", "..", ".spec[?(@.a~='b')]"] { #expect(values(bad) == nil) }
    }

    @Test("Fuzz: paths are read or refused, and lead somewhere or nowhere")
    func pathFuzz() throws {
        let object: JSONValue = ["a": [["b": "c"], [1, 2]], "d": ["e": nil]]
        let corpus = [#".a[?(@.b=="c")].b"#, ".a[1][*]", ".d['e']", #".a\.b[-1]"#]
        try Fuzzer(seed: 1, iterations: 3_000).run(corpus: corpus, tokens: ["[?(@.", "==", ")]", "\\", "[*]"]) {
            bytes in
            guard let path = JSONPath(String(decoding: bytes, as: UTF8.self)) else { return }
            try FuzzFailure.unless(path.values(in: object).count < 100, "more than there is")
        }
    }

    private let cluster = SimulatedCluster()

    private func answer(_ target: String, accept: String = "application/json;as=Table;v=v1;g=meta.k8s.io") async throws
        -> JSONValue
    {
        let request = HTTPRequest(.get, target, headers: ["Accept": accept])
        return try JSONValue(parsing: try await cluster.server.transport(as: .admin).send(request).body)
    }

    @Test("lists and single objects come as tables with as much of each object as is asked for")
    func forms() async throws {
        let list = try await answer("/api/v1/namespaces?limit=2")
        #expect(list["kind"] == "Table")
        #expect(list["columnDefinitions"]?.array?.compactMap { $0["name"]?.string } == ["Name", "Status", "Age"])
        #expect(list["rows"]?.array?.first?["cells"] == ["default", "Active", "0s"])
        #expect(list["rows"]?.array?.first?[path: "object", "kind"] == "PartialObjectMetadata")
        #expect(list[path: "metadata", "remainingItemCount"] == 2)
        let one = try await answer("/api/v1/namespaces/default?includeObject=None")
        #expect(one["rows"]?.array?.map { $0["object"] } == [nil])
        let whole = try await answer("/api/v1/namespaces/default?includeObject=Object")
        #expect(whole["rows"]?.array?.first?[path: "object", "kind"] == "Namespace")
        let wrong = try await answer("/api/v1/namespaces?includeObject=Some")
        #expect(wrong["code"] == 400)
    }

    @Test("an error is no table, and a table of another version is not offered")
    func errors() async throws {
        #expect(try await answer("/api/v1/namespaces/none")["kind"] == "Status")
        let old = "application/json;as=Table;v=v1alpha1;g=meta.k8s.io"
        #expect(try await answer("/api/v1/namespaces", accept: old)["code"] == 406)
        #expect(try await answer("/api/v1/namespaces", accept: "\(old),application/json")["kind"] == "NamespaceList")
    }
}
