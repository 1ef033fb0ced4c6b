import Formats
import TestSupport
import Testing

@Suite("Writing YAML")
struct YAMLWriterTests {
    @Test("writes block style as kubectl prints it")
    func style() {
        let value: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "labels": [:], "annotations": ["n": "y"]],
            "spec": [
                "containers": [
                    ["name": "a", "args": ["--x=y", "-v", "a: b"], "ports": []],
                    ["name": "b", "image": "registry.local:5000/b:1.2.3", "resources": ["limits": ["cpu": "500m"]]],
                ],
                "matrix": [[1, 2], [[3]]], "priority": nil, "share": .double(0.5), "enabled": true,
            ],
            "data": ["script": "#!/bin/sh\nset -e\n\n\techo \"$1\"\n", "note": "two\nlines", "version": "1.10"],
        ]
        let expected: String = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: a
              labels: {}
              annotations:
                "n": "y"
            spec:
              containers:
              - name: a
                args:
                - --x=y
                - -v
                - "a: b"
                ports: []
              - name: b
                image: registry.local:5000/b:1.2.3
                resources:
                  limits:
                    cpu: 500m
              matrix:
              - - 1
                - 2
              - - - 3
              priority: null
              share: 0.5
              enabled: true
            data:
              script: |
                #!/bin/sh
                set -e

                \techo "$1"
              note: |-
                two
                lines
              version: "1.10"

            """
        #expect(YAML.text(value) == expected)
    }

    @Test(
        "quotes whatever a reader of YAML 1.1 or 1.2 might take for something else",
        arguments: [
            "", "y", "N", "yes", "Off", "TRUE", "null", "~", "Null", ".inf", ".NaN", "1", "-1", "+1", "0x1F", "0o17",
            "0b1",
            "1_000", "1e3", ".5", "5.", "1:20", "190:20:30", "2001-01-01", "2001-01-01T00:00:00Z", "1,000", "0777", "=",
            "<<", "-", "- a", "---", "--- a", "...", "a: b", "a:", "a #b", "#a", " a", "a ", "[a", "{a", "*a", "&a",
            "!a",
            "|a", ">a", "'a", "\"a", "%a", "@a", "`a", "? a", ": a", ",a", "a\tb", "a\rb", "\u{85}", "a\u{2028}b",
            "\u{FEFF}a", "\u{202E}a", "a\u{0}", "\u{7F}", "\n", "\na", " a\nb", "a\nb ", "a \nb", "a\n\n", "\ta\nb",
            "0a1b2c3", "12e4567", "1.5", "inf", "nan", "- \u{301}", "\u{A0}a",
        ])
    func quotes(text: String) throws {
        let written: String = YAML.text([.string(text)])
        #expect(written.hasPrefix("- \""))
        #expect(try YAML.documents(in: written) == [[.string(text)]])
        #expect(try YAML.documents(in: YAML.text([text: .string(text)])) == [[text: .string(text)]])
    }

    @Test(
        "leaves plain what no reader mistakes",
        arguments: [
            "a", "nginx:1.25", "10.0.0.1", "1.36.1", "https://x.y/z?a=b#c", "a b", "a-b_c/d", "-v", "--flag=value",
            "it's",
            "a:b", "a#b", "/path", "_x", "é", "日本", "😀", "(x)", "$x", "sha256:0a1b", "a, b", "a]", "x=y", "yes no", "$",
        ])
    func plain(text: String) throws {
        #expect(YAML.text([.string(text)]) == "- \(text)\n")
        #expect(try YAML.documents(in: "- \(text)\n") == [[.string(text)]])
    }

    @Test("writes numbers that read back as they are")
    func numbers() throws {
        let numbers: [Double] = [
            0.1, -0.5, 1e21, 1e-7, 1.5e300, .leastNonzeroMagnitude, 1.7976931348623157e308, 1e20,
            1_152_921_504_606_846_976, 1e15, -3,
            123456.789,
            18_446_744_073_709_549_568, 0, -0.0,
        ]
        let value: JSONValue = .array(numbers.map { .double($0) } + [.integer(.min), .integer(.max), .unsigned(.max)])
        #expect(try YAML.documents(in: YAML.text(value)) == [value])
    }

    @Test("writes a key that is too long for YAML's short form in its long form")
    func longKeys() throws {
        let key: String = String(repeating: "k", count: 1_500)
        for value: JSONValue in ["a", ["b": [1]], [1, 2], [[1], ["c": 2]], [:], "x\ny"] {
            let object: JSONValue = ["a": [key: value], key: value]
            #expect(try YAML.documents(in: YAML.text(object)) == [object])
        }
    }

    @Test("divides documents by ---")
    func documents() throws {
        let documents: [JSONValue] = [["a": "---\n---\n"], [1], "x\n---"]
        let text: String = YAML.text(documents: documents)
        #expect(text.hasPrefix("a: |\n  ---\n  ---\n---\n- 1\n---\n"))
        #expect(try YAML.documents(in: text) == documents)
    }

    @Test("reads back every value it writes")
    func roundTrip() throws {
        var generator: SeededGenerator = SeededGenerator(seed: 30)
        for _ in 0..<3_000 {
            let value: JSONValue = [RandomJSON.value(&generator, depth: 4)]
            let text: String = YAML.text(value)
            guard try YAML.documents(in: text) == [value] else {
                Issue.record("\(value.text()) is written\n\(text)")
                return
            }
        }
    }

    @Test("Oracle: kubectl reads what is written as what it is", .enabled(if: Oracle.kubernetes != nil))
    func asked() throws {
        let oracle: Oracle = try #require(Oracle.kubernetes)
        var generator: SeededGenerator = SeededGenerator(seed: 31)
        let values: [JSONValue] = (0..<20_000).map { _ in [RandomJSON.value(&generator, depth: 3)] }
        let answers: [String] = try oracle.answers("yaml", values.map { Array(YAML.text($0).utf8) })
        for (value, answer) in zip(values, answers) {
            let read: JSONValue? = try? JSONValue(parsing: EscapedText.bytes(answer.dropFirst()))
            try FuzzFailure.unless(read == [value], "\(YAML.text(value)) is to kubectl \(answer)")
        }
    }
}
