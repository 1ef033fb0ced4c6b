/// What a scalar stands for, as Go's yaml.v2 resolves it.
enum YAMLScalar {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Above `Int64.max`.
    case unsigned(UInt64)
    case double(Double)
    case string(String)
}

extension YAMLScalar {
    /// Resolves a scalar by its tag and, where that leaves it open, by how it looks.
    ///
    /// - Throws: the reason why the value does not suit its tag, without the value: it may be a secret.
    init(_ text: YAMLScalarText, maximumNumberLength: Int) throws(YAMLScalarProblem) {
        guard let tag = text.tag else {
            self = text.isPlain ? try Self.plain(text.value, maximumNumberLength) : .string(text.value)
            return
        }
        switch tag {
        case "tag:yaml.org,2002:str": self = .string(text.value)
        case "tag:yaml.org,2002:binary": self = .string(try Self.binary(text.value))
        case "tag:yaml.org,2002:timestamp":
            guard Self.isTimestamp(text.value) else { throw .tag("!!timestamp") }
            self = .string(text.value)
        case "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float":
            let name: String = "!!" + tag.dropFirst("tag:yaml.org,2002:".utf8.count)
            self = try Self.plain(text.value, maximumNumberLength).tagged(name)
        // A tag that yaml.v2 does not know leaves a string.
        default: self = .string(text.value)
        }
    }

    private func tagged(_ name: String) throws(YAMLScalarProblem) -> YAMLScalar {
        switch (name, self) {
        case ("!!null", .null), ("!!bool", .bool), ("!!int", .integer), ("!!int", .unsigned), ("!!float", .double): self
        case ("!!float", .integer(let value)): .double(Double(value))
        default: throw .tag(name)
        }
    }

    private static func plain(_ text: String, _ maximumNumberLength: Int) throws(YAMLScalarProblem) -> YAMLScalar {
        if let word = words[text] { return word }
        guard let number = YAMLNumber(text) else { return .string(text) }
        guard text.utf8.count <= maximumNumberLength else { throw .number(maximumNumberLength) }
        return number.scalar
    }

    /// `!!binary` stands for bytes, but JSON holds text.
    private static func binary(_ text: String) throws(YAMLScalarProblem) -> String {
        guard let bytes = Base64.decode(text) else { throw .base64 }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .binary }
        return decoded
    }

    /// Only asked of a scalar with that tag; all others are strings, whether they look like a time or not.
    private static func isTimestamp(_ text: String) -> Bool {
        let bytes: [UInt8] = Array(text.utf8)
        let date: [UInt8] = Array(bytes.prefix(4))
        return date.count == 4 && date.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            && bytes.dropFirst(4).first == UInt8(ascii: "-")
    }

    private static let words: [String: YAMLScalar] = {
        var words: [String: YAMLScalar] = [:]
        for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] {
            words[word] = .bool(true)
        }
        for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
            words[word] = .bool(false)
        }
        for word in ["", "~", "null", "Null", "NULL"] { words[word] = .null }
        for word in [".nan", ".NaN", ".NAN"] { words[word] = .double(.nan) }
        for word in [".inf", ".Inf", ".INF"] {
            words[word] = .double(.infinity)
            words["+\(word)"] = .double(.infinity)
            words["-\(word)"] = .double(-.infinity)
        }
        return words
    }()
}

/// Why a scalar has no value.
enum YAMLScalarProblem: Error {
    case tag(String)
    case number(Int)
    case base64
    case binary

    var message: String {
        switch self {
        case .tag(let tag): "the value does not suit its tag \(tag): correct one of them"
        case .number(let limit): "a number may have at most \(limit) digits: put quotes around it if it is a text"
        case .base64: "the value of !!binary is no base64: correct it or leave out the tag"
        case .binary: "the value of !!binary is no UTF-8 text: leave out the tag where base64 is wanted, as in a Secret"
        }
    }
}
