import Formats

/// One step of a path through an object.
enum PathElement: Hashable, Sendable {
    case field(String)
    /// The item of a list that has these values at its keys.
    case key([KeyValue])
    /// The item of a set.
    case value(JSONValue)
    case index(Int)

    struct KeyValue: Hashable, Sendable {
        var key: String
        var value: JSONValue
    }
}

extension PathElement: Comparable {
    /// By the bytes of their texts.
    static func < (left: PathElement, right: PathElement) -> Bool {
        if case .field(let left) = left, case .field(let right) = right {
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
        return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension PathElement {
    /// `f:name`, `k:{"name":"a"}`, `v:"a"`, `i:0`: the form of `fieldsV1`.
    var text: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let pairs): "k:\(JSONValue.object(JSONObject(unique: pairs.map { ($0.key, $0.value) })).text())"
        case .value(let value): "v:\(value.text())"
        case .index(let index): "i:\(index)"
        }
    }

    init?(text: String) {
        let body = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .field(body)
        case "i:":
            guard let index = Int(body) else { return nil }
            self = .index(index)
        case "v:":
            do { self = .value(try JSONValue(parsing: body)) } catch { return nil }
        case "k:":
            do {
                guard let object = try JSONValue(parsing: body).object else { return nil }
                self = .key(object.map { KeyValue(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key })
            } catch {
                return nil
            }
        default: return nil
        }
    }

    /// `.name`, `[name="a"]`, `[="a"]`, `[0]`: the form of conflict messages.
    var display: String {
        switch self {
        case .field(let name): ".\(name)"
        case .key(let pairs): "[\(pairs.map { "\($0.key)=\($0.value.text())" }.joined(separator: ","))]"
        case .value(let value): "[=\(value.text())]"
        case .index(let index): "[\(index)]"
        }
    }
}
