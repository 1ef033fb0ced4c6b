import Formats
import Testing

@Suite("JSONWriter") struct JSONWriterTests {
    @Test(
        "writes compact text",
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.bool(false), "false"), (.integer(.min), "-9223372036854775808"),
            (.integer(0), "0"), (.integer(1_000), "1000"), (.unsigned(.max), "18446744073709551615"), ([], "[]"),
            (.object(JSONObject()), "{}"), ([1, ["a": [nil, "x"]], "y"], #"[1,{"a":[null,"x"]},"y"]"#),
            (["b": 1, "a": 2], #"{"b":1,"a":2}"#),
        ] as [(JSONValue, String)])
    func compact(value: JSONValue, text: String) {
        #expect(value.text() == text)
    }

    @Test("indents as kubectl does")
    func indented() throws {
        let value: JSONValue = ["metadata": ["name": "a", "labels": .object(JSONObject())], "items": [1, [], [2]]]
        let expected: String = """
            {
                "metadata": {
                    "name": "a",
                    "labels": {}
                },
                "items": [
                    1,
                    [],
                    [
                        2
                    ]
                ]
            }
            """
        #expect(value.text(indented: true) == expected)
    }

    @Test("sorts keys by their bytes where it is asked to, at every depth")
    func sorted() throws {
        let value: JSONValue = try JSONValue(
            parsing: #"{"é": 1, "b": {"d": 1, "c": 2}, "a": [{"z": 1, "Z": 2}], "": 0}"#)
        #expect(value.text(sorted: true) == #"{"":0,"a":[{"Z":2,"z":1}],"b":{"c":2,"d":1},"é":1}"#)
        #expect(value.text() == #"{"é":1,"b":{"d":1,"c":2},"a":[{"z":1,"Z":2}],"":0}"#)
    }

    @Test(
        "escapes what Go escapes, wherever it stands in a word",
        arguments: [
            ("\"", #"\""#), ("\\", #"\\"#), ("/", "/"), ("<", #"\u003c"#), (">", #"\u003e"#), ("&", #"\u0026"#),
            ("'", "'"),
            ("\n", #"\n"#), ("\r", #"\r"#), ("\t", #"\t"#), ("\u{8}", #"\b"#), ("\u{C}", #"\f"#), ("\0", #"\u0000"#),
            ("\u{1F}", #"\u001f"#), ("\u{7F}", "\u{7F}"), ("\u{2028}", #"\u2028"#), ("\u{2029}", #"\u2029"#),
            ("\u{2027}", "\u{2027}"), ("\u{202A}", "\u{202A}"), ("€", "€"), ("é", "é"), ("😀", "😀"), ("=", "="),
            ("$", "$"),
        ])
    func escapes(character: String, escaped: String) {
        for before in 0..<18 {
            for after in [0, 1, 7, 8, 9] {
                let (head, tail): (String, String) = (
                    String(repeating: "a", count: before), String(repeating: "b", count: after)
                )
                #expect(JSONValue.string(head + character + tail).text() == "\"\(head)\(escaped)\(tail)\"")
            }
        }
    }

    @Test("writes a long string full of escapes")
    func manyEscapes() {
        let text: String = String(repeating: "\u{1}<é\u{2028}", count: 10_000)
        #expect(
            JSONValue.string(text).text() == "\"" + String(repeating: "\\u0001\\u003cé\\u2028", count: 10_000) + "\"")
    }

    @Test(
        "writes doubles as Go does",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100, "100"), (1e6, "1000000"),
            (123456.789, "123456.789"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.5e21, "1.5e+21"),
            (1e100, "1e+100"), (0.000001, "0.000001"), (0.0000015, "0.0000015"), (1e-7, "1e-7"), (1.25e-9, "1.25e-9"),
            (1e-10, "1e-10"), (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9_007_199_254_740_992, "9007199254740992"), (0.30000000000000004, "0.30000000000000004"),
            (-2.5e-8, "-2.5e-8"), (4.35, "4.35"), (999_999_999_999_999_868_928, "999999999999999900000"),
        ] as [(Double, String)])
    func doubles(value: Double, text: String) {
        #expect(JSONValue.double(value).text() == text)
    }

    @Test("writes null for what JSON has no number for", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        #expect(JSONValue.double(value).text() == "null")
    }
}
