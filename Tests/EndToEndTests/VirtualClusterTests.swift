import EnvfactoryCommands
import Formats
import Testing

@Suite("kubectl in a virtual cluster", .enabled(if: Kubectl.found != nil, Kubectl.missing), .timeLimit(.minutes(10)))
struct VirtualClusterTests {
    private static let objects = """
        apiVersion: v1
        kind: Service
        metadata: {name: vc, labels: {app: vcluster, release: vc}}
        spec: {selector: {app: vcluster, release: vc}, ports: [{name: https, port: 443, targetPort: 8443}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: vc, labels: {app: vcluster, release: vc}}
        spec:
          selector: {matchLabels: {app: vcluster, release: vc}}
          template:
            metadata: {labels: {app: vcluster, release: vc}}
            spec: {containers: [{name: syncer, image: "example.com/vcluster:1"}]}
        """

    /// The kubeconfig that the virtual cluster wrote.
    private func kubeconfig(_ stage: KubectlStage) async throws -> String {
        try await stage.expect([
            Call("create ns team", "namespace/team created"),
            Call("apply -n team -f -", input: Self.objects, "service/vc created\ndeployment.apps/vc created"),
        ])
        await stage.pass(.seconds(20))
        let text = try await stage.output("get secret vc-vc -n team -o jsonpath={.data.config}")
        return String(decoding: try #require(Base64.decode(text)), as: UTF8.self)
    }

    @Test("its kubeconfig leads to a cluster of its own, by its name behind the host's port")
    func reached() async throws {
        try await KubectlStage.run { stage in
            let own = try await kubeconfig(stage)
            try stage.write(try stage.cluster.reachable(own, serverName: "vc.team"), to: "virtual")
            try await stage.expect(
                [
                    Call(
                        "auth whoami -o jsonpath={.status.userInfo.username}",
                        prints: .parts(["kubernetes-super-admin"]), since: 28),
                    Call("create ns inside", "namespace/inside created"),
                    Call("version -o yaml", prints: .parts(["gitVersion: v1.36.2"])),
                ], as: "virtual")
            try await stage.expect([
                Call("get ns inside", #"Error from server (NotFound): namespaces "inside" not found"#, fails: true)
            ])
            // As it lies in the Secret, with two flags.
            try stage.write(own, to: "unchanged")
            try await stage.expect(
                [
                    Call(
                        "get ns inside -o name --server=\(stage.cluster.url) --tls-server-name=vc.team",
                        "namespace/inside")
                ],
                as: "unchanged")
        }
    }

    @Test("its certificate is good for nothing at the host, nor the host's inside")
    func separate() async throws {
        try await KubectlStage.run { stage in
            let own = try await kubeconfig(stage)
            try stage.write(try stage.cluster.reachable(own, serverName: "vc.team"), to: "virtual")
            let host = Call("get ns --insecure-skip-tls-verify", prints: .parts(["Unauthorized"]), fails: true)
            try stage.write(
                stage.cluster.kubeconfig.replacing(/\ *certificate-authority-data: .*\n/, with: "")
                    .replacing("server: ", with: "tls-server-name: vc.team\n    server: "), to: "host")
            try await stage.expect([host], as: "host")
        }
    }
}
