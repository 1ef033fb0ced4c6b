import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("The operator holds the rights that it uses, and no others", .timeLimit(.minutes(20)))
struct RightsTests {
    /// Rights that no scenario uses, and why the roles hold them all the same.
    private static let unused: [(rights: [String], reason: String)] = [
        (
            release(
                ["jobs.batch", "endpointslices.discovery.k8s.io", "poddisruptionbudgets.policy"],
                ["get", "watch", "create", "patch", "delete"])
                + release(["ingresses.networking.k8s.io"], ["get", "watch"])
                + release(["deployments.apps", "statefulsets.apps"], ["watch"])
                + release(["configmaps"], ["get", "watch", "create", "patch", "delete"])
                + release(["services"], ["watch"])
                + release(["persistentvolumeclaims"], ["watch"])
                + release(["pods/log"], ["get"])
                + release(["events"], ["get", "watch"]) + release(["events.events.k8s.io"], ["get", "list", "watch"]),
            "a virtual cluster's release, in a namespace where the operator is the administrator in any case"
        )
    ]

    private static func release(_ resources: [String], _ verbs: [String]) -> [String] {
        resources.flatMap { resource in verbs.map { "envfactory-in-namespace: \($0) \(resource)" } }
    }

    @Test("every request it makes is granted, and every right it holds is used by one, or has a reason here")
    func exactly() async throws {
        let scenario = try await RightsScenario()
        try await scenario.run()
        let managed = scenario.managed
        #expect(managed.count == 8)
        var used: Set<GrantedRight> = []
        for access in scenario.accesses {
            // Where a narrower role gives it, the wider one need not.
            let giving = GrantedRight.all.first { $0.gives(access, managed: managed) }
            #expect(access.isAllowed && giving != nil, "\(access)")
            if let giving { used.insert(giving) }
        }
        let unused = Set(GrantedRight.all.filter { !used.contains($0) }.map(\.description))
        let explained = Set(Self.unused.flatMap(\.rights))
        #expect(unused.subtracting(explained).sorted() == [], "granted, and neither used nor explained")
        #expect(explained.subtracting(unused).sorted() == [], "explained, and used or not granted")
    }

    @Test("what is not granted is refused, in namespaces of the cluster and of others")
    func refused() async throws {
        let cluster = try await InstalledCluster.make()
        try await cluster.namespace("foreign")
        let client = cluster.client(as: OperatorStage.identity)
        for namespace in ["kube-system", "default", "foreign", OperatorStage.team] {
            for (verbs, group, resources) in Self.ungranted {
                for resource in resources {
                    let parts = resource.split(separator: "/").map(String.init)
                    for verb in verbs {
                        let review = try await client.selfSubjectAccessReview(
                            ResourceAttributes(
                                verb: verb, group: group, resource: parts[0],
                                subresource: parts.count > 1 ? parts[1] : nil, namespace: namespace))
                        #expect(!review.isAllowed, "\(verb) \(resource) in \(namespace)")
                    }
                }
            }
        }
    }

    private static let read = ["get", "list", "watch"]
    private static let write = ["create", "update", "patch", "delete", "deletecollection"]
    private static let ungranted: [(verbs: [String], group: String, resources: [String])] = [
        (
            read + write, "",
            [
                "secrets", "configmaps", "pods", "nodes", "replicationcontrollers",
            ]
        ),
        (["get"] + write, "", ["services", "endpoints", "persistentvolumeclaims"]),
        (["get"] + write, "", ["resourcequotas", "limitranges", "serviceaccounts"]),
        (["get"] + write, "networking.k8s.io", ["networkpolicies"]),
        (["get", "watch"] + write, "", ["persistentvolumes"]),
        (["create", "get"], "", ["pods/exec", "pods/attach", "pods/portforward", "pods/log", "nodes/proxy"]),
        (["create"], "", ["serviceaccounts/token", "pods/eviction", "namespaces/finalize"]),
        (["update", "deletecollection"], "", ["namespaces"]), (["update", "patch"], "", ["namespaces/finalize"]),
        (["impersonate"], "", ["users", "groups", "serviceaccounts"]),
        (["get"] + write, "apps", ["deployments", "statefulsets"]),
        (read + write, "apps", ["daemonsets", "replicasets"]),
        (read + write, "batch", ["jobs", "cronjobs"]), (["get"] + write, "networking.k8s.io", ["ingresses"]),
        (read + write + ["bind", "escalate"], "rbac.authorization.k8s.io", ["roles", "clusterroles"]),
        (read + write, "rbac.authorization.k8s.io", ["clusterrolebindings"]),
        (["update", "deletecollection"], "rbac.authorization.k8s.io", ["rolebindings"]),
        (["create", "update", "deletecollection"], "envfactory.dev", ["environments"]),
        (["create", "update", "delete", "deletecollection"], "envfactory.dev", ["inferenceendpoints"]),
        (write, "envfactory.dev", ["environmentclasses"]), (["update"], "envfactory.dev", ["environments/status"]),
        (read + write, "apiextensions.k8s.io", ["customresourcedefinitions"]),
        (
            read + write, "admissionregistration.k8s.io",
            ["validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies"]
        ),
        (["create", "approve", "sign"], "certificates.k8s.io", ["certificatesigningrequests"]),
        (["create"], "authentication.k8s.io", ["tokenreviews"]),
        (["create"], "authorization.k8s.io", ["subjectaccessreviews"]),
        (read + write, "coordination.k8s.io", ["leases"]),
    ]

    @Test("the requests themselves are refused too: a Secret, a role of its own making, a binding to more")
    func requests() async throws {
        let cluster = try await InstalledCluster.make()
        let client = cluster.client(as: OperatorStage.identity)
        await Self.expectForbidden { _ = try await client.listAll(.secrets, namespace: "kube-system") }
        await Self.expectForbidden { _ = try await client.listAll(.configMaps) }
        await Self.expectForbidden { _ = try await client.listAll(.pods, namespace: OperatorStage.team) }
        let environment = KubernetesObject(.environments, namespace: OperatorStage.team, name: "mine")
        await Self.expectForbidden { _ = try await client.create(environment, as: .environments) }
        // Not even in the namespace of its own: who binds a role holds all of it, or may bind that role by name.
        for role in ["cluster-admin", "envfactory-publisher"] {
            var binding = KubernetesObject(.roleBindings, namespace: Words.Installation.namespace, name: "more")
            binding["roleRef"] = [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role),
            ]
            binding["subjects"] = [["kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "mallory"]]
            let wanted = binding
            await Self.expectForbidden { _ = try await client.create(wanted, as: .roleBindings) }
        }
    }

    private static func expectForbidden(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ request: () async throws -> Void
    ) async {
        let error = await #expect(throws: KubernetesError.self, sourceLocation: sourceLocation) { try await request() }
        #expect(error?.code == .forbidden, sourceLocation: sourceLocation)
    }
}
