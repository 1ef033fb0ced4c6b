import ControllerRuntime
import Formats
import Kubernetes
import Testing

@Suite struct ObjectHashTests {
    @Test(
        "values that mean the same have one hash",
        arguments: [
            (#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#, #"{"b":{"d":"x","c":[1,2]},"a":1.0}"#),
            (#"{"a":1,"b":null}"#, #"{"a":1}"#),
            (#"{"hard":{"requests.cpu":"1000m"}}"#, #"{"hard":{"requests.cpu":"1"}}"#),
            (#"{"hard":{"pods":10}}"#, #"{"hard":{"pods":"10"}}"#),
            (#"{"limits":{"memory":"1024Mi"}}"#, #"{"limits":{"memory":"1Gi"}}"#),
            (
                #"{"limits":[{"type":"Container","default":{"cpu":"500m"}}]}"#,
                #"{"limits":[{"default":{"cpu":"0.5"},"type":"Container"}]}"#
            ),
        ])
    func equal(left: String, right: String) throws {
        #expect(try ObjectHash(of: JSONValue(parsing: left)) == ObjectHash(of: JSONValue(parsing: right)))
    }

    @Test(
        "values that differ have different hashes",
        arguments: [
            (#"{"a":"1"}"#, #"{"a":1}"#), (#"{"a":["b","c"]}"#, #"{"a":["c","b"]}"#),
            (#"{"a":["b","c"]}"#, #"{"a":["bc"]}"#), (#"{"a":{}}"#, #"{}"#), (#"{"a":[]}"#, #"{"a":{}}"#),
            (#"{"a":"x","b":"y"}"#, #"{"a":"y","b":"x"}"#), (#"{"a":true}"#, #"{"a":false}"#),
            (#"{"hard":{"pods":"10"}}"#, #"{"hard":{"pods":"11"}}"#),
            // Not a quantity, though it looks like one.
            (#"{"name":"1000m"}"#, #"{"name":"1"}"#),
            (#"{"a":{"b":1},"c":2}"#, #"{"a":{"b":1,"c":2}}"#),
        ])
    func different(left: String, right: String) throws {
        #expect(try ObjectHash(of: JSONValue(parsing: left)) != ObjectHash(of: JSONValue(parsing: right)))
    }

    @Test("only the chosen fields count, and a chosen map of quantities is one")
    func fields() throws {
        let left = try JSONValue(parsing: #"{"spec":{"hard":{"cpu":"1"}},"status":{"used":{"cpu":"0"}}}"#)
        let right = try JSONValue(parsing: #"{"spec":{"hard":{"cpu":"1000m"}},"status":{"used":{"cpu":"1"}}}"#)
        let fields = [["spec", "hard"]]
        #expect(ObjectHash(of: left, fields: fields) == ObjectHash(of: right, fields: fields))
        #expect(ObjectHash(of: left, fields: [["status"]]) != ObjectHash(of: right, fields: [["status"]]))
    }

    @Test("of an object, what the server keeps for itself does not count, labels and annotations do")
    func objects() throws {
        var object = KubernetesObject(.configMaps, namespace: "n", name: "a")
        object["data"] = ["k": "v"]
        let before = ObjectHash(of: object)
        object["metadata"]?["resourceVersion"] = "7"
        object["metadata"]?["managedFields"] = [["manager": "x"]]
        object["status"] = ["phase": "Active"]
        #expect(ObjectHash(of: object) == before)
        object["metadata"]?["labels"] = ["a": "b"]
        #expect(ObjectHash(of: object) != before)
    }

    @Test("the hash is the same in every process and version: it is written into caches and messages")
    func stable() throws {
        let value = try JSONValue(parsing: #"{"b":[1,true,null,"x"],"a":{"limits":{"cpu":"0.5"}}}"#)
        #expect(ObjectHash(of: value).description == "7b988c2abc2a9c27")
        #expect(ObjectHash(value: 10).description == "000000000000000a")
    }
}
