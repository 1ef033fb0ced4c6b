import Formats
import GoTemplate
import TestSupport

/// A template with its data: what both implementations are asked.
struct TemplateQuestion {
    /// `default`, `zero` or `error`.
    var missingKey: String = "default"
    var name: String = "t"
    var text: [UInt8]
    var data: String = "null"
    /// The data, read already.
    var value: JSONValue?

    /// As the oracle reads it.
    var line: String {
        [Array(missingKey.utf8), Array(name.utf8), text, Array(data.utf8)].map { FuzzFailure.escaped($0) }
            .joined(separator: "\t")
    }

    /// Our answer, in the oracle's form.
    func answer() -> String {
        do {
            let value: JSONValue = try value ?? JSONValue(parsing: Array(data.utf8))
            let missing: TemplateSet.MissingKey =
                missingKey == "zero" ? .zero : missingKey == "error" ? .error : .invalid
            var set: TemplateSet = TemplateSet(name: "set", functions: TestFunctions.library, missingKey: missing)
            let name: TemplateString = TemplateString(name)
            try set.parse(name, bytes: text)
            let data: TemplateValue = TypedData.value(value)
            return "=" + FuzzFailure.escaped(try set.execute(name, with: data).bytes)
        } catch let error as TemplateError {
            return "!" + FuzzFailure.escaped(Array(error.message.utf8))
        } catch {
            return "?\(error)"
        }
    }
}

/// Data with values that JSON has not, as the oracle understands it.
enum TypedData {
    static func value(_ value: JSONValue) -> TemplateValue {
        switch value {
        case .array(let elements): return .list(elements.map { self.value($0) })
        case .object(let members):
            if members.count == 1, let member = members.first, member.key.hasPrefix("$") {
                return special(member.key, member.value)
            }
            return .map(members.map { (TemplateString($0.key), self.value($0.value)) })
        default: return TemplateValue(value)
        }
    }

    private static func special(_ name: String, _ content: JSONValue) -> TemplateValue {
        let number: Int64 = content.integer ?? 0
        switch name {
        case "$int": return .int(Int(number))
        case "$int64": return .int64(number)
        case "$uint64": return .unsigned(UInt64(number), .uint64)
        case "$uint8": return .unsigned(UInt64(number), .uint8)
        case "$float32":
            if case .double(let value) = content { return .float(Double(Float(value)), .float32) }
            return .float(Double(number), .float32)
        case "$bytes": return .bytes(Array((content.string ?? "").utf8))
        case "$raw": return .string(TemplateString(bytes: raw(content.string ?? "")))
        case "$strings":
            return .list(TemplateList((content.array ?? []).map { .text($0.string ?? "") }, of: .string))
        case "$texts":
            let members: JSONObject = content.object ?? JSONObject()
            return .map(
                TemplateMap(
                    members.map { (TemplateString($0.key), .text($0.value.string ?? "")) }, of: .string))
        case "$nilmap": return .map(TemplateMap(isNil: true))
        case "$nillist": return .list(TemplateList([], isNil: true))
        default: return .null
        }
    }

    /// Bytes written as `\xNN`.
    private static func raw(_ text: String) -> [UInt8] {
        var parts: [Substring] = text.split(separator: "\\x", omittingEmptySubsequences: false)
        var bytes: [UInt8] = Array(parts.removeFirst().utf8)
        for part in parts {
            bytes.append(UInt8(part.prefix(2), radix: 16) ?? 0)
            bytes += Array(part.dropFirst(2).utf8)
        }
        return bytes
    }
}
