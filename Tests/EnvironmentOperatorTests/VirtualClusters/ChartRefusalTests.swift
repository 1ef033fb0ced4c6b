import EnvironmentAPI
import Formats
import Helm
import Kubernetes
import TestSupport
import Testing

@testable import EnvironmentOperator

/// A chart does what it should not as long as a class sets the label `bad`, and nothing once that is corrected (D22).
@Suite("What a chart may not do")
struct ChartRefusalTests {
    @Test(
        "D8: what a chart says against its values is told with file and line, without them, until they are corrected",
        arguments: [
            ("{{ fail \"ask for less\" }}", ":2:3): ask for less"),
            ("{{ required \"a size is needed\" .Values.size }}", ":2:3): a size is needed"),
            ("{{ .Values.nowhere.size }}", ":2:10"),
            ("{{ .Values.controlPlane.statefulSet.labels.bad.size }}", ":2:10"),
            ("{{ add1 (index .Values.controlPlane.statefulSet.labels.bad 7 8) }}", ":2:"),
            ("{{ template \"nowhere\" . }}", ":2:"),
        ])
    func values(template: String, place: String) async throws {
        let stage = try await OperatorStage()
        stage.charts.add("bad.yaml", Self.whileBad("\n\(template)"))
        try await stage.refused(.valuesInvalid) { message in
            message.contains("vcluster/templates/bad.yaml\(place)") && !message.contains("hush")
        }
    }

    @Test(
        "D24: nothing is written of a release that holds more than its own namespace, until the class is corrected",
        arguments: [
            ("rbac.authorization.k8s.io/v1", "ClusterRole", nil, "may give no rights"),
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", nil, "may give no rights"),
            ("v1", "ConfigMap", "kube-system", "namespace kube-system"),
            ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", nil, "of the whole cluster"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition", nil, "of the whole cluster"),
            ("v1", "Namespace", nil, "of the whole cluster"), ("v1", "PersistentVolume", nil, "of the whole cluster"),
        ] as [(String, String, String?, String)])
    func kinds(apiVersion: String, kind: String, namespace: String?, problem: String) async throws {
        let stage = try await OperatorStage()
        let place = namespace.map { ", namespace: \($0)" } ?? ""
        stage.charts.add(
            "bad.yaml",
            Self.whileBad("apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: other\(place)}\n"))
        try await stage.refused(.manifestRefused) { message in
            message.contains(problem) && message.contains("templates/bad.yaml")
                && message.contains("nothing was written")
        }
    }

    @Test("D13: nothing is written of a release that has no room in its Secret, until its values are shortened")
    func size() async throws {
        let stage = try await OperatorStage()
        var generator = SeededGenerator(seed: 13)
        var noise: [UInt8] = []
        while noise.count < 700_000 { withUnsafeBytes(of: generator.next()) { noise += $0 } }
        try await stage.refused(.manifestRefused, bad: .string(Base64.encode(noise))) { message in
            message.contains("of the at most 1048576") && message.utf8.count < 2_000
        }
    }

    @Test("D10: a chart looks up what is in its own namespace, and nothing elsewhere")
    func lookup() async throws {
        let stage = try await OperatorStage()
        var secret = KubernetesObject(.secrets, namespace: OperatorStage.team, name: "theirs")
        secret["data"] = ["password": "aHVzaA=="]
        _ = try await stage.cluster.admin.create(secret, as: .secrets)
        stage.charts.add(
            "found.yaml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: found}
            data:
              own: {{ len (lookup "networking.k8s.io/v1" "NetworkPolicy" .Release.Namespace "").items | quote }}
              theirs: {{ lookup "v1" "Secret" "\(OperatorStage.team)" "theirs" | toJson | quote }}
              all: {{ lookup "v1" "Secret" "" "theirs" | toJson | quote }}
            """)
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let found = try #require(try await stage.object(.configMaps, "found"))["data"]
        #expect(found?["own"]?.string.flatMap(Int.init) ?? 0 > 0)
        #expect(found?["theirs"] == "{}")
        #expect(found?["all"] == "{}")
    }

    @Test("D15: a version that is another chart by now is refused, and what runs stays as it is")
    func moved() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let before = try #require(try await stage.workload())
        stage.charts.fail(ChartFetchError(.digestMismatch, "the digest is another than the one that is pinned"))
        try await stage.patchClass(["chart": ["digest": .string("sha256:\(String(repeating: "0", count: 64))")]])
        try await stage.settle()
        let condition = try #require(try await stage.condition(.releaseReady))
        #expect(condition.status == .isFalse && condition.reason == "ChartRefused")
        #expect(condition.message.contains("another than the one that is pinned"))
        #expect(try await stage.releases() == ["v1 deployed"])
        #expect(try await stage.workload() == before)
        try await stage.expectQuiet()
        stage.charts.fail(nil)
        stage.advance(.seconds(30))
        try await stage.settle()
        try await stage.expectReady()
        #expect(try await stage.releases() == ["v1 superseded", "v2 deployed"])
    }

    @Test("L5: an upgrade that changes what may not change is refused before anything is written, and taken back")
    func immutable() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let before = try #require(try await stage.workload())
        let size: (JSONValue) -> JSONValue = { size in
            ["values": ["controlPlane": ["statefulSet": ["persistence": ["volumeClaim": ["size": size]]]]]]
        }
        try await stage.patchClass(size("77Gi"))
        try await stage.settle()
        let condition = try #require(try await stage.condition(.releaseReady))
        #expect(condition.status == .isFalse && condition.reason == "ReleaseFailed", "\(condition)")
        #expect(condition.message.contains("pr-42") && condition.message.contains("forbidden"), "\(condition)")
        #expect(try await stage.releases() == ["v1 deployed"])
        #expect(try await stage.workload() == before)
        try await stage.patchClass(size("1Gi"))
        try await stage.settle()
        try await stage.expectReady()
        #expect(try await stage.releases() == ["v1 superseded", "v2 deployed"])
        try await stage.expectQuiet()
    }

    /// A template that is empty once the class no longer sets the label.
    private static func whileBad(_ text: String) -> String {
        "{{ if .Values.controlPlane.statefulSet.labels.bad }}\(text)\n{{ end }}"
    }
}

extension OperatorStage {
    /// An environment whose class sets the label `bad` is refused before the first write, and ready once it does not.
    fileprivate func refused(
        _ reason: ReleaseReason, bad: JSONValue = "hush", sourceLocation: SourceLocation = #_sourceLocation,
        _ isExpected: (String) -> Bool
    ) async throws {
        try await createVirtualClass { json in
            json["spec"]?["virtualCluster"]?["values"]?["controlPlane"]?["statefulSet"]?["labels"] = ["bad": bad]
        }
        try await create()
        try await settle()
        let condition = try #require(try await condition(.releaseReady), sourceLocation: sourceLocation)
        #expect(condition.status == .isFalse && condition.reason == reason.rawValue, sourceLocation: sourceLocation)
        #expect(isExpected(condition.message), "\(condition.message)", sourceLocation: sourceLocation)
        #expect(try await releases() == [], sourceLocation: sourceLocation)
        #expect(try await object(.secrets, "vc-config-pr-42") == nil, sourceLocation: sourceLocation)
        #expect(try await workload() == nil, sourceLocation: sourceLocation)
        try await expectQuiet(sourceLocation: sourceLocation)
        try await patchClass(["values": ["controlPlane": ["statefulSet": ["labels": ["bad": nil]]]]])
        try await settle()
        try await expectReady(sourceLocation: sourceLocation)
        #expect(try await releases() == ["v1 deployed"], sourceLocation: sourceLocation)
    }
}
