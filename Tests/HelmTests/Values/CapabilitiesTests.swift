import Formats
import Helm
import Testing

@Suite("Capabilities of a server") struct CapabilitiesTests {
    private static let version: JSONValue = ["major": "1", "minor": "33+", "gitVersion": "v1.33.4-gke.1245000"]
    private static let groups: JSONValue = [
        "groups": [
            [
                "name": "apps", "versions": [["groupVersion": "apps/v1"]],
                "preferredVersion": ["groupVersion": "apps/v1"],
            ],
            ["name": "down", "versions": [["groupVersion": "down/v1"], ["groupVersion": "down/v1beta1"]]],
        ]
    ]
    private static let resources: [JSONValue] = [
        ["groupVersion": "v1", "resources": [["kind": "Pod", "name": "pods"], ["kind": "Pod", "name": "pods/log"]]],
        [
            "groupVersion": "apps/v1",
            "resources": [["kind": "Deployment"], ["kind": "Scale", "group": "autoscaling", "version": "v1"]],
        ],
        ["groupVersion": "empty/v1", "resources": nil], [:],
    ]

    @Test("has every group version and every kind of those that answered, each once")
    func reads() throws {
        let capabilities: Capabilities = try Capabilities(
            version: Self.version, core: ["versions": ["v1"]], groups: Self.groups, resources: Self.resources)
        #expect(capabilities.kubeVersion.version == "v1.33.4-gke.1245000")
        #expect(capabilities.kubeVersion.major == "1" && capabilities.kubeVersion.minor == "33+")
        #expect(
            capabilities.apiVersions == [
                "v1", "apps/v1", "down/v1", "down/v1beta1", "v1/Pod", "apps/v1/Deployment", "apps/v1/Scale",
            ])
    }

    @Test("knows nothing of a server that says nothing, but its version", arguments: [JSONValue.null, [:], 3])
    func empty(answer: JSONValue) throws {
        let capabilities: Capabilities = try Capabilities(
            version: Self.version, core: answer, groups: answer, resources: [answer])
        #expect(capabilities.apiVersions.isEmpty)
        #expect(throws: HelmError.self) {
            try Capabilities(version: answer, core: answer, groups: answer, resources: [])
        }
    }
}
