import Formats
import Testing

@Suite("JSONPatch") struct JSONPatchTests {
    /// One example: a document, a patch, and the document after it or `nil` where it must be refused.
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var document: String
        var patch: String
        var result: String?

        var testDescription: String { name }

        init(_ name: String, _ document: String, _ patch: String, _ result: String?) {
            (self.name, self.document, self.patch, self.result) = (name, document, patch, result)
        }
    }

    static let appendix: [Example] = [
        Example(
            "A.1", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
        Example(
            "A.2", #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
            #"{"foo":["bar","qux","baz"]}"#),
        Example("A.3", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        Example(
            "A.4", #"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
        Example(
            "A.5", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            #"{"baz":"boo","foo":"bar"}"#),
        Example(
            "A.6", #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#),
        Example(
            "A.7", #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#),
        Example(
            "A.8", #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#),
        Example("A.9", #"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#, nil),
        Example(
            "A.10", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"foo":"bar","child":{"grandchild":{}}}"#),
        Example(
            "A.11", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
            #"{"foo":"bar","baz":"qux"}"#),
        Example("A.12", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, nil),
        Example("A.13", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","op":"remove"}]"#, nil),
        Example("A.14", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
        Example("A.15", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":"10"}]"#, nil),
        Example(
            "A.16", #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            #"{"foo":["bar",["abc","def"]]}"#),
    ]

    static let edges: [Example] = [
        Example("no operation", #"{"a":1}"#, "[]", #"{"a":1}"#),
        Example("the whole value added", #"{"a":1}"#, #"[{"op":"add","path":"","value":[2]}]"#, "[2]"),
        Example("the whole value replaced", #"{"a":1}"#, #"[{"op":"replace","path":"","value":null}]"#, "null"),
        Example("the whole value removed", #"{"a":1}"#, #"[{"op":"remove","path":""}]"#, nil),
        Example(
            "the whole value copied into itself", #"{"a":1}"#, #"[{"op":"copy","from":"","path":"/b"}]"#,
            #"{"a":1,"b":{"a":1}}"#),
        Example(
            "a member moved to the whole", #"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":""}]"#, #"{"b":1}"#),
        Example("a value moved into itself", #"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/b"}]"#, nil),
        Example(
            "a value moved to where it is", #"{"a":1,"b":2}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#,
            #"{"a":1,"b":2}"#),
        Example(
            "null is a value", #"{"a":null}"#, #"[{"op":"test","path":"/a","value":null},{"op":"remove","path":"/a"}]"#,
            "{}"),
        Example("null added", "{}", #"[{"op":"add","path":"/a","value":null}]"#, #"{"a":null}"#),
        Example("an absent member is not null", "{}", #"[{"op":"test","path":"/a","value":null}]"#, nil),
        Example("add replaces", #"{"a":1}"#, #"[{"op":"add","path":"/a","value":2}]"#, #"{"a":2}"#),
        Example("replace needs something", #"{"a":1}"#, #"[{"op":"replace","path":"/b","value":2}]"#, nil),
        Example("remove needs something", #"{"a":1}"#, #"[{"op":"remove","path":"/b"}]"#, nil),
        Example("copy needs something", #"{"a":1}"#, #"[{"op":"copy","from":"/b","path":"/c"}]"#, nil),
        Example("move needs something", #"{"a":1}"#, #"[{"op":"move","from":"/b","path":"/c"}]"#, nil),
        Example("a place after the last", "[1]", #"[{"op":"add","path":"/1","value":2}]"#, "[1,2]"),
        Example("a place beyond", "[1]", #"[{"op":"add","path":"/2","value":2}]"#, nil),
        Example("a place before the first", "[1]", #"[{"op":"add","path":"/0","value":0}]"#, "[0,1]"),
        Example("replace beyond the last", "[1]", #"[{"op":"replace","path":"/1","value":2}]"#, nil),
        Example("replace at -", "[1]", #"[{"op":"replace","path":"/-","value":2}]"#, nil),
        Example("test at -", "[1]", #"[{"op":"test","path":"/-","value":1}]"#, nil),
        Example("a superfluous zero", "[1,2]", #"[{"op":"replace","path":"/01","value":2}]"#, nil),
        Example("a sign", "[1,2]", #"[{"op":"replace","path":"/+1","value":2}]"#, nil),
        Example("a negative index", "[1,2]", #"[{"op":"replace","path":"/-1","value":2}]"#, nil),
        Example("an empty index", "[1,2]", #"[{"op":"replace","path":"/","value":2}]"#, nil),
        Example("a huge index", "[1,2]", #"[{"op":"add","path":"/99999999999999999999","value":2}]"#, nil),
        Example("a word for an index", "[1,2]", #"[{"op":"add","path":"/a","value":2}]"#, nil),
        Example("digits that are no ASCII", "[1,2]", #"[{"op":"replace","path":"/١","value":2}]"#, nil),
        Example(
            "a number is a key of an object", #"{"0":1}"#, #"[{"op":"replace","path":"/0","value":2}]"#, #"{"0":2}"#),
        Example("- is a key of an object", "{}", #"[{"op":"add","path":"/-","value":2}]"#, #"{"-":2}"#),
        Example("a way through a string", #"{"a":"b"}"#, #"[{"op":"add","path":"/a/b","value":2}]"#, nil),
        Example("numbers by their value", #"{"a":1}"#, #"[{"op":"test","path":"/a","value":1.0}]"#, #"{"a":1}"#),
        Example(
            "objects in any order", #"{"a":{"x":1,"y":2}}"#, #"[{"op":"test","path":"/a","value":{"y":2,"x":1}}]"#,
            #"{"a":{"x":1,"y":2}}"#),
        Example("no number for a string", #"{"a":"1"}"#, #"[{"op":"test","path":"/a","value":1}]"#, nil),
        Example(
            "a later operation fails", #"{"a":1}"#, #"[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]"#, nil),
        Example(
            "in sequence", #"{"a":[1]}"#,
            #"[{"op":"add","path":"/b","value":{}},{"op":"move","from":"/a/0","path":"/b/c"},{"op":"copy","from":"/b","path":"/a/-"}]"#,
            #"{"a":[{"c":1}],"b":{"c":1}}"#),
    ]

    private func outcome(_ example: Example) throws(FormatError) -> JSONValue {
        let patch: JSONPatch = try JSONPatch(JSONValue(parsing: example.patch))
        return try patch.applied(to: JSONValue(parsing: example.document))
    }

    @Test("does what RFC 6902, appendix A, and its rules say", arguments: appendix + edges)
    func examples(example: Example) throws {
        if let result = example.result {
            #expect(try outcome(example) == JSONValue(parsing: result))
        } else {
            #expect(throws: FormatError.self) { try outcome(example) }
        }
    }

    @Test("reads what it writes", arguments: appendix.filter { $0.name != "A.13" })
    func json(example: Example) throws {
        let patch: JSONPatch = try JSONPatch(JSONValue(parsing: example.patch))
        #expect(try JSONPatch(patch.json) == patch)
    }

    @Test(
        "says which operation is wrong and what to do",
        arguments: [
            ("{}", "a JSON patch is an array of operations: put the operation in brackets"),
            ("[1]", #"operation 0 of the patch: is no object: write {"op": …, "path": …}"#),
            (#"[{"path":""}]"#, #"operation 0 of the patch: has no string "op": add one"#),
            (#"[{"op":"add","value":1}]"#, #"operation 0 of the patch: add has no string "path": add one"#),
            (
                #"[{"op":"add","path":"/a"}]"#,
                #"operation 0 of the patch: add has no "value": add one, null if need be"#
            ),
            (#"[{"op":"move","path":"/a"}]"#, #"operation 0 of the patch: move has no string "from": add one"#),
            (
                #"[{"op":"spam","path":"/a"}]"#,
                #"operation 0 of the patch: unknown op "spam": use add, remove, replace, move, copy or test"#
            ),
            (
                #"[{"op":"remove","path":"a"}]"#,
                #"operation 0 of the patch: pointer "a" does not start with '/': write /a, or "" for the whole value"#
            ),
        ])
    func parsing(patch: String, message: String) throws {
        let json: JSONValue = try JSONValue(parsing: patch)
        let error = #expect(throws: FormatError.self) { try JSONPatch(json) }
        #expect(error?.message == message)
    }

    @Test("names the operation that failed and never the values")
    func failures() throws {
        let patch: JSONPatch = try JSONPatch(JSONValue(parsing: #"[{"op":"test","path":"/a","value":"hidden"}]"#))
        let error = #expect(throws: FormatError.self) { try patch.applied(to: ["a": "secret"]) }
        #expect(
            error?.message
                == "operation 0 of the patch (test /a): the value there is another one: read the object again, and patch what it is now"
        )
    }

    @Test("refuses copies of copies before they fill the memory, and values before they are too deep")
    func growth() throws {
        var limits: FormatLimits = FormatLimits()
        limits.depth = 1_000
        limits.values = 5_000
        let whole: JSONPointer = JSONPointer(tokens: [])
        let doubling: JSONPatch = JSONPatch(
            Array(repeating: .copy(from: whole, to: JSONPointer(tokens: ["-"])), count: 64))
        let size = #expect(throws: FormatError.self) { try doubling.applied(to: [1], limits: limits) }
        #expect(size?.message.hasSuffix("the patch puts more than 5000 values in place: split it") == true)

        let nesting: JSONPatch = JSONPatch(Array(repeating: .move(from: whole, to: whole), count: 3))
        #expect(throws: FormatError.self) { try nesting.applied(to: [1]) }

        let deepening: JSONPatch = JSONPatch(
            (0..<600).map { .add(JSONPointer(tokens: Array(repeating: "a", count: $0)), ["a": 1]) })
        let depth = #expect(throws: FormatError.self) { try deepening.applied(to: 1) }
        #expect(depth?.message.hasSuffix("the value would be nested deeper than the limit of 512: flatten it") == true)
    }

    @Test("refuses too many operations")
    func tooMany() {
        let operation: JSONValue = ["op": "remove", "path": "/a"]
        let error = #expect(throws: FormatError.self) {
            try JSONPatch(.array(Array(repeating: operation, count: 10_001)))
        }
        #expect(error?.message == "the patch has 10001 operations, over the limit of 10000: split it")
    }
}
