package import Formats

// Building JSON: what is absent or empty is left out.
extension JSONValue {
    mutating func put(_ key: String, _ text: String?) {
        if let text { self[key] = .string(text) }
    }

    mutating func put(_ key: String, _ number: Int64?) {
        if let number { self[key] = .integer(number) }
    }

    mutating func put(_ key: String, _ value: JSONValue?) {
        if let value { self[key] = value }
    }

    mutating func put(_ key: String, _ duration: Duration?) {
        if let duration { self[key] = .string(duration.goText) }
    }

    mutating func put(_ key: String, _ time: Timestamp?) {
        if let time { self[key] = .string(time.description) }
    }

    mutating func put(_ key: String, _ list: [JSONValue]) {
        if !list.isEmpty { self[key] = .array(list) }
    }

    mutating func put(_ key: String, _ texts: [String]) {
        put(key, texts.map { JSONValue.string($0) })
    }

    mutating func put(_ key: String, _ map: SortedMap<JSONValue>) {
        if !map.isEmpty { self[key] = .object(JSONObject(unique: map.map { ($0.key, $0.value) })) }
    }

    /// An object of no members yet.
    static var emptyObject: JSONValue { .object(JSONObject()) }
}

/// Resources and their amounts, `requests.cpu: 4`.
package typealias ResourceList = SortedMap<Quantity>

extension SortedMap where Value == Quantity {
    package var json: JSONValue {
        .object(JSONObject(unique: map { ($0.key, .string($0.value.description)) }))
    }
}
