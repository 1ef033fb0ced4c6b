import Formats
import GoTemplate
import Synchronization
import Testing

@testable import Helm

@Suite("Charts are rendered")
struct ChartEngineTests {
    private static let functions: FunctionLibrary = HelmFunctions.library(
        HelmFunctionSources(now: { Timestamp(sinceEpoch: .zero) }, randomBytes: { Array(repeating: 0, count: $0) }))

    private func render(_ files: [String: String], values text: String = "{}") throws -> [String: String] {
        let values: RenderValues = try prepared(files, values: text)
        return try ChartEngine(values.templates, functions: Self.functions).render(values)
    }

    private func prepared(_ files: [String: String], values text: String = "{}") throws -> RenderValues {
        let given: JSONObject = try values(text)
        let chart: Chart = try chart(files).processingDependencies(values: given)
        let capabilities: Capabilities = Capabilities(
            kubeVersion: try Capabilities.KubeVersion(parsing: "v1.33.4"), apiVersions: ["v1", "apps/v1"])
        return try RenderValues(
            chart: chart, values: given, release: ReleaseIdentity(name: "rel", namespace: "ns"),
            capabilities: capabilities)
    }

    private func text(_ template: String, _ files: [String: String] = [:], values: String = "{}") throws -> String? {
        var files: [String: String] = files
        files["templates/x.yaml"] = template
        return try render(files, values: values)["app/templates/x.yaml"]
    }

    @Test(
        "templates see their release, chart, cluster and values",
        arguments: [
            (
                "{{ .Release.Name }}/{{ .Release.Namespace }}/{{ .Release.Service }}/{{ .Release.IsInstall }}",
                "rel/ns/Helm/true"
            ),
            ("{{ .Chart.Name }}-{{ .Chart.Version }} {{ .Chart.IsRoot }}", "app-1.0.0 true"),
            ("{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Minor }}", "v1.33.4 33"),
            ("{{ .Capabilities.KubeVersion.GitVersion }}", "v1.33.4"),
            (
                "{{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.APIVersions.Has \"b/v1\" }}",
                "true false"
            ),
            ("{{ .Values.a.b }} {{ .Values.missing }}|", "7 |"),
            ("{{ .Template.Name }} {{ .Template.BasePath }}", "app/templates/x.yaml app/templates"),
            ("{{ tpl \"{{ .Values.a.b }}\" . }}", "7"),
            ("{{ .Values.a | toYaml }}", "b: 7\nc: text"),
            (
                "{{ .Files.Get \"conf/a.txt\" }}{{ (.Files.Glob \"conf/*\").AsConfig }}",
                "one\ntwoa.txt: |-\n  one\n  two"
            ),
            ("{{ range .Files.Lines \"conf/a.txt\" }}<{{ . }}>{{ end }}", "<one><two>"),
            ("{{ range .Files.Lines \"b.md\" }}<{{ . }}>{{ end }}{{ .Files.Lines \"none\" }}", "<a><>[]"),
            ("{{ range $path, $_ := .Files.Glob \"**.txt\" }}{{ $path }} {{ end }}", "conf/a.txt "),
            ("{{ (.Files.Glob \"conf/{a,b}.txt\").AsSecrets }}", "a.txt: b25lCnR3bw=="),
        ])
    func scopes(template: String, expected: String) throws {
        let files: [String: String] = ["values.yaml": "a: {b: 7, c: text}", "conf/a.txt": "one\ntwo", "b.md": "a\n\n"]
        #expect(try text(template, files) == expected)
    }

    @Test("a partial is included and not rendered, and what a parent defines replaces what its charts define")
    func definitions() throws {
        let files: [String: String] = [
            "templates/_helpers.tpl": "{{ define \"name\" }}parent{{ end }}",
            "templates/x.yaml": "{{ include \"name\" . }}",
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            "charts/sub/templates/_helpers.tpl": "{{ define \"name\" }}child{{ end }}",
            "charts/sub/templates/y.yaml": "{{ include \"name\" . }} {{ .Values.global.g }} {{ .Values.own }}",
        ]
        let texts: [String: String] = try render(files, values: "{global: {g: 1}, sub: {own: 2}}")
        #expect(
            texts == ["app/templates/x.yaml": "parent", "app/charts/sub/templates/y.yaml": "parent 1 2"])
    }

    @Test("a value that one template sets is set for those after it, in the charts within as well")
    func mutation() throws {
        let texts: [String: String] = try render([
            "values.yaml": "sub: {n: 1}",
            "templates/a.yaml": "{{ .Values.sub.n }}",
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            "charts/sub/templates/b.yaml": "{{ $_ := set .Values \"n\" 2 }}",
        ])
        #expect(texts["app/templates/a.yaml"] == "2")
    }

    @Test(
        "a template is executed anew where it may write something else",
        arguments: [
            // What it reads was changed, at the top or further down.
            ("{{ .Values.v }}", "{{ $_ := set .Values \"v\" 2 }}", "1 2"),
            ("{{ .Values.m.v }}", "{{ $_ := set .Values.m \"v\" 2 }}", "1 2"),
            ("{{ .Values.m.v }}", "{{ $_ := mergeOverwrite (dict) .Values (dict \"m\" (dict \"v\" 2)) }}", "1 2"),
            ("{{ .Values.l }}", "{{ range .Values.l }}{{ $_ := set . \"v\" 2 }}{{ end }}", "[map[v:1]] [map[v:2]]"),
            ("{{ .Values.v }}", "{{ $_ := unset .Values \"v\" }}", "1 "),
            ("{{ .Own }}", "{{ $_ := set . \"Own\" 3 }}", " 3"),
            ("{{ .Release.Name }}", "{{ $_ := set .Release \"Name\" \"x\" }}", "rel x"),
            // It changes something itself, directly or in what it includes.
            ("{{ $_ := set .Values \"v\" (add1 .Values.v) }}{{ .Values.v }}", "", "2 3"),
            ("{{ .Values.v }}{{ include \"sets\" $ }}", "", "1 5"),
            ("{{ .Values.v }}{{ template \"sets\" . }}", "", "1 5"),
            // Its name means another text there.
            (
                "one",
                " {{ tpl \"{{ define \\\"x\\\" }}two{{ end }}{{ include \\\"x\\\" . }}\" . }}",
                "one two one"
            ),
        ])
    func repetition(partial: String, between: String, expected: String) throws {
        let files: [String: String] = [
            "values.yaml": "{v: 1, m: {v: 1}, l: [{v: 1}]}",
            "templates/_x.tpl": """
            {{ define "x" }}\(partial){{ end }}
            {{ define "sets" }}{{ $_ := set .Values "v" 5 }}{{ end }}
            """,
        ]
        #expect(try text("{{ include \"x\" . }}\(between) {{ include \"x\" . }}", files) == expected)
    }

    @Test("what differs from one template of a chart to the next is not taken from the one before")
    func templateNames() throws {
        let texts: [String: String] = try render([
            "templates/_x.tpl": """
            {{ define "name" }}{{ .Template.Name }}{{ end }}{{ define "all" }}{{ len (toYaml .) }}{{ end }}
            {{ define "outer" }}{{ include "name" . }}{{ end }}{{ define "with" }}{{ with $ }}{{ .Template.Name }}{{ end }}{{ end }}
            """,
            "templates/a.yaml": "{{ include \"outer\" . }} {{ include \"with\" . }} {{ include \"all\" . | empty }}",
            "templates/bb.yaml": "{{ include \"outer\" . }} {{ include \"with\" . }} {{ include \"all\" . | empty }}",
        ])
        #expect(
            texts == [
                "app/templates/a.yaml": "app/templates/a.yaml app/templates/a.yaml false",
                "app/templates/bb.yaml": "app/templates/bb.yaml app/templates/bb.yaml false",
            ])
    }

    @Test("a text that tpl gets again is rendered with the values of its own time")
    func sameText() throws {
        let template: String =
            "{{ range $n := until 3 }}{{ tpl \"{{ .n }}{{ define \\\"d\\\" }}{{ .n }}{{ end }}\" (dict \"n\" $n) }}{{ end }}"
        #expect(try text(template) == "012")
    }

    @Test(
        "D8: errors say where, in Helm's words",
        arguments: [
            ("{{ fail \"no way\" }}", "execution error at (app/templates/x.yaml:1:3): no way"),
            (
                "\n{{ required \"a is needed\" .Values.a }}",
                "execution error at (app/templates/x.yaml:2:3): a is needed"
            ),
            ("{{ if }}", "parse error at (app/templates/x.yaml:1): missing value for if"),
            (
                "{{ .Values.a.b.c }}",
                "app/templates/x.yaml:1:10\n  executing \"app/templates/x.yaml\" at <.Values.a.b.c>:\n"
                    + "    nil pointer evaluating interface {}.b"
            ),
            (
                "{{ define \"d\" }}{{ .Values.a.b.c }}{{ end }}\n{{ include \"d\" . }}",
                "app/templates/x.yaml:2:3\n  executing \"app/templates/x.yaml\" at <include \"d\" .>:\n"
                    + "    error calling include:\n"
                    + "app/templates/x.yaml:1:26\n  executing \"d\" at <.Values.a.b.c>:\n"
                    + "    nil pointer evaluating interface {}.b"
            ),
            ("{{ tpl \"{{ fail `no` }}\" . }}", "execution error at (app/templates/x.yaml:1:3): no"),
            (
                "{{ lt 1 \"a\" }}",
                "template: app/templates/x.yaml:1:3: executing \"app/templates/x.yaml\" at <lt 1 \"a\">: "
                    + "error calling lt: incompatible types for comparison: int and string"
            ),
        ])
    func errors(template: String, expected: String) {
        #expect(problem { _ = try text(template) } == expected)
    }

    @Test(
        "D8: an error names its file and line and no value",
        arguments: [
            "{{ .Values.password.below }}", "{{ fail \"set another\" }}", "{{ required \"set it\" .Values.none }}",
            "{{ index .Values.password 99 }}", "{{ repeat .Values.password \"x\" }}", "{{ .Values.none.below.it }}",
            "{{ template \"none\" .Values.password }}", "{{ include .Values.missing . }}",
            "{{ tpl (printf \"%s {{ .a.b }}\" .Values.password) . }}",
        ])
    func secrets(template: String) {
        let message: String = problem { _ = try text("\n" + template, values: "{password: correct-horse}") }
        #expect(message.contains("app/templates/x.yaml:2"), "\(message)")
        #expect(!message.contains("correct-horse"), "\(message)")
    }

    @Test("says which Helm it renders as, and takes the last of a key that an object has twice")
    func imitation() throws {
        #expect(try text("{{ semverCompare \">=4.0.0\" .Capabilities.HelmVersion.Version }}") == "true")
        let twice: String = "kind: A\nkind: B\nmetadata: {name: x, name: z}\n"
        let rendered: RenderedChart = try RenderedChart(files: ["app/templates/x.yaml": twice], chart: "app")
        #expect(rendered.manifests.map(\.kind) == ["B"] && rendered.manifests.map(\.name) == ["z"])
    }

    @Test("D12: bytes that are no text are refused where objects are, as Helm's reader does")
    func bytes() throws {
        let cut: String = "{{ trunc 1 \"é\" }}"
        #expect(problem { _ = try text(cut) }.hasPrefix("app/templates/x.yaml renders bytes that are no UTF-8"))
        let texts: [String: String] = try render(["templates/NOTES.txt": cut])
        #expect(texts["app/templates/NOTES.txt"] == "\u{FFFD}")
    }

    @Test("a copy of all that a template sees shares no map with it")
    func copies() throws {
        let template: String = "{{ $_ := set (deepCopy $) \"Values\" dict }}{{ .Values.a }}{{ include \"values\" . }}"
        let files: [String: String] = [
            "values.yaml": "a: 7", "templates/_h.tpl": "{{ define \"values\" }}{{ toJson .Values }}{{ end }}",
        ]
        #expect(try text(template, files) == "7{\"a\":7}")
    }

    @Test("D9: a template that includes itself ends in an error")
    func bomb() {
        let bomb: String = "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}"
        #expect(problem { _ = try text(bomb) } != "")
    }

    @Test("D9: a rendering ends when the processor has worked for two seconds, in whatever call it is")
    func timeLimit() throws {
        let spent: Mutex<Duration> = Mutex(.seconds(50))
        let limit: RenderingTimeLimit = RenderingTimeLimit {
            spent.withLock {
                $0 += .milliseconds(100)
                return $0
            }
        }
        let loop: String = "{{ define \"l\" }}{{ range untilStep 0 100000 1 }}{{ upper \"a\" }}{{ end }}{{ end }}"
        let values: RenderValues = try prepared(["templates/x.yaml": loop + "{{ include \"l\" . }}"])
        let engine: ChartEngine = try ChartEngine(values.templates, functions: Self.functions)
        let message: String = problem { _ = try engine.render(values, check: limit.check) }
        #expect(message.hasPrefix("rendering takes longer than 2.0 seconds"), "\(message)")
        #expect(spent.withLock { $0 } < .seconds(53))
    }

    @Test("D9: an expression that has many ways to match is matched in time that grows with the text alone")
    func backtracking() throws {
        let call: String = "{{ regexMatch \"^(a+)+(a|aa)*$\" (printf \"%sb\" (repeat 5000 \"a\")) }}"
        #expect(try text(call) == "false")
    }

    @Test(
        "D9: what takes too long is stopped",
        arguments: ["{{ range untilStep 0 100000000 1 }}{{ end }}", "{{ repeat 100000000 \"0123456789\" }}"])
    func endless(template: String) {
        #expect(problem { _ = try text(template) } != "")
    }
}

@Suite("GlobPattern")
struct GlobPatternTests {
    @Test(
        "means paths as Helm reads it",
        arguments: [
            ("*.txt", "a.txt", true), ("*.txt", "d/a.txt", false), ("**.txt", "d/a.txt", true), ("d/*", "d/a", true),
            ("d/*", "d/e/a", false), ("d/**", "d/e/a", true), ("?", "ab", false), ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false), ("{a,b/*}.y", "b/c.y", true), ("\\*", "*", true), ("\\*", "a", false),
            ("a{b,c{d,e}}", "ace", true), ("", "", true), ("*", "", true),
        ])
    func matches(pattern: String, path: String, isExpected: Bool) throws {
        #expect(try #require(GlobPattern(pattern)).matches(path) == isExpected)
    }

    @Test("refuses what is none", arguments: ["[", "[]", "{a", "\\", "[b-a]", String(repeating: "{", count: 100)])
    func refused(pattern: String) { #expect(GlobPattern(pattern) == nil) }

    @Test("takes no longer for many stars")
    func stars() {
        let pattern: String = String(repeating: "*a", count: 60) + "b"
        #expect(GlobPattern(pattern)?.matches(String(repeating: "a", count: 500)) == false)
    }
}
