import Formats
import Testing

@Suite("Reading YAML")
struct YAMLReaderTests {
    @Test("reads an object as kubectl does, in the order it is written")
    func object() throws {
        let text: String = """
            # A comment.
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, labels: {"n": "y"}}
            data:
              port: "8080"
              script: |-
                #!/bin/sh
                exit 0
            immutable: no
            """
        let documents: [JSONValue] = try YAML.documents(in: text)
        let expected: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "settings", "labels": ["n": "y"]],
            "data": ["port": "8080", "script": "#!/bin/sh\nexit 0"], "immutable": false,
        ]
        #expect(documents == [expected])
        #expect(documents.first?.object?.keys == ["apiVersion", "kind", "metadata", "data", "immutable"])
    }

    @Test("leaves out empty documents")
    func emptyDocuments() throws {
        #expect(try YAML.documents(in: "") == [])
        #expect(try YAML.documents(in: "# c\n---\n---\n~\n---\na: 1\n--- # c\nb: 2\n---\n") == [["a": 1], ["b": 2]])
    }

    @Test("reads JSON as JSON, also where YAML would not take it")
    func json() throws {
        let key: String = String(repeating: "k", count: 2_000)
        for text: String in [
            #"{"a": "\ud83d\ude00\/", "b": 1.0}"#, "{\"\(key)\": [1, -0, 1e3]}", "{\"a\": \"\u{7F}\u{2028}\u{85}\"}",
            "[1, [], {}]", " \n{\"a\":\t{\"b\":null}}\n",
        ] {
            #expect(try YAML.documents(in: text) == [JSONValue(parsing: text)])
        }
        #expect(try YAML.documents(in: "{\"a\":1}{\"b\":\"}{\\\"\"}\n[2]\n") == [["a": 1], ["b": "}{\""], [2]])
    }

    @Test("keeps integers beyond 2^53")
    func integers() throws {
        let text: String = "[9007199254740993, 9223372036854775807, 18446744073709551615, -9223372036854775808]\n"
        let elements: [JSONValue] = try YAML.documents(in: "a: \(text)").first?["a"]?.array ?? []
        #expect(elements == [.integer(9_007_199_254_740_993), .integer(.max), .unsigned(.max), .integer(.min)])
    }

    @Test(
        "says where and what is wrong",
        arguments: [
            ("a: 1\nb: [1\n", 3, 1, "did not find expected ',' or ']'"),
            ("a:\n\tb: 1\n", 2, 1, "indent with spaces, not with a tab"),
            ("é: 1\nü: @x\n", 2, 4, "put quotes around"), ("a: 1\n  b: 2\n", 2, 4, "mapping values are not allowed"),
            ("a: \"x\n", 2, 1, "unexpected end of stream"), ("a: *x\n", 1, 4, "no anchor \"x\" stands before"),
            ("a: &x [1, *x]\n", 1, 11, "anchor \"x\" contains itself"),
            ("a: 1\nb: {c: 1,\n  c: 2}\n", 3, 3, "the key \"c\" is given twice, first in line 2"),
            ("a: 1\n---\n# c\nb:\n- x: !!int y\n", 5, 6, "does not suit its tag !!int"),
            ("a: .inf\n", 1, 4, "JSON has no infinity"), ("[1]: a\n", 1, 1, "a key must be a scalar"),
            ("~: a\n", 1, 1, "a key must not be null"), ("a: !!binary '*'\n", 1, 4, "no base64"),
            ("a: !!binary gA==\n", 1, 4, "no UTF-8 text"), ("a: {<<: [1]}\n", 1, 9, "<< takes a mapping"),
            ("a: 1\n--- {b: 1}\n", 2, 5, "only a comment may follow ---"),
            ("a: 1\n...\nb: 2\n", 3, 1, "the document has ended before this"),
            ("a: x\u{7}y\n", 1, 5, "control characters are not allowed"),
            ("\u{FEFF}a: 1\nb: \u{0}\n", 2, 4, "control characters"),
        ])
    func positions(text: String, line: Int, column: Int, message: String) {
        let error: FormatError? = #expect(throws: FormatError.self) { try YAML.documents(in: text) }
        #expect(error?.position == FormatError.Position(line: line, column: column), "\(error?.description ?? "")")
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("says where bytes are no text")
    func encodings() throws {
        for bytes: [UInt8] in [[0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF]] {
            let text: [UInt8] = Array("a: 1\n---\nb: é".utf8) + bytes + [0x0A]
            let error: FormatError? = #expect(throws: FormatError.self) { try YAML.documents(in: text) }
            // At the byte, or at the one after it that should have completed the character.
            #expect(error?.position?.line == 3 && [5, 6].contains(error?.position?.column))
        }
        for bytes: [UInt8] in [[0xFF, 0xFE, 0x61], [0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x0A]] {
            let error: FormatError? = #expect(throws: FormatError.self) { try YAML.documents(in: bytes) }
            #expect(error?.message.contains("UTF-16") == true)
        }
        let text: String = "é: 😀\n---\nb: 1\n"
        let small: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(try YAML.documents(in: small) == [["é": "😀"], ["b": 1]])
        #expect(try YAML.documents(in: big) == [["é": "😀"], ["b": 1]])
    }

    @Test("never repeats a value in an error, for it may be a secret")
    func secrets() {
        let secret: String = "hunter2"
        for text in [
            "a: !!int \(secret)\n", "a: !!binary \"\(secret)*\"\n", "a: \"\(secret)\n", "a: [\(secret)\n",
            "a: \(secret): b\n",
            "a: {<<: \(secret)}\n", "--- \(secret)\n", "a: |x\n  \(secret)\n", "a: \(secret)\u{7}\n",
        ] {
            let error: FormatError? = #expect(throws: FormatError.self) { try YAML.documents(in: text) }
            #expect(error?.description.contains(secret) == false)
        }
    }
}
