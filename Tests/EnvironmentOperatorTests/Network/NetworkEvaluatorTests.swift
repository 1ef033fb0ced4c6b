import Formats
import Kubernetes
import Testing

@Suite("The evaluator of NetworkPolicies follows their API")
struct NetworkEvaluatorTests {
    /// Policies of the namespace `here`.
    private func evaluator(_ specs: JSONValue...) -> NetworkEvaluator {
        NetworkEvaluator(
            policies: specs.enumerated().map { index, spec in
                var policy = KubernetesObject(.networkPolicies, namespace: "here", name: "policy-\(index)")
                policy["spec"] = spec
                return policy
            })
    }

    private let web = Self.pod("here", "10.1.0.1", ["app": "web"], ports: ["http": 8080])
    private let database = Self.pod("here", "10.1.0.2", ["app": "db"])
    private let stranger = Self.pod("there", "10.1.0.3", ["app": "web"])
    private let outside = NetworkEvaluator.Endpoint(address: "203.0.113.9", pod: nil)

    private static func pod(
        _ namespace: String,
        _ address: String,
        _ labels: [String: String],
        ports: [String: Int64] = [:]
    ) -> NetworkEvaluator.Endpoint {
        NetworkEvaluator.Endpoint(
            address: address,
            pod: NetworkEvaluator.Pod(
                namespace: namespace, namespaceLabels: ["name": namespace], labels: labels, namedPorts: ports,
                node: "10.0.0.9"))
    }

    private func passes(
        _ evaluator: NetworkEvaluator,
        _ from: NetworkEvaluator.Endpoint,
        _ to: NetworkEvaluator.Endpoint,
        _ port: Int64 = 80,
        _ transport: NetworkEvaluator.TransportProtocol = .tcp
    ) -> Bool {
        evaluator.allows(NetworkEvaluator.Flow(from: from, to: to, transport: transport, port: port))
    }

    @Test("without a policy everything passes; with an empty one nothing of its directions does")
    func defaults() {
        #expect(passes(evaluator(), stranger, web) && passes(evaluator(), web, outside))
        let deny = evaluator(["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])
        #expect(!passes(deny, stranger, web) && !passes(deny, web, outside) && !passes(deny, web, database))
        let inward = evaluator(["podSelector": [:]])
        #expect(!passes(inward, stranger, web) && passes(inward, web, outside))
        let both = evaluator(["podSelector": [:], "egress": []])
        #expect(!passes(both, stranger, web) && !passes(both, web, outside))
    }

    @Test("an empty rule allows all; a pod reaches itself, and its node reaches it")
    func always() {
        let open = evaluator(["podSelector": [:], "policyTypes": ["Ingress"], "ingress": [[:]]])
        #expect(passes(open, stranger, web) && passes(open, outside, web))
        let deny = evaluator(["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])
        #expect(passes(deny, web, web))
        #expect(passes(deny, NetworkEvaluator.Endpoint(address: "10.0.0.9", pod: nil), web))
        #expect(!passes(deny, NetworkEvaluator.Endpoint(address: "10.0.0.8", pod: nil), web))
    }

    @Test("policies add up, and only for the pods that they select")
    func union() {
        let policies = evaluator(
            ["podSelector": ["matchLabels": ["app": "web"]], "policyTypes": ["Ingress"]],
            [
                "podSelector": [:], "policyTypes": ["Egress"],
                "egress": [["to": [["podSelector": ["matchLabels": ["app": "db"]]]]]],
            ],
            ["podSelector": [:], "policyTypes": ["Egress"], "egress": [["ports": [["port": 53, "protocol": "UDP"]]]]]
        )
        #expect(passes(policies, stranger, database) && !passes(policies, stranger, web))
        #expect(passes(policies, web, database) && !passes(policies, web, outside))
        #expect(passes(policies, web, outside, 53, .udp) && !passes(policies, web, outside, 53))
    }

    @Test("a pod selector alone means the policy's namespace; with a namespace selector both must match")
    func selectors() {
        func from(_ peer: JSONValue) -> NetworkEvaluator {
            evaluator(["podSelector": [:], "policyTypes": ["Ingress"], "ingress": [["from": [peer]]]])
        }
        let pods: JSONValue = ["matchLabels": ["app": "web"]]
        #expect(!passes(from(["podSelector": pods]), stranger, database))
        #expect(passes(from(["podSelector": pods]), web, database))
        #expect(passes(from(["namespaceSelector": [:]]), stranger, database))
        #expect(!passes(from(["namespaceSelector": [:]]), outside, database))
        let there: JSONValue = ["matchLabels": ["name": "there"]]
        #expect(passes(from(["namespaceSelector": there, "podSelector": pods]), stranger, database))
        #expect(!passes(from(["namespaceSelector": there, "podSelector": pods]), web, database))
        let other: JSONValue = ["matchLabels": ["app": "other"]]
        #expect(!passes(from(["namespaceSelector": there, "podSelector": other]), stranger, database))
    }

    @Test(
        "expressions",
        arguments: [
            (["key": "app", "operator": "In", "values": ["web", "x"]], true),
            (["key": "app", "operator": "NotIn", "values": ["web"]], false),
            (["key": "none", "operator": "NotIn", "values": ["web"]], true),
            (["key": "app", "operator": "Exists"], true), (["key": "app", "operator": "DoesNotExist"], false),
        ] as [(JSONValue, Bool)])
    func expressions(expression: JSONValue, matches: Bool) {
        let policies = evaluator([
            "podSelector": [:], "policyTypes": ["Ingress"],
            "ingress": [["from": [["podSelector": ["matchExpressions": [expression]]]]]],
        ])
        #expect(passes(policies, web, database) == matches)
    }

    @Test(
        "addresses, with exceptions, of both families",
        arguments: [
            ("203.0.113.9", true), ("10.1.2.3", false), ("10.0.0.1", false), ("11.0.0.1", true), ("fd00::1", false),
            ("2001:db8::1", true), ("2001:db9::1", false),
        ])
    func blocks(address: String, isAllowed: Bool) {
        let policies = evaluator([
            "podSelector": [:], "policyTypes": ["Egress"],
            "egress": [
                [
                    "to": [
                        ["ipBlock": ["cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]]],
                        ["ipBlock": ["cidr": "2001:db8::/32"]],
                    ]
                ]
            ],
        ])
        #expect(passes(policies, web, NetworkEvaluator.Endpoint(address: address, pod: nil)) == isAllowed)
    }

    @Test("ports: a number, a range, a protocol alone, a name that the destination gives")
    func ports() {
        func on(_ port: JSONValue) -> NetworkEvaluator {
            evaluator(["podSelector": [:], "policyTypes": ["Ingress"], "ingress": [["ports": [port]]]])
        }
        #expect(passes(on(["port": 80]), stranger, web, 80) && !passes(on(["port": 80]), stranger, web, 81))
        #expect(!passes(on(["port": 80]), stranger, web, 80, .udp))
        let range = on(["port": 8000, "endPort": 8100])
        #expect(passes(range, stranger, web, 8100) && !passes(range, stranger, web, 8101))
        #expect(passes(on(["protocol": "UDP"]), stranger, web, 9, .udp))
        #expect(!passes(on(["protocol": "UDP"]), stranger, web, 9))
        #expect(passes(on(["port": "http"]), stranger, web, 8080))
        #expect(!passes(on(["port": "http"]), stranger, database, 8080))
    }
}
