import Formats
import GoTemplate
import Testing

@Suite struct HelmFunctionsTests {
    @Test("takes time and chance from outside")
    func sources() throws {
        #expect(try TemplateFixture.text(#"{{ now | date "2006-01-02 15:04:05" }}"#) == "2023-11-14 22:13:20")
        #expect(try TemplateFixture.text("{{ now }}") == "2023-11-14 22:13:20 +0000 UTC")
        #expect(try TemplateFixture.text("{{ ago 1699999939 }}") == "1m1s")
        #expect(try TemplateFixture.text("{{ uuidv4 }}") == "07070707-0707-4707-8707-070707070707")
        #expect(try TemplateFixture.text("{{ randAlphaNum 5 | len }}") == "5")
        #expect(try TemplateFixture.text("{{ shuffle \"abc\" | len }}") == "3")
    }

    @Test("asks the cluster")
    func lookup() throws {
        let template: String = #"{{ (lookup "v1" "Secret" "ns" "NAME").kind }}"#
        let known: String = template.split(separator: "NAME").joined(separator: "known")
        #expect(try TemplateFixture.text(known) == "Secret")
        #expect(try TemplateFixture.text(#"{{ lookup "v1" "Secret" "ns" "other" }}"#) == "map[]")
    }

    @Test("renders other templates")
    func include() throws {
        let definitions: String = #"{{ define "label" }}app: {{ .name }}{{ end }}"#
        let text: String = try TemplateFixture.text(
            #"{{ include "label" (dict "name" "x") | nindent 2 }}"#, definitions: definitions)
        #expect(text == "\n  app: x")
    }

    @Test("renders texts as templates, which know those around them")
    func tpl() throws {
        let text: String = try TemplateFixture.text(
            #"{{ tpl .Values.text . }}"#,
            values: ["text": "{{ include \"inner\" . }} {{ .Values.n }}", "n": 2],
            definitions: #"{{ define "inner" }}in{{ end }}"#)
        #expect(text == "in 2")
    }

    @Test("stops where a value is required, and where a chart says so")
    func refusals() {
        let required: TemplateError? = #expect(throws: TemplateError.self) {
            try TemplateFixture.text(#"{{ required "say who" .Values.who }}"#)
        }
        #expect(required?.message.hasSuffix("error calling required: say who") == true)
        let failed: TemplateError? = #expect(throws: TemplateError.self) {
            try TemplateFixture.text(#"{{ fail "never" }}"#)
        }
        #expect(failed?.message.hasSuffix("error calling fail: never") == true)
    }

    @Test(
        "refuses what depends on the host", arguments: ["env \"HOME\"", "expandenv \"$HOME\"", "getHostByName \"a\""])
    func host(_ call: String) {
        let error: TemplateError? = #expect(throws: TemplateError.self) {
            try TemplateFixture.text("{{ \(call) }}")
        }
        #expect(error?.message.contains("is not available here") == true)
    }

    @Test("puts the complaint of a reader among the values")
    func readers() throws {
        #expect(try TemplateFixture.text(#"{{ (fromYaml "a: 1\nb: [x]").b }}"#) == "[x]")
        #expect(try TemplateFixture.text(#"{{ hasKey (fromYaml "a: [") "Error" }}"#) == "true")
        #expect(try TemplateFixture.text(#"{{ hasKey (fromYaml "- a") "Error" }}"#) == "true")
        #expect(try TemplateFixture.text(#"{{ fromYamlArray "[1, a]" }}"#) == "[1 a]")
        #expect(try TemplateFixture.text(#"{{ (fromJson "{\"a\": 2}").a }}"#) == "2")
    }

    @Test("compares versions")
    func versions() throws {
        #expect(try TemplateFixture.text(#"{{ semverCompare "^1.2.0" "1.4.1" }}"#) == "true")
        #expect(try TemplateFixture.text(#"{{ (semver "1.2.3-rc.1").Prerelease }}"#) == "rc.1")
    }

    @Test("merges a map over a text, as sprig does since 3.3")
    func merging() throws {
        let text: String = try TemplateFixture.text(
            #"{{ mergeOverwrite (dict "a" "text" "b" (dict "c" 1)) (dict "a" (dict "d" 2) "b" (dict "e" 3)) | toJson }}"#
        )
        #expect(text == #"{"a":{"d":2},"b":{"c":1,"e":3}}"#)
    }
}
