import Formats
import Helm
import Testing

@Suite struct GoYAMLTests {
    @Test("writes an object as charts show it")
    func object() {
        let value: JSONValue = [
            "name": "web", "ports": [["port": 80, "name": "http"]], "empty": [:], "none": [], "nothing": nil,
            "script": "a\nb\n", "port10": "10", "port9": "yes",
        ]
        #expect(
            GoYAML.text(value) == """
                empty: {}
                name: web
                none: []
                nothing: null
                port9: "yes"
                port10: "10"
                ports:
                - name: http
                  port: 80
                script: |
                  a
                  b

                """)
    }

    @Test("writes nothing where the library refuses", arguments: ["\u{7F}", "a\u{85}--- b"])
    func refusals(_ text: String) {
        #expect(GoYAML.text(.string(text)) == nil)
    }

    @Test("nests without recursion")
    func nesting() {
        var value: JSONValue = 1
        for _ in 0..<5_000 { value = [value] }
        #expect(GoYAML.text(value)?.hasSuffix("- 1\n") == true)
        #expect(GoJSON.text(value).utf8.count == 10_001)
    }
}
