import ControllerRuntime
import EnvironmentAPI
import EnvironmentOperator
import Formats
import HTTPModel
import Helm
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

/// A cluster on which the whole operator has brought environments where they should be, and a user in front of it.
struct DiffStage: Sendable {
    let commands: CommandCluster
    let files = MemoryFiles(["/kubeconfig": TestMachine.kubeconfig])

    static let operatorIdentity = Identity.serviceAccount(
        namespace: Words.Installation.namespace, name: Words.Installation.serviceAccount)

    /// A class, and environments of it that are ready.
    init(_ environmentClass: JSONValue = Self.namespaceClass, environments: [String] = ["pr-42"]) async throws {
        commands = try await CommandCluster(installed: false)
        for document in Manifests.documents(.init(dialect: .legacy, includesDeployment: false)) {
            let object = KubernetesObject(document)
            _ = try await cluster.admin.create(object, as: Self.resource(of: object))
        }
        _ = try await cluster.admin.apply(Self.object(environmentClass), to: .environmentClasses, expecting: .any)
        for name in environments {
            var object = KubernetesObject(.environments, namespace: "team", name: name)
            object["spec"] = ["environmentClassName": "review"]
            _ = try await cluster.admin.create(object, as: .environments)
        }
        if !environments.isEmpty { try await settle() }
    }

    static let namespaceClass: JSONValue = [
        "isolation": "Namespace", "quota": ["hard": ["pods": "20", "requests.cpu": "4"]],
        "limitRange": [["type": "Container", "default": ["cpu": "500m"], "defaultRequest": ["cpu": "50m"]]],
    ]

    static let virtualClass: JSONValue = [
        "isolation": "VirtualCluster",
        "network": ["mode": "Isolated", "apiServerCIDRs": ["10.0.0.1/32"]],
        "virtualCluster": [
            "chart": ["repository": "https://charts.example", "version": "0.36.900"],
            "values": ["controlPlane": ["statefulSet": ["image": ["repository": "vcluster"]]]],
        ],
        "parameters": [
            [
                "name": "memory", "type": "String", "default": "300Mi",
                "path": "controlPlane.statefulSet.resources.requests.memory",
            ]
        ],
    ]

    private static func object(_ spec: JSONValue) -> KubernetesObject {
        var object = KubernetesObject(.environmentClasses, name: "review")
        object["spec"] = spec
        return object
    }

    private static func resource(of object: KubernetesObject) -> APIResource {
        let parts = object.apiVersion.split(separator: "/").map(String.init)
        return APIResource(
            parts.count > 1 ? parts[0] : "", parts.last ?? "", object.kind.lowercased() + "s", kind: object.kind,
            isNamespaced: object.namespace != nil)
    }

    /// Lets the operator work until every environment is ready.
    private func settle() async throws {
        let (time, server) = (cluster.time, cluster.server)
        let `operator` = Operator(
            Operator.Configuration(instance: "one"),
            Operator.Environs(
                transport: cluster.transport(as: Self.operatorIdentity), time: time, random: FixedRandom(1),
                metrics: MetricRegistry(), log: Logger(sink: MemorySink()) { time.now },
                charts: ChartFetcher(transport: StandInRepository()), connector: { server.transport(to: $0) }),
            endpoint: HostEndpoint(
                server: "https://host.example:6443", certificateAuthority: Array("CA".utf8),
                transport: cluster.transport(as: .anonymous)))
        try await virtually(time) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await `operator`.runtime.run() }
                for _ in 0..<300 {
                    try await time.sleep(for: .seconds(1))
                    if try await isSettled() { break }
                }
                `operator`.runtime.stop()
                try await group.waitForAll()
            }
        }
        #expect(try await isSettled())
    }

    private func isSettled() async throws -> Bool {
        try await cluster.admin.listAll(.environments).items.map(Environment.init(from:))
            .allSatisfy { $0.status.condition(.ready)?.status == .isTrue }
    }
}

extension DiffStage {
    var cluster: SimulatedCluster { commands.cluster }

    func environment(_ name: String = "pr-42") async throws -> Environment {
        Environment(from: try await cluster.admin.get(ObjectKey(.environments, namespace: "team", name: name)))
    }

    func hostNamespace(_ name: String = "pr-42") async throws -> String {
        OwnerIdentity(try await environment(name)).hostNamespace
    }

    func patch(_ resource: APIResource, _ name: String, _ patch: JSONValue) async throws {
        _ = try await cluster.admin.patch(
            ObjectKey(resource, namespace: try await hostNamespace(), name: name), .merge, patch)
    }

    /// Puts objects into a file, one document each.
    func write(_ path: String, _ objects: JSONValue...) {
        files.replace(path, with: Array(YAML.text(documents: objects).utf8))
    }

    static func environmentClass(_ spec: JSONValue) -> JSONValue { object(spec).json }

    static func environment(_ name: String, _ spec: JSONValue = [:]) -> JSONValue {
        var object = KubernetesObject(.environments, namespace: "team", name: name)
        object["spec"] = spec
        object["spec"]?["environmentClassName"] = "review"
        return object.json
    }

    /// Runs a command, and requires that it writes nothing.
    func run(
        _ line: String, as identity: Identity = .admin, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> CommandLineRun {
        var machine = TestMachine()
        machine.time = cluster.time
        machine.transport = cluster.transport(as: identity)
        machine.files = files
        machine.repositories = StandInRepository()
        let ready = machine
        var run = CommandLineRun()
        await cluster.expectQuiet(sourceLocation: sourceLocation) { run = await ready.run(line) }
        return run
    }
}
