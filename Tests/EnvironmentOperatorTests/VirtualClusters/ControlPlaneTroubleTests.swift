import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvironmentOperator

@Suite("Why a control plane is not ready")
struct ControlPlaneTroubleTests {
    private static let now = Timestamp(sinceEpoch: .seconds(1_767_225_660))

    private static func pod(created: String, _ status: JSONValue) -> KubernetesObject {
        var pod = KubernetesObject(.pods, namespace: "env-a", name: "pr-42-0")
        pod["metadata"]?["uid"] = "u1"
        pod["metadata"]?["creationTimestamp"] = .string(created)
        pod["status"] = status
        return pod
    }

    private static func event(_ reason: String, _ message: String, _ object: JSONValue, at time: String)
        -> KubernetesObject
    {
        var event = KubernetesObject(.coreEvents, namespace: "env-a", name: reason)
        event["reason"] = .string(reason)
        event["message"] = .string(message)
        event["involvedObject"] = object
        event["lastTimestamp"] = .string(time)
        return event
    }

    private static let missingImage: JSONValue = [
        "containerStatuses": [
            ["name": "syncer", "image": "x:missing", "state": ["waiting": ["reason": "ImagePullBackOff"]]]
        ]
    ]
    private static let refusal = event(
        "FailedCreate", "pods \"b\" is forbidden: exceeded quota: envfactory, requested: limits.memory=640Mi",
        ["kind": "ReplicaSet"], at: "2026-01-01T00:00:30Z")

    @Test("a newer pod that the quota refuses is told before an older one's missing image")
    func refusedAfter() {
        let evidence = ControlPlaneEvidence(
            pods: [Self.pod(created: "2026-01-01T00:00:10Z", Self.missingImage)], events: [Self.refusal], now: Self.now)
        #expect(evidence.trouble?.reason == .quotaExceeded)
        #expect(evidence.trouble?.message.contains("limits.memory=640Mi") == true)
    }

    @Test("a refusal of the past is none once a pod was made")
    func refusedBefore() {
        let evidence = ControlPlaneEvidence(
            pods: [Self.pod(created: "2026-01-01T00:00:40Z", Self.missingImage)], events: [Self.refusal], now: Self.now)
        #expect(evidence.trouble?.reason == .imagePull)
        #expect(evidence.trouble?.message.contains("x:missing") == true)
    }

    @Test("probes that fail are told once a container has run for a while")
    func probes() {
        let status: (String) -> JSONValue = { started in
            [
                "containerStatuses": [
                    ["name": "syncer", "ready": false, "state": ["running": ["startedAt": .string(started)]]]
                ]
            ]
        }
        let unhealthy = Self.event(
            "Unhealthy", "Readiness probe failed: connection refused", ["uid": "u1"], at: "2026-01-01T00:00:50Z")
        let early = ControlPlaneEvidence(
            pods: [Self.pod(created: "2026-01-01T00:00:40Z", status("2026-01-01T00:00:41Z"))], events: [unhealthy],
            now: Self.now)
        #expect(early.trouble == nil)
        let late = ControlPlaneEvidence(
            pods: [Self.pod(created: "2026-01-01T00:00:10Z", status("2026-01-01T00:00:11Z"))], events: [unhealthy],
            now: Self.now)
        #expect(late.trouble?.reason == .probeFailing)
        #expect(late.trouble?.message.contains("connection refused") == true)
    }
}
