import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Endpoints")
struct EndpointsTests {
    let stage: NodeStage
    private let labels: JSONValue = ["envfactory.dev/inference-endpoint-uid": "1", "team": "ml"]

    @Test("a Service's Endpoints name the pods that are ready, and their ports")
    func served() async throws {
        try await service(ports: [["name": "http", "port": 80, "targetPort": "web"], ["name": "raw", "port": 9]])
        wait()
        let empty = try #require(try await endpoints())
        #expect(empty.json["subsets"] == nil)
        #expect(empty.json[path: "metadata", "labels"] == labels)
        for name in ["p", "q"] { try await pod(name) }
        try await pod("stranger", app: "other")
        stage.cluster.time.advance(by: .seconds(2))
        let subsets = try await subsets()
        #expect(subsets.count == 1)
        #expect(try await names("addresses") == ["p", "q"])
        #expect(
            subsets.first?["ports"] == [
                ["name": "http", "port": 8000, "protocol": "TCP"], ["name": "raw", "port": 9, "protocol": "TCP"],
            ])
        let address = subsets.first?["addresses"]?.array?.first
        let pod = try await stage.get(address?[path: "targetRef", "name"]?.string ?? "")
        #expect(address?["ip"] == pod.json[path: "status", "podIP"])
        #expect(address?["nodeName"] == "simulated-node")
        #expect(address?[path: "targetRef", "uid"] == pod.uid.map(JSONValue.string))
    }

    @Test("they follow the pods: not ready, of other labels, gone")
    func followed() async throws {
        let fault = PodFault(.notReady, label: "model", value: "p")
        stage.cluster.server.plan(fault)
        try await service()
        for name in ["p", "q", "r"] { try await pod(name) }
        stage.cluster.time.advance(by: .seconds(2))
        #expect(try await names("addresses") == ["q", "r"])
        #expect(try await names("notReadyAddresses") == ["p"])
        stage.cluster.server.mend(fault)
        stage.cluster.time.advance(by: .seconds(2))
        #expect(try await names("addresses") == ["p", "q", "r"])
        try await stage.delete("q")
        _ = try await stage.cluster.admin.patch(
            ObjectKey(.pods, namespace: "default", name: "r"), .merge, ["metadata": ["labels": ["app": "other"]]])
        wait()
        #expect(try await names("addresses") == ["p"])
        try await stage.delete("p")
        wait()
        #expect(try await endpoints()?.json["subsets"] == nil)
    }

    @Test("pods whose ports of one name differ stand apart")
    func apart() async throws {
        try await service(ports: [["port": 80, "targetPort": "web"]])
        try await pod("p", port: 8000)
        try await pod("q", port: 9000)
        try await pod("r", port: nil)
        stage.cluster.time.advance(by: .seconds(2))
        let ports = try await subsets().compactMap { $0["ports"]?.array?.first?["port"]?.integer }
        #expect(ports.sorted() == [8000, 9000])
        #expect(try await subsets().allSatisfy { $0["addresses"]?.array?.count == 1 })
    }

    @Test("they change with the Service, and go with it")
    func withService() async throws {
        try await service()
        try await pod("p")
        try await pod("q", app: "other")
        stage.cluster.time.advance(by: .seconds(2))
        let key = ObjectKey(.services, namespace: "default", name: "s")
        _ = try await stage.cluster.admin.patch(
            key, .merge, ["metadata": ["labels": ["team": "web"]], "spec": ["selector": ["app": "other"]]])
        wait()
        #expect(try await names("addresses") == ["q"])
        #expect(try await endpoints()?.json[path: "metadata", "labels", "team"] == "web")
        let service = try await stage.cluster.admin.get(key)
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: service.uid ?? ""))
        wait()
        #expect(try await endpoints() == nil)
    }

    @Test("without a selector they are somebody else's, and go with the Service all the same")
    func withoutSelector() async throws {
        try await service(selector: nil)
        var own = KubernetesObject(.endpoints, namespace: "default", name: "s")
        own["subsets"] = [["addresses": [["ip": "192.0.2.7"]], "ports": [["port": 80]]]]
        let made = try await stage.cluster.admin.create(own, as: .endpoints)
        try await pod("p")
        stage.cluster.time.advance(by: .seconds(60))
        #expect(try await endpoints()?.resourceVersion == made.resourceVersion)
        let key = ObjectKey(.services, namespace: "default", name: "s")
        let service = try await stage.cluster.admin.get(key)
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: service.uid ?? ""))
        wait()
        #expect(try await endpoints() == nil)
    }

    @Test("which Services have Endpoints is a setting", arguments: [nil, "team", "absent"])
    func setting(label: String?) async throws {
        var settings = SimulationSettings()
        settings.endpointsLabel = label
        let stage = NodeStage(settings: settings)
        try await EndpointsTests(stage: stage).service()
        stage.cluster.time.advance(by: .seconds(1))
        let key = ObjectKey(.endpoints, namespace: "default", name: "s")
        #expect(try await stage.cluster.admin.find(key) != nil || label == "absent")
        #expect(try await stage.cluster.admin.find(key) == nil || label != "absent")
    }

    init() { stage = NodeStage() }

    private init(stage: NodeStage) { self.stage = stage }

    // MARK: - Objects

    private func wait() { stage.cluster.time.advance(by: .milliseconds(100)) }

    private func service(
        ports: JSONValue = [["port": 80]],
        selector: JSONValue? = ["app": "model"]
    ) async throws {
        var service = KubernetesObject(.services, namespace: "default", name: "s")
        service["metadata"]?["labels"] = labels
        service["spec"] = ["ports": ports]
        service["spec"]?["selector"] = selector
        _ = try await stage.cluster.admin.create(service, as: .services)
    }

    private func pod(_ name: String, app: String = "model", port: Int64? = 8000) async throws {
        var container: JSONValue = ["name": "main", "image": "example.com/none:1"]
        if let port { container["ports"] = [["name": "web", "containerPort": .integer(port)]] }
        try await stage.pod(
            name, labels: ["app": .string(app), "model": .string(name)], spec: ["containers": [container]])
    }

    private func endpoints() async throws -> KubernetesObject? {
        try await stage.cluster.admin.find(ObjectKey(.endpoints, namespace: "default", name: "s"))
    }

    private func subsets() async throws -> [JSONValue] { try await endpoints()?.json["subsets"]?.array ?? [] }

    /// The pods that one list of the first subset names.
    private func names(_ list: String) async throws -> [String] {
        let addresses = try await subsets().first?[list]?.array ?? []
        return addresses.compactMap { $0[path: "targetRef", "name"]?.string }.sorted()
    }
}
