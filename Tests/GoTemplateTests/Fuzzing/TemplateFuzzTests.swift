import GoTemplate
import TestSupport
import Testing

@Suite("Template fuzzing")
struct TemplateFuzzTests {
    private static let corpus: [String] = [
        "{{ .Values.a.b | printf \"%5.2f\" }}", "{{- range $i, $e := .l -}}{{ $i }}{{ $e }}{{ else }}x{{ end }}",
        "{{ with $x := .m }}{{ $x.a }}{{ else with .s }}{{ . }}{{ end }}",
        "{{/* c */}}{{ template \"a\" (list 1 .s) }}",
        "{{ define \"a\" }}{{ if eq . 1 }}y{{ else if lt . 2.5 }}z{{ end }}{{ end }}", "{{ 0x1p-2 }}{{ 'a' }}{{ `r` }}",
        "{{ block \"b\" .m }}{{ .c.d }}{{ end }}{{ (index .l 0).x }}",
        "{{ range 3 }}{{ break }}{{ continue }}{{ end }}",
        "{{ printf \"%[1]*.[2]*d|%+v|%#x|%T\" 5 2 .f .m }}",
        "{{ $x := 1 }}{{ $x = slice .s 0 1 }}{{ call (adder 1) $x }}",
    ]
    private static let tokens: [String] = [
        "{{", "}}", "{{-", "-}}", "(", ")", "|", "$x", ":=", "=", ".", ".m", "range", "if", "else", "end", "with",
        "define", "template", "block", "\"a\"", "`", "'", "/*", "*/", "nil", "1", "1.5", "print", "index", "include",
        "%v", "%[", "*", "break", "slice", "and", "or", ",", "0x", "_", "e9", "\n",
    ]

    @Test("Fuzz: no text makes the lexer, the parser or an execution trap or run on")
    func anyText() throws {
        let data: String = try GoldenTemplates.usualData()
        try Fuzzer(seed: 32, iterations: 2_000).run(corpus: Self.corpus, tokens: Self.tokens) { bytes in
            let answer: String = TemplateQuestion(text: bytes, data: data).answer()
            try FuzzFailure.unless(!answer.hasPrefix("?"), answer)
        }
    }

    @Test("Fuzz: any format prints something")
    func anyFormat() throws {
        var set: TemplateSet = TemplateSet(name: "set")
        try set.parse("f", "{{ printf .format 1 \"a\" 2.5 nil .list }}")
        let templates: TemplateSet = set
        let corpus: [String] = ["%5.2f %s %d", "%[2]*.[1]*f", "%+v %#v %T", "%-010q|%x|% X|%U|%c|%e|%!"]
        try Fuzzer(seed: 33, iterations: 2_000).run(corpus: corpus, tokens: ["%", "[1]", "*", ".", "#", "x"]) {
            bytes in
            let data: TemplateValue = .map([
                ("format", .string(TemplateString(bytes: bytes))), ("list", .list([.int(1), .text("b"), .null])),
            ])
            _ = try templates.execute("f", with: data)
        }
    }
}
