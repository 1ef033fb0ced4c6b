import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvironmentOperator

@Suite("What a file declares")
struct DeclaredObjectTests {
    private static let key = ObjectKey(.environments, namespace: "team", name: "pr-42")

    private static func object(_ spec: JSONValue, _ metadata: JSONValue = [:]) -> KubernetesObject {
        var object = KubernetesObject(.environments, namespace: "team", name: "pr-42")
        for (field, value) in metadata.object ?? JSONObject() { object["metadata"]?[field] = value }
        object["spec"] = spec
        return object
    }

    private static let live = object(
        ["environmentClassName": "review", "ttl": "48h0m0s", "suspend": true],
        [
            "uid": "1", "resourceVersion": "7", "labels": ["by": "others"],
            "annotations": [
                "note": "by others",
                "kubectl.kubernetes.io/last-applied-configuration":
                    #"{"kind":"Environment","metadata":{"annotations":{},"name":"pr-42","namespace":"team"},"spec":{"environmentClassName":"review","suspend":true}}"#,
            ],
        ])

    @Test("changes nothing where it says what is there, in other words")
    func unchanged() {
        let file = Self.object(["environmentClassName": "review", "ttl": "48h", "suspend": true])
        let declared = DeclaredObject(file, as: Self.key, over: Self.live)
        #expect(declared.change == nil)
        #expect(Environment(from: declared.object).spec.ttl == .seconds(48 * 3600))
        #expect(!declared.isNew)
    }

    @Test("takes away what was declared before, and leaves what others have set")
    func threeWays() throws {
        let declared = DeclaredObject(
            Self.object(["environmentClassName": "review"], ["labels": ["ours": "1"]]), as: Self.key, over: Self.live)
        let environment = Environment(from: declared.object)
        #expect(environment.spec.ttl == .seconds(48 * 3600))
        #expect(!environment.spec.suspend)
        #expect(environment.metadata.uid == "1")
        #expect(environment.metadata.labels == ["by": "others", "ours": "1"])
        #expect(environment.metadata.annotations["note"] == "by others")
        let change = try #require(declared.change)
        #expect(change.action == .change)
        #expect(change.fields.map(\.path) == ["metadata.labels.ours", "spec.suspend"])
        #expect(change.fields.map(\.action) == [.create, .delete])
    }

    @Test("takes away what was applied on the server before")
    func serverSide() throws {
        var live = Self.object(["environmentClassName": "review", "ttl": "48h", "suspend": true])
        live["metadata"]?["managedFields"] = [
            [
                "manager": "flux", "operation": "Apply",
                "fieldsV1": ["f:spec": ["f:environmentClassName": [:], "f:suspend": [:]]],
            ], ["manager": "envfactory-cli", "operation": "Update", "fieldsV1": ["f:spec": ["f:ttl": [:]]]],
        ]
        let declared = DeclaredObject(Self.object(["environmentClassName": "review"]), as: Self.key, over: live)
        let change = try #require(declared.change)
        #expect(change.fields.map(\.path) == ["spec.suspend"])
    }

    @Test("what a server writes is no part of a new object")
    func new() throws {
        let file = Self.object(["environmentClassName": "review"], ["uid": "9", "resourceVersion": "3"])
        let declared = DeclaredObject(file, as: Self.key, over: nil)
        #expect(declared.isNew)
        #expect(declared.object.uid == nil)
        let change = try #require(declared.change)
        #expect(change.action == .create)
        #expect(change.fields.map(\.path) == ["spec.environmentClassName"])
    }
}

@Suite("What a preview shows of secrets")
struct FieldChangeTests {
    @Test("shows that a Secret's values differ, and never one of them")
    func secrets() {
        let changes = FieldChange.changes(
            wanted: ["data": ["a": "bmV3", "b": "bmV3"], "type": "Opaque"],
            found: ["data": ["a": "b2xk", "b": "bmV3"], "type": "Other"], in: "Secret")
        #expect(changes.map(\.path) == ["data.a", "type"])
        #expect(changes.map(\.isSensitive) == [true, false])
        #expect(changes[0].old == nil && changes[0].new == nil && changes[0].action == .change)
        let created = FieldChange.changes(wanted: ["stringData": ["a": "x"]], found: nil, in: "Secret")
        #expect(created.map(\.isSensitive) == [true])
        let whole = FieldChange.changes(wanted: ["data": ["a": "bmV3"]], found: [:], in: "Secret")
        #expect(whole.map(\.isSensitive) == [true])
    }

    @Test("shows nothing of Secrets that a class puts into virtual clusters")
    func manifests() {
        let copy: JSONValue = ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": "bmV3"]]
        let secret: JSONValue = ["kind": "Secret", "metadata": copy, "data": ["a": "bmV3"]]
        let wanted: JSONValue = ["spec": ["virtualCluster": ["manifests": [secret]]]]
        for found: JSONValue? in [
            nil, ["spec": [:]],
            [
                "spec": [
                    "virtualCluster": [
                        "manifests": [["kind": "Secret", "metadata": ["name": "a"], "data": ["a": "b2xk"]]]
                    ]
                ]
            ],
        ] {
            let changes = FieldChange.changes(wanted: wanted, found: found, in: "EnvironmentClass")
            #expect(!changes.isEmpty)
            for change in changes {
                let text = "\(change.old?.text() ?? "") \(change.new?.text() ?? "")"
                #expect(!text.contains("bmV3") && !text.contains("b2xk"))
            }
        }
    }

    @Test("names what is wanted no more, with what it was")
    func unset() {
        let changes = FieldChange.changes(
            wanted: ["spec": ["hard": ["pods": "1"]]], found: ["spec": ["hard": ["pods": "1", "secrets": "2"]]],
            formerly: ["spec": ["hard": ["pods": "3", "secrets": "2"]]], in: "ResourceQuota")
        #expect(changes.map(\.path) == ["spec.hard.secrets"])
        #expect(changes.map(\.old) == ["2"])
        #expect(changes.map(\.action) == [.delete])
        let secret = FieldChange.changes(
            wanted: ["stringData": ["a": "x"]], found: ["data": ["a": "eA==", "b": "eA=="]],
            formerly: ["stringData": ["a": "x", "b": "x", "gone": "x"]], in: "Secret")
        #expect(secret.map(\.path) == ["data.b"])
    }
}
