import Formats
import Kubernetes
import Testing

@testable import KubernetesSimulator

@Suite("Strategic merge patches")
struct StrategicMergePatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var live: JSONValue
        var patch: JSONValue
        var result: JSONValue
    }

    /// Of a pod's spec.
    static let cases = [
        Case(
            testDescription: "merge maps, and take away what is null",
            live: ["nodeSelector": ["a": "1", "b": "2"], "dnsPolicy": "Default"],
            patch: ["nodeSelector": ["a": nil, "c": "3"], "dnsPolicy": nil],
            result: ["nodeSelector": ["b": "2", "c": "3"]]),
        Case(
            testDescription: "merge containers by their name, and add new ones behind",
            live: ["containers": [["name": "a", "image": "a:1", "env": [["name": "X", "value": "1"]]]]],
            patch: [
                "containers": [
                    ["name": "b", "image": "b:1"], ["name": "a", "env": [["name": "Y", "value": "2"]]],
                ]
            ],
            result: [
                "containers": [
                    [
                        "name": "a", "image": "a:1",
                        "env": [["name": "X", "value": "1"], ["name": "Y", "value": "2"]],
                    ],
                    ["name": "b", "image": "b:1"],
                ]
            ]),
        Case(
            testDescription: "merge a container's ports by their number alone",
            live: ["containers": [["name": "a", "ports": [["containerPort": 80, "protocol": "TCP"]]]]],
            patch: ["containers": [["name": "a", "ports": [["containerPort": 80, "name": "http"]]]]],
            result: [
                "containers": [
                    ["name": "a", "ports": [["containerPort": 80, "protocol": "TCP", "name": "http"]]]
                ]
            ]),
        Case(
            testDescription: "delete the item that is named",
            live: ["containers": [["name": "a"], ["name": "b"]]],
            patch: ["containers": [["$patch": "delete", "name": "a"]]],
            result: ["containers": [["name": "b"]]]),
        Case(
            testDescription: "replace a list, and a map",
            live: ["containers": [["name": "a"]], "securityContext": ["runAsUser": 1]],
            patch: [
                "containers": [["name": "b"], ["$patch": "replace"]],
                "securityContext": ["$patch": "replace", "runAsGroup": 2],
            ],
            result: ["containers": [["name": "b"]], "securityContext": ["runAsGroup": 2]]),
        Case(
            testDescription: "put items in the order that is asked for, others beside those they were beside",
            live: ["containers": [["name": "a"], ["name": "injected"], ["name": "b"]]],
            patch: [
                "$setElementOrder/containers": [["name": "b"], ["name": "c"], ["name": "a"]],
                "containers": [["name": "c"]],
            ],
            result: ["containers": [["name": "injected"], ["name": "b"], ["name": "c"], ["name": "a"]]]),
        Case(
            testDescription: "keep of a volume only what is retained",
            live: ["volumes": [["name": "v", "emptyDir": [:]]]],
            patch: ["volumes": [["$retainKeys": ["name", "secret"], "name": "v", "secret": ["secretName": "s"]]]],
            result: ["volumes": [["name": "v", "secret": ["secretName": "s"]]]]),
        Case(
            testDescription: "replace lists that do not merge",
            live: ["tolerations": [["key": "a"], ["key": "b"]]], patch: ["tolerations": [["key": "c"]]],
            result: ["tolerations": [["key": "c"]]]),
    ]

    @Test("do what they say", arguments: cases)
    func merging(_ item: Case) throws {
        let shape = Shape.builtIn(APIResource("", "v1", "pods", kind: "Pod", isNamespaced: true))
        let result = try StrategicMergePatch(["spec": item.patch]).applied(to: ["spec": item.live], shape)
        #expect(result == ["spec": item.result])
    }

    @Test("add to lists of plain values, and take from them")
    func primitives() throws {
        let shape = Shape.builtIn(APIResource("", "v1", "pods", kind: "Pod", isNamespaced: true))
        let patch: JSONValue = [
            "metadata": ["finalizers": ["c", "b"], "$deleteFromPrimitiveList/finalizers": ["a"]]
        ]
        let result = try StrategicMergePatch(patch).applied(to: ["metadata": ["finalizers": ["a", "b"]]], shape)
        #expect(result == ["metadata": ["finalizers": ["b", "c"]]])
    }

    @Test("are refused where they make no sense")
    func refused() throws {
        let shape = Shape.builtIn(APIResource("", "v1", "pods", kind: "Pod", isNamespaced: true))
        #expect(throws: APIStatus.self) { try StrategicMergePatch([]) }
        for patch: JSONValue in [
            ["spec": ["containers": [["image": "x"]]]], ["spec": ["$patch": "explode"]],
        ] {
            let error = #expect(throws: APIStatus.self) { try StrategicMergePatch(patch).applied(to: [:], shape) }
            #expect(error?.code == 400)
        }
    }
}
