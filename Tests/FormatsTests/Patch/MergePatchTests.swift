import Formats
import Testing

@Suite("MergePatch") struct MergePatchTests {
    @Test(
        "does what RFC 7386, appendix A, says",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, "\"bar\"", "\"bar\""),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func appendix(original: String, patch: String, result: String) throws {
        #expect(try JSONValue(parsing: original).merging(JSONValue(parsing: patch)).text() == result)
    }

    @Test("does what RFC 7386, section 3, shows")
    func example() throws {
        let original: String = """
            {"title": "Goodbye!", "author": {"givenName": "John", "familyName": "Doe"},
             "tags": ["example", "sample"], "content": "This will be unchanged"}
            """
        let patch: String = """
            {"title": "Hello!", "phoneNumber": "+01-123-456-7890", "author": {"familyName": null}, "tags": ["example"]}
            """
        let result: String = """
            {"title": "Hello!", "author": {"givenName": "John"}, "tags": ["example"],
             "content": "This will be unchanged", "phoneNumber": "+01-123-456-7890"}
            """
        #expect(try JSONValue(parsing: original).merging(JSONValue(parsing: patch)) == JSONValue(parsing: result))
    }

    @Test(
        "finds the smallest patch",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#, nil), (#"{"a":1,"b":2}"#, #"{"b":2,"a":1.0}"#, nil), ("[1]", "[1]", nil),
            (#"{"a":1}"#, #"{"a":2}"#, #"{"a":2}"#), (#"{"a":1}"#, "{}", #"{"a":null}"#),
            ("{}", #"{"a":1}"#, #"{"a":1}"#),
            (#"{"a":{"b":1,"c":2},"d":3}"#, #"{"a":{"b":1,"c":4},"d":3}"#, #"{"a":{"c":4}}"#),
            (#"{"a":[1,2]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"{"a":{"b":1}}"#, #"{"a":{}}"#, #"{"a":{"b":null}}"#),
            (#"{"a":1}"#, #"{"a":{}}"#, #"{"a":{}}"#), (#"{"a":{}}"#, #"{"a":1}"#, #"{"a":1}"#),
            (#"{"a":{}}"#, "[]", "[]"), ("1", "null", "null"), (#"{"a":null}"#, "{}", #"{"a":null}"#),
            // What a merge patch cannot say: nulls count as absent.
            ("{}", #"{"a":null}"#, nil), (#"{"a":null}"#, #"{"a":null}"#, nil),
            (#"{"a":1}"#, #"{"a":null}"#, #"{"a":null}"#),
            ("{}", #"{"a":{"b":null,"c":1}}"#, #"{"a":{"c":1}}"#),
            ("{}", #"{"a":[{"b":null}]}"#, #"{"a":[{"b":null}]}"#),
        ])
    func diff(original: String, target: String, patch: String?) throws {
        let found: JSONValue? = try JSONValue(parsing: original).mergePatch(to: JSONValue(parsing: target))
        #expect(found?.text() == patch)
    }

    @Test("merges and finds differences of large objects in less than quadratic time")
    func large() {
        func object(_ range: Range<Int>, _ value: JSONValue) -> JSONValue {
            .object(JSONObject(unique: range.map { ("key-\($0)", value) }))
        }
        let (original, target): (JSONValue, JSONValue) = (object(0..<40_000, 1), object(20_000..<60_000, 2))
        let patch: JSONValue? = original.mergePatch(to: target)
        #expect(patch?.object?.count == 60_000)
        let isThere: Bool = original.merging(patch ?? [:]) == target
        #expect(isThere)
    }
}
