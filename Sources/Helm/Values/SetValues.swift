package import Formats

/// Values as they are set on a command line: `a.b=1,list={x,y},list[0].name=z`.
///
/// A backslash takes the meaning from what follows it. A later value wins.
package enum SetValues {
    /// What a value stands for.
    package enum Kind: Sendable, Hashable {
        /// true, false, null and integers are such, all else is text.
        case typed
        case text
        case json
    }

    /// Sets what the text says.
    ///
    /// - Throws: where the text cannot be read; the values then stay as they were.
    package static func apply(_ text: String, to values: inout JSONObject, as kind: Kind = .typed) throws(HelmError) {
        var parser: SetParser = SetParser(text, kind: kind)
        var copy: JSONObject = values
        while try !parser.key(&copy, level: 0) {}
        values = copy
    }
}

/// Reads keys and values; functions return whether the text has ended, as Helm's do by an error of their own.
private struct SetParser {
    private static let maximumIndex: Int = 65_536
    private static let maximumLevel: Int = 30
    /// Places of lists that one text may make, most of them empty.
    private static let maximumPlaces: Int = 1 << 20

    private let scalars: [Unicode.Scalar]
    private var place: Int = 0
    private var places: Int = 0
    private let kind: SetValues.Kind

    init(_ text: String, kind: SetValues.Kind) {
        scalars = Array(text.unicodeScalars)
        self.kind = kind
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    /// A text up to one of the stops, which is taken too; no stop at the end.
    private mutating func text(until stops: [Unicode.Scalar]) -> (text: String, stop: Unicode.Scalar?) {
        var text: String.UnicodeScalarView = String.UnicodeScalarView()
        while let scalar = next {
            place += 1
            if stops.contains(scalar) { return (String(text), scalar) }
            if scalar != "\\" {
                text.append(scalar)
            } else if let escaped = next {
                place += 1
                text.append(escaped)
            }
        }
        return (String(text), nil)
    }

    mutating func key(_ data: inout JSONObject, level: Int) throws(HelmError) -> Bool {
        let (key, stop) = text(until: ["=", "[", ",", "."])
        switch stop {
        case "[":
            var list: [JSONValue] = []
            if let old = data[key] {
                guard case .array(let elements) = old else {
                    throw HelmError("\(key) is no list: set it without an index")
                }
                list = elements
            }
            let isAtEnd: Bool = try item(&list, at: try index(), level: level)
            Self.set(&data, key, .array(list))
            return isAtEnd
        case "=":
            let (value, isAtEnd) = try value()
            Self.set(&data, key, value)
            return isAtEnd
        case ",":
            throw HelmError("key \"\(key)\" has no value: write \(key)=value, and a comma only between two of them")
        case ".":
            guard level < Self.maximumLevel else {
                throw HelmError("a key has more than \(Self.maximumLevel) levels: set the table by a file of values")
            }
            var inner: JSONObject = JSONObject()
            if let old = data[key] {
                guard case .object(let members) = old else { throw HelmError("\(key) is no table: set it without .") }
                inner = members
            }
            let isAtEnd: Bool = try self.key(&inner, level: level + 1)
            if inner.isEmpty, !isAtEnd {
                throw HelmError("key \"\(key)\" has no value below it: write \(key).name=value")
            }
            if !inner.isEmpty { Self.set(&data, key, .object(inner)) }
            return isAtEnd
        default:
            if key.isEmpty { return true }
            throw HelmError("key \"\(key)\" has no value: write \(key)=value")
        }
    }

    /// What has no key is read, and left out.
    private static func set(_ data: inout JSONObject, _ key: String, _ value: JSONValue) {
        if !key.isEmpty { data[key] = value }
    }

    private mutating func index() throws(HelmError) -> Int {
        let (text, stop) = text(until: ["]"])
        guard stop != nil, let index = Int(text) else {
            throw HelmError("[\(text) is no index of a list: write a number and ]")
        }
        guard (0...Self.maximumIndex).contains(index) else {
            throw HelmError("index \(index) is not between 0 and \(Self.maximumIndex)")
        }
        return index
    }

    private mutating func item(_ list: inout [JSONValue], at index: Int, level: Int) throws(HelmError) -> Bool {
        guard level < Self.maximumLevel else {
            throw HelmError("a key has more than \(Self.maximumLevel) levels: set the list by a file of values")
        }
        let (rest, stop) = text(until: ["[", ".", "="])
        guard rest.isEmpty else { throw HelmError("\"\(rest)\" follows an index: write =, . or [ there") }
        switch stop {
        case "=":
            let (value, _) = try value()
            try put(value, in: &list, at: index)
            return false
        case "[":
            let inner: Int = try self.index()
            var elements: [JSONValue] = []
            if index < list.count, !list[index].isNull {
                guard case .array(let old) = list[index] else {
                    throw HelmError("item \(index) of a list is no list itself")
                }
                elements = old
            }
            let isAtEnd: Bool = try item(&elements, at: inner, level: level + 1)
            if !isAtEnd { try put(.array(elements), in: &list, at: index) }
            return isAtEnd
        case ".":
            var members: JSONObject = JSONObject()
            let isThere: Bool = index < list.count
            if isThere, case .object(let old) = list[index] { members = old }
            let isAtEnd: Bool = try key(&members, level: level + 1)
            if isThere || !isAtEnd { try put(.object(members), in: &list, at: index) }
            return isAtEnd
        default: return true  // An index without a value makes an empty list, as in Helm.
        }
    }

    private mutating func put(_ value: JSONValue, in list: inout [JSONValue], at index: Int) throws(HelmError) {
        let missing: Int = index + 1 - list.count
        if missing > 0 {
            places += missing
            guard places <= Self.maximumPlaces else {
                throw HelmError("the lists are too long: set them by a file of values")
            }
            list += Array(repeating: .null, count: missing)
        }
        list[index] = value
    }

    /// The value here; an empty one where the text has ended.
    private mutating func value() throws(HelmError) -> (JSONValue, isAtEnd: Bool) {
        if kind == .json { return (try json(), false) }
        guard let first = next else { return ("", true) }
        guard first == "{" else { return (typed(text(until: [","]).text), false) }
        place += 1
        var list: [JSONValue] = []
        while true {
            let (text, stop) = text(until: [",", "}"])
            guard let stop else { throw HelmError("a list has no end: write } after its last value") }
            list.append(typed(text))
            guard stop == "}" else { continue }
            if next == "," { place += 1 }
            return (.array(list), false)
        }
    }

    private func typed(_ text: String) -> JSONValue {
        if kind == .text { return .string(text) }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        case "null": return nil
        case "0": return 0
        default:
            guard text.utf8.first != UInt8(ascii: "0"), let integer = Int64(text) else { return .string(text) }
            return .integer(integer)
        }
    }

    private mutating func json() throws(HelmError) -> JSONValue {
        if skipEmpty() { return .null }
        let end: Int = endOfJSON()
        var text: String.UnicodeScalarView = String.UnicodeScalarView()
        text.append(contentsOf: scalars[place..<end])
        do throws(FormatError) {
            let value: JSONValue = try JSONValue(parsing: String(text))
            place = end
            _ = skipEmpty()
            return value.withGoNumbers
        } catch {
            throw HelmError("a value is no JSON: \(error)")
        }
    }

    /// Takes white space and a comma; whether no value comes before it.
    private mutating func skipEmpty() -> Bool {
        while let scalar = next {
            if scalar != ",", !scalar.properties.isWhitespace { return false }
            place += 1
            if scalar == "," { return true }
        }
        return true
    }

    /// Where the JSON value that begins here may end.
    private func endOfJSON() -> Int {
        var depth: Int = 0
        var isInText: Bool = false
        var end: Int = place
        while end < scalars.count {
            let scalar: Unicode.Scalar = scalars[end]
            if isInText {
                if scalar == "\\" { end += 1 } else if scalar == "\"" { isInText = false }
            } else {
                switch scalar {
                case "\"": isInText = true
                case "{", "[": depth += 1
                case "}", "]": depth -= 1
                case "," where depth == 0: return end
                default: if depth == 0, scalar.properties.isWhitespace { return end }
                }
            }
            end += 1
            if depth == 0, !isInText, "}]\"".unicodeScalars.contains(scalar) { return min(end, scalars.count) }
        }
        return scalars.count
    }
}
