import EnvfactoryCommands
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport

@testable import Helm

/// A revision of a release that a test stores.
struct TestRevision: Sendable {
    var environment = "a"
    var name: String?
    var revision = 1
    var status: ReleaseStatus = .deployed
    var description = "Install complete"
    /// `nil` where somebody's `helm` wrote it.
    var operation: String? = "op"
    var notes = ""
    var manifest = ""
    var hooks: [ReleaseHook] = []

    static let chart: ReleaseChart = {
        var metadata = ChartMetadata(name: "vcluster", version: "0.36.1")
        metadata.appVersion = "0.36.1"
        return ReleaseChart(Chart(metadata: metadata))
    }()

    func release(_ now: Timestamp) -> Release {
        var info = Release.Info(status: status)
        (info.firstDeployed, info.lastDeployed) = (ReleaseTime(now), ReleaseTime(now))
        (info.description, info.notes) = (description, notes)
        var release = Release(
            name: name ?? environment, namespace: "env-\(environment)", revision: revision, info: info,
            chart: Self.chart)
        release.config = JSONObject(unique: [("password", "hush")])
        release.manifest = manifest
        release.hooks = hooks
        return release
    }

    static func hook(_ text: String, _ phase: ReleaseHook.Phase, at time: Timestamp) throws -> ReleaseHook? {
        let rendered = try RenderedChart(files: ["vcluster/templates/hook.yaml": text], chart: "vcluster")
        var hook = rendered.hooks.first.map { ReleaseHook($0) }
        hook?.lastRun.phase = phase
        hook?.lastRun.startedAt = ReleaseTime(time)
        return hook
    }
}

extension CommandCluster {
    /// An environment with a virtual cluster in `env-<name>`, whose status names the release where it was deployed.
    func virtualEnvironment(_ name: String, deployed: Bool = true, ready: TestCondition? = nil) async throws {
        try await environment(name)
        let host = "env-\(name)"
        try await cluster.namespace(
            host, labels: [Words.Label.environment: name, Words.Label.environmentNamespace: "team"])
        var status: JSONValue = ["namespace": ["name": .string(host), "uid": "1"]]
        if deployed {
            let release = TestRevision(environment: name).release(cluster.time.now)
            status["release"] = [
                "name": .string(name), "chart": "vcluster-0.36.1", "revision": 1,
                "digest": .string(release.contentDigest),
            ]
        }
        try await self.status(name, [ready ?? .no(.releaseReady, "Installing", "waits for a hook")], status)
    }

    @discardableResult
    func store(_ revision: TestRevision) async throws -> Release {
        let release = revision.release(cluster.time.now)
        let record = ReleaseRecord(
            release: release, operation: revision.operation ?? "", appliedDigest: "one", createdAt: 1_767_225_600)
        _ = try await cluster.admin.create(record.secret, as: .secrets)
        return release
    }

    /// A record that cannot be read.
    func storeBroken(_ name: String, revision: Int, in namespace: String) async throws {
        var secret = KubernetesObject(
            .secrets, namespace: namespace, name: ReleaseWords.secretName(name, revision: revision))
        secret["metadata"]?["labels"] = ["owner": "helm", "name": .string(name)]
        secret["data"] = ["release": .string(Base64.encode(Array("!".utf8)))]
        _ = try await cluster.admin.create(secret, as: .secrets)
    }
}
