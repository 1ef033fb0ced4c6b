import Formats
import GoTemplate
import Testing

@testable import Helm

@Suite("Charts are rendered")
struct ChartEngineTests {
    private static let functions: FunctionLibrary = HelmFunctions.library(
        HelmFunctionSources(now: { Timestamp(sinceEpoch: .zero) }, randomBytes: { Array(repeating: 0, count: $0) }))

    private func render(_ files: [String: String], values text: String = "{}") throws -> [String: String] {
        let given: JSONObject = try values(text)
        let chart: Chart = try chart(files).processingDependencies(values: given)
        let capabilities: Capabilities = Capabilities(
            kubeVersion: try Capabilities.KubeVersion(parsing: "v1.33.4"), apiVersions: ["v1", "apps/v1"])
        let values: RenderValues = try RenderValues(
            chart: chart, values: given, release: ReleaseIdentity(name: "rel", namespace: "ns"),
            capabilities: capabilities, patterns: RegularExpression.compiler)
        return try ChartEngine(chart.allTemplates, functions: Self.functions).render(values)
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
            ("{{ range $path, $_ := .Files.Glob \"**.txt\" }}{{ $path }} {{ end }}", "conf/a.txt "),
            ("{{ (.Files.Glob \"conf/{a,b}.txt\").AsSecrets }}", "a.txt: b25lCnR3bw=="),
        ])
    func scopes(template: String, expected: String) throws {
        let files: [String: String] = ["values.yaml": "a: {b: 7, c: text}", "conf/a.txt": "one\ntwo"]
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
                "template: app/templates/x.yaml:1:10: executing \"app/templates/x.yaml\" at <.Values.a.b.c>: "
                    + "nil pointer evaluating interface {}.b"
            ),
        ])
    func errors(template: String, expected: String) {
        #expect(problem { _ = try text(template) } == expected)
    }

    @Test("D9: a template that includes itself ends in an error")
    func bomb() {
        let bomb: String = "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}"
        #expect(problem { _ = try text(bomb) } != "")
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
