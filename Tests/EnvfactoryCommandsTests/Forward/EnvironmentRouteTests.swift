import EnvironmentAPI
import Formats
import PortForward
import Testing

@testable import EnvfactoryCommands

@Suite("The route to an environment")
struct EnvironmentRouteTests {
    private func environment(release: String? = "vc", exposure: JSONValue? = nil) -> Environment {
        var environment = Environment(
            metadata: ObjectMetadata(name: "a", namespace: "team"),
            spec: Environment.Spec(environmentClassName: "virtual"))
        environment.status.namespace = Environment.Status.NamespaceReference(name: "env-a", uid: "1")
        environment.status.release = release.map {
            Environment.Status.Release(name: $0, chart: "vcluster", revision: 1, digest: "sha256:0")
        }
        if let exposure {
            environment.status.resolvedClass = Environment.Status.ResolvedClass(
                name: "virtual", uid: "2", generation: 1,
                spec: ["isolation": "VirtualCluster", "virtualCluster": ["exposure": exposure]])
        }
        return environment
    }

    private let forward = EnvironmentRoute.forward(
        PodDialer.Target(namespace: "env-a", labelSelector: "app=vcluster,release=vc", port: 8443),
        serverName: "vc.env-a")

    @Test("a virtual cluster's name inside the host is reached by a forward to its pods")
    func inside() {
        #expect(EnvironmentRoute(environment(), server: "https://vc.env-a:443") == forward)
        #expect(EnvironmentRoute(environment(exposure: ["type": "ClusterIP"]), server: "https://vc.env-a") == forward)
        #expect(EnvironmentRoute(inside: environment()) == forward)
    }

    @Test(
        "every other address is one by itself",
        arguments: [
            ("vc", "https://10.0.0.1:30443"), ("vc", "https://env-a.example.com"), (nil, "https://vc.env-a"),
            ("vc", "https://vc.env-b"), ("vc", "no address"),
        ])
    func direct(release: String?, server: String) {
        #expect(EnvironmentRoute(environment(release: release), server: server) == .direct)
    }

    @Test("a class that forwards no port leaves the inside")
    func refused() {
        let exposure: JSONValue = ["type": "ClusterIP", "clusterIP": ["portForward": false]]
        #expect(
            EnvironmentRoute(environment(exposure: exposure), server: "https://vc.env-a:443")
                == .inside(className: "virtual"))
    }
}
