import Formats

/// What becomes of a part of a value.
enum Rewriting {
    case same
    case gone
    case other(JSONValue)

    /// `nil` is as it was.
    init(_ changed: JSONValue?) { self = changed.map(Rewriting.other) ?? .same }
}

// Most of what is written is as it should be already: nothing is built anew before something changes.

extension JSONObject {
    /// The object with its members rewritten; `nil` where all stay the same.
    func rewritten(_ rewriting: (_ name: String, _ value: JSONValue) -> Rewriting) -> JSONObject? {
        var kept: [Member]?
        for (place, member) in enumerated() {
            let rewriting = rewriting(member.key, member.value)
            if case .same = rewriting {
                kept?.append(member)
                continue
            }
            if kept == nil { kept = Array(prefix(place)) }
            if case .other(let value) = rewriting { kept?.append((member.key, value)) }
        }
        return kept.map { JSONObject(unique: $0) }
    }
}

extension Array<JSONValue> {
    /// The items, those that change in their new form; `nil` where all stay the same.
    func rewritten(_ changed: (JSONValue) -> JSONValue?) -> [JSONValue]? {
        var result: [JSONValue]?
        for (place, item) in enumerated() {
            guard let item = changed(item) else { continue }
            if result == nil { result = self }
            result?[place] = item
        }
        return result
    }
}

extension JSONValue {
    /// Without members that are null: what is read into types says nothing by them.
    var withoutNulls: JSONValue { rewrittenWithoutNulls ?? self }

    /// `nil` where it has none.
    var rewrittenWithoutNulls: JSONValue? {
        switch self {
        case .object(let members):
            members.rewritten { $1.isNull ? .gone : Rewriting($1.rewrittenWithoutNulls) }.map(JSONValue.object)
        case .array(let items): items.rewritten(\.rewrittenWithoutNulls).map(JSONValue.array)
        default: nil
        }
    }
}
