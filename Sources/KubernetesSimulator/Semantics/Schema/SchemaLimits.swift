import Formats
import RegularExpressions

/// What a schema says about one value, its type aside.
struct SchemaLimits: Sendable {
    var minimum: Double?
    var maximum: Double?
    var excludesMinimum = false
    var excludesMaximum = false
    var multipleOf: Double?
    var lengths: (low: Int64?, high: Int64?)
    var counts: (low: Int64?, high: Int64?)
    var properties: (low: Int64?, high: Int64?)
    var pattern: String?
    /// The pattern as it was read, once; none where it cannot be, which matches nothing.
    private var expression: RegularExpression?
    var format: StringFormat?
    var choices: [JSONValue]?
    var allOf: [StructuralSchema] = []
    var anyOf: [StructuralSchema] = []
    var oneOf: [StructuralSchema] = []
    var not: [StructuralSchema] = []
    /// Nothing is said but the type.
    let areNone: Bool

    init(_ json: JSONValue) {
        var isAnySaid = false
        func said(_ word: String) -> JSONValue? {
            defer { isAnySaid = isAnySaid || json[word] != nil }
            return json[word]
        }
        minimum = said("minimum")?.number
        maximum = said("maximum")?.number
        excludesMinimum = said("exclusiveMinimum") == true
        excludesMaximum = said("exclusiveMaximum") == true
        multipleOf = said("multipleOf")?.number
        lengths = (said("minLength")?.integer, said("maxLength")?.integer)
        counts = (said("minItems")?.integer, said("maxItems")?.integer)
        properties = (said("minProperties")?.integer, said("maxProperties")?.integer)
        pattern = said("pattern")?.string
        expression = pattern.flatMap(Self.expression)
        format = said("format")?.string.flatMap(StringFormat.init)
        choices = said("enum")?.array
        func schemas(_ key: String) -> [StructuralSchema] { said(key)?.array?.map(StructuralSchema.init) ?? [] }
        allOf = schemas("allOf")
        anyOf = schemas("anyOf")
        oneOf = schemas("oneOf")
        not = said("not").map { [StructuralSchema($0)] } ?? []
        areNone = !isAnySaid
    }

    /// What is wrong with a value of the right type; `path` as the server's messages name it.
    func errors(_ value: JSONValue, at path: String) -> [FieldError] {
        var errors = choiceErrors(value, at: path)
        switch value {
        case .string(let text): errors += textErrors(text, at: path)
        case .integer, .unsigned, .double: errors += numberErrors(value, at: path)
        case .array(let items): errors += countErrors(items, at: path)
        case .object(let members): errors += memberErrors(members, at: path)
        default: break
        }
        return errors + compoundErrors(value, at: path)
    }

    /// Of values of the wrong type as well.
    func choiceErrors(_ value: JSONValue, at path: String) -> [FieldError] {
        guard let choices, !choices.contains(value) else { return [] }
        return [.notSupported(path, value, choices.map { $0.string ?? $0.text() })]
    }

    /// The first thing that is wrong with a text, and its format.
    private func textErrors(_ text: String, at path: String) -> [FieldError] {
        let length = Int64(text.unicodeScalars.count)
        func invalid(_ why: String) -> FieldError { .invalid(path, .string(text), "\(path) in body \(why)") }
        var errors: [FieldError] = []
        if let high = lengths.high, length > high {
            errors = [FieldError(type: .tooLong, field: path, body: "Too long: may not be more than \(high) bytes")]
        } else if let low = lengths.low, length < low {
            errors = [invalid("should be at least \(low) chars long")]
        } else if let pattern, expression?.matches(Array(text.utf8)) != true {
            errors = [invalid("should match '\(pattern)'")]
        }
        if let format, !format.matches(text) {
            errors.append(invalid("must be of type \(format.rawValue): \(JSONValue.string(text).text())"))
        }
        return errors
    }

    private static func expression(_ pattern: String) -> RegularExpression? {
        do throws(RegularExpressionError) { return try RegularExpression(pattern) } catch { return nil }
    }

    private func numberErrors(_ value: JSONValue, at path: String) -> [FieldError] {
        guard let number = value.number else { return [] }
        var errors: [FieldError] = []
        if let minimum, excludesMinimum ? number <= minimum : number < minimum {
            let words = excludesMinimum ? "greater than" : "greater than or equal to"
            errors.append(.invalid(path, value, "\(path) in body should be \(words) \(Self.text(minimum))"))
        }
        if let maximum, excludesMaximum ? number >= maximum : number > maximum {
            let words = excludesMaximum ? "less than" : "less than or equal to"
            errors.append(.invalid(path, value, "\(path) in body should be \(words) \(Self.text(maximum))"))
        }
        if let multipleOf, multipleOf > 0, number.truncatingRemainder(dividingBy: multipleOf) != 0 {
            errors.append(.invalid(path, value, "\(path) in body should be a multiple of \(Self.text(multipleOf))"))
        }
        return errors
    }

    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }

    private func countErrors(_ items: [JSONValue], at path: String) -> [FieldError] {
        let count = Int64(items.count)
        var errors: [FieldError] = []
        if let low = counts.low, count < low {
            errors.append(.invalid(path, .integer(count), "\(path) in body should have at least \(low) items"))
        }
        if let high = counts.high, count > high {
            let body = "Too many: \(count): must have at most \(high) items"
            errors.append(FieldError(type: .tooMany, field: path, body: body))
        }
        return errors
    }

    private func memberErrors(_ members: JSONObject, at path: String) -> [FieldError] {
        let count = Int64(members.count)
        var errors: [FieldError] = []
        if let low = properties.low, count < low {
            errors.append(.invalid(path, .integer(count), "\(path) in body should have at least \(low) properties"))
        }
        if let high = properties.high, count > high {
            let body = "Too many: \(count): must have at most \(high) items"
            errors.append(FieldError(type: .tooMany, field: path, body: body))
        }
        return errors
    }

    private func compoundErrors(_ value: JSONValue, at path: String) -> [FieldError] {
        var errors = allOf.flatMap { $0.errors(value, at: path) }
        func accepts(_ schema: StructuralSchema) -> Bool { schema.errors(value, at: path).isEmpty }
        func refuse(_ why: String) { errors.append(.invalid(path, "", "\"\(path)\" must \(why)")) }
        if !errors.isEmpty { refuse("validate all the schemas (allOf)") }
        if !anyOf.isEmpty, !anyOf.contains(where: accepts) { refuse("validate at least one schema (anyOf)") }
        let alternatives = oneOf.filter(accepts).count
        if !oneOf.isEmpty, alternatives != 1 {
            let found = alternatives == 0 ? "none valid" : "\(alternatives) valid alternatives"
            refuse("validate one and only one schema (oneOf). Found \(found)")
        }
        if not.contains(where: accepts) { refuse("not validate the schema (not)") }
        return errors
    }
}

extension JSONValue {
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
