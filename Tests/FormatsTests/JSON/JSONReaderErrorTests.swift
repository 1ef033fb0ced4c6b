import Formats
import Testing

@Suite("JSONReader errors") struct JSONReaderErrorTests {
    @Test(
        "says what is wrong, where, and what to do",
        arguments: [
            ("", "line 1, column 1: the text is empty: write a JSON value"),
            ("  \n ", "line 2, column 2: the text is empty: write a JSON value"),
            ("\u{FEFF}{}", "line 1, column 1: the text starts with a byte order mark: save it as UTF-8 without one"),
            ("{} x", "line 1, column 4: expected the end of the text, found 'x': remove what follows the value"),
            ("1 2", "line 1, column 3: expected the end of the text, found '2': remove what follows the value"),
            ("[1,\n 2,\n]", "line 3, column 1: a comma before ']': remove the comma"),
            (#"{"a": 1,}"#, "line 1, column 9: a comma before '}': remove the comma"),
            ("[,1]", "line 1, column 2: expected a value, found ','"),
            ("[1 2]", "line 1, column 4: expected ',' or ']' after an element, found '2'"),
            ("[1}", "line 1, column 3: expected ',' or ']' after an element, found '}'"),
            (#"{"a" 1}"#, "line 1, column 6: expected ':' after the key, found '1'"),
            (#"{"a": 1 "b": 2}"#, #"line 1, column 9: expected ',' or '}' after a member, found "b""#),
            ("{a: 1}", "line 1, column 2: expected a key in double quotes, found 'a'"),
            ("{1: 1}", "line 1, column 2: expected a key in double quotes, found '1'"),
            ("]", "line 1, column 1: expected a value, found ']'"),
            (#"{"a":}"#, "line 1, column 6: expected a value, found '}'"),
            ("[", "line 1, column 2: the text ends inside a value: it was cut off, or a closing bracket is missing"),
            (
                #"{"a": [1"#,
                "line 1, column 9: the text ends inside a value: it was cut off, or a closing bracket is missing"
            ),
            ("nul", "line 1, column 1: unknown word: write true, false or null, or put text in double quotes"),
            ("True", "line 1, column 1: unknown word: write true, false or null, or put text in double quotes"),
            ("nullx", "line 1, column 5: expected the end of the text, found 'x': remove what follows the value"),
            ("'a'", "line 1, column 1: expected a value, found '''"),
            ("\"abc", "line 1, column 5: the text ends inside a string: it was cut off, or a closing quote is missing"),
            (
                "\"abc\\",
                "line 1, column 5: the text ends inside a string: it was cut off, or a closing quote is missing"
            ),
            ("\"é\n\"", "line 1, column 3: an unescaped control character in a string: write \\n, \\t or \\u00XX"),
            (#""a\x""#, #"line 1, column 3: an unknown escape: use one of \" \\ \/ \b \f \n \r \t \uXXXX"#),
            (#""\u12g4""#, "line 1, column 2: expected four hexadecimal digits after \\u"),
            (#""\u12"#, "line 1, column 2: expected four hexadecimal digits after \\u"),
        ])
    func messages(text: String, message: String) {
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
        #expect(error?.description == message)
    }

    @Test(
        "refuses half a surrogate pair",
        arguments: [
            #""\ud800""#, #""\udfff""#, #""\ud83d\u0041""#, #""\ud83dx""#, #""\ud83d\ud83d""#, #""\ude00\ud83d""#,
            #""\ud83d\"#, #""\ud83d\u"#, #""\ud83d\ude0"#,
        ])
    func surrogates(text: String) {
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
        #expect(error?.message == #"half of a surrogate pair: write both halves, as in \ud83d\ude00"#)
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3], [0xE2, 0x82],
            [0xF0, 0x9F, 0x98], [0xC3, 0x28], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x28, 0x80],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        for (prefix, suffix) in [("\"", "\""), ("\"12345678", "12345678\""), ("{\"", "\": 1}"), ("\"", "")] {
            let text: [UInt8] = Array(prefix.utf8) + bytes + Array(suffix.utf8)
            let error = #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
            #expect(error?.message == "bytes that are not UTF-8: save the text as UTF-8, and binary data as base64")
        }
        #expect(throws: FormatError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("accepts the first and last scalars of every length")
    func scalars() throws {
        for scalar in [
            "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ] {
            #expect(try JSONValue(parsing: "\"\(scalar)\"") == .string(scalar))
        }
    }

    @Test("names a duplicate key and the place of the second one")
    func duplicate() {
        let error = #expect(throws: FormatError.self) {
            try JSONValue(parsing: "{\"a\": 1,\n \"b\": {\"a\": 1},\n \"a\": 2}")
        }
        #expect(error?.description == #"line 3, column 2: the key "a" is there twice: remove one"#)
    }

    @Test("sees through escapes and finds duplicates in objects of every size")
    func duplicates() {
        for count in [2, 3, 16, 40, 41, 42, 100, 1_000] {
            var members: [String] = (0..<count).map { "\"key-\($0)\": \($0)" }
            #expect(throws: Never.self) { try JSONValue(parsing: "{\(members.joined(separator: ","))}") }
            for duplicate in [#""key-0": 0"#, #""\u006bey-0": 0"#, #""k\u0065y-1": 0"#] {
                members[count - 1] = duplicate
                let text: String = "{\(members.joined(separator: ","))}"
                // The second of two keys is itself replaced where there are only two.
                guard count > 2 || !duplicate.hasPrefix(#""k\"#) else { continue }
                #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
                #expect(throws: FormatError.self) { try JSONValue(parsing: text, keeping: .members([:])) }
            }
        }
    }

    @Test(
        "finds duplicates in an object that starts like one before it",
        arguments: [
            #"[{"a":1,"b":2},{"a":1,"b":2,"a":3}]"#, #"[{"a":1},{"a":1,"a":2}]"#,
            #"[{"a":1},{"a":1},{"a":1,"\u0061":2}]"#,
            #"[{"\u0061":1},{"\u0061":1,"a":2}]"#, #"[{"a":{"b":1}},{"a":{"b":1,"b":1}}]"#,
            #"[{"a":1,"b":2},{"b":1,"b":2}]"#,
        ])
    func duplicatesAfterOthers(text: String) {
        let read = #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
        #expect(read?.message.hasSuffix("is there twice: remove one") == true)
        let scanned = #expect(throws: FormatError.self) { try JSONValue(parsing: text, keeping: .members([:])) }
        #expect(scanned == read)
    }

    @Test("reads 100,000 keys, and refuses them with one twice, in less than quadratic time")
    func manyKeys() throws {
        let keys: [String] = (0..<100_000).map { "\"k\($0)\":0" }
        #expect(try JSONValue(parsing: "{\(keys.joined(separator: ","))}").object?.count == 100_000)
        let error = #expect(throws: FormatError.self) {
            try JSONValue(parsing: "{\(keys.joined(separator: ",")),\"k77\":1}")
        }
        #expect(error?.message == "the key \"k77\" is there twice: remove one")
    }

    @Test("cuts a long key in a message")
    func longKey() {
        let key: String = String(repeating: "k", count: 500)
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: "{\"\(key)\":1,\"\(key)\":2}") }
        #expect((error?.message.utf8.count ?? 500) < 100)
    }

    @Test("counts lines and characters as an editor does")
    func columns() {
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: "[\r\n  \"Grüße 👩‍🚀\", x]") }
        #expect(error?.position == .init(line: 2, column: 14))
    }
}
