import ControllerRuntime
import Formats
import Testing

@Suite("Fields that are not as they are wanted") struct FieldDifferenceTests {
    @Test(
        "what the API server stores otherwise than it was written is no difference",
        arguments: [
            (["spec": ["limits": ["cpu": "1000m"]]], ["spec": ["limits": ["cpu": "1"]]]),
            (["spec": ["limits": ["memory": 1024]]], ["spec": ["limits": ["memory": "1Ki"]]]),
            (["spec": ["volumes": [["name": "a", "emptyDir": [:]]]]], ["spec": ["volumes": [["name": "a"]]]]),
            (["spec": ["args": [], "text": "", "flag": false, "none": nil]], ["spec": [:]]),
            (["stringData": ["key": "text"]], ["data": ["key": "dGV4dA=="]]),
            (["apiVersion": "apps/v1beta1", "status": ["replicas": 3]], ["apiVersion": "apps/v1"]),
            (["metadata": ["labels": ["a": "b"]]], ["metadata": ["labels": ["a": "b", "others": "c"], "uid": "u"]]),
            (
                ["spec": ["ports": [["name": "https", "port": 443]]]],
                [
                    "spec": [
                        "ports": [["name": "added", "port": 1], ["name": "https", "port": 443, "protocol": "TCP"]]
                    ]
                ]
            ),
        ] as [(JSONValue, JSONValue)])
    func same(wanted: JSONValue, found: JSONValue) {
        #expect(FieldDifference.between(wanted: wanted, found: found) == [])
    }

    @Test(
        "what differs is named by its path, with both values",
        arguments: [
            (["spec": ["replicas": 1]], ["spec": ["replicas": 3]], "spec.replicas"),
            (["spec": ["replicas": 0]], ["spec": ["replicas": 1]], "spec.replicas"),
            (["spec": ["image": "a"]], ["spec": [:]], "spec.image"),
            (["spec": ["text": "1000m"]], ["spec": ["text": "1"]], "spec.text"),
            (["spec": ["limits": ["cpu": "2"]]], ["spec": ["limits": ["cpu": "1"]]], "spec.limits.cpu"),
            (["spec": ["args": ["a", "b"]]], ["spec": ["args": ["a"]]], "spec.args"),
            (
                ["spec": ["containers": [["name": "a", "image": "x"]]]],
                ["spec": ["containers": [["name": "a", "image": "y"]]]], "spec.containers[0].image"
            ),
            (
                ["spec": ["containers": [["name": "a"]]]], ["spec": ["containers": [["name": "b"]]]],
                "spec.containers[0]"
            ),
            (["stringData": ["key": "text"]], ["data": ["key": "bm8="]], "data.key"),
            (
                ["metadata": ["labels": ["app.kubernetes.io/name": "a"]]], ["metadata": [:]],
                "metadata.labels"
            ),
        ] as [(JSONValue, JSONValue, String)])
    func different(wanted: JSONValue, found: JSONValue, path: String) {
        #expect(FieldDifference.between(wanted: wanted, found: found).map(\.path) == [path])
    }

    @Test("lists every field of an object that is not there yet, but for what identifies it")
    func all() {
        let wanted: JSONValue = [
            "apiVersion": "v1", "kind": "A", "status": ["ready": true],
            "metadata": ["name": "a", "namespace": "b", "labels": ["x.y/z": "1"]],
            "spec": ["list": [["a": 1], ["b": [:]]], "empty": []],
        ]
        let fields = FieldDifference.all(of: wanted)
        #expect(
            fields.map(\.path) == ["metadata.labels[x.y/z]", "spec.list[0].a", "spec.list[1].b", "spec.empty"])
        #expect(fields.map(\.wanted) == ["1", 1, [:], []])
        #expect(fields.allSatisfy { $0.found == nil })
        #expect(FieldDifference.all(of: ["kind": "A", "metadata": ["name": "a"]]).isEmpty)
    }
}
