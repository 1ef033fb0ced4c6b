import Formats
import TestSupport
import Testing

@testable import Helm

@Suite("Set values") struct SetValuesTests {
    static func set(_ text: String, on start: String = "{}", as kind: SetValues.Kind = .typed) throws -> String {
        var object: JSONObject = try values(start)
        try SetValues.apply(text, to: &object, as: kind)
        return JSONValue.object(object).text(sorted: true)
    }

    @Test(
        "reads what Helm reads",
        arguments: [
            ("", "{}"), ("a=1", #"{"a":1}"#), ("a=1,b=x", #"{"a":1,"b":"x"}"#),
            ("a.b.c=true", #"{"a":{"b":{"c":true}}}"#),
            ("a=null", #"{"a":null}"#), ("a=", #"{"a":""}"#), ("a=,b=1", #"{"a":"","b":1}"#), ("a=01", #"{"a":"01"}"#),
            ("a=0", #"{"a":0}"#), ("a=-5", #"{"a":-5}"#), ("a=1.5", #"{"a":"1.5"}"#), ("a=TRUE", #"{"a":true}"#),
            ("a={x,y}", #"{"a":["x","y"]}"#), ("a={1,null},b=2", #"{"a":[1,null],"b":2}"#), ("a={}", #"{"a":[""]}"#),
            ("a[0]=x", #"{"a":["x"]}"#), ("a[2]=x", #"{"a":[null,null,"x"]}"#),
            ("a[0].b=1,a[0].c=2", #"{"a":[{"b":1,"c":2}]}"#),
            ("a[1].b=1,a[0].b=2", #"{"a":[{"b":2},{"b":1}]}"#), ("a[0][1]=x", #"{"a":[[null,"x"]]}"#),
            ("a[0]={x,y}", #"{"a":[["x","y"]]}"#), (#"a=x\,y"#, #"{"a":"x,y"}"#), (#"a\.b=1"#, #"{"a.b":1}"#),
            (#"a=\{x\}"#, #"{"a":"{x}"}"#), ("a=b=c", #"{"a":"b=c"}"#), ("a=é,b=😀", #"{"a":"é","b":"😀"}"#),
            ("=x", "{}"), ("a=1,", #"{"a":1}"#), ("a[0]", #"{"a":[]}"#), ("a[0]=", #"{"a":[""]}"#),
            ("a[0].b=", #"{"a":[]}"#),
            ("a=9223372036854775808", #"{"a":"9223372036854775808"}"#), ("a=1 ", #"{"a":"1 "}"#),
            ("a= 1", #"{"a":" 1"}"#),
        ])
    func reads(text: String, expected: String) throws { #expect(try Self.set(text) == expected) }

    @Test("changes what is there")
    func changes() throws {
        #expect(
            try Self.set("a.b=2,l[1]=z", on: "{a: {b: 1, c: 3}, l: [x, w]}") == #"{"a":{"b":2,"c":3},"l":["x","z"]}"#)
        #expect(try Self.set("l[0].x=1", on: "{l: [s]}") == #"{"l":[{"x":1}]}"#)
    }

    @Test("reads texts and JSON")
    func kinds() throws {
        #expect(try Self.set("a=1,b=true,c={1,x}", as: .text) == #"{"a":"1","b":"true","c":["1","x"]}"#)
        let json: String = #"a={"x":[1,"},"]} ,b=[1,2],c="t",d=1.5,e=,f=null,g[1]={"h":1}"#
        #expect(
            try Self.set(json, as: .json)
                == #"{"a":{"x":[1,"},"]},"b":[1,2],"c":"t","d":1.5,"e":null,"f":null,"g":[null,{"h":1}]}"#)
        #expect(problem { _ = try Self.set("a={x", as: .json) }.contains("no JSON"))
    }

    @Test(
        "refuses what Helm refuses",
        arguments: [
            ("a", "has no value"), ("a,b=1", "has no value"), ("a.b", "has no value"), ("a.=x", "no value below"),
            ("a={x", "no end"),
            ("a[x]=1", "no index"), ("a[-1]=1", "not between"), ("a[65537]=1", "not between"), ("a[0", "no index"),
            ("a[0]x=1", "follows an index"),
            (String(repeating: "a.", count: 31) + "a=1", "30 levels"),
            ("a" + String(repeating: "[0]", count: 40) + "=1", "30 levels"),
            ("a" + String(repeating: "[60000]", count: 20) + "=1", "too long"),
        ])
    func refuses(text: String, expected: String) {
        #expect(problem { _ = try Self.set(text) }.contains(expected), "\(text)")
    }

    @Test("refuses to make a table of what is none, and changes nothing then")
    func keeps() throws {
        var object: JSONObject = try values("{a: 1, l: [1]}")
        for text in ["b=1,a.b=1", "a[0]=1", "l.x=1", "l[0][0]=1"] {
            #expect(throws: HelmError.self, "\(text)") { try SetValues.apply(text, to: &object) }
        }
        #expect(JSONValue.object(object).text() == #"{"a":1,"l":[1]}"#)
    }

    @Test("Fuzz: a text is refused or read, whatever it sets values on")
    func fuzz() throws {
        let corpus: [String] = ["a.b=1,c={x,y}", "a[0].b=1,a[1][2]=x", #"a\.b=\,,c="#, #"a={"x":[1,"\""]},b=1"#]
        try Fuzzer(seed: 4, iterations: 1_000).run(
            corpus: corpus, tokens: ["[0]", "={", "}", "\\", ".", ",", "[65536]"]
        ) { bytes in
            let text: String = String(decoding: bytes, as: UTF8.self)
            for kind in [SetValues.Kind.typed, .text, .json] {
                var object: JSONObject = JSONObject(unique: [("a", ["b": 1]), ("c", [1])])
                do { try SetValues.apply(text, to: &object, as: kind) } catch is HelmError {}
            }
        }
    }
}
