import Formats
import Kubernetes
import Testing

@testable import Helm

@Suite("Release plans") struct ReleasePlanTests {
    private static let one: [String] = [Demo.object("ConfigMap", "a"), Demo.object("Deployment", "b")]
    private static let other: [String] = [
        Demo.object("ConfigMap", "a", "data: {x: y}"), Demo.object("Deployment", "b"),
    ]

    private static func deployed(_ texts: [String] = one) throws -> ReleaseCluster {
        var cluster: ReleaseCluster = ReleaseCluster()
        try cluster.run(deploying(texts))
        return cluster
    }

    // MARK: What is somebody else's

    @Test("leaves a release alone that was never ours, and says how to go on")
    func foreignRelease() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        cluster.add(Demo.release())
        let plan: ReleasePlan = try cluster.run(deploying(Self.one))
        #expect(plan.state == .conflict && plan.actions.isEmpty)
        #expect(plan.cause.contains("helm uninstall demo --namespace env-demo"))
        cluster.remembered = RememberedRelease(revision: 1)
        #expect(try cluster.run(deploying(Self.one)).state == .inSync)
    }

    @Test(
        "leaves somebody's helm alone while it is at work, whatever was ours before",
        arguments: [ReleaseStatus.pendingInstall, .pendingUpgrade, .pendingRollback])
    func foreignOperation(status: ReleaseStatus) throws {
        var cluster: ReleaseCluster = try Self.deployed()
        cluster.add(Demo.release(2, status))
        let plan: ReleasePlan = try cluster.pass(deploying(Self.other, digest: "two"))
        #expect(plan.state == .foreignOperation && plan.actions.isEmpty && plan.recheckAfter != nil)
        #expect(plan.cause.contains("delete Secret sh.helm.release.v1.demo.v2"))
    }

    @Test("goes on from what somebody's helm has deployed over ours, also where it has taken our annotations away")
    func upgradedByHand() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        let ours: Release = try #require(cluster.revisions.first?.release)
        var superseded: Release = ours
        superseded.info.status = .superseded
        cluster.add(superseded)
        cluster.add(Demo.release(2))
        #expect(try cluster.pass(deploying(Self.one)).state == .conflict)
        cluster.remembered = RememberedRelease(revision: 1, contentDigest: ours.contentDigest)
        try cluster.run(deploying(Self.one))
        #expect(cluster.statuses == ["v1 superseded", "v2 superseded", "v3 deployed"])
    }

    @Test("writes nothing where a wanted name is somebody else's, though it carries Helm's own labels")
    func foreignObject() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        cluster.add(
            Demo.key(.configMaps, "a"), labels: ["app.kubernetes.io/managed-by": "Helm"],
            annotations: ["meta.helm.sh/release-name": "demo", "meta.helm.sh/release-namespace": "env-demo"])
        let plan: ReleasePlan = try cluster.run(deploying(Self.one))
        #expect(plan.state == .conflict && cluster.log.isEmpty)
        #expect(plan.cause.contains("configmaps env-demo/a exists and is not ours"))
        cluster.objects = [:]
        cluster.add(Demo.key(.jobs, "h"))
        #expect(try cluster.run(deploying([Demo.hook("h", "post-install")])).state == .conflict)
        #expect(try cluster.run(deploying([Demo.hook("h", "post-upgrade")])).state == .inSync)
    }

    @Test("says so where somebody has left no revision to count to")
    func lastRevision() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        cluster.add(Demo.release(1_000_000_000))
        let plan: ReleasePlan = try cluster.run(deploying(Self.one))
        #expect(plan.state == .conflict && plan.cause.contains("delete Secret sh.helm.release.v1.demo.v1000000000"))
    }

    // MARK: Operations that were begun

    @Test("ends an operation of ours with other inputs as failed, and begins its own with the next revision")
    func superseded() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        _ = try cluster.pass(deploying([Demo.object("ConfigMap", "c"), Demo.hook("h", "pre-install")]))
        #expect(cluster.statuses == ["v1 pending-install"])
        try cluster.run(deploying(Self.one, digest: "two"))
        #expect(cluster.statuses == ["v1 failed", "v2 deployed"])
        #expect(cluster.revisions.first?.release?.info.description == "superseded by an operation with other inputs")
    }

    @Test("renders for the revision that an operation has, and not for another one when it is resumed")
    func identity() throws {
        let texts: [String] = [Demo.object("ConfigMap", "a", "data: {revision: REVISION}")]
        var cluster: ReleaseCluster = ReleaseCluster()
        try cluster.run(deploying(texts))
        #expect(cluster.log == ["v1 pending-install", "apply a", "v1 deployed"])
        try cluster.run(deploying(texts, digest: "two"))
        let manifest: String? = cluster.revisions.last?.release?.manifest
        #expect(manifest?.contains(#"revision: "2 true""#) == true)
        #expect(try cluster.run(deploying(texts, digest: "two")).state == .inSync)
    }

    @Test("L5: asks the server before an upgrade, and leaves nothing pending where it refuses")
    func immutable() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        cluster.immutable = ["a"]
        #expect(throws: ReleaseCluster.Refusal.self) { try cluster.run(deploying(Self.other, digest: "two")) }
        #expect(cluster.statuses == ["v1 deployed"])
        #expect(cluster.log.last == "dry run a")
        cluster.refusal = ReleaseRefusal(digest: "two", message: "a: field is immutable")
        let plan: ReleasePlan = try cluster.run(deploying(Self.other, digest: "two"))
        #expect(plan.state == .failed && plan.actions.isEmpty && plan.cause.contains("a: field is immutable"))
        #expect(try cluster.run(deploying(Self.one)).state == .inSync)
    }

    @Test("fails an operation whose objects the server refuses for good, and recovers with other inputs")
    func refused() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        _ = try cluster.pass(deploying([Demo.hook("h", "pre-install")] + Self.one))
        cluster.refusal = ReleaseRefusal(digest: "one", message: "no")
        #expect(try cluster.run(deploying([Demo.hook("h", "pre-install")] + Self.one)).state == .failed)
        #expect(cluster.statuses == ["v1 failed"])
        #expect(cluster.revisions.first?.release?.info.description == "Install \"demo\" failed: no")
        #expect(try cluster.run(deploying(Self.one, digest: "two")).state == .inSync)
    }

    @Test("tries again after a failure, later each time, and keeps no more than its history")
    func retries() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        cluster.endings = ["h": .failed("BackoffLimitExceeded")]
        cluster.policy.maximumHistory = 3
        let wish: ReleaseCluster.Wish = deploying([Demo.hook("h", "pre-install")])
        let first: ReleasePlan = try cluster.run(wish, patience: .seconds(50))
        #expect(first.state == .failed && first.recheckAfter == .seconds(60))
        #expect(first.cause == #"Install "demo" failed: pre-install hook Job h failed: BackoffLimitExceeded"#)
        let second: ReleasePlan = try cluster.run(wish, patience: .seconds(100))
        #expect(second.recheckAfter == .seconds(120))
        try cluster.run(wish, patience: .seconds(1_000))
        #expect(cluster.statuses == ["v4 failed", "v5 failed", "v6 failed"])
        cluster.endings = [:]
        try cluster.run(wish, patience: .seconds(4_000))
        #expect(cluster.statuses == ["v5 failed", "v6 failed", "v7 deployed"])
    }

    // MARK: What is deployed

    @Test("mends what drifted without a new revision, and tells of it only where it shall")
    func drift() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        cluster.objects[Demo.key(.configMaps, "a")] = nil
        cluster.objects[Demo.key(.deployments, "b")]?.object["spec"] = ["replicas": 7]
        cluster.policy.correctsDrift = false
        let told: ReleasePlan = try cluster.run(deploying(Self.one))
        #expect(told.state == .drifted && told.actions.isEmpty && told.cause.contains("configmaps env-demo/a"))
        cluster.policy.correctsDrift = true
        let before: Int = cluster.log.count
        #expect(try cluster.run(deploying(Self.one)).state == .inSync)
        #expect(cluster.log.dropFirst(before) == ["apply a", "apply b"])
    }

    @Test("takes away what an upgrade no longer names, but for what is kept or not ours")
    func dropped() throws {
        let keep: String = Demo.object("Secret", "kept", annotations: "helm.sh/resource-policy: keep")
        var cluster: ReleaseCluster = try Self.deployed(
            Self.one + [keep, Demo.object("Secret", "gone"), Demo.object("Secret", "foreign")])
        let foreign: ObjectKey = Demo.key(.secrets, "foreign")
        cluster.objects[foreign] = nil
        cluster.add(foreign, labels: ["app.kubernetes.io/managed-by": "Helm"])
        try cluster.run(deploying(Self.one, digest: "two"))
        #expect(cluster.objects.keys.map(\.name).sorted() == ["a", "b", "foreign", "kept"])
        try cluster.run(deploying(Self.one + [Demo.object("Secret", "kept")], digest: "three"))
        try cluster.run(deploying(Self.one, digest: "four"))
        #expect(cluster.objects.keys.map(\.name).sorted() == ["a", "b", "foreign"])
    }

    @Test("deletes nothing while an object that it wants is on its way out")
    func waiting() throws {
        var cluster: ReleaseCluster = try Self.deployed(Self.one + [Demo.object("Secret", "gone")])
        cluster.stuck = ["a"]
        cluster.objects[Demo.key(.configMaps, "a")]?.isDeleting = true
        let plan: ReleasePlan = try cluster.run(deploying(Self.one, digest: "two"), patience: .seconds(30))
        #expect(plan.state == .upgrading && plan.cause == "waits for configmaps env-demo/a to go")
        #expect(cluster.objects[Demo.key(.secrets, "gone")] != nil)
        cluster.stuck = []
        #expect(try cluster.run(deploying(Self.one, digest: "two")).state == .inSync)
        #expect(cluster.objects[Demo.key(.secrets, "gone")] == nil)
    }

    @Test("keeps ten revisions, among them the one that is deployed")
    func history() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        for number in 1...13 { try cluster.run(deploying(Self.one, digest: "\(number)")) }
        #expect(cluster.statuses == (4...12).map { "v\($0) superseded" } + ["v13 deployed"])
    }

    @Test("writes a record anew that somebody has changed, and goes on where one is gone or cannot be read")
    func tampering() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        let stored: StoredRelease = try #require(cluster.revisions.first)
        let written: Release = try #require(stored.release)
        cluster.remembered = RememberedRelease(revision: 1, contentDigest: written.contentDigest)
        var changed: Release = written
        changed.manifest = ""
        cluster.add(changed, operation: stored.operation ?? "", digest: "one")
        #expect(try cluster.pass(deploying(Self.one)).state == .drifted)
        #expect(cluster.revisions.first?.release?.manifest == written.manifest)

        cluster.secrets["sh.helm.release.v1.demo.v1"]?["data"] = ["release": "!"]
        try cluster.run(deploying(Self.one))
        #expect(cluster.statuses == ["v2 deployed"])

        cluster.remembered = RememberedRelease(revision: 2)
        cluster.secrets = [:]
        try cluster.run(deploying(Self.one))
        #expect(cluster.statuses == ["v3 deployed"])
    }

    // MARK: Hooks

    @Test("runs hooks by weight and name, and records how each ended")
    func hooks() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        try cluster.run(
            deploying([
                Demo.hook("z", "pre-install", weight: -5), Demo.hook("b", "pre-install"), Demo.hook("a", "pre-install"),
                Demo.hook("c", "test"), Demo.hook("s", "pre-install", weight: -6, kind: "ConfigMap"),
            ]))
        #expect(cluster.log.filter { $0.hasPrefix("apply") } == ["apply s", "apply z", "apply a", "apply b"])
        let runs: [ReleaseHook] = try #require(cluster.revisions.last?.release?.hooks)
        #expect(runs.filter { $0.lastRun.phase == .succeeded }.map(\.name).sorted() == ["a", "b", "s", "z"])
        #expect(runs.first { $0.name == "a" }?.lastRun.completedAt != nil)
        let run: String? = cluster.objects[Demo.key(.jobs, "a")]?.object.annotation("envfactory.dev/operation")
        #expect(run == "\(cluster.revisions.last?.operation ?? "").pre-install")
    }

    @Test("D21: fails where a hook fails, and deletes hooks as their policies say")
    func failingHook() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        cluster.endings = ["bad": .failed("no")]
        let plan: ReleasePlan = try cluster.run(
            deploying(
                Self.one + [
                    Demo.hook("a", "pre-install", policies: "hook-succeeded"),
                    Demo.hook("b", "pre-install", policies: "hook-failed"),
                    Demo.hook("bad", "pre-install", policies: "hook-failed"), Demo.hook("never", "pre-install"),
                ]), patience: .seconds(50))
        #expect(plan.state == .failed)
        #expect(cluster.objects.keys.map(\.name).sorted() == ["b"])
        #expect(cluster.revisions.last?.release?.hooks.first { $0.name == "bad" }?.lastRun.phase == .failed)
    }

    @Test("D21: gives up a hook that does not end, and one whose predecessor does not go")
    func endlessHook() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        cluster.endings = ["h": .running]
        let plan: ReleasePlan = try cluster.run(deploying([Demo.hook("h", "pre-install")]), patience: .seconds(350))
        #expect(plan.cause.contains("it did not end within 300 seconds"), "\(plan.cause)")
        cluster.stuck = ["h"]
        let again: ReleasePlan = try cluster.run(
            deploying([Demo.hook("h", "pre-install")], digest: "two"), patience: .seconds(350))
        #expect(again.cause.contains("awaited the end of an earlier one"), "\(again.cause)")
    }

    @Test("fails where an earlier hook is in the way and may not be deleted")
    func earlierHook() throws {
        var cluster: ReleaseCluster = try Self.deployed([Demo.hook("h", "pre-install", policies: "hook-failed")])
        let wish: ReleaseCluster.Wish = deploying(
            [Demo.hook("h", "pre-upgrade", policies: "hook-failed")], digest: "two")
        let plan: ReleasePlan = try cluster.run(wish, patience: .seconds(50))
        #expect(plan.cause.contains("give the hook the delete policy before-hook-creation"), "\(plan.cause)")
    }

    // MARK: Uninstalling

    @Test("E15: uninstalls though a hook fails, and says so")
    func failingUninstall() throws {
        var cluster: ReleaseCluster = try Self.deployed(
            Self.one + [Demo.hook("bad", "pre-delete"), Demo.hook("after", "post-delete")])
        cluster.endings = ["bad": .failed("no")]
        var warnings: Set<String> = []
        var plan: ReleasePlan = try cluster.pass(uninstalling)
        while !plan.isSettled {
            warnings.formUnion(plan.warnings)
            plan = try cluster.pass(uninstalling)
        }
        #expect(warnings == ["hook Job bad failed, and stopped nothing"])
        #expect(cluster.secrets.isEmpty)
        #expect(cluster.objects.keys.map(\.name).sorted() == ["after", "bad"])
    }

    @Test("E15: takes away what is left, though all records are gone or cannot be read")
    func withoutRecords() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        cluster.secrets["sh.helm.release.v1.demo.v1"]?["data"] = nil
        #expect(try cluster.run(uninstalling).state == .uninstalled)
        #expect(cluster.objects.isEmpty && cluster.secrets.isEmpty)
        cluster = try Self.deployed()
        cluster.secrets = [:]
        #expect(try cluster.run(uninstalling).state == .uninstalled)
        #expect(cluster.objects.isEmpty)
    }

    @Test("leaves what is kept and what is somebody else's, and names it")
    func remains() throws {
        let keep: String = Demo.object("Secret", "kept", annotations: "helm.sh/resource-policy: keep")
        var cluster: ReleaseCluster = try Self.deployed(Self.one + [keep])
        cluster.objects[Demo.key(.configMaps, "a")] = nil
        cluster.add(Demo.key(.configMaps, "a"), annotations: ["meta.helm.sh/release-name": "demo"])
        cluster.add(Demo.release(2, .pendingUpgrade))
        let first: ReleasePlan = try cluster.pass(uninstalling)
        #expect(
            first.warnings == [
                "configmaps env-demo/a is not ours and stays", "secrets env-demo/kept stays by its resource policy",
                "revision 2 is somebody else's and stays",
            ])
        #expect(try cluster.run(uninstalling).state == .uninstalled)
        #expect(cluster.objects.keys.map(\.name).sorted() == ["a", "kept"])
        #expect(cluster.statuses == ["v2 pending-upgrade"])
    }

    @Test("awaits objects that go, and goes on without them when that takes too long")
    func stuckObject() throws {
        var cluster: ReleaseCluster = try Self.deployed(Self.one + [Demo.hook("after", "post-delete")])
        cluster.stuck = ["b"]
        let waiting: ReleasePlan = try cluster.run(uninstalling, patience: .seconds(100))
        #expect(waiting.state == .uninstalling && waiting.cause == "waits for deployments.apps env-demo/b to go")
        let plan: ReleasePlan = try cluster.run(uninstalling, patience: .seconds(400))
        #expect(plan.state == .uninstalled && cluster.log.contains("apply after"))
        #expect(plan.warnings == ["deployments.apps env-demo/b is on its way out, and something holds it"])
    }

    @Test("runs no hook of a record that somebody has changed")
    func tamperedHook() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        let stored: StoredRelease = try #require(cluster.revisions.first)
        var changed: Release = try #require(stored.release)
        cluster.remembered = RememberedRelease(revision: 1, contentDigest: changed.contentDigest)
        changed.hooks = try Demo.rendered([Demo.hook("evil", "pre-delete")]).hooks.map(ReleaseHook.init)
        cluster.add(changed, operation: stored.operation ?? "", digest: "one")
        try cluster.run(uninstalling)
        #expect(!cluster.log.contains("apply evil") && cluster.objects.isEmpty)
    }

    @Test("installs again what was uninstalled halfway")
    func installedAgain() throws {
        var cluster: ReleaseCluster = try Self.deployed()
        _ = try cluster.pass(uninstalling)
        _ = try cluster.pass(uninstalling)
        #expect(cluster.statuses == ["v1 uninstalling"] && cluster.objects.isEmpty)
        #expect(try cluster.run(deploying(Self.one)).state == .inSync)
        #expect(cluster.statuses == ["v1 failed", "v2 deployed"])
    }

    @Test("knows how far a job or pod is")
    func progress() throws {
        func progress(_ text: String) throws -> ObservedReleaseObject.Progress {
            ObservedReleaseObject.Progress(KubernetesObject(try #require(try YAML.documents(in: text).first)))
        }
        let job: String = "{apiVersion: batch/v1, kind: Job, status: {conditions: ["
        #expect(try progress("\(job)]}}") == .running)
        #expect(try progress("\(job){type: Failed, status: \"False\"}]}}") == .running)
        #expect(try progress("\(job){type: Complete, status: \"True\"}]}}") == .succeeded)
        #expect(
            try progress("\(job){type: Failed, status: \"True\", reason: A, message: \"b\\nc\"}]}}")
                == .failed("A: b\\nc"))
        #expect(try progress("{apiVersion: v1, kind: Pod, status: {phase: Running}}") == .running)
        #expect(try progress("{apiVersion: v1, kind: Pod, status: {phase: Succeeded}}") == .succeeded)
        #expect(try progress("{apiVersion: v1, kind: Pod, status: {phase: Failed}}") == .failed("the pod failed"))
        #expect(try progress("{apiVersion: v1, kind: Secret}") == .succeeded)
    }
}
