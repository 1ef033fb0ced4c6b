import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory doctor")
struct DoctorTests {
    private static let now = Timestamp(sinceEpoch: .seconds(1_767_600_000))

    // MARK: What each sight means

    @Test(
        "a server without admission policies works, and somebody should know", arguments: [(20, "warning"), (30, "ok")])
    func server(minor: Int, grade: String) {
        #expect(DoctorFinding.server(ServerVersion(major: 1, minor: minor)).grade.rawValue == grade)
    }

    @Test(
        "a clock that is half a minute off is told, in either direction",
        arguments: [(-31, false), (30, true), (31, false)])
    func clock(seconds: Int, isRight: Bool) {
        let finding = DoctorFinding.clock(local: Self.now + .seconds(seconds), server: Self.now)
        #expect((finding?.grade == .ok) == isRight)
    }

    @Test("an operator is one that holds the lease and was heard of within a minute")
    func leader() {
        func grade(_ holder: String, _ age: Int) -> DoctorFinding.Grade {
            let renewed = "\(Self.now + .seconds(-age))"
            return DoctorFinding.operator(
                LeaseRecord(holder: holder, duration: .seconds(15), renewTime: renewed), now: Self.now
            ).grade
        }
        #expect(grade("a", 59) == .ok)
        #expect(grade("a", 61) == .failure)
        #expect(grade("", 1) == .failure)
        #expect(DoctorFinding.operator(nil, now: Self.now).grade == .failure)
    }

    @Test("each admission policy that is not bound is named, and none is missed on a server that has none")
    func policies() {
        let all = ["envfactory-namespaces", "envfactory-rolebindings", "envfactory-kubeconfigs"]
        let new = ServerVersion(major: 1, minor: 30)
        #expect(DoctorFinding.policies(found: all, on: new)?.grade == .ok)
        for missing in all {
            let finding = DoctorFinding.policies(found: all.filter { $0 != missing }, on: new)
            #expect(finding?.grade == .failure)
            #expect(finding?.message.contains(missing) == true)
        }
        #expect(DoctorFinding.policies(found: [], on: ServerVersion(major: 1, minor: 20)) == nil)
    }

    @Test("a chart repository that wants credentials answers", arguments: [(200, "ok"), (401, "ok"), (404, "warning")])
    func chart(status: Int, grade: String) {
        #expect(DoctorFinding.chart("a", "https://charts.example", status, nil).grade.rawValue == grade)
    }

    // MARK: The whole command

    private func accept(_ name: String, _ cluster: CommandCluster, _ status: Condition.Status = .isTrue) async throws {
        let condition = Condition(
            type: "Accepted", status: status, reason: "Accepted", message: "The quota is empty.", observedGeneration: 1,
            lastTransitionTime: cluster.cluster.time.now)
        _ = try await cluster.cluster.admin.patch(
            ObjectKey(.environmentClasses, name: name), .merge, ["status": ["conditions": [condition.json]]],
            subresource: .status)
    }

    private func lead(_ cluster: CommandCluster) async throws {
        try await cluster.cluster.namespace("envfactory-system")
        var lease = KubernetesObject(.leases, namespace: "envfactory-system", name: "envfactory")
        lease["spec"] =
            LeaseRecord(
                holder: "envfactory-0", duration: .seconds(15), renewTime: cluster.cluster.time.now.microTime
            ).spec
        _ = try await cluster.cluster.admin.create(lease, as: .leases)
    }

    @Test("says of a sound installation that it is one")
    func sound() async throws {
        let cluster = try await CommandCluster()
        try await lead(cluster)
        try await accept("review", cluster)
        let writes = cluster.cluster.server.writes.count
        let run = await cluster.run("doctor -o json")
        #expect(cluster.cluster.server.writes.count == writes)
        let checks = try JSONValue(parsing: Array(run.output.utf8))["checks"]?.array ?? []
        let failed = checks.filter { $0["status"] == "failure" && $0["check"] != "policies" }
        #expect(failed.isEmpty, "\(failed)")
        let names = checks.compactMap { $0["check"]?.string }
        #expect(names.contains("class review"))
    }

    @Test("without definitions it says what installs them, and asks for nothing that needs them")
    func bare() async throws {
        let cluster = try await CommandCluster(installed: false)
        let run = await cluster.run("doctor")
        #expect(run.code == .environmentFailed)
        #expect(run.output.contains("the server knows no environments.envfactory.dev"))
        #expect(run.output.contains("→ 'envfactory install' installs what is missing"))
        #expect(run.output.contains("no operator leads"))
        #expect(!run.output.contains("rights"))
    }

    @Test("names the class that is out of order, and the pause")
    func troubles() async throws {
        let cluster = try await CommandCluster()
        try await lead(cluster)
        try await accept("review", cluster, .isFalse)
        var pause = KubernetesObject(.configMaps, namespace: "envfactory-system", name: "envfactory-pause")
        pause["metadata"]?["name"] = .string(Words.Pause.configMap)
        pause["data"] = ["paused": "true", "reason": "upgrade"]
        _ = try await cluster.cluster.admin.create(pause, as: .configMaps)
        let run = await cluster.run("doctor")
        #expect(run.code == .environmentFailed)
        #expect(run.output.contains("The quota is empty."))
        #expect(run.output.contains("the operator is paused: upgrade"))
    }

    @Test("somebody without rights is told which are missing, and how an administrator gives them")
    func rights() async throws {
        var cluster = try await CommandCluster()
        cluster.machine.transport = cluster.cluster.transport(as: Identity(user: "mallory"))
        let run = await cluster.run("doctor")
        #expect(run.code == .environmentFailed)
        #expect(run.output.contains("you may not create environments in team"))
        #expect(run.output.contains("kubectl create rolebinding envfactory-users --clusterrole edit"))
        #expect(run.output.contains("unknown"))
    }
}
