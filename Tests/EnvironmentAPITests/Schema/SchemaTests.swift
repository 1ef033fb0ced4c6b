import Formats
import Kubernetes
import Testing

@testable import EnvironmentAPI

@Suite("Definitions") struct SchemaTests {
    private static func root(_ definition: ResourceDefinition, withRules: Bool = true) -> JSONValue {
        definition.json(withRules: withRules)[path: "spec", "versions"]?.array?.first?[
            path: "schema", "openAPIV3Schema"]
            ?? .null
    }

    /// Every node with its path.
    private static func nodes(_ schema: JSONValue, at path: String = "") -> [(path: String, schema: JSONValue)] {
        var found = [(path, schema)]
        for member in schema["properties"]?.object ?? JSONObject() {
            found += nodes(member.value, at: "\(path)/\(member.key)")
        }
        if let items = schema["items"] { found += nodes(items, at: "\(path)/0") }
        if let values = schema["additionalProperties"] { found += nodes(values, at: "\(path)/*") }
        return found
    }

    @Test(
        "every field is described, in a sentence",
        arguments: ["environments", "environmentclasses", "inferenceendpoints"])
    func described(_ plural: String) throws {
        let definition = try #require(ResourceDefinition.all.first { $0.resource.plural == plural })
        for node in Self.nodes(Self.root(definition)) where node.path != "/metadata" {
            let text = node.schema["description"]?.string ?? ""
            #expect(text.count > 3 && text.hasSuffix("."), "\(node.path)")
        }
    }

    @Test(
        "every text and every list is bounded, so that rules have a cost that is known",
        arguments: ["environments", "environmentclasses", "inferenceendpoints"])
    func bounded(_ plural: String) throws {
        let definition = try #require(ResourceDefinition.all.first { $0.resource.plural == plural })
        for node in Self.nodes(Self.root(definition)) {
            switch node.schema["type"]?.string {
            case "string":
                let isBounded = ["maxLength", "enum", "format"].contains { node.schema[$0] != nil }
                #expect(isBounded, "\(node.path)")
            case "array": #expect(node.schema["maxItems"] != nil, "\(node.path)")
            case "object" where node.schema["additionalProperties"] != nil:
                #expect(node.schema["maxProperties"] != nil, "\(node.path)")
            default: break
            }
        }
    }

    @Test("every rule stands in a definition, and none in one for servers that refuse rules")
    func rules() {
        let rules = ResourceDefinition.all.flatMap(\.rules)
        #expect(Set(rules) == Set(Rule.allCases))
        for definition in ResourceDefinition.all {
            #expect(definition.json(withRules: true).text().contains("x-kubernetes-validations"))
            #expect(!definition.json(withRules: false).text().contains("x-kubernetes-validations"))
        }
    }

    @Test("rules and their messages are one line each", arguments: Rule.allCases)
    func ruleTexts(_ rule: Rule) {
        #expect(!rule.expression.contains("\n") && !rule.message.contains("\n"))
        #expect(rule.message.contains(": "))
    }

    @Test("the definition's defaults are the reader's")
    func defaults() {
        let written: JSONValue = ["isolation": "VirtualCluster", "virtualCluster": ["chart": ["version": "1.0.0"]]]
        let spec = Self.root(.environmentClass)[path: "properties", "spec"] ?? .null
        let stored = Self.defaulted(written, by: spec)
        #expect(stored[path: "lifetime", "maximum"] == "72h0m0s")
        #expect(EnvironmentClass.Spec(json: stored) == EnvironmentClass.Spec(json: written))
        let environment = Self.defaulted(
            ["environmentClassName": "a"], by: Self.root(.environment)[path: "properties", "spec"] ?? .null)
        #expect(environment == ["environmentClassName": "a", "suspend": false])
        let bare: JSONValue = [
            "model": ["name": "a"], "host": ["address": "a"], "engine": [:], "gpu": [:], "serving": [:],
            "webUI": ["exposure": [:]],
        ]
        let endpoint = Self.defaulted(bare, by: Self.root(.inferenceEndpoint)[path: "properties", "spec"] ?? .null)
        #expect(endpoint[path: "serving", "port"] == 18_080)
        #expect(InferenceEndpoint.Spec(json: endpoint) == InferenceEndpoint.Spec(json: bare))
    }

    /// What the API server stores, as far as defaults of objects go.
    private static func defaulted(_ value: JSONValue, by schema: JSONValue) -> JSONValue {
        guard var result = value.object.map(JSONValue.object) else { return value }
        for member in schema["properties"]?.object ?? JSONObject() {
            guard let field = result[member.key] ?? member.value["default"] else { continue }
            result[member.key] = defaulted(field, by: member.value)
        }
        return result
    }

    @Test(
        "every field that is written is in the definition",
        arguments: [
            Valid.environment, Valid.namespaceClass, Valid.virtualClass, Valid.inferenceEndpoint,
        ])
    func complete(_ json: JSONValue) throws {
        let definition = try #require(ResourceDefinition.all.first { $0.resource.kind == json["kind"]?.string })
        #expect(
            Self.unknown(json["spec"] ?? .null, to: Self.root(definition)[path: "properties", "spec"] ?? .null) == [])
    }

    @Test("every field of a status is in the definition")
    func completeStatus() throws {
        let time = try Timestamp("2026-11-21T10:00:00Z")
        var status = Environment.Status(
            conditions: [
                Condition(
                    type: "Ready", status: .isTrue, reason: "Ready", message: "", observedGeneration: 1,
                    lastTransitionTime: time)
            ],
            observedGeneration: 1,
            namespace: .init(name: "n", uid: "u"),
            release: .init(name: "r", chart: "c", revision: 1, digest: "d"),
            kubeconfig: .init(secretNamespace: "n", secretName: "s", server: "s", expiresAt: time),
            expiresAt: time, warnedAt: time,
            resolvedClass: .init(name: "c", uid: "u", generation: 1, spec: [:]),
            leftovers: [
                .init(apiVersion: "v1", kind: "Pod", namespace: "n", name: "p", heldBy: "h", since: time)
            ])
        status.ttl = .seconds(1)
        let schema = Self.root(.environment)[path: "properties", "status"] ?? .null
        #expect(Self.unknown(status.json, to: schema) == [])
        let fields = Set(schema["properties"]?.object?.keys ?? [])
        #expect(fields == Set(status.json.object?.keys ?? []))
    }

    @Test("every field of an endpoint's status is in its definition, and is read again")
    func completeEndpointStatus() throws {
        let status = Valid.inferenceStatus
        let schema = Self.root(.inferenceEndpoint)[path: "properties", "status"] ?? .null
        #expect(Self.unknown(status, to: schema) == [])
        #expect(Set(schema["properties"]?.object?.keys ?? []) == Set(status.object?.keys ?? []))
        let endpoint = InferenceEndpoint(from: KubernetesObject(Valid.inferenceEndpoint.setting("status", status)))
        #expect(endpoint.unreadableStatus == [])
        #expect(endpoint.status.json == status)
    }

    /// Paths of the value that a server would prune.
    private static func unknown(_ value: JSONValue, to schema: JSONValue, at path: String = "") -> [String] {
        if schema["x-kubernetes-preserve-unknown-fields"] == true { return [] }
        switch value {
        case .object(let members):
            return members.flatMap { member -> [String] in
                let place = "\(path)/\(member.key)"
                guard let next = schema[path: "properties", member.key] ?? schema["additionalProperties"] else {
                    return [place]
                }
                return unknown(member.value, to: next, at: place)
            }
        case .array(let items):
            return items.flatMap { unknown($0, to: schema["items"] ?? .null, at: "\(path)/0") }
        default: return []
        }
    }

    @Test("the resources have the names of the design")
    func names() {
        let environment = ResourceDefinition.environment.json(withRules: true)
        #expect(environment[path: "metadata", "name"] == "environments.envfactory.dev")
        #expect(environment[path: "spec", "names", "shortNames"] == ["env"])
        #expect(environment[path: "spec", "names", "categories"] == ["envfactory"])
        #expect(environment[path: "spec", "scope"] == "Namespaced")
        let endpoint = ResourceDefinition.inferenceEndpoint.json(withRules: true)
        #expect(endpoint[path: "metadata", "name"] == "inferenceendpoints.envfactory.dev")
        #expect(endpoint[path: "spec", "names", "shortNames"] == ["inf"])
        #expect(endpoint[path: "spec", "scope"] == "Namespaced")
        let environmentClass = ResourceDefinition.environmentClass.json(withRules: true)
        #expect(environmentClass[path: "spec", "names", "shortNames"] == ["envclass"])
        #expect(environmentClass[path: "spec", "scope"] == "Cluster")
    }
}
