import EnvfactoryCommands
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("envfactory diff", .timeLimit(.minutes(20)))
struct DiffRunTests {
    @Test("ends with 0 where nothing would change")
    func nothing() async throws {
        let stage = try await DiffStage()
        let expected = CommandLineRun(
            "Environment team/pr-42 (class review): accepted\n  no differences\n",
            diagnostics: "no differences in 1 environment\n")
        #expect(await stage.run("diff pr-42") == expected)
        stage.write("/class.yaml", DiffStage.environmentClass(DiffStage.namespaceClass))
        let file = await stage.run("diff -f /class.yaml")
        #expect(file.output == "EnvironmentClass review: accepted\n\n" + expected.output)
        #expect(file.code == .success)
        #expect(await stage.run("diff --class review") == expected)
        #expect(await stage.run("diff pr-42 -q -o name") == CommandLineRun())
    }

    @Test("names what has drifted: changed, deleted and added")
    func drift() async throws {
        let stage = try await DiffStage()
        let host = try await stage.hostNamespace()
        try await stage.patch(.resourceQuotas, "envfactory", ["spec": ["hard": ["pods": "99", "secrets": "5"]]])
        let policy = ObjectKey(.networkPolicies, namespace: host, name: "envfactory-dns")
        let uid = try #require(try await stage.cluster.admin.get(policy).uid)
        _ = try await stage.cluster.admin.delete(policy, DeletePreconditions(uid: uid))
        let run = await stage.run("diff pr-42")
        #expect(
            run
                == CommandLineRun(
                    """
                    Environment team/pr-42 (class review): accepted
                      ~ ResourceQuota \(host)/envfactory
                          ~ spec.hard.pods: "99" -> "20"
                          - spec.hard.secrets: "5"
                      + NetworkPolicy \(host)/envfactory-dns
                          + metadata.labels[app.kubernetes.io/managed-by]: "envfactory"
                          + metadata.labels[envfactory.dev/environment-namespace]: "team"
                          + metadata.labels[envfactory.dev/environment-uid]: "\(try await stage.environment().metadata.uid)"
                          + metadata.labels[envfactory.dev/environment]: "pr-42"
                          + spec.egress[0].ports[0].port: 53
                          + spec.egress[0].ports[0].protocol: "UDP"
                          + spec.egress[0].ports[1].port: 53
                          + spec.egress[0].ports[1].protocol: "TCP"
                          + spec.podSelector: {}
                          + spec.policyTypes[0]: "Egress"

                    """,
                    diagnostics: "1 to create, 1 to change, 0 to delete in 1 environment\n", code: .differencesFound))
        let names = await stage.run("diff pr-42 -o name -q")
        #expect(names.output == "resourcequota/envfactory\nnetworkpolicy.networking.k8s.io/envfactory-dns\n")
    }

    @Test("prints JSON whose keys are sorted")
    func json() async throws {
        let stage = try await DiffStage()
        let host = try await stage.hostNamespace()
        try await stage.patch(.resourceQuotas, "envfactory", ["spec": ["hard": ["pods": "99"]]])
        let run = await stage.run("diff pr-42 -q -o json")
        #expect(run.code == .differencesFound)
        #expect(
            run.output == """
                {
                    "classes": [],
                    "environments": [
                        {
                            "accepted": {
                                "reason": "Accepted",
                                "status": true,
                                "violations": []
                            },
                            "class": "review",
                            "name": "pr-42",
                            "namespace": "team",
                            "objects": [
                                {
                                    "action": "change",
                                    "apiVersion": "v1",
                                    "fields": [
                                        {
                                            "action": "change",
                                            "new": "20",
                                            "old": "99",
                                            "path": "spec.hard.pods",
                                            "sensitive": false
                                        }
                                    ],
                                    "kind": "ResourceQuota",
                                    "name": "envfactory",
                                    "namespace": "\(host)"
                                }
                            ],
                            "unread": [],
                            "warnings": []
                        }
                    ],
                    "summary": {
                        "change": 1,
                        "create": 0,
                        "delete": 0
                    },
                    "warnings": []
                }

                """)
    }

    @Test("shows what the edit of a class changes about each environment of it")
    func classEdit() async throws {
        let stage = try await DiffStage(environments: ["pr-7", "pr-42"])
        var edited = DiffStage.namespaceClass
        edited["quota"] = ["hard": ["pods": "10"]]
        edited["limitRange"] = nil
        edited["tenantRole"] = "View"
        stage.write("/class.yaml", DiffStage.environmentClass(edited))
        let run = await stage.run("diff -f /class.yaml")
        func expected(_ name: String) async throws -> String {
            let host = try await stage.hostNamespace(name)
            return """
                Environment team/\(name) (class review): accepted
                  ~ ResourceQuota \(host)/envfactory
                      ~ spec.hard.pods: "20" -> "10"
                      - spec.hard[requests.cpu]: "4"
                  ~ RoleBinding \(host)/envfactory-tenant
                      ~ roleRef.name: "envfactory-tenant-edit" -> "envfactory-tenant-view"
                  - LimitRange \(host)/envfactory

                """
        }
        let expectedClass = """
            EnvironmentClass review: accepted
              ~ EnvironmentClass review
                  - spec.limitRange: [{"type":"Container","default":{"cpu":"500m"},"defaultRequest":{"cpu":"50m"}}]
                  ~ spec.quota.hard.pods: "20" -> "10"
                  - spec.quota.hard[requests.cpu]: "4"
                  + spec.tenantRole: "View"

            """
        #expect(
            try await run
                == CommandLineRun(
                    expectedClass + "\n" + expected("pr-42") + "\n" + expected("pr-7"),
                    diagnostics: "0 to create, 5 to change, 2 to delete in 2 environments\n", code: .differencesFound))
    }

    @Test("shows all that a new environment would have, with what is not known yet")
    func new() async throws {
        let stage = try await DiffStage(["isolation": "Namespace", "network": ["mode": "Open"]], environments: [])
        stage.write("/environment.yaml", DiffStage.environment("pr-1", ["ttl": "2h"]))
        let run = await stage.run("diff -f /environment.yaml")
        let labels = """
                  + metadata.labels[app.kubernetes.io/managed-by]: "envfactory"
                  + metadata.labels[envfactory.dev/environment-namespace]: "team"
                  + metadata.labels[envfactory.dev/environment-uid]: "(uid)"
                  + metadata.labels[envfactory.dev/environment]: "pr-1"
            """
        #expect(
            run
                == CommandLineRun(
                    """
                    Environment team/pr-1 (class review): accepted
                      + Environment team/pr-1
                          + spec.environmentClassName: "review"
                          + spec.ttl: "2h"
                      + Namespace env-pr-1-(uid)
                    \(labels)
                          + metadata.labels[pod-security.kubernetes.io/audit]: "restricted"
                          + metadata.labels[pod-security.kubernetes.io/enforce]: "baseline"
                          + metadata.labels[pod-security.kubernetes.io/warn]: "restricted"
                      + RoleBinding env-pr-1-(uid)/envfactory-operator
                          + metadata.finalizers[0]: "envfactory.dev/teardown"
                    \(labels)
                          + roleRef.apiGroup: "rbac.authorization.k8s.io"
                          + roleRef.kind: "ClusterRole"
                          + roleRef.name: "envfactory-in-namespace"
                          + subjects[0].kind: "ServiceAccount"
                          + subjects[0].name: "envfactory"
                          + subjects[0].namespace: "envfactory-system"
                      + ServiceAccount env-pr-1-(uid)/envfactory-tenant
                    \(labels)
                      + RoleBinding env-pr-1-(uid)/envfactory-tenant
                    \(labels)
                          + roleRef.apiGroup: "rbac.authorization.k8s.io"
                          + roleRef.kind: "ClusterRole"
                          + roleRef.name: "envfactory-tenant-edit"
                          + subjects[0].kind: "ServiceAccount"
                          + subjects[0].name: "envfactory-tenant"
                          + subjects[0].namespace: "env-pr-1-(uid)"
                          + subjects[1].apiGroup: "rbac.authorization.k8s.io"
                          + subjects[1].kind: "Group"
                          + subjects[1].name: "system:serviceaccounts:team"
                      + RoleBinding env-pr-1-(uid)/envfactory-kubeconfig-reader
                    \(labels)
                          + roleRef.apiGroup: "rbac.authorization.k8s.io"
                          + roleRef.kind: "ClusterRole"
                          + roleRef.name: "envfactory-kubeconfig-reader"
                          + subjects[0].apiGroup: "rbac.authorization.k8s.io"
                          + subjects[0].kind: "Group"
                          + subjects[0].name: "system:serviceaccounts:team"
                      + Secret env-pr-1-(uid)/envfactory-kubeconfig
                          + data.value: (sensitive)

                    """,
                    diagnostics: "7 to create, 0 to change, 0 to delete in 1 environment\n", code: .differencesFound))
    }

    @Test("leaves alone what is somebody else's, and says so")
    func foreign() async throws {
        let stage = try await DiffStage()
        let host = try await stage.hostNamespace()
        let key = ObjectKey(.limitRanges, namespace: host, name: "envfactory")
        let uid = try #require(try await stage.cluster.admin.get(key).uid)
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: uid))
        var foreign = KubernetesObject(.limitRanges, namespace: host, name: "envfactory")
        foreign["spec"] = ["limits": [["type": "Pod", "max": ["cpu": "1"]]]]
        _ = try await stage.cluster.admin.create(foreign, as: .limitRanges)
        #expect(
            await stage.run("diff pr-42 -q")
                == CommandLineRun(
                    """
                    Environment team/pr-42 (class review): accepted
                      ! limitranges \(host)/envfactory exists and is not of this environment: it is left alone. \
                    Delete it, and it is made
                      no differences

                    """))
    }

    @Test("says of drift that is only reported that nobody puts it right")
    func reported() async throws {
        var environmentClass = DiffStage.namespaceClass
        environmentClass["drift"] = ["mode": "Report"]
        let stage = try await DiffStage(environmentClass)
        let host = try await stage.hostNamespace()
        try await stage.patch(.resourceQuotas, "envfactory", ["spec": ["hard": ["pods": "99"]]])
        #expect(
            await stage.run("diff pr-42 -q")
                == CommandLineRun(
                    """
                    Environment team/pr-42 (class review): accepted
                      ! the class has drift only reported: of what the environment has already nothing is changed, \
                    unless spec.drift.mode of the class is Correct
                      ~ ResourceQuota \(host)/envfactory
                          ~ spec.hard.pods: "99" -> "20"

                    """, code: .differencesFound))
    }

    @Test("says everything for which an environment would be refused")
    func refused() async throws {
        let stage = try await DiffStage(environments: [])
        stage.write(
            "/environment.yaml",
            DiffStage.environment("pr-1", ["quota": ["hard": ["pods": "50"]], "parameters": ["a": "b"]]))
        let run = await stage.run("diff -f /environment.yaml")
        #expect(
            run
                == CommandLineRun(
                    """
                    Environment team/pr-1 (class review): not accepted (ExceedsClass)
                      ! quota pods 50 is over class review's maximum 20: set spec.quota.hard.pods to 20 or less
                      ! class review has no parameter a: remove spec.parameters.a; it has none
                      + Environment team/pr-1
                          + spec.environmentClassName: "review"
                          + spec.parameters.a: "b"
                          + spec.quota.hard.pods: "50"

                    """,
                    diagnostics: "1 to create, 0 to change, 0 to delete in 1 environment\n", code: .differencesFound))
    }
}

@Suite("envfactory diff of virtual clusters", .timeLimit(.minutes(20)))
struct DiffVirtualClusterTests {
    @Test("renders the chart: objects, fields, the next revision, and the restart")
    func parameter() async throws {
        let stage = try await DiffStage(DiffStage.virtualClass)
        #expect(await stage.run("diff pr-42").code == .success)
        stage.write("/environment.yaml", DiffStage.environment("pr-42", ["parameters": ["memory": "400Mi"]]))
        let before = try await Self.configHash(stage)
        let run = await stage.run("diff -f /environment.yaml")
        let host = try await stage.hostNamespace()
        let after = try #require(run.output.split(separator: "\"").map(String.init).last { $0.count == 64 })
        #expect(before != after)
        #expect(
            run
                == CommandLineRun(
                    """
                    Environment team/pr-42 (class review): accepted
                      ! the virtual cluster is restarted: the pods of StatefulSet pr-42 are replaced
                      release pr-42: revision 1 -> 2, chart vcluster-0.36.900
                      ~ Environment team/pr-42
                          + spec.parameters: {"memory":"400Mi"}
                      ~ Secret \(host)/vc-config-pr-42
                          ~ data[config.yaml]: (sensitive, differs)
                      ~ StatefulSet \(host)/pr-42
                          ~ spec.template.metadata.annotations.vClusterConfigHash: "\(before)" -> "\(after)"
                          ~ spec.template.spec.containers[0].resources.requests.memory: "300Mi" -> "400Mi"

                    """,
                    diagnostics: "0 to create, 3 to change, 0 to delete in 1 environment\n", code: .differencesFound))
        let json = try JSONValue(parsing: Array(await stage.run("diff -f /environment.yaml -q -o json").output.utf8))
        #expect(
            json["environments"]?.array?.first?["release"] == [
                "name": "pr-42", "revision": 1, "nextRevision": 2, "chart": "vcluster-0.36.900",
                "nextChart": "vcluster-0.36.900",
            ])
    }

    private static func configHash(_ stage: DiffStage) async throws -> String {
        let key = ObjectKey(.statefulSets, namespace: try await stage.hostNamespace(), name: "pr-42")
        let annotations = try await stage.cluster.admin.get(key)
            .json[path: "spec", "template", "metadata", "annotations"]
        return try #require(annotations?["vClusterConfigHash"]?.string)
    }

    @Test("shows a new virtual cluster whole, but for what its Secrets hold")
    func new() async throws {
        let stage = try await DiffStage(DiffStage.virtualClass, environments: [])
        stage.write("/environment.yaml", DiffStage.environment("pr-1"))
        let run = await stage.run("diff -f /environment.yaml")
        let objects = run.output.split(separator: "\n").filter { $0.hasPrefix("  + ") }.map { $0.dropFirst(4) }
        let host = "env-pr-1-(uid)"
        #expect(
            objects == [
                "Environment team/pr-1", "Namespace \(host)", "RoleBinding \(host)/envfactory-operator",
                "NetworkPolicy \(host)/envfactory-isolation", "NetworkPolicy \(host)/envfactory-dns",
                "NetworkPolicy \(host)/envfactory-control-plane", "RoleBinding \(host)/envfactory-kubeconfig-reader",
                "RoleBinding \(host)/envfactory-vcluster", "RoleBinding \(host)/envfactory-port-forward",
                "ServiceAccount \(host)/vc-pr-1", "ServiceAccount \(host)/vc-workload-pr-1",
                "Secret \(host)/vc-config-pr-1", "Service \(host)/pr-1", "Service \(host)/pr-1-headless",
                "StatefulSet \(host)/pr-1", "Secret \(host)/envfactory-kubeconfig",
            ])
        #expect(run.output.contains("  release pr-1: revision 1, chart vcluster-0.36.900\n"))
        #expect(run.output.contains("      + data[config.yaml]: (sensitive)\n"))
    }

    @Test("shows how a virtual cluster is put to sleep")
    func sleep() async throws {
        let stage = try await DiffStage(DiffStage.virtualClass)
        stage.write("/environment.yaml", DiffStage.environment("pr-42", ["suspend": true]))
        let run = await stage.run("diff -f /environment.yaml")
        #expect(run.output.contains("  ! the virtual cluster sleeps, or is put to sleep\n"))
        #expect(run.output.contains("      ~ spec.replicas: 1 -> 0\n"))
        #expect(!run.output.contains("  release "))
    }

    @Test("says why there is no chart, and compares what needs none")
    func unavailable() async throws {
        let stage = try await DiffStage(DiffStage.virtualClass)
        var edited = DiffStage.virtualClass
        edited["virtualCluster"]?["chart"]?["version"] = "0.36.999"
        edited["quota"] = ["hard": ["pods": "20"]]
        stage.write("/class.yaml", DiffStage.environmentClass(edited))
        let run = await stage.run("diff -f /class.yaml")
        #expect(run.code == .differencesFound)
        #expect(run.output.contains("  ! the release is refused (ChartUnavailable): "))
        #expect(run.output.contains("  + ResourceQuota \(try await stage.hostNamespace())/envfactory\n"))
        #expect(!run.output.contains("StatefulSet"))
    }

    @Test("names the chart that comes in place of another")
    func chart() async throws {
        let stage = try await DiffStage(DiffStage.virtualClass)
        var edited = DiffStage.virtualClass
        edited["virtualCluster"]?["chart"]?["version"] = "0.36.901"
        stage.write("/class.yaml", DiffStage.environmentClass(edited))
        let run = await stage.run("diff -f /class.yaml")
        #expect(run.output.contains("  release pr-42: revision 1 -> 2, chart vcluster-0.36.900 -> vcluster-0.36.901\n"))
    }

    @Test("says that a change is refused which would wipe the virtual cluster, and that nothing of it changes")
    func noPersistence() async throws {
        var wiped = DiffStage.virtualClass
        wiped["virtualCluster"]?["values"]?["controlPlane"]?["statefulSet"]?["persistence"] = [
            "volumeClaim": ["enabled": false]
        ]
        let stage = try await DiffStage(wiped)
        var edited = wiped
        edited["virtualCluster"]?["chart"]?["version"] = "0.36.901"
        stage.write("/class.yaml", DiffStage.environmentClass(edited))
        let run = await stage.run("diff -f /class.yaml")
        #expect(
            run.output == """
                EnvironmentClass review: accepted
                  ~ EnvironmentClass review
                      ~ spec.virtualCluster.chart.version: "0.36.900" -> "0.36.901"

                Environment team/pr-42 (class review): accepted
                  ! the release is refused (NoPersistence): The virtual cluster has no volume, so that the change, \
                which replaces its pod, would wipe it: what is installed stays. Undo the change, make a new \
                environment, or set spec.virtualCluster.allowDataLoss of the class.
                  no differences

                """)
        edited["virtualCluster"]?["allowDataLoss"] = true
        stage.write("/class.yaml", DiffStage.environmentClass(edited))
        let allowed = await stage.run("diff -f /class.yaml")
        let host = try await stage.hostNamespace()
        #expect(
            allowed.output.contains(
                """
                  ! the virtual cluster is restarted: the pods of Deployment pr-42 are replaced, and as it has \
                no volume that stays, all that is in it is lost
                  release pr-42: revision 1 -> 2, chart vcluster-0.36.900 -> vcluster-0.36.901
                  ~ ServiceAccount \(host)/vc-pr-42
                      ~ metadata.labels.chart: "vcluster-0.36.900" -> "vcluster-0.36.901"

                """))
    }
}

@Suite("envfactory diff, as who may not everything")
struct DiffRightsTests {
    private static let jane = Identity(user: "jane")

    /// Jane may read environments and classes.
    private static func stage(_ environmentClass: JSONValue = DiffStage.namespaceClass) async throws -> DiffStage {
        let stage = try await DiffStage(environmentClass)
        try await stage.commands.grant(jane, ["get", "list"], "environments")
        try await stage.commands.grant(jane, ["get", "list"], "environmentclasses")
        try await stage.patch(.resourceQuotas, "envfactory", ["spec": ["hard": ["pods": "99"]]])
        return stage
    }

    @Test("ends with 6 where nothing of what is made for environments may be read")
    func blind() async throws {
        let stage = try await Self.stage()
        let host = try await stage.hostNamespace()
        let run = await stage.run("diff pr-42", as: Self.jane)
        #expect(run.code == .forbidden)
        #expect(
            run.output == """
                Environment team/pr-42 (class review): accepted
                  ! in namespace \(host) these may not be read, and are not compared: namespaces, resourcequotas, \
                limitranges, networkpolicies.networking.k8s.io, rolebindings.rbac.authorization.k8s.io, serviceaccounts
                  no differences

                """)
    }

    @Test("compares what may be read, and says what may not")
    func partly() async throws {
        let stage = try await Self.stage()
        try await stage.commands.grant(Self.jane, ["get", "list"], "resourcequotas", group: "")
        let host = try await stage.hostNamespace()
        let run = await stage.run("diff pr-42", as: Self.jane)
        #expect(run.code == .differencesFound)
        #expect(
            run.output == """
                Environment team/pr-42 (class review): accepted
                  ! in namespace \(host) these may not be read, and are not compared: namespaces, limitranges, \
                networkpolicies.networking.k8s.io, rolebindings.rbac.authorization.k8s.io, serviceaccounts
                  ~ ResourceQuota \(host)/envfactory
                      ~ spec.hard.pods: "99" -> "20"

                """)
    }

    @Test("says that a release cannot be compared where its Secrets may not be read")
    func release() async throws {
        var environmentClass = DiffStage.virtualClass
        environmentClass["quota"] = ["hard": ["pods": "20"]]
        let stage = try await Self.stage(environmentClass)
        try await stage.commands.grant(Self.jane, ["get", "list"], "resourcequotas", group: "")
        let run = await stage.run("diff pr-42", as: Self.jane)
        #expect(run.output.contains("  ! release pr-42 is not compared: its Secrets or objects in namespace"))
        #expect(run.code == .differencesFound)
    }

    @Test("takes exactly one of a name, a class and files", arguments: ["diff", "diff pr-42 --class review"])
    func usage(line: String) async {
        let run = await TestMachine().run(line)
        #expect(run.code == .usage)
        #expect(run.diagnostics.hasPrefix("error: give one of them: "))
    }

    @Test(
        "refuses files with other things in them",
        arguments: [
            ("kind: ConfigMap\napiVersion: v1\n", "holds ConfigMap of v1: leave only kinds"),
            ("kind: Environment\napiVersion: envfactory.dev/v1alpha1\n", "without a name: write metadata.name"),
            ("", "there is no Environment and no class in it"), ("a: [", "/file.yaml: "),
        ])
    func files(text: String, message: String) async throws {
        let stage = try await DiffStage(environments: [])
        stage.files.replace("/file.yaml", with: Array(text.utf8))
        let run = await stage.run("diff -f /file.yaml")
        #expect(run.code == .rejected)
        #expect(run.diagnostics.contains(message))
        #expect(run.output.isEmpty)
    }

    @Test("ends with 3 where there is no such environment or class", arguments: ["diff pr-1", "diff --class other"])
    func missing(line: String) async throws {
        let stage = try await DiffStage(environments: [])
        #expect(await stage.run(line).code == .notFound)
    }
}
