import Formats
import Testing

@Suite("JSONSelection") struct JSONSelectionTests {
    private static let metadata: JSONSelection = .members([
        "metadata": .everything,
        "items": .elements(.members(["metadata": .members(["name": .everything, "labels": .everything])])),
    ])

    @Test("keeps what is selected, in the order of the text, and nothing else")
    func list() throws {
        let text: String = #"""
            {"kind": "PodList", "metadata": {"resourceVersion": "7"}, "items": [
              {"spec": {"a": [1, {"b": null}]}, "metadata": {"labels": {"x": "y"}, "uid": "1", "name": "one"}},
              {"metadata": {"name": "two", "managedFields": [{"f:a": {}}]}, "status": []},
              {}, {"metadata": {}}
            ]}
            """#
        let value: JSONValue = try JSONValue(parsing: text, keeping: Self.metadata)
        #expect(
            value.text()
                == #"{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"labels":{"x":"y"},"name":"one"}},"#
                + #"{"metadata":{"name":"two"}},{},{"metadata":{}}]}"#)
    }

    @Test("keeps a value of another shape whole", arguments: ["null", "\"x\"", "[1]", "{\"a\":{\"b\":1}}", "7"])
    func otherShape(items: String) throws {
        let text: String = "{\"items\":\(items),\"metadata\":[]}"
        #expect(
            try JSONValue(parsing: text, keeping: Self.metadata).text() == text)
    }

    @Test("keeps everything, or nothing")
    func extremes() throws {
        let text: String = #"{"a":[1,{"b":2}],"c":"d"}"#
        #expect(try JSONValue(parsing: text, keeping: .everything).text() == text)
        #expect(try JSONValue(parsing: text, keeping: .members([:])).text() == "{}")
        #expect(
            try JSONValue(parsing: "[[1],2,{}]", keeping: .elements(.members([:]))).text() == "[[1],2,{}]")
    }

    @Test(
        "refuses in what it leaves out whatever a reader refuses",
        arguments: [
            "[1,]", "{\"a\":1,\"a\":2}", "\"\\x\"", "\"\\ud800\"", "01", "1e999", "tru", "[1", "\"a", "{\"a\" 1}",
            "nul]",
        ])
    func skipped(part: String) {
        for text in [
            "{\"skipped\": \(part)}", "{\"items\": [{\"skipped\": \(part)}]}", "{\"skipped\": [{\"a\": \(part)}]}",
        ] {
            let read = #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
            let scanned = #expect(throws: FormatError.self) {
                try JSONValue(parsing: text, keeping: Self.metadata)
            }
            #expect(read == scanned)
        }
    }

    @Test("counts the depth of what it leaves out")
    func depth() {
        let text: String =
            "{\"skipped\":" + String(repeating: "[", count: 512) + String(repeating: "]", count: 512) + "}"
        #expect(throws: FormatError.self) { try JSONValue(parsing: text, keeping: Self.metadata) }
    }
}
