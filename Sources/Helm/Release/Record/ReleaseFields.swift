import Formats

/// Takes the known fields out of an object of a stored release, as Go reads a struct; what is left is unknown.
struct ReleaseFields {
    private(set) var others: JSONObject
    let place: String

    init(_ value: JSONValue?, place: String) throws(HelmError) {
        self.place = place
        switch value {
        case nil, .null: others = JSONObject()
        case .object(let members): others = members
        default: throw HelmError("\(place) is no object")
        }
    }

    mutating func text(_ key: String) throws(HelmError) -> String {
        switch take(key) {
        case nil: return ""
        case .string(let text): return text
        default: throw wrong(key, "no text")
        }
    }

    mutating func texts(_ key: String) throws(HelmError) -> [String] {
        var texts: [String] = []
        for element in try list(key) {
            guard case .string(let text) = element else { throw wrong(key, "no list of texts") }
            texts.append(text)
        }
        return texts
    }

    mutating func integer(_ key: String) throws(HelmError) -> Int {
        switch take(key) {
        case nil: return 0
        case .integer(let number): return Int(number)
        default: throw wrong(key, "no integer")
        }
    }

    /// A moment; Helm 3 writes none as an empty text.
    mutating func time(_ key: String) throws(HelmError) -> ReleaseTime? {
        let text: String = try text(key)
        guard !text.isEmpty else { return nil }
        do throws(FormatError) {
            let time: ReleaseTime = try ReleaseTime(text)
            // Go's zero, which stands for none.
            return text.hasPrefix("0001-01-01T00:00:00") ? nil : time
        } catch {
            throw wrong(key, "no time")
        }
    }

    mutating func object(_ key: String) throws(HelmError) -> JSONObject {
        switch take(key) {
        case nil: return JSONObject()
        case .object(let members): return members
        default: throw wrong(key, "no object")
        }
    }

    mutating func list(_ key: String) throws(HelmError) -> [JSONValue] {
        switch take(key) {
        case nil: return []
        case .array(let elements): return elements
        default: throw wrong(key, "no list")
        }
    }

    /// The member, which is unknown no longer; `nil` also where it is null.
    mutating func take(_ key: String) -> JSONValue? {
        let value: JSONValue? = others[key]
        others[key] = Optional.none
        // A bare `nil` could be taken for JSON's.
        return value?.isNull == true ? Optional.none : value
    }

    private func wrong(_ key: String, _ fault: String) -> HelmError { HelmError("\(place).\(key) is \(fault)") }
}
