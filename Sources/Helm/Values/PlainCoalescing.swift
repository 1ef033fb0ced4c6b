import Formats

/// Puts a chart's defaults under the values that it is given, where there are no charts in it.
///
/// Without charts inside no table is ever two places' own, so that values need not be tables that are changed in
/// place: the result, also the warnings and the limit, is that of `ValueCoalescing`.
struct PlainCoalescing {
    private(set) var warnings: [String] = []
    private var budget: Int

    init(limit: Int) { budget = limit }

    mutating func completed(_ values: JSONObject, by chart: Chart) throws(HelmError) -> JSONObject {
        try combined(values, chart.values, at: chart.name, isTop: true)
    }

    private mutating func combined(
        _ given: JSONObject, _ defaults: JSONObject, at place: String, isTop: Bool
    ) throws(HelmError) -> JSONObject {
        let (given, defaults): (JSONObject, JSONObject) = (given.sortedByKeys, defaults.sortedByKeys)
        var result: [JSONObject.Member] = []
        result.reserveCapacity(given.count + defaults.count)
        var (left, right): (Int, Int) = (0, 0)
        while left < given.count || right < defaults.count {
            let order: Int =
                left == given.count
                ? 1 : right == defaults.count ? -1 : given[left].key.order(before: defaults[right].key)
            if order < 0 {
                result.append((given[left].key, try taken(given[left].value, keepsNulls: true)))
                left += 1
                continue
            }
            let (key, standard): JSONObject.Member = defaults[right]
            right += 1
            if order > 0 {
                if !standard.isNull { result.append((key, try taken(standard, keepsNulls: false))) }
                continue
            }
            let value: JSONValue? = try combined(given[left].value, standard, at: place, key, isTop: isTop)
            if let value { result.append((key, value)) }
            left += 1
        }
        try spend(result.count)
        return JSONObject(unique: result)
    }

    /// What becomes of a value where there is a default, too; `nil` where it is removed.
    private mutating func combined(
        _ given: JSONValue, _ standard: JSONValue, at place: String, _ key: String, isTop: Bool
    ) throws(HelmError) -> JSONValue? {
        switch (given, standard) {
        case (.null, .null): return isTop ? nil : .null
        case (.null, _): return nil
        case (.object(let own), .object(let table)):
            let below: String = ValueCoalescing.path(place, key)
            return .object(try combined(own, table, at: below, isTop: false))
        case (.object, .null): return try taken(given, keepsNulls: true)
        case (.object, _):
            let complaintAtTop: String = "the chart's own value is no table, so it is left out"
            warn(place, key, isTop ? complaintAtTop : "a table is kept where the chart has none")
            return try taken(given, keepsNulls: true)
        case (_, .object):
            if !isTop { warn(place, key, "what is no table replaces a table") }
            return given
        default: return given
        }
    }

    private mutating func warn(_ place: String, _ key: String, _ message: String) {
        warnings.append("\(ValueCoalescing.path(place, key)): \(message)")
    }

    /// A value as it is, keys in the order of their bytes.
    private mutating func taken(_ value: JSONValue, keepsNulls: Bool) throws(HelmError) -> JSONValue {
        guard case .object(let members) = value else { return value }
        var result: [JSONObject.Member] = []
        result.reserveCapacity(members.count)
        for (key, value) in members.sortedByKeys where keepsNulls || !value.isNull {
            result.append((key, try taken(value, keepsNulls: keepsNulls)))
        }
        try spend(result.count)
        return .object(JSONObject(unique: result))
    }

    private mutating func spend(_ members: Int) throws(HelmError) {
        budget -= members + 1
        guard budget > 0 else { throw ValueTable.tooMany }
    }
}

extension JSONObject {
    /// Members in the order of their keys' bytes, as most objects have them.
    fileprivate var sortedByKeys: JSONObject {
        for (key, next) in zip(keys, keys.dropFirst()) where key.order(before: next) > 0 {
            return JSONObject(unique: sorted { $0.key.order(before: $1.key) < 0 })
        }
        return self
    }
}

extension String {
    /// Negative where this comes before another text by its bytes, positive where it comes after.
    fileprivate func order(before other: String) -> Int {
        var theirs: String.UTF8View.Iterator = other.utf8.makeIterator()
        for mine in utf8 {
            guard let their = theirs.next() else { return 1 }
            if mine != their { return mine < their ? -1 : 1 }
        }
        return theirs.next() == nil ? 0 : -1
    }
}
