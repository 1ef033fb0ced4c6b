import Formats
import GoTemplate

extension TemplateValue {
    /// The value as Go's encoder sees it.
    ///
    /// - Throws: `TemplateFunctionError` for what JSON has no word for.
    func json(depth: Int = 0) throws -> JSONValue {
        guard depth < 1_000 else { throw TemplateFunctionError("json: a value nests too deeply to be written") }
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value, _): return .integer(value)
        case .unsigned(let value, _): return Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
        case .float(let value, _):
            guard value.isFinite else {
                throw TemplateFunctionError("json: unsupported value: \(try printed().text)")
            }
            return .double(value)
        case .string(let text): return .string(Self.validText(text.bytes))
        case .bytes(let bytes): return .string(Base64.encode(bytes))
        case .list(let list):
            return list.isNil ? .null : .array(try list.elements.map { try $0.json(depth: depth + 1) })
        case .map(let map):
            return map.isNil ? .null : .object(try Self.object(map.members.map { ($0, $1) }, depth))
        case .function: throw TemplateFunctionError("json: unsupported type: \(type)")
        case .object(let object):
            if let time = Moment(object) { return .string(time.rfc3339) }
            switch object.content {
            case .value(let value): return try value.json(depth: depth + 1)
            case .structure(let fields):
                let members: [(TemplateString, TemplateValue)] = fields.filter { $0.value.isTrue }.map { field in
                    (TemplateString(Self.memberName(field.name.text)), field.value)
                }
                return .object(try Self.object(members, depth))
            }
        }
    }

    private static func object(
        _ members: [(TemplateString, TemplateValue)], _ depth: Int
    ) throws -> JSONObject {
        var object: JSONObject = JSONObject()
        for (key, value) in members { object[validText(key.bytes)] = try value.json(depth: depth + 1) }
        return object
    }

    /// The name that the fields of charts have in their files.
    private static func memberName(_ field: String) -> String {
        field == "APIVersion" ? "apiVersion" : field.prefix(1).lowercased() + field.dropFirst()
    }

    private static func validText(_ bytes: [UInt8]) -> String {
        String(decoding: GoText.valid(bytes), as: UTF8.self)
    }
}
