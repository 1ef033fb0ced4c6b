import Formats
import TestSupport
import Testing

@Suite("JSON fuzzing") struct JSONFuzzTests {
    static let corpus: [String] = [
        "null", "[]", "{}", "-0.0e-1", "18446744073709551615", "[1,2.5,-3e7,true,false,null,\"a\"]",
        #"{"metadata":{"name":"a","labels":{"a/b":"c"}},"items":[{"metadata":{"name":"x"},"spec":{"n":1}}]}"#,
        #"["\u00e9\ud83d\ude00\n\"\\","Grüße 😀 and a longer text of words"]"#,
        #"{"a":1,"\u0062":{"a":[{"a":1},{"a":2}]}}"#,
        #"[{"a":1,"b":2},{"a":1,"b":2},{"a":1},{"b":1,"a":2},{"a":1,"b":2,"c":{"a":1,"b":2}},{"\u0061":1,"b":2}]"#,
        "  [ 1 ,\n\t{ \"k\" : [ ] } ]  ", #"{"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9}"#,
    ]
    static let tokens: [String] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "null", "true", "false",
        "\"a\":",
        "1e", "-", ".", "E+", "0", "9223372036854775808", "1e308", "\u{2028}", "é", "😀", "[[[[", "{\"a\":{\"a\":", "  ",
    ]
    private static let selection: JSONSelection = .members([
        "metadata": .everything, "items": .elements(.members(["metadata": .members(["name": .everything])])),
    ])

    private func read(_ bytes: [UInt8], limits: FormatLimits = FormatLimits()) -> Result<JSONValue, FormatError> {
        Result { () throws(FormatError) in try JSONValue(parsing: bytes, limits: limits) }
    }

    @Test("Fuzz: what reads, writes and reads again the same")
    func fuzzRoundTrip() throws {
        try Fuzzer(seed: 1, iterations: 3_000).run(corpus: Self.corpus, tokens: Self.tokens) { bytes in
            guard case .success(let value) = read(bytes) else { return }
            let compact: [UInt8] = value.encoded()
            let again: JSONValue = try JSONValue(parsing: compact)
            // The digits of a whole double beyond 2^53 end in zeros, as Go's do: as an integer they are another number.
            try FuzzFailure.unless(again == value || again.encoded() == compact, "the compact text reads differently")
            try FuzzFailure.unless(try JSONValue(parsing: again.encoded()) == again, "the text is not stable")
            let indented: [UInt8] = value.encoded(indented: true, sorted: true)
            try FuzzFailure.unless(try JSONValue(parsing: indented) == again, "the indented text reads differently")
        }
    }

    @Test("Fuzz: a text reads the same after others of its kind, and is refused there as it is alone")
    func fuzzRepetition() throws {
        try Fuzzer(seed: 5, iterations: 2_000).run(corpus: Self.corpus, tokens: Self.tokens) { bytes in
            let usual: [UInt8] = Array(#"[{"a":1,"b":{"a":2}},{"a":1,"b":{"a":2}},"#.utf8)
            var limits: FormatLimits = FormatLimits()
            limits.depth += 1
            switch (read(bytes), read(usual + bytes + [UInt8(ascii: "]")], limits: limits)) {
            case (.success(let value), .success(let list)):
                try FuzzFailure.unless(list.array?.dropFirst(2).elementsEqual([value]) == true, "it reads differently")
            case (.success, .failure(let error)): throw FuzzFailure("it is refused after others: \(error)")
            case (.failure, .success(let list)):
                // Several elements are no value alone, but some of a list.
                try FuzzFailure.unless(list.array?.count != 3, "it is accepted after others")
            case (.failure, .failure): break
            }
        }
    }

    @Test("Fuzz: a scan accepts and refuses what a reader does, with the same error")
    func fuzzScan() throws {
        try Fuzzer(seed: 2, iterations: 1_500).run(corpus: Self.corpus, tokens: Self.tokens) { bytes in
            for selection in [Self.selection, .members([:]), .elements(.members(["a": .everything]))] {
                let scanned: Result<JSONValue, FormatError> = Result { () throws(FormatError) in
                    try JSONValue(parsing: bytes, keeping: selection)
                }
                switch (read(bytes), scanned) {
                case (.success(let whole), .success(let part)):
                    try FuzzFailure.unless(part == whole.keeping(selection), "the scan keeps something else")
                case (.failure(let left), .failure(let right)):
                    try FuzzFailure.unless(left == right, "another error: \(right) instead of \(left)")
                default: throw FuzzFailure("only one of the two refuses it")
                }
            }
        }
    }
}

extension JSONValue {
    /// What a selection keeps, done the simple way.
    fileprivate func keeping(_ selection: JSONSelection) -> JSONValue {
        switch (selection, self) {
        case (.members(let wanted), .object(let members)):
            var kept: JSONObject = JSONObject()
            for (key, value) in members {
                if let selection = wanted[key] { kept[key] = value.keeping(selection) }
            }
            return .object(kept)
        case (.elements(let wanted), .array(let elements)): return .array(elements.map { $0.keeping(wanted) })
        default: return self
        }
    }
}
