import Formats
import Testing

@testable import Helm

@Suite("Dependencies") struct ChartDependenciesTests {
    static func sub(_ name: String, _ more: [String: String] = [:], version: String = "1.2.0") -> [String: String] {
        var files: [String: String] = ["charts/\(name)/Chart.yaml": "name: \(name)\nversion: \(version)\n"]
        for (path, text) in more { files["charts/\(name)/\(path)"] = text }
        return files
    }

    static func chart(_ dependencies: String, _ subs: [String: String]..., defaults: String = "") throws -> Chart {
        var files: [String: String] = [
            "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: \(dependencies)\n",
            "values.yaml": defaults,
        ]
        for sub in subs { files.merge(sub) { $1 } }
        return try Chart(folder: MemoryFolder(files: files))
    }

    static func names(_ chart: Chart, _ values: String) throws -> [String] {
        try chart.processingDependencies(values: try HelmTests.values(values)).dependencies.map(\.name)
    }

    @Test(
        "decides by tags and then by the first condition that is a boolean",
        arguments: [
            ("{}", ["a", "b"]), ("{a: {live: false}}", ["b"]), ("{tags: {front: false}}", ["b"]),
            ("{tags: {front: false, all: true}}", ["a", "b"]), ("{tags: {front: false}, a: {live: true}}", ["a", "b"]),
            ("{a: {live: perhaps}, second: false}", ["b"]), ("{a: {live: true}, second: false}", ["a", "b"]),
            ("{a: {live: {x: 1}}, second: false}", ["b"]), ("{tags: {front: 1}}", ["a", "b"]),
        ])
    func decides(values: String, names: [String]) throws {
        let chart: Chart = try Self.chart(
            "[{name: a, version: 1.x, condition: 'a.live,second', tags: [front, all]}, {name: b, version: '*'}]",
            Self.sub("a"), Self.sub("b"))
        #expect(try Self.names(chart, values) == names)
    }

    @Test("has the condition in the chart's own defaults and in those of the dependency")
    func defaults() throws {
        let dependencies: String = "[{name: a, version: 1.x, condition: a.enabled}]"
        #expect(
            try Self.names(try Self.chart(dependencies, Self.sub("a"), defaults: "a: {enabled: false}"), "{}").isEmpty)
        let own: Chart = try Self.chart(dependencies, Self.sub("a", ["values.yaml": "enabled: false"]))
        #expect(try Self.names(own, "{}").isEmpty)
        #expect(try Self.names(own, "a: {enabled: true}") == ["a"])
    }

    @Test("makes a chart of its own of every alias, and keeps charts that are not listed")
    func aliases() throws {
        let chart: Chart = try Self.chart(
            "[{name: a, version: 1.x, alias: one}, {name: a, version: 1.x, alias: two, condition: two.live}]",
            Self.sub("a", ["values.yaml": "x: 1"]), Self.sub("b"))
        #expect(try Self.names(chart, "{}") == ["b", "one", "two"])
        let processed: Chart = try chart.processingDependencies(values: try values("two: {live: false}"))
        #expect(processed.dependencies.map(\.name) == ["b", "one"])
        #expect(processed.metadata.dependencies?.map(\.name) == ["one"])
        #expect(JSONValue.object(try processed.coalescing(JSONObject()).values)["one"]?["x"] == 1)
    }

    @Test("decides on charts inside charts by the path from the top")
    func deep() throws {
        let inner: [String: String] = [
            "Chart.yaml": "name: a\nversion: 1.0.0\ndependencies: [{name: in, version: '*', condition: in.live}]",
            "charts/in/Chart.yaml": "name: in\nversion: 0.1.0",
        ]
        let chart: Chart = try Self.chart("[{name: a, version: '*'}]", Self.sub("a", inner))
        for (values, count) in [("{}", 1), ("a: {in: {live: false}}", 0)] {
            let processed: Chart = try chart.processingDependencies(values: try HelmTests.values(values))
            #expect(processed.dependencies[0].dependencies.count == count, "\(values)")
        }
    }

    @Test("D21: refuses a missing dependency, and leaves out one whose version does not fit")
    func missing() throws {
        let chart: Chart = try Self.chart("[{name: a, version: 1.x}, {name: b, version: 1.x}]", Self.sub("a"))
        #expect(
            problem { _ = try chart.processingDependencies(values: JSONObject()) }.contains(
                "app depends on b, not found"))
        let other: Chart = try Self.chart("[{name: a, version: 2.x, alias: z}]", Self.sub("a"))
        #expect(try Self.names(other, "{}") == ["a"])
    }

    @Test("imports values in both forms, below the chart's own")
    func imports() throws {
        let chart: Chart = try Self.chart(
            "[{name: a, version: '*', import-values: [data, {child: conf.deep, parent: mine}, {child: none, parent: x}]}]",
            Self.sub("a", ["values.yaml": "exports: {data: {port: 1, host: h}}\nconf: {deep: {k: v, port: 2}}"]),
            defaults: "port: 9\nmine: {k: own}")
        let processed: Chart = try chart.processingDependencies(values: JSONObject())
        let values: JSONValue = .object(processed.values)
        #expect(values["port"] == 9 && values["host"] == "h")
        #expect(values["mine"] == ["k": "own", "port": 2])
        #expect(processed.warnings == ["app: there is no table a.none to import values from"])
    }

    @Test("imports a table into itself without going on forever")
    func importIntoItself() throws {
        let chart: Chart = try Self.chart(
            "[{name: a, version: '*', import-values: [{child: x, parent: t}, {child: x.y, parent: t.y.z}, {child: x, parent: t.y.z.w}]}]",
            Self.sub("a", ["values.yaml": "x: {y: {z: {w: {}}}}"]))
        #expect(try chart.processingDependencies(values: JSONObject()).values["t"] != nil)
    }
}
