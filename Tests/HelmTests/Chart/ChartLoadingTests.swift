import Formats
import TestSupport
import Testing

@testable import Helm

@Suite("Loading charts") struct ChartLoadingTests {
    @Test("sorts the files of a chart as Helm does, from a folder and from an archive alike")
    func sorts() throws {
        let files: [String: String] = [
            "Chart.yaml":
                "\u{FEFF}apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: 1.0\nannotations: {b: 2, a: true}\n",
            "values.yaml": "\u{FEFF}b: 1\na: {c: 2}\n---\na: {d: 3}\n", "values.schema.json": "{}", "Chart.lock": "x",
            "templates/a.yaml": "A", "templates/_x.tpl": "X", "templates/NOTES.txt": "N", "crds/c.yaml": "C",
            "README.md": "R",
            "crds/readme.txt": "r", "charts/sub/Chart.yaml": "name: sub\nversion: 0.1.0",
            "charts/sub/templates/s.yaml": "S",
            "charts/sub/crds/d.YML": "D", "charts/_old/x": "x", "charts/x.tgz.prov": "p",
        ]
        let fromFolder: Chart = try Chart(folder: MemoryFolder(files: files))
        let fromArchive: Chart = try Chart(archive: archive(files.sorted { $0.key < $1.key }))
        for chart in [fromFolder, fromArchive] {
            #expect(chart.metadata.appVersion == "1")
            #expect(chart.metadata.annotations.map(\.value) == ["true", "2"])
            #expect(JSONValue.object(chart.values).text() == #"{"a":{"c":2,"d":3},"b":1}"#)
            #expect(chart.schema == Array("{}".utf8))
            #expect(
                chart.files.map(\.path).sorted() == [
                    "README.md", "charts/x.tgz.prov", "crds/c.yaml", "crds/readme.txt",
                ])
            #expect(chart.definitions.map(\.path) == ["app/crds/c.yaml", "app/charts/sub/crds/d.YML"])
            #expect(chart.dependencies.map(\.metadata.apiVersion) == ["v1"])
            #expect(
                chart.allTemplates.map(\.name).sorted() == [
                    "app/charts/sub/templates/s.yaml", "app/templates/NOTES.txt", "app/templates/_x.tpl",
                    "app/templates/a.yaml",
                ])
            #expect(chart.allTemplates.first?.basePath == "app/charts/sub/templates")
        }
    }

    @Test("holds every number as a float, as Go reads JSON")
    func numbers() throws {
        let chart: Chart = try chart(["values.yaml": "a: 1000000\nb: [1, {c: 2}]\n"])
        guard case .double(1_000_000) = chart.values["a"] else { throw HelmError("no float") }
        guard case .double(2) = chart.values["b"]?.array?[1]["c"] else { throw HelmError("no float") }
    }

    @Test(
        "refuses a Chart.yaml that Helm refuses",
        arguments: [
            ("", "no name"), ("name: a", "no version"), ("version: 1.0.0", "no name"),
            ("name: .\nversion: 1.0.0", "no name of a folder"),
            ("name: ..\nversion: 1.0.0", "no name of a folder"), ("name: a/b\nversion: 1.0.0", "no name of a folder"),
            ("name: a\nversion: one", "is no version"),
            ("name: a\nversion: 1.0.0\ntype: other", "application or library"),
            ("name: {a: b}\nversion: 1.0.0", "must be a text"), ("[a]", "must be a map"), ("a: [", "Chart.yaml: line"),
            ("name: a\nversion: 1.0.0\ndependencies: [{name: x}, {name: y, alias: x}]", "more than one dependency"),
            ("name: a\nversion: 1.0.0\ndependencies: [{name: x, alias: a.b}]", "only letters"),
            ("name: a\nversion: 1.0.0\ndependencies: [null]", "empty entry"),
            ("name: a\nversion: 1.0.0\ndependencies: x", "must be a list"),
            ("name: a\nversion: 1.0.0\nmaintainers: [null]", "empty entry"),
        ])
    func refusesDescription(text: String, expected: String) {
        #expect(problem { _ = try chart(["Chart.yaml": text]) }.contains(expected), "\(text)")
    }

    @Test(
        "refuses values that are hostile or doubtful",
        arguments: [
            ("a: \u{0}", "values.yaml"), ("- a", "must be a map"),
            (String(repeating: "[", count: 10_000), "values.yaml: line 1"),
            (
                "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
                    + "bcdefghi".reduce(into: ("", "a")) { text, name in
                        let aliases: String = Array(repeating: "*\(text.1)", count: 10).joined(separator: ", ")
                        text = (text.0 + "\(name): &\(name) [\(aliases)]\n", "\(name)")
                    }.0, "values.yaml: line"
            ),
        ])
    func hostileValues(text: String, expected: String) {
        #expect(problem { _ = try chart(["values.yaml": text]) }.contains(expected))
    }

    @Test("D12: takes the last of a key that a chart has twice, and refuses it in values that somebody gives")
    func repeatedKeys() throws {
        let text: String = "a: 1\nb: {c: 1, c: 2}\na: 3"
        let loaded: Chart = try chart(["values.yaml": text, "Chart.yaml": "name: x\nname: app\nversion: 1.0.0"])
        #expect(loaded.name == "app")
        #expect(.object(loaded.values) == ["a": .double(3), "b": ["c": .double(2)]] as JSONValue)
        #expect(problem { _ = try values(text) }.hasPrefix("values.yaml: line 2"))
    }

    @Test("refuses values that are no UTF-8, and reads scalars as Helm does")
    func scalars() throws {
        #expect(throws: HelmError.self) { try JSONObject(values: [0x61, 0x3A, 0x20, 0xFF]) }
        let values: JSONObject = try values("a: no\nb: on\nc: 0o17\nd: 017\ne: 9007199254740993\nf: 1_000\ng: 12:30")
        #expect(values["a"] == false && values["b"] == true && values["d"] == 15 && values["f"] == 1000)
        #expect(values["e"] == .double(9_007_199_254_740_992))
    }

    @Test("refuses an archive without Chart.yaml and values that are no map")
    func refuses() {
        #expect(problem { _ = try Chart(archive: archive([("values.yaml", "a: 1")])) }.contains("no Chart.yaml"))
        #expect(problem { _ = try chart(["values.yaml": "[1]"]) }.contains("must be a map"))
        #expect(
            problem { _ = try chart(["charts/README.md": "x"]) }.contains(
                "app/charts/README.md: there is no Chart.yaml"))
        #expect(
            problem { _ = try Chart(folder: MemoryFolder(files: ["x": ""], kinds: ["x": .other])) }.contains("neither"))
    }

    @Test("reads charts in archives within archives, and counts all of them against the limits")
    func nested() throws {
        func packed(_ depth: Int) -> [UInt8] {
            let description: ChartFile = ChartFile(
                path: "Chart.yaml", bytes: Array("name: c\(depth)\nversion: 1.0.0".utf8))
            if depth == 0 { return ChartArchive.pack([description], folder: "c") }
            return ChartArchive.pack(
                [description, ChartFile(path: "charts/x.tgz", bytes: packed(depth - 1))], folder: "c")
        }
        let chart: Chart = try Chart(archive: packed(3))
        #expect(chart.dependencies[0].dependencies[0].dependencies[0].name == "c0")
        #expect(problem { _ = try Chart(archive: packed(16)) }.contains("more than 16 deep"))
        var limits: ArchiveLimits = ArchiveLimits()
        limits.entries = 6
        #expect(problem { _ = try Chart(archive: packed(3), limits: limits) }.contains("more than 6 files"))
    }

    @Test("D21: refuses a chart that is inside itself")
    func cycle() {
        let files: [String: String] = [
            "charts/b/Chart.yaml": "name: b\nversion: 1.0.0",
            "charts/b/charts/app/Chart.yaml": "name: app\nversion: 1.0.0",
        ]
        #expect(problem { _ = try chart(files) }.contains("is inside itself: app 1.0.0, then b 1.0.0, then app 1.0.0"))
    }

    @Test("reads dependencies of old charts from requirements.yaml")
    func requirements() throws {
        let description: String = "name: app\nversion: 1.0.0\napiVersion: "
        let files: [String: String] = ["requirements.yaml": "dependencies:\n- name: x\n  version: 1.x"]
        let old: Chart = try chart(files.merging(["Chart.yaml": description + "v1"]) { $1 })
        #expect(old.metadata.dependencies?.map(\.version) == ["1.x"])
        #expect(old.files.map(\.path) == ["requirements.yaml"])
        let new: Chart = try chart(files.merging(["Chart.yaml": description + "v2"]) { $1 })
        #expect(new.files.isEmpty && new.warnings.count == 1)
    }

    @Test("leaves out what .helmignore says")
    func ignores() throws {
        let ignore: String = "# comment\r\n*.bak\r\n/top.txt\nci/\ndocs/*.md\n[a-c]?.txt\n\\!x\n"
        let names: [String] = [
            "a.bak", "sub/b.bak", "top.txt", "sub/top.txt", "ci/x", "docs/a.md", "docs/deep/a.md", "a1.txt", "d1.txt",
            "!x",
            "templates/.hidden", "templates/a.yaml", ".git",
        ]
        var files: [String: String] = [".helmignore": ignore]
        for name in names { files[name] = "x" }
        let chart: Chart = try chart(files)
        #expect(chart.files.map(\.path) == [".git", ".helmignore", "d1.txt", "docs/deep/a.md", "sub/top.txt"])
        #expect(chart.templates.map(\.path) == ["templates/a.yaml"])
        #expect(problem { _ = try IgnoreRules(Array("a/**".utf8)) }.contains("line 1: ** is not supported"))
        #expect(problem { _ = try IgnoreRules(Array("x\n[a".utf8)) }.contains("line 2"))
        let negated: IgnoreRules = try IgnoreRules(Array("!keep".utf8))
        #expect(negated.leavesOut("other", isFolder: false) && !negated.leavesOut("keep", isFolder: false))
    }

    @Test("Fuzz: a Chart.yaml is refused or read")
    func fuzz() throws {
        let corpus: [String] = [
            "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies:\n- name: b\n  version: ~1\n  import-values: [x, {child: a, parent: .}]\n",
            "name: a\nversion: v1\nannotations: {a: 1}\nmaintainers: [{name: x}]\ndeprecated: true\nkeywords: [a, 1]",
        ]
        try Fuzzer(seed: 3, iterations: 400).run(
            corpus: corpus, tokens: ["null", "[]", "{}", "alias: ", "- ", "tags: ["]
        ) { bytes in
            do {
                let metadata: ChartMetadata = try ChartMetadata(chart: bytes, requirements: nil)
                try FuzzFailure.unless(!metadata.name.utf8.contains(0x2F), "the name is a path")
            } catch is HelmError {}
        }
    }
}
