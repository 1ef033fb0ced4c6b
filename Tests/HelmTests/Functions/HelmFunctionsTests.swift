import Cryptography
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

    @Test("D10: finds no Secret but what the given source shows, in whatever namespace, and asks no name server")
    func isolation() throws {
        let call: String = #"{{ range list "default" "kube-system" "" }}{{ lookup "v1" "Secret" . "" }}{{ end }}"#
        #expect(try TemplateFixture.text(call) == "map[]map[]map[]")
        #expect(try TemplateFixture.text(#"[{{ getHostByName "localhost" }}]"#) == "[]")
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

    @Test("a text that tpl renders replaces no template that it includes, and is what it is even where it is blank")
    func textNames() throws {
        let definitions: String =
            #"{{ define "shown" }}{{ if kindIs "string" . }}{{ tpl . 0 }}{{ else }}number{{ end }}{{ end }}"#
        let text: String = try TemplateFixture.text(
            #"{{ include "shown" "<{{ include \"shown\" 1 }}>" }}"#, definitions: definitions)
        #expect(text == "<number>")
        #expect(try TemplateFixture.text(#"{{ tpl "{{ tpl \" \" . }}x{{ tpl \"{{/* */}}\" . }}" . }}"#) == " x")
    }

    @Test("D8: says where a text that tpl renders fails, and not what it was made of")
    func textFailures() {
        for (text, place) in [
            ("p4ss {{ .Values.y.z }}", "execution: template: t:1:15"), ("p4ss {{ if }}", "template: t:1"),
        ] {
            let error: TemplateError? = #expect(throws: TemplateError.self) {
                try TemplateFixture.text("{{ tpl .Values.text . }}", values: ["text": .string(text)])
            }
            #expect(error?.message.contains(place) == true, "\(String(describing: error))")
            #expect(error?.message.contains("p4ss") == false)
        }
    }

    @Test("copies deeply what it copies, also a map with a name of its own")
    func deepCopies() throws {
        let text: String = try TemplateFixture.text(
            #"{{ $copy := deepCopy .Values }}{{ $_ := set $copy.a "b" 2 }}{{ .Values.a.b }}{{ $copy.a.b }}"#,
            values: ["a": ["b": 1]])
        #expect(text == "12")
    }

    @Test("makes keys and certificates, and asks for them from outside")
    func certificates() throws {
        let made: String = try TemplateFixture.text(
            #"{{ $ca := genCA "ca" 2 }}{{ $c := genSignedCert "svc" (list "10.0.0.1") (list "a.b") 1 $ca }}"#
                + #"{{ list $ca.Cert $ca.Key $c.Cert $c.Key | join "|" }}|"#
                + #"{{ genPrivateKey "ed25519" }}|{{ genPrivateKey "x" }}"#)
        let parts: [Substring] = made.split(separator: "|")
        #expect(parts.count == 6 && parts[5] == "Unknown type x")
        #expect(parts[1].hasPrefix("-----BEGIN RSA PRIVATE KEY-----\n"))
        #expect(parts[4].hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let certificate: Certificate = try Certificate(pem: String(parts[2]))
        #expect(certificate.commonName == "svc")
        #expect(certificate.notBefore == .seconds(1_700_000_000))
        #expect(certificate.notAfter == .seconds(1_700_000_000 + 86_400))
        #expect(try TemplateFixture.text(#"{{ (genSelfSignedCert "s" nil nil 1).Cert }}"#).contains("CERTIFICATE"))
        let kept: String = try TemplateFixture.text(
            "{{ (buildCustomCert (b64enc .Values.c) (b64enc .Values.k)).Key }}",
            values: ["c": .string(String(parts[2])), "k": .string(String(parts[3]))])
        #expect(kept == String(parts[3]))
    }

    @Test(
        "refuses certificates that cannot be",
        arguments: [
            (#"genSignedCert "s" nil nil 1 "ca""#, "for arg of type sprig.certificate"),
            (#"genSelfSignedCert "s" (list 1) nil 1"#, "error parsing ip: 1 is not a string"),
            (#"genCA "s" 99999999"#, "is too long"),
            (#"buildCustomCert "!" """#, "unable to decode base64 certificate"),
            (#"genPrivateKey "dsa""#, "DSA keys are not made any more"), (#"genCAWithKey "s" 1 "x""#, "no unencrypted"),
        ])
    func impossibleCertificates(_ call: String, _ complaint: String) {
        let error: TemplateError? = #expect(throws: TemplateError.self) { try TemplateFixture.text("{{ \(call) }}") }
        #expect(error?.message.contains(complaint) == true, "\(String(describing: error))")
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
        "refuses what depends on the host, and what is not offered",
        arguments: ["env \"HOME\"", "expandenv \"$HOME\"", "bcrypt \"a\"", "htpasswd \"a\" \"b\""])
    func host(_ call: String) {
        let error: TemplateError? = #expect(throws: TemplateError.self) {
            try TemplateFixture.text("{{ \(call) }}")
        }
        #expect(error?.message.contains("is not available here") == true)
    }

    @Test("puts the complaint of a reader among the values")
    func readers() throws {
        #expect(try TemplateFixture.text(#"{{ (fromYaml "a: 1\nb: [x]").b }}"#) == "[x]")
        #expect(try TemplateFixture.text(#"{{ (fromYaml "a: 1\na: 2").a }}"#) == "2")
        #expect(try TemplateFixture.text(#"{{ hasKey (fromYaml "a: [") "Error" }}"#) == "true")
        #expect(try TemplateFixture.text(#"{{ hasKey (fromYaml "- a") "Error" }}"#) == "true")
        #expect(try TemplateFixture.text(#"{{ fromYamlArray "[1, a]" }}"#) == "[1 a]")
        let mismatch: String = "json: cannot unmarshal string into Go value of type []interface {}"
        let yaml: String = try TemplateFixture.text(#"{{ fromYamlArray "a" }}"#)
        #expect(yaml == "[error unmarshaling JSON: while decoding JSON: \(mismatch)]")
        #expect(try TemplateFixture.text(#"{{ fromJsonArray "\"a\"" }}"#) == "[\(mismatch)]")
        #expect(try TemplateFixture.text(#"{{ (fromJson "{\"a\": 2}").a }}"#) == "2")
    }

    @Test("escapes in a path what Go escapes there, and less in a fragment")
    func addresses() throws {
        let call: String = #"{{ urlJoin (dict "host" "h" "path" "(a)*" "fragment" "(a)*'") }}"#
        #expect(try TemplateFixture.text(call) == "//h/%28a%29%2A#(a)*%27")
    }

    @Test("compares versions")
    func versions() throws {
        #expect(try TemplateFixture.text(#"{{ semverCompare "^1.2.0" "1.4.1" }}"#) == "true")
        #expect(try TemplateFixture.text(#"{{ (semver "1.2.3-rc.1").Prerelease }}"#) == "rc.1")
        let successors: String = #"{{ (semver "v1.2.3").IncMinor }} {{ (semver "1.2.3-a").IncPatch }}"#
        #expect(try TemplateFixture.text(successors) == "1.3.0 1.2.3")
        let comparison: String =
            #"{{ $a := semver "1.2.3" }}{{ $a.Compare (semver "1.3") }} {{ $a.LessThan (semver "2") }}"#
        #expect(try TemplateFixture.text(comparison) == "-1 true")
    }

    @Test("merges a map over a text, as sprig does since 3.3")
    func merging() throws {
        let text: String = try TemplateFixture.text(
            #"{{ mergeOverwrite (dict "a" "text" "b" (dict "c" 1)) (dict "a" (dict "d" 2) "b" (dict "e" 3)) | toJson }}"#
        )
        #expect(text == #"{"a":{"d":2},"b":{"c":1,"e":3}}"#)
    }
}
