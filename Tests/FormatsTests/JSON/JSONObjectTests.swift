import Formats
import Testing

@Suite("JSONObject") struct JSONObjectTests {
    @Test("sets, replaces and removes members and keeps their order")
    func members() {
        var object: JSONObject = JSONObject(unique: [("a", 1), ("b", 2), ("c", 3)])
        object["b"] = 20
        object["d"] = 4
        object["a"] = nil
        object["missing"] = nil
        #expect(object.keys == ["b", "c", "d"])
        #expect(object.map(\.value) == [20, 3, 4])
        #expect(object["a"] == nil)
        #expect(!object.isEmpty && object.count == 3)
    }

    @Test("changes one of several objects that share their keys")
    func sharedKeys() throws {
        let list: JSONValue = try JSONValue(parsing: #"[{"a": 1, "b": 2}, {"a": 3, "b": 4}, {"a": 5, "b": 6}]"#)
        var elements: [JSONValue] = list.array ?? []
        elements[1]["c"] = 7
        elements[2]["a"] = nil
        #expect(elements == [["a": 1, "b": 2], ["a": 3, "b": 4, "c": 7], ["b": 6]])
        #expect(list == [["a": 1, "b": 2], ["a": 3, "b": 4], ["a": 5, "b": 6]])
    }

    @Test("sets a member of a nested value, and makes objects on the way")
    func nested() {
        var value: JSONValue = ["spec": ["a": 1]]
        value["spec"]?["b"] = 2
        value["status"] = "x"
        value["status"]?["ready"] = true
        #expect(value == ["spec": ["a": 1, "b": 2], "status": ["ready": true]])
        #expect(value[path: "status", "ready"] == true)
        #expect(value[path: "status", "ready", "deeper"] == nil)
    }
}
