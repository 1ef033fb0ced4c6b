import Formats
import TestSupport
import Testing

@Suite("Patch fuzzing") struct PatchFuzzTests {
    private static let tokens: [String] = [
        "{", "}", "[", "]", ",", ":", "\"", "null", "\"a\":", "\"b\"", "{}", "[1]", "/a", "/0", "/-", "~0", "~1", "~",
        "/",
        #"{"op":"add","path":"/a","value":1},"#, #"{"op":"copy","from":"","path":"/a"},"#, #""op":"test","#,
        #""from":"","#,
        "remove", "replace", "move",
    ]

    /// Two values from one text: an array's first and second element.
    private func pair(_ bytes: [UInt8]) -> (JSONValue, JSONValue)? {
        let read: Result<JSONValue, FormatError> = Result { () throws(FormatError) in try JSONValue(parsing: bytes) }
        guard case .success(.array(let elements)) = read, elements.count == 2 else { return nil }
        return (elements[0], elements[1])
    }

    @Test("Fuzz: a merge patch from one value to another leads there")
    func fuzzMergePatch() throws {
        let corpus: [String] = [
            #"[{"a":1,"b":{"c":2,"d":[3]}},{"a":2,"b":{"c":null},"e":{"f":null}}]"#, #"[{"a":{}},{"a":[]}]"#,
            "[null,{}]",
            #"[{"a":{"a":{"a":1}}},{"a":{"a":{"b":1}}}]"#, #"[[1],{"a":null}]"#,
        ]
        try Fuzzer(seed: 3).run(corpus: corpus, tokens: Self.tokens) { bytes in
            guard let (first, second) = pair(bytes) else { return }
            let (from, to): (JSONValue, JSONValue) = (first.withoutNulls, second.withoutNulls)
            let patch: JSONValue? = from.mergePatch(to: to)
            try FuzzFailure.unless((patch == nil) == (from == to), "a patch where nothing differs, or none")
            try FuzzFailure.unless(patch.map { from.merging($0) } ?? from == to, "the patch leads elsewhere")
            try FuzzFailure.unless(to.mergePatch(to: to) == nil, "a value differs from itself")
            let merged: JSONValue = first.merging(second)
            try FuzzFailure.unless(merged.merging(second) == merged, "a merge patch is not idempotent")
        }
    }

    @Test("Fuzz: a JSON patch is read, applied or refused, and written the same")
    func fuzzJSONPatch() throws {
        let corpus: [String] =
            JSONPatchTests.appendix.map { "[\($0.document),\($0.patch)]" }
            + JSONPatchTests.edges.map { "[\($0.document),\($0.patch)]" }
        try Fuzzer(seed: 4).run(corpus: corpus, tokens: Self.tokens) { bytes in
            guard let (document, json) = pair(bytes) else { return }
            let patch: JSONPatch
            do {
                patch = try JSONPatch(json)
            } catch is FormatError {
                return
            }
            try FuzzFailure.unless(try JSONPatch(patch.json) == patch, "the patch reads differently")
            let result: JSONValue
            do {
                result = try patch.applied(to: document)
            } catch is FormatError {
                return
            }
            try FuzzFailure.unless(try JSONValue(parsing: result.encoded()) == result, "the result is no JSON")
            let onlyTests: [JSONPatch.Operation] = patch.operations.filter {
                if case .test = $0 { true } else { false }
            }
            try FuzzFailure.unless(
                onlyTests.count < patch.operations.count || result == document, "tests alone change the value")
        }
    }
}

extension JSONValue {
    fileprivate var withoutNulls: JSONValue {
        guard let members = object else { return self }
        let kept: [JSONObject.Member] = members.filter { !$0.value.isNull }
        return .object(JSONObject(unique: kept.map { ($0.key, $0.value.withoutNulls) }))
    }
}
