import EnvfactoryCommands
import KubernetesSimulator
import Testing

@Suite("kubectl proves who it is", .enabled(if: Kubectl.found != nil, Kubectl.missing), .timeLimit(.minutes(10)))
struct KubectlAccessTests {
    static let administrator = [
        Call("auth can-i list pods", "yes"),
        Call("auth can-i list pods --as=ann", "no", fails: true),
        Call(
            "auth whoami",
            prints: .pattern(
                #"ATTRIBUTE +VALUE\nUsername +kubernetes-admin\nGroups +\[system:masters system:authenticated\]"#),
            since: 28),
        Call(
            "get pods --as=ann",
            #"Error from server (Forbidden): pods is forbidden: User "ann" cannot list resource "pods" in API group "" "#
                + #"in the namespace "default""#, fails: true),
        Call(
            "create role reader --verb=get,list --resource=configmaps",
            "role.rbac.authorization.k8s.io/reader created"),
        Call(
            "create rolebinding reader --role=reader --group=people --serviceaccount=default:default",
            "rolebinding.rbac.authorization.k8s.io/reader created"),
    ]

    static let person = [
        Call("get cm -o name", "configmap/kube-root-ca.crt"),
        Call("auth can-i create configmaps", "no", fails: true),
        Call("auth can-i --list", prints: .parts(["configmaps", "[get list]"])),
        Call(
            "get secrets",
            #"Error from server (Forbidden): secrets is forbidden: User "ann" cannot list resource "secrets" in API "#
                + #"group "" in the namespace "default""#, fails: true),
        Call(
            "delete ns default",
            #"Error from server (Forbidden): namespaces "default" is forbidden: User "ann" cannot delete resource "#
                + #""namespaces" in API group "" in the namespace "default""#, fails: true),
    ]

    @Test("certificates, groups and impersonation decide what is allowed")
    func certificates() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect(Self.administrator)
            let ann = Identity(user: "ann", groups: ["people"])
            try stage.write(try stage.cluster.kubeconfig(for: ann), to: "ann")
            try await stage.expect(Self.person, as: "ann")
        }
    }

    @Test("a token that was asked for is its account's, until it expires")
    func tokens() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect(Self.administrator)
            let token = try await stage.output("create token default --duration=10m")
            let lines = stage.cluster.kubeconfig.split(separator: "\n").filter { !$0.contains("client-") }
            try stage.write(lines.joined(separator: "\n"), to: "robot")
            try await stage.expect([Call("get cm -o name --token=\(token)", "configmap/kube-root-ca.crt")], as: "robot")
            await stage.pass(.seconds(601))
            try await stage.expect(
                [Call("get cm -o name --token=\(token)", prints: .parts(["Unauthorized"]), fails: true)], as: "robot")
        }
    }

    @Test("a certificate of another cluster's authority is nobody's")
    func foreignCertificate() async throws {
        try await KubectlStage.run { stage in
            let other = try ServedCluster(server: stage.cluster.server, clock: stage.clock)
            let foreign = other.kubeconfig.split(separator: "\n").filter { $0.contains("client-") }
            let own = stage.cluster.kubeconfig.split(separator: "\n").filter { !$0.contains("client-") }
            try stage.write((own + foreign).joined(separator: "\n"), to: "foreign")
            let call = Call("get ns", prints: .parts(["asked for the client to provide credentials"]), fails: true)
            try await stage.expect([call], as: "foreign")
        }
    }
}
