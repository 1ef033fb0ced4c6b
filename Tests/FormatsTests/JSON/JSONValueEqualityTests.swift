import Formats
import Testing

@Suite("JSONValue equality") struct JSONValueEqualityTests {
    @Test(
        "holds for the same JSON, whatever case or order it has",
        arguments: [
            (.integer(1), .double(1)), (.integer(0), .double(-0.0)),
            (.unsigned(1 << 63), .double(9_223_372_036_854_775_808)),
            (.integer(5), .unsigned(5)), (["a": 1, "b": [2]], ["b": [.double(2)], "a": 1]), (nil, .null), ([], []),
            (.double(0.5), .double(0.5)), (.integer(.min), .double(-9_223_372_036_854_775_808)),
        ] as [(JSONValue, JSONValue)])
    func equal(left: JSONValue, right: JSONValue) {
        #expect(left == right)
        #expect(right == left)
        #expect(left.hashValue == right.hashValue)
    }

    @Test(
        "does not hold for different JSON",
        arguments: [
            (.integer(1), "1"), (.integer(1), .bool(true)), (.integer(0), .null), ("", .null),
            ([], .object(JSONObject())),
            (.integer(.max), .double(9_223_372_036_854_775_808)), (.integer(-1), .unsigned(.max)),
            (.integer(9_007_199_254_740_993), .double(9_007_199_254_740_992)), (["a": 1], ["a": 1, "b": 2]),
            (["a": 1, "b": 2], ["a": 1, "c": 2]), (["a": nil], .object(JSONObject())), ([1, 2], [2, 1]),
            ("\u{e9}", "e\u{301}"), (["\u{e9}": 1], ["e\u{301}": 1]),
            (.unsigned(.max), .double(18_446_744_073_709_551_616)),
        ] as [(JSONValue, JSONValue)])
    func different(left: JSONValue, right: JSONValue) {
        #expect(left != right)
        #expect(right != left)
    }

    @Test("compares large objects in another order in less than quadratic time")
    func large() {
        let members: [JSONObject.Member] = (0..<50_000).map { ("key-\($0)", .integer(Int64($0))) }
        let forwards: JSONValue = .object(JSONObject(unique: members))
        let backwards: JSONValue = .object(JSONObject(unique: members.reversed()))
        let isEqual: Bool = forwards == backwards
        #expect(isEqual)
        var other: [JSONObject.Member] = members.reversed()
        other[7].value = .null
        let isDifferent: Bool = forwards != .object(JSONObject(unique: other))
        #expect(isDifferent)
    }
}
