import Formats
import Testing

@Suite("JSONReader") struct JSONReaderTests {
    @Test(
        "reads every kind of value",
        arguments: [
            ("null", JSONValue.null), (" true\n", .bool(true)), ("false", .bool(false)), ("\t\"\"\r\n", ""),
            ("[]", []), ("[ ]", []), ("{}", .object(JSONObject())), ("{ }", .object(JSONObject())),
            ("[1, [2], {\"a\": [3]}]", [1, [2], ["a": [3]]]),
            (#"{"b": 1, "a": {"c": null}}"#, ["b": 1, "a": ["c": nil]]),
            ("[[[]],{\"\":{}}]", [[[]], ["": .object(JSONObject())]]),
        ] as [(String, JSONValue)])
    func values(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test("keeps the order of keys")
    func order() throws {
        let value: JSONValue = try JSONValue(parsing: #"{"z": 1, "a": 2, "m": 3}"#)
        #expect(value.object?.keys == ["z", "a", "m"])
    }

    @Test(
        "reads strings of all lengths around a word, with and without what needs care",
        arguments: ["", "\\n", "é", "\\u00e9", "😀", "\\ud83d\\ude00", "\\\"", "\\\\", "\\/"])
    func strings(special: String) throws {
        let meanings: [String: String] = [
            "\\n": "\n", "\\u00e9": "é", "\\ud83d\\ude00": "😀", "\\\"": "\"", "\\\\": "\\", "\\/": "/",
        ]
        for before in 0..<20 {
            for after in 0..<10 {
                let (head, tail): (String, String) = (
                    String(repeating: "a", count: before), String(repeating: "b", count: after)
                )
                let expected: String = head + (meanings[special] ?? special) + tail
                let value: JSONValue = try JSONValue(parsing: "\"\(head)\(special)\(tail)\"")
                #expect(value.string.map { Array($0.utf8) } == Array(expected.utf8))
                let object: JSONValue = try JSONValue(parsing: "{\"\(head)\(special)\(tail)\": 0}")
                #expect(object.object?.keys == [expected])
            }
        }
    }

    @Test("reads every escape")
    func escapes() throws {
        let value: JSONValue = try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u0000\u001F\u20ac\uD834\udd1e\uFFFF""#)
        #expect(value == "\"\\/\u{8}\u{C}\n\r\t\0\u{1F}€𝄞\u{FFFF}")
    }

    @Test("shares repeated keys and values without mixing them up")
    func caches() throws {
        var elements: [String] = []
        for index in 0..<3_000 {
            elements.append(
                #"{"name-\#(index % 7)": "value number \#(index % 11)", "k\#(index % 1_300)": "another value \#(index)"}"#
            )
        }
        let value: JSONValue = try JSONValue(parsing: "[" + elements.joined(separator: ",") + "]")
        for (index, element) in (value.array ?? []).enumerated() {
            #expect(element.object?.keys == ["name-\(index % 7)", "k\(index % 1_300)"])
            #expect(element["name-\(index % 7)"] == .string("value number \(index % 11)"))
            #expect(element["k\(index % 1_300)"] == .string("another value \(index)"))
        }
    }

    @Test("tells keys apart by their bytes, not by the characters they look like")
    func composed() throws {
        let value: JSONValue = try JSONValue(parsing: #"{"\#u{e9}": 1, "e\#u{301}": 2}"#)
        #expect(value.object?.count == 2)
        #expect(value["\u{e9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test("refuses a text over the limit of bytes, and reads one that reaches it")
    func size() throws {
        var limits: FormatLimits = FormatLimits()
        limits.bytes = 6
        #expect(try JSONValue(parsing: "[1, 2]", limits: limits) == [1, 2])
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: "[1, 23]", limits: limits) }
        #expect(error?.description == "the text has 7 bytes, over the limit of 6: split it")
    }

    @Test("refuses a text over the limit of depth, and reads one that reaches it", arguments: ["[", "{\"a\":"])
    func depth(open: String) throws {
        let close: String = open == "[" ? "]" : "}"
        func text(_ depth: Int) -> String {
            String(repeating: open, count: depth) + (open == "[" ? "" : "0") + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: text(512)) }
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: text(513)) }
        #expect(error?.message == "nested deeper than the limit of 512: flatten it")
        #expect(error?.position == .init(line: 1, column: 512 * open.utf8.count + 1))
    }

    @Test("refuses an endless nesting at the limit, without a trap")
    func endless() {
        #expect(throws: FormatError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: FormatError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
    }
}
