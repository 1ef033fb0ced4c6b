import Formats
import Testing

@Suite("JSONPointer") struct JSONPointerTests {
    @Test(
        "finds what RFC 6901, section 5, says",
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
            ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func examples(pointer: String, value: JSONValue) throws {
        let document: JSONValue = try JSONValue(
            parsing: #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#)
        let path: JSONPointer = try JSONPointer(parsing: pointer)
        #expect(path.description == pointer)
        #expect(throws: Never.self) { try JSONPatch([.test(path, value)]).applied(to: document) }
        #expect(throws: Never.self) { try JSONPatch([.test(JSONPointer(tokens: []), document)]).applied(to: document) }
    }

    @Test(
        "reads tokens and escapes, `~01` as `~1`",
        arguments: [
            ("", []), ("/", [""]), ("//", ["", ""]), ("/a/b/", ["a", "b", ""]), ("/~01", ["~1"]), ("/~10", ["/0"]),
            ("/~0~1~00", ["~/~0"]), ("/é/😀", ["é", "😀"]),
        ])
    func tokens(text: String, tokens: [String]) throws {
        #expect(try JSONPointer(parsing: text).tokens == tokens)
        #expect(JSONPointer(tokens: tokens).description == text)
    }

    @Test(
        "refuses what is no pointer",
        arguments: [
            ("a", #"pointer "a" does not start with '/': write /a, or "" for the whole value"#),
            ("/~", #"pointer "/~" has a '~' without 0 or 1 after it: write ~0 for '~' and ~1 for '/'"#),
            ("/a~2", #"pointer "/a~2" has a '~' without 0 or 1 after it: write ~0 for '~' and ~1 for '/'"#),
            ("/~/1", #"pointer "/~/1" has a '~' without 0 or 1 after it: write ~0 for '~' and ~1 for '/'"#),
        ])
    func refusals(text: String, message: String) {
        let error = #expect(throws: FormatError.self) { try JSONPointer(parsing: text) }
        #expect(error?.message == message)
    }
}
