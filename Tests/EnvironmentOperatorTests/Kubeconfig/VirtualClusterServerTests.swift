import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvironmentOperator

@Suite("Where a virtual cluster is reached")
struct VirtualClusterServerTests {
    typealias Exposure = EnvironmentClass.VirtualCluster.Exposure
    typealias Ways = EnvironmentClass.VirtualCluster

    @Test("by its Service's name and namespace, which its certificate has, and not .svc")
    func clusterIP() {
        #expect(server(Exposure()) == .known("https://vc.env-a:443"))
    }

    @Test(
        "at the nodes' address and the Service's node port, once there is one",
        arguments: [
            ("10.0.0.7", "https://10.0.0.7:30443"), ("nodes.example", "https://nodes.example:30443"),
            ("fd00::7", "https://[fd00::7]:30443"),
        ])
    func nodePort(address: String, expected: String) {
        var exposure = Exposure()
        exposure.type = .nodePort
        exposure.nodePort = Ways.NodePort(address: address)
        #expect(isPending(server(exposure)))
        #expect(server(exposure, ["ports": [["name": "https", "port": 443, "nodePort": 30443]]]) == .known(expected))
    }

    @Test(
        "not at an address that would be more than one in a URL",
        arguments: [
            "host/path", "user@host", "host?x", "", "a b", "host\n",
        ])
    func badAddress(address: String) {
        var exposure = Exposure()
        exposure.type = .nodePort
        exposure.nodePort = Ways.NodePort(address: address)
        #expect(isPending(server(exposure, ["ports": [["port": 443, "nodePort": 30443]]])))
    }

    private static let balancers: [(JSONValue, String)] = [
        (["ip": "203.0.113.9"], "https://203.0.113.9:443"), (["hostname": "lb.example"], "https://lb.example:443"),
    ]

    @Test("at its load balancer, once there is one", arguments: balancers)
    func loadBalancer(ingress: JSONValue, expected: String) {
        var exposure = Exposure()
        exposure.type = .loadBalancer
        #expect(isPending(server(exposure)))
        #expect(isPending(server(exposure, balancer: ["hostname": "evil/path"])))
        #expect(server(exposure, balancer: ingress) == .known(expected))
    }

    @Test("at its namespace's name under the class's domain")
    func ingress() {
        var exposure = Exposure()
        exposure.type = .ingress
        exposure.ingress = Ways.Ingress(domain: "env.example.org")
        #expect(server(exposure) == .known("https://env-a.env.example.org"))
    }

    @Test("by the operator at the cluster IP, and nowhere while the Service is headless")
    func address() {
        #expect(service(["clusterIP": "10.96.0.12", "ports": [["port": 443]]]).address == "https://10.96.0.12:443")
        #expect(service(["clusterIP": "fd00::1"]).address == "https://[fd00::1]:443")
        #expect(service(["clusterIP": "None"]).address == nil)
        #expect(service(["clusterIP": "10.96.0.12/x"]).address == nil)
    }

    private func service(_ spec: JSONValue, balancer: JSONValue? = nil) -> VirtualClusterService {
        var object = KubernetesObject(.services, namespace: "env-a", name: "vc")
        object["spec"] = spec
        if let balancer { object["status"] = ["loadBalancer": ["ingress": [balancer]]] }
        return VirtualClusterService(object)
    }

    private func server(
        _ exposure: Exposure,
        _ spec: JSONValue = ["ports": [["name": "https", "port": 443]]],
        balancer: JSONValue? = nil
    ) -> VirtualClusterServer {
        exposure.server(of: service(spec, balancer: balancer), release: "vc", namespace: "env-a")
    }

    private func isPending(_ server: VirtualClusterServer) -> Bool {
        if case .pending(let message) = server { !message.isEmpty } else { false }
    }
}
