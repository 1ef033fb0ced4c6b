import Formats
import TestSupport
import Testing

@testable import Helm

@Suite("Coalescing values") struct ValueCoalescingTests {
    static func coalesce(_ given: String, _ files: [String: String]) throws -> String {
        JSONValue.object(try chart(files).coalescing(try values(given)).values).text()
    }

    @Test(
        "completes given values by the chart's",
        arguments: [
            ("a: 1", "a: 2\nb: 3", #"{"a":1,"b":3}"#),
            ("t: {a: 1}", "t: {a: 2, b: {c: 3}}", #"{"t":{"a":1,"b":{"c":3}}}"#),
            ("l: [1]", "l: [2, 3]", #"{"l":[1]}"#), ("a: null", "a: 1\nb: 2", #"{"b":2}"#),
            ("t: {a: null}", "t: {a: {x: 1}, b: 2}", #"{"t":{"b":2}}"#), ("t: null", "t: {a: 1}", "{}"),
            ("a: null", "b: 1", #"{"a":null,"b":1}"#), ("t: {a: null}", "t: {b: 1}", #"{"t":{"a":null,"b":1}}"#),
            ("{}", "a: null\nt: {a: null, b: {c: null}}", #"{"t":{"b":{}}}"#),
            ("t: {x: 1}", "t: {a: null}", #"{"t":{"x":1}}"#),
            ("t: 1", "t: {a: 1}", #"{"t":1}"#), ("t: {a: 1}", "t: 1", #"{"t":{"a":1}}"#), ("{}", "{}", "{}"),
        ])
    func defaults(given: String, defaults: String, expected: String) throws {
        #expect(try Self.coalesce(given, ["values.yaml": defaults]) == expected)
    }

    @Test("passes values and globals down, and what comes from above wins")
    func dependencies() throws {
        let files: [String: String] = [
            "values.yaml": "global: {g: top, t: {a: 1}}\nsub: {x: parent, global: {own: 1, t: {a: 9, b: 2}}}",
            "charts/sub/Chart.yaml": "name: sub\nversion: 1.0.0",
            "charts/sub/values.yaml": "x: sub\nw: sub\nglobal: {g: sub, s: 3}",
        ]
        let text: String = try Self.coalesce("sub: {z: given}", files)
        #expect(
            text == #"{"global":{"g":"top","t":{"a":1}},"sub":{"global":{"g":"top","own":1,"s":3,"t":{"a":1,"b":2}},"#
                + #""w":"sub","x":"parent","z":"given"}}"#)
    }

    @Test("lets a null remove a dependency's default where values are given for it")
    func nulls() throws {
        let files: [String: String] = [
            "values.yaml": "sub: {x: null, t: {a: null}}", "charts/sub/Chart.yaml": "name: sub\nversion: 1.0.0",
            "charts/sub/values.yaml": "x: 1\nt: {a: 1, b: 2}",
        ]
        #expect(try Self.coalesce("{}", files) == #"{"sub":{"global":{},"t":{"a":1,"b":2},"x":1}}"#)
        #expect(try Self.coalesce("sub: {t: null}", files) == #"{"sub":{"global":{}}}"#)
    }

    @Test("shows the parent what a dependency sets two levels below its globals, as Helm's shared tables do")
    func shared() throws {
        let files: [String: String] = [
            "values.yaml": "global: {a: {b: {x: 1}}}", "charts/sub/Chart.yaml": "name: sub\nversion: 1.0.0",
            "charts/sub/values.yaml": "global: {a: {k: 1, b: {w: 2}}}",
        ]
        #expect(
            try Self.coalesce("{}", files)
                == #"{"global":{"a":{"b":{"w":2,"x":1}}},"sub":{"global":{"a":{"b":{"w":2,"x":1},"k":1}}}}"#)
    }

    @Test("refuses values that are no table where a dependency has its own, and a dependency named global")
    func refuses() {
        let sub: [String: String] = ["charts/sub/Chart.yaml": "name: sub\nversion: 1.0.0"]
        #expect(problem { _ = try Self.coalesce("sub: 1", sub) }.contains("no table under sub"))
        let global: [String: String] = ["charts/global/Chart.yaml": "name: global\nversion: 1.0.0"]
        #expect(problem { _ = try Self.coalesce("{}", global) }.contains("alias"))
    }

    @Test("refuses values that multiply, where every chart inside shares large globals")
    func multiplies() throws {
        let keys: String = (0..<300).map { "k\($0): 1" }.joined(separator: ", ")
        var root: Chart = try chart(["values.yaml": "global: {t: {\(keys)}}"])
        root.dependencies = (0..<10).map { Chart(metadata: ChartMetadata(name: "s\($0)", version: "1.0.0")) }
        #expect(problem { _ = try root.coalescing(JSONObject(), limit: 3_000) }.contains("values are too many"))
    }

    @Test("warns where a table meets what is none")
    func warns() throws {
        let result: CoalescedValues = try chart(["values.yaml": "a: {b: 1}\nc: {d: {e: 1}}"]).coalescing(
            try values("a: {b: {x: 1}}\nc: {d: 1}"))
        #expect(result.warnings.count == 2 && result.warnings.allSatisfy { $0.hasPrefix("app.") }, "\(result.warnings)")
    }

    @Test("does the same without tables that are shared, where there is no chart inside")
    func plain() throws {
        var random: SeededGenerator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            var root: Chart = try chart([:])
            root.values = Self.table(&random, depth: 0)
            let given: JSONObject = Self.table(&random, depth: 0)
            let shared: ValueTable = ValueTable(given)
            var coalescing: ValueCoalescing = ValueCoalescing(keepsNulls: false)
            try coalescing.complete(shared, of: root)
            let plain: CoalescedValues = try root.coalescing(given)
            let texts: (JSONValue, JSONValue) = (.object(plain.values), .object(try shared.object()))
            #expect(texts.0.text() == texts.1.text(), "\(JSONValue.object(given).text())")
            #expect(plain.warnings == coalescing.warnings)
        }
    }

    private static func table(_ random: inout SeededGenerator, depth: Int) -> JSONObject {
        var table: JSONObject = JSONObject()
        for _ in 0..<random.below(4) {
            let key: String = ["b", "a", "é", "ab", "B"][random.below(5)]
            switch random.below(depth < 3 ? 5 : 3) {
            case 0: table[key] = .null
            case 1: table[key] = .integer(Int64(random.below(9)))
            case 2: table[key] = [["b": nil, "a": 1]]
            default: table[key] = .object(Self.table(&random, depth: depth + 1))
            }
        }
        return table
    }
}
