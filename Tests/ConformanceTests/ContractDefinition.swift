import Formats
import Testing

/// Gives a suite a kind of its own, `Gadget`, with every word that a schema knows: once on a real server, and on each
/// simulated one that a check makes.
struct ContractDefinition: SuiteTrait, TestScoping {
    /// Whether checks want the kind.
    @TaskLocal static var isWanted = false

    static let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    static let gadgets = "/apis/contract.example.com/v1/namespaces/default/gadgets"

    @concurrent
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Self.$isWanted.withValue(true) {
            guard let server = SemanticsServer.real else { return try await function() }
            try await server.visit { probe in try await Self.define(probe) }
            let result: Result<Void, any Error>
            do { result = .success(try await function()) } catch { result = .failure(error) }
            try await server.visit { probe in
                _ = try await probe.delete("\(Self.path)/gadgets.contract.example.com")
                try await probe.eventually { try await probe.get(Self.gadgets).status == 404 }
            }
            try result.get()
        }
    }

    /// Makes the kind, and waits until it is served.
    static func define(_ probe: SemanticsProbe) async throws {
        let version: JSONValue = [
            "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
            "schema": ["openAPIV3Schema": try schema()],
        ]
        let made = try await probe.post(
            path,
            [
                "metadata": ["name": "gadgets.contract.example.com"],
                "spec": [
                    "group": "contract.example.com", "scope": "Namespaced", "versions": [version],
                    "names": ["plural": "gadgets", "kind": "Gadget"],
                ],
            ])
        try #require(made.status == 201, "\(made.message)")
        try await probe.eventually { try await probe.get(gadgets).status == 200 }
        // What may be written lags behind what may be read.
        let body: JSONValue = [
            "apiVersion": "contract.example.com/v1", "kind": "Gadget", "metadata": ["name": "first"],
        ]
        try await probe.eventually { try await probe.post(gadgets + "?dryRun=All", body).status == 201 }
    }

    private static func schema() throws -> JSONValue {
        let status: JSONValue = ["type": "object", "properties": ["ready": ["type": "boolean"]]]
        let spec: JSONValue = ["type": "object", "properties": try JSONValue(parsing: "{" + fields + "}")]
        return ["type": "object", "properties": ["spec": spec, "status": status]]
    }

    private static let fields = #"""
        "text":{"type":"string","maxLength":5,"minLength":2,"pattern":"^a"},
        "number":{"type":"integer","minimum":2,"maximum":9},
        "open":{"type":"number","minimum":1,"exclusiveMinimum":true,"maximum":5,"exclusiveMaximum":true},
        "flag":{"type":"boolean"},
        "choice":{"type":"string","enum":["a","b"]},
        "digit":{"type":"integer","enum":[1,2]},
        "list":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":2},
        "set":{"type":"array","items":{"type":"integer"},"x-kubernetes-list-type":"set"},
        "map":{"type":"object","minProperties":1,"maxProperties":2,"additionalProperties":{"type":"integer"}},
        "either":{"x-kubernetes-int-or-string":true},
        "none":{"type":"string","nullable":true},
        "noneOrDefault":{"type":"string","nullable":true,"default":"d"},
        "time":{"type":"string","format":"date-time"},
        "date":{"type":"string","format":"date"},
        "bytes":{"type":"string","format":"byte"},
        "address":{"type":"string","format":"ipv4"},
        "uuid":{"type":"string","format":"uuid"},
        "duration":{"type":"string","format":"duration"},
        "mail":{"type":"string","format":"email"},
        "link":{"type":"string","format":"uri"},
        "block":{"type":"string","format":"cidr"},
        "embedded":{"type":"object","x-kubernetes-embedded-resource":true,
          "x-kubernetes-preserve-unknown-fields":true},
        "known":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"spec":{"type":"object",
          "properties":{"a":{"type":"string"}}}}},
        "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
          "properties":{"inner":{"type":"object","properties":{"a":{"type":"string"}}}}},
        "one":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
          "oneOf":[{"required":["a"]},{"required":["b"]}]},
        "any":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
          "anyOf":[{"required":["a"]},{"required":["b"]}]},
        "no":{"type":"object","properties":{"a":{"type":"string"}},"not":{"required":["a"]}},
        "all":{"type":"integer","allOf":[{"minimum":3},{"maximum":4}]},
        "keyed":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k","p"],
          "items":{"type":"object","required":["k","p"],"properties":{"k":{"type":"string"},
          "p":{"type":"integer","default":7},"v":{"type":"string"}}}},
        "defaulted":{"type":"object","default":{"x":"y"},"properties":{"x":{"type":"string"},
          "z":{"type":"string","default":"zz"}}},
        "items":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string","default":"q"}}}},
        "needed":{"type":"object","required":["a","b"],"properties":{"a":{"type":"string"},
          "b":{"type":"string"}}},
        "values":{"type":"object","additionalProperties":{"type":"object","properties":{"a":{"type":"string",
          "default":"q"}}}}
        """#
}

extension Trait where Self == ContractDefinition {
    static var withContractDefinition: Self { ContractDefinition() }
}
