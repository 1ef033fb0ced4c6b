import EnvironmentAPI
import Formats
import Kubernetes
import TestSupport
import Testing

@testable import EnvironmentOperator

/// What the policies that the operator writes let through, flow by flow.
@Suite("An isolated environment's network")
struct NetworkFlowTests {
    // As `from to protocol/port`, and whether it passes; the environments are named for their classes' networks.
    private static let flows: [(String, Bool)] = [
        // Inside, and to itself.
        ("isolated isolated-db tcp/5432", true), ("isolated-db isolated udp/9999", true),
        ("isolated isolated tcp/80", true), ("agents agents-db tcp/1", true), ("look look-db sctp/7", true),
        // Names.
        ("isolated dns udp/53", true), ("isolated dns tcp/53", true), ("isolated node-cache udp/53", true),
        ("isolated dns tcp/9153", false), ("isolated dns udp/5353", false), ("agents dns udp/53", true),
        ("dns isolated udp/53", false),
        // Other environments, both ways, also on the port of names.
        ("isolated other tcp/80", false), ("other isolated tcp/80", false), ("isolated other udp/53", false),
        ("open isolated tcp/80", false), ("isolated open tcp/80", false), ("agents isolated tcp/443", false),
        ("isolated agents tcp/443", false), ("agents look tcp/8080", false), ("look agents tcp/443", false),
        ("agents open tcp/443", false),
        // The team's own namespace, and others of the cluster's.
        ("team isolated tcp/80", false), ("isolated team tcp/80", false), ("monitoring isolated tcp/9090", false),
        ("isolated monitoring tcp/9090", false), ("operator isolated tcp/443", false),
        // The cluster: its API server, also where the class names it for control planes, its nodes.
        ("isolated api tcp/443", false), ("isolated api tcp/6443", false), ("isolated api-service tcp/443", false),
        ("agents api tcp/443", false), ("isolated kubelet tcp/10250", false), ("agents kubelet tcp/443", false),
        ("other-node isolated tcp/80", false), ("own-node isolated tcp/80", true),
        // The cloud's metadata, private and public addresses.
        ("isolated metadata tcp/80", false), ("agents metadata tcp/80", false), ("agents metadata tcp/443", false),
        ("look metadata tcp/80", false), ("isolated private tcp/443", false), ("agents private tcp/443", false),
        ("isolated corporate tcp/22", false), ("agents corporate tcp/443", false),
        ("isolated public tcp/443", false), ("isolated public udp/443", false), ("public isolated tcp/443", false),
        ("isolated public6 tcp/443", false), ("private isolated tcp/80", false),
        // What a class adds: a way out to the web, and a way in for the ingress controller.
        ("agents public tcp/443", true), ("agents public tcp/80", false), ("agents public udp/443", false),
        ("agents public6 tcp/443", false), ("public agents tcp/443", false),
        ("ingress look tcp/8080", true), ("ingress look tcp/8081", false), ("ingress look-db tcp/8080", false),
        ("ingress isolated tcp/8080", false), ("look ingress tcp/8080", false), ("monitoring look tcp/8080", false),
        ("look public tcp/443", false),
        // A class whose network is open.
        ("open public tcp/443", true), ("public open tcp/80", true), ("open metadata tcp/80", true),
        ("team open tcp/80", true),
    ]

    /// Names resolve wherever the cluster's DNS runs, so that port 53 is open to every address, and no other is.
    private static let names: [(String, Bool)] = [
        ("isolated public udp/53", true), ("isolated api udp/53", true), ("isolated open udp/53", true),
        ("isolated metadata tcp/80", false), ("isolated other tcp/53", false), ("isolated agents udp/53", false),
    ]

    @Test("each flow of the table passes or does not, on the policies as the API server holds them")
    func table() async throws {
        let stage = try await OperatorStage()
        let evaluator = try await Self.evaluator(stage)
        let ends = try await Self.ends(stage)
        for (text, isAllowed) in Self.flows + Self.names {
            let flow = try Self.flow(text, ends)
            #expect(evaluator.allows(flow) == isAllowed, "\(text)")
        }
    }

    @Test("while an environment ends, its policies deny as before until the last pod is gone")
    func ending() async throws {
        let stage = try await OperatorStage()
        _ = try await Self.evaluator(stage)
        let ends = try await Self.ends(stage)
        let host = try await stage.hostNamespace("isolated")
        var pod = KubernetesObject(.pods, namespace: host, name: "web")
        pod["spec"] = ["containers": [["name": "web", "image": "web"]], "terminationGracePeriodSeconds": 30]
        pod["metadata"]?["finalizers"] = ["example.com/hold"]
        _ = try await stage.cluster.admin.create(pod, as: .pods)
        try await stage.delete("isolated")
        stage.advance(.seconds(60))
        try await stage.settle("isolated", patience: .seconds(6))
        #expect(try await stage.object(.pods, "web", of: "isolated")?.isDeleting == true)
        let evaluator = NetworkEvaluator(policies: try await stage.cluster.admin.listAll(.networkPolicies).items)
        for text in ["isolated public tcp/443", "other isolated tcp/80", "isolated metadata tcp/80"] {
            #expect(!evaluator.allows(try Self.flow(text, ends)), "\(text)")
        }
    }
}

// MARK: - The stage

extension NetworkFlowTests {
    private static let networks: [(String, JSONValue)] = [
        ("isolated", ["mode": "Isolated", "apiServerCIDRs": ["10.0.0.1/32"]]),
        ("other", ["mode": "Isolated"]),
        ("open", ["mode": "Open"]),
        (
            "agents",
            [
                "mode": "Isolated",
                "egress": [
                    [
                        "to": [
                            [
                                "ipBlock": [
                                    "cidr": "0.0.0.0/0",
                                    "except": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"],
                                ]
                            ]
                        ],
                        "ports": [["port": 443]],
                    ]
                ],
            ]
        ),
        (
            "look",
            [
                "mode": "Isolated",
                "ingress": [
                    [
                        "from": [
                            ["namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "ingress-nginx"]]]
                        ],
                        "ports": [["port": "http"]],
                    ]
                ],
            ]
        ),
    ]

    /// Makes an environment for each network, and reads what the operator wrote.
    private static func evaluator(_ stage: OperatorStage) async throws -> NetworkEvaluator {
        for (name, network) in networks {
            try await stage.createClass {
                $0["metadata"]?["name"] = .string(name)
                $0["spec"]?["network"] = network
            }
            try await stage.create(name) { $0["spec"]?["environmentClassName"] = .string(name) }
            try await stage.settle(name)
            #expect(try await stage.condition(.ready, name)?.reason == "Ready", "\(name)")
        }
        return NetworkEvaluator(policies: try await stage.cluster.admin.listAll(.networkPolicies).items)
    }

    private static func ends(_ stage: OperatorStage) async throws -> [String: NetworkEvaluator.Endpoint] {
        var ends: [String: NetworkEvaluator.Endpoint] = [
            "dns": pod("kube-system", "10.244.0.2", ["k8s-app": "kube-dns"]),
            "team": pod(OperatorStage.team, "10.244.0.3"),
            "monitoring": pod("monitoring", "10.244.0.4"),
            "operator": pod(Words.Installation.namespace, "10.244.0.5"),
            "ingress": pod("ingress-nginx", "10.244.0.6"),
        ]
        for (index, network) in networks.enumerated() {
            let host = try await stage.hostNamespace(network.0)
            ends[network.0] = pod(host, "10.244.1.\(index)", ["app": "web"], ports: ["http": 8080])
            ends["\(network.0)-db"] = pod(host, "10.244.2.\(index)", ["app": "db"])
        }
        let addresses = [
            "node-cache": "169.254.20.10", "api": "10.0.0.1", "api-service": "10.96.0.1", "kubelet": "10.0.0.7",
            "own-node": "10.0.0.9", "other-node": "10.0.0.7", "metadata": "169.254.169.254",
            "private": "192.168.1.10", "corporate": "172.16.5.5", "public": "93.184.216.34",
            "public6": "2606:2800:220:1::1",
        ]
        for (name, address) in addresses { ends[name] = NetworkEvaluator.Endpoint(address: address, pod: nil) }
        return ends
    }

    private static func pod(
        _ namespace: String,
        _ address: String,
        _ labels: [String: String] = [:],
        ports: [String: Int64] = [:]
    ) -> NetworkEvaluator.Endpoint {
        NetworkEvaluator.Endpoint(
            address: address,
            pod: NetworkEvaluator.Pod(
                namespace: namespace, namespaceLabels: ["kubernetes.io/metadata.name": namespace], labels: labels,
                namedPorts: ports, node: "10.0.0.9"))
    }

    private static func flow(
        _ text: String,
        _ ends: [String: NetworkEvaluator.Endpoint]
    ) throws -> NetworkEvaluator.Flow {
        let words = text.split(separator: " ").map(String.init)
        try #require(words.count == 3)
        let service = words[2].split(separator: "/").map(String.init)
        return NetworkEvaluator.Flow(
            from: try #require(ends[words[0]]), to: try #require(ends[words[1]]),
            transport: try #require(NetworkEvaluator.TransportProtocol(rawValue: service[0].uppercased())),
            port: try #require(Int64(service[1])))
    }
}
