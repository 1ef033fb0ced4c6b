import Formats
import Kubernetes

@testable import Helm

/// The release that the tests are about.
enum Demo {
    static let scope: ReleaseScope = {
        var scope: ReleaseScope = ReleaseScope(
            name: "demo", namespace: "env-demo", owner: "owner-uid",
            kinds: ReleaseKinds([
                .configMaps, .secrets, .services, .serviceAccounts, .pods, .statefulSets, .deployments, .jobs,
                .podDisruptionBudgets, .networkPolicies,
            ]))
        scope.objectLabels = [ownerLabel: "owner-uid"]
        return scope
    }()

    static let ownerLabel = "envfactory.dev/environment-uid"
    static let now: Timestamp = Timestamp(sinceEpoch: .seconds(1_800_000_000))

    static func key(_ resource: APIResource, _ name: String) -> ObjectKey {
        ObjectKey(resource, namespace: scope.namespace, name: name)
    }

    static func object(_ kind: String, _ name: String, _ rest: String = "", annotations: String = "") -> String {
        let apiVersions: [String: String] = [
            "Job": "batch/v1", "Deployment": "apps/v1", "StatefulSet": "apps/v1", "ClusterRole": rbac, "Role": rbac,
            "CustomResourceDefinition": "apiextensions.k8s.io/v1", "PodDisruptionBudget": "policy/v1beta1",
        ]
        let head: String = "apiVersion: \(apiVersions[kind] ?? "v1")\nkind: \(kind)\nmetadata:\n  name: \(name)\n"
        return head + (annotations.isEmpty ? "" : "  annotations: {\(annotations)}\n") + rest
    }

    static func hook(
        _ name: String, _ events: String, weight: Int = 0, policies: String = "", kind: String = "Job"
    ) -> String {
        var annotations: String = "helm.sh/hook: \"\(events)\", helm.sh/hook-weight: \"\(weight)\""
        if !policies.isEmpty { annotations += ", helm.sh/hook-delete-policy: \"\(policies)\"" }
        return object(kind, name, annotations: annotations)
    }

    private static let rbac = "rbac.authorization.k8s.io/v1"

    static func rendered(_ texts: [String], notes: String = "") throws -> RenderedChart {
        var files: [String: String] = ["demo/templates/NOTES.txt": notes]
        for (index, text) in texts.enumerated() {
            files["demo/templates/\(index < 10 ? "0" : "")\(index).yaml"] = text
        }
        return try RenderedChart(files: files, chart: "demo")
    }

    static let chart: ReleaseChart = {
        var metadata: ChartMetadata = ChartMetadata(name: "demo", version: "1.2.3")
        metadata.appVersion = "9"
        let template: ChartFile = ChartFile(path: "templates/a.yaml", bytes: Array("kind: <é>\n".utf8))
        return ReleaseChart(
            Chart(
                metadata: metadata, values: JSONObject(unique: [("replicas", 1)]), schema: Array("{}".utf8),
                templates: [template]))
    }()

    static func desired(
        _ texts: [String], digest: String = "one", config: JSONObject = JSONObject(), scope: ReleaseScope = scope
    ) throws -> DesiredRelease {
        try DesiredRelease(try rendered(texts), of: chart, config: config, digest: digest, in: scope)
    }

    static func release(_ revision: Int = 1, _ status: ReleaseStatus = .deployed) -> Release {
        var info: Release.Info = Release.Info(status: status)
        (info.firstDeployed, info.lastDeployed) = (ReleaseTime(now), ReleaseTime(now))
        info.description = "Install complete"
        return Release(name: "demo", namespace: "env-demo", revision: revision, info: info, chart: chart)
    }

    static func stored(
        _ release: Release, operation: String? = "an operation", digest: String? = "one", uid: String? = nil
    ) -> StoredRelease? {
        let record: ReleaseRecord = ReleaseRecord(
            release: release, operation: operation ?? "", appliedDigest: digest ?? "", createdAt: 1_800_000_000)
        var secret: KubernetesObject = record.secret
        secret["metadata"]?["uid"] = .string(uid ?? "secret-\(release.revision)")
        return StoredRelease(secret, in: scope)
    }
}
