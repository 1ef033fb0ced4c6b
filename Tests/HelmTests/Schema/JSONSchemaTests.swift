import Formats
import TestSupport
import Testing

@testable import Helm

@Suite("JSON Schema") struct JSONSchemaTests {
    private static func patterns(_ pattern: String) throws -> @Sendable (String) -> Bool {
        guard pattern != "[" else { throw HelmError("bracket") }
        return { pattern.hasPrefix("^") ? $0.hasPrefix(String(pattern.dropFirst())) : $0.contains(pattern) }
    }

    static func problems(_ schema: String, _ value: String, steps: Int = 500_000) throws -> [String] {
        let schema: JSONSchema = try JSONSchema(Array(schema.utf8), patterns: { try patterns($0) }, maximumSteps: steps)
        return try schema.problems(of: try JSONValue(parsing: value)).map { "\($0)" }
    }

    static let cases: [(String, [String], [String])] = [
        ("true", ["1"], []), ("false", [], ["1"]), ("{}", ["null", "[1]"], []),
        (#"{"type":"integer"}"#, ["1", "1.0", "1e3"], ["1.5", "\"1\"", "null"]),
        (#"{"type":["string","null"]}"#, ["\"\"", "null"], ["0", "false"]),
        (#"{"type":"number"}"#, ["1", "1.5"], ["true"]),
        (#"{"enum":[1,"a",{"b":[null]}]}"#, ["1.0", "\"a\"", #"{"b":[null]}"#], ["2", "{}"]),
        (#"{"const":{"a":1}}"#, [#"{"a":1.0}"#], ["{}"]),
        (#"{"required":["a"]}"#, [#"{"a":null}"#, "1"], ["{}"]),
        (
            #"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#, ["{}", #"{"a":""}"#],
            [#"{"b":1}"#, #"{"a":1}"#]
        ),
        (
            #"{"patternProperties":{"^x":{"type":"string"}},"additionalProperties":{"type":"null"}}"#,
            [#"{"xa":"","b":null}"#], [#"{"xa":1}"#, #"{"b":1}"#]
        ),
        (#"{"propertyNames":{"maxLength":2}}"#, [#"{"ab":1}"#], [#"{"abc":1}"#]),
        (#"{"minProperties":1,"maxProperties":2}"#, [#"{"a":1}"#], ["{}", #"{"a":1,"b":1,"c":1}"#]),
        (#"{"items":{"type":"string"}}"#, ["[]", #"["a"]"#], ["[1]"]),
        (#"{"items":[{"type":"string"}],"additionalItems":false}"#, [#"["a"]"#, "[]"], [#"["a",1]"#, "[1]"]),
        (#"{"prefixItems":[{"type":"string"}],"items":{"type":"null"}}"#, [#"["a",null]"#], [#"["a",1]"#, "[1]"]),
        (#"{"contains":{"type":"null"}}"#, ["[1,null]"], ["[1]", "[]"]),
        (
            #"{"contains":{"type":"null"},"minContains":2,"maxContains":3}"#, ["[null,null]"],
            ["[null]", "[null,null,null,null]"]
        ),
        (#"{"minItems":1,"maxItems":2,"uniqueItems":true}"#, ["[1,2]"], ["[]", "[1,2,3]", "[1,1.0]"]),
        (#"{"minLength":2,"maxLength":3}"#, [#""😀😀""#], [#""😀""#, #""abcd""#]),
        (#"{"pattern":"^a"}"#, [#""ab""#, "1"], [#""ba""#]),
        (#"{"minimum":1,"maximum":2}"#, ["1", "2"], ["0.9", "2.1"]),
        (#"{"exclusiveMinimum":1,"exclusiveMaximum":2}"#, ["1.5"], ["1", "2"]),
        (#"{"multipleOf":0.1}"#, ["0.3", "1", "-2.7"], ["0.35"]), (#"{"multipleOf":3}"#, ["9", "0"], ["10"]),
        (#"{"format":"ipv4"}"#, [#""x""#], []),
        (#"{"allOf":[{"type":"string"},{"minLength":2}]}"#, [#""ab""#], [#""a""#, "1"]),
        (#"{"anyOf":[{"type":"string"},{"const":1}]}"#, [#""""#, "1"], ["2"]),
        (#"{"oneOf":[{"type":"integer"},{"minimum":5}]}"#, ["1", "5.5"], ["6", "1.5"]),
        (#"{"not":{"type":"null"}}"#, ["1"], ["null"]),
        (
            #"{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}"#,
            [#"{"a":1,"b":1}"#, #"{"c":1}"#], [#"{"a":1}"#, "{}"]
        ),
        (
            #"{"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"required":["d"]}}}"#,
            [#"{"a":1,"b":1}"#, "{}"], [#"{"a":1}"#, #"{"c":1}"#]
        ),
        (#"{"dependencies":{"a":["b"],"c":{"required":["d"]}}}"#, [#"{"b":1}"#], [#"{"a":1}"#, #"{"c":1}"#]),
        (
            ##"{"$defs":{"s":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/s"}}}"##, [#"{"a":""}"#],
            [#"{"a":1}"#]
        ),
        (
            ##"{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}"##, [#"{"a":{"a":{}}}"#],
            [#"{"a":{"b":1}}"#]
        ),
        (
            ##"{"$id":"https://x/s.json","definitions":{"a/b":{"$anchor":"n","type":"null"}},"items":{"$ref":"https://x/s.json#/definitions/a~1b"},"contains":{"$ref":"#n"}}"##,
            ["[null]"], ["[1]"]
        ),
        (##"{"$ref":"#/$defs/a","minimum":2,"$defs":{"a":{"type":"integer"}}}"##, ["3"], ["1", "3.5"]),
        (
            ##"{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{"type":"integer"}},"properties":{"x":{"$ref":"#/definitions/a","minimum":2}}}"##,
            [#"{"x":1}"#], [#"{"x":"s"}"#]
        ),
    ]

    @Test("allows and refuses", arguments: cases)
    func validates(schema: String, good: [String], bad: [String]) throws {
        for value in good { #expect(try Self.problems(schema, value) == [], "\(value)") }
        for value in bad { #expect(try !Self.problems(schema, value).isEmpty, "\(value)") }
    }

    @Test("says where and what is allowed, never the value")
    func messages() throws {
        let schema: String =
            #"{"properties":{"a":{"properties":{"p":{"enum":["x","y"]}},"additionalProperties":false},"l":{"items":{"type":"string"}}}}"#
        #expect(
            try Self.problems(schema, #"{"a":{"p":"secret","q":1},"l":["s",7]}"#) == [
                #"a.p: must be one of "x", "y""#, "a: q is not known here: remove it, or write one of p",
                "l.1: must be of type string",
            ])
        #expect(
            try Self.problems(#"{"anyOf":[{"type":"string"},{"minimum":3}]}"#, "1") == [
                "the values: must be of type string, or must be 3 or more"
            ])
    }

    @Test(
        "D11: refuses a schema that it cannot follow, and fetches nothing",
        arguments: [
            (#"{"$ref":"file:///etc/passwd"}"#, "not fetched"),
            (#"{"$ref":"http://169.254.169.254/x"}"#, "not fetched"),
            (#"{"$ref":"other.json#/a"}"#, "not fetched"), (##"{"$ref":"#/a/b"}"##, "leads nowhere"),
            (##"{"$ref":"#x"}"##, "leads nowhere"),
            (##"{"$ref":"#"}"##, "without end"),
            (
                ##"{"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
                "without end"
            ),
            (#"{"allOf":[1]}"#, "neither a map"), ("{", "line 1"), (#"{"pattern":"["}"#, "no regular expression"),
        ])
    func refuses(schema: String, expected: String) {
        #expect(problem { _ = try Self.problems(schema, #""x""#) }.contains(expected), "\(schema)")
    }

    @Test("stops at a schema whose alternatives multiply")
    func multiplies() {
        var definitions: [String] = [#""d0":{"type":"string"}"#]
        for level in 1..<40 {
            definitions.append(
                ##""d\##(level)":{"anyOf":[{"$ref":"#/$defs/d\##(level - 1)"},{"$ref":"#/$defs/d\##(level - 1)"}]}"##)
        }
        let schema: String = ##"{"$ref":"#/$defs/d39","$defs":{\##(definitions.joined(separator: ","))}}"##
        #expect(problem { _ = try Self.problems(schema, "1", steps: 5_000) }.contains("without end"))
    }

    @Test("Fuzz: a schema is refused or followed to its end")
    func fuzz() throws {
        let value: JSONValue = ["a": [1, "x", ["b": nil]], "b": .double(2.5), "c": "text"]
        try Fuzzer(seed: 5, iterations: 1_000).run(
            corpus: Self.cases.map(\.0),
            tokens: [
                ##"{"$ref":"#"}"##, #""type""#, #""anyOf":["#, #""items":"#, #""properties":{"a":"#, "true", "1e308",
                "-1",
            ]
        ) { bytes in
            do {
                _ = try JSONSchema(bytes, patterns: { try Self.patterns($0) }, maximumSteps: 5_000).problems(of: value)
            } catch is HelmError {}
        }
    }
}
