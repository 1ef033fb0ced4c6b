import Formats

/// A node of a structural schema: the one source of the definitions that the API server gets.
struct Schema: Sendable {
    private var members: [(key: String, value: JSONValue)]
    private var fields: [(name: String, schema: Schema)] = []
    private var items: [Schema] = []
    private var values: [Schema] = []
    private(set) var rules: [Rule] = []

    private init(_ description: String?, type: String?) {
        members = []
        if let description { members.append(("description", .string(description))) }
        if let type { members.append(("type", .string(type))) }
    }

    private func with(_ key: String, _ value: JSONValue) -> Schema {
        var copy = self
        copy.members.append((key, value))
        return copy
    }
}

// MARK: - Kinds of nodes

extension Schema {
    static func object(
        _ description: String,
        required: [String] = [],
        _ fields: [(name: String, schema: Schema)]
    ) -> Schema {
        var schema = Schema(description, type: "object")
        if !required.isEmpty { schema = schema.with("required", .array(required.map { .string($0) })) }
        schema.fields = fields
        return schema
    }

    /// The metadata of an object, of which a definition may say nothing.
    static let metadata = Schema(nil, type: "object")

    /// An object of any members.
    static func anyObject(_ description: String) -> Schema {
        Schema(description, type: "object").with("x-kubernetes-preserve-unknown-fields", true)
    }

    /// A whole object of the API.
    static func embeddedObject(_ description: String) -> Schema {
        anyObject(description).with("x-kubernetes-embedded-resource", true)
    }

    /// Any value: no schema can say string, number or boolean, so the operator does.
    static func scalar(_ description: String) -> Schema {
        Schema(description, type: nil).with("x-kubernetes-preserve-unknown-fields", true)
    }

    static func text(_ description: String, limit: Int) -> Schema {
        Schema(description, type: "string").with("minLength", 1).with("maxLength", .integer(Int64(limit)))
    }

    /// A text that only the operator writes: bounded, else free.
    static func note(_ description: String, limit: Int) -> Schema {
        Schema(description, type: "string").with("maxLength", .integer(Int64(limit)))
    }

    static func text(_ description: String, _ form: TextForm) -> Schema {
        text(description, limit: form.limit).with("pattern", .string(form.rawValue))
    }

    /// A text of a form, or nothing between quotes.
    static func optionalText(_ description: String, _ form: TextForm) -> Schema {
        note(description, limit: form.limit).with("pattern", .string("^$|\(form.rawValue)"))
    }

    static func duration(_ description: String) -> Schema { text(description, .duration) }

    static func positiveDuration(_ description: String) -> Schema { duration(description).rule(.durationPositive) }

    static func time(_ description: String) -> Schema {
        Schema(description, type: "string").with("format", "date-time")
    }

    static func addressBlock(_ description: String) -> Schema {
        text(description, limit: 49).with("format", "cidr")
    }

    static func boolean(_ description: String) -> Schema { Schema(description, type: "boolean") }

    static func integer(_ description: String, in range: ClosedRange<Int64> = 0...Int64.max) -> Schema {
        var schema = Schema(description, type: "integer").with("format", "int64")
        if range.lowerBound > .min { schema = schema.with("minimum", .integer(range.lowerBound)) }
        if range.upperBound < .max { schema = schema.with("maximum", .integer(range.upperBound)) }
        return schema
    }

    static func choice<Word: RawRepresentable & CaseIterable>(
        _ description: String,
        _: Word.Type
    ) -> Schema where Word.RawValue == String {
        let words: [JSONValue] = Word.allCases.map { .string($0.rawValue) }
        return Schema(description, type: "string").with("enum", .array(words))
    }

    static func list(_ description: String, limit: Int, of item: Schema, key: String? = nil) -> Schema {
        var schema = Schema(description, type: "array").with("maxItems", .integer(Int64(limit)))
        if let key {
            schema = schema.with("x-kubernetes-list-type", "map").with("x-kubernetes-list-map-keys", [.string(key)])
        } else {
            schema = schema.with("x-kubernetes-list-type", "atomic")
        }
        schema.items = [item]
        return schema
    }

    static func map(_ description: String, limit: Int, of value: Schema) -> Schema {
        var schema = Schema(description, type: "object").with("maxProperties", .integer(Int64(limit)))
        schema.values = [value]
        return schema
    }

    /// A number, or a text of a form.
    static func integerOr(_ form: TextForm, _ description: String, in range: ClosedRange<Int64>) -> Schema {
        var schema = Schema(description, type: nil)
            .with("anyOf", [["type": "integer"], ["type": "string"]])
            .with("x-kubernetes-int-or-string", true)
            .with("pattern", .string(form.rawValue)).with("maxLength", .integer(Int64(form.limit)))
            .with("minimum", .integer(range.lowerBound))
        if range.upperBound < .max { schema = schema.with("maximum", .integer(range.upperBound)) }
        return schema
    }
}

// MARK: - What is added to a node

extension Schema {
    func defaulting(to value: JSONValue) -> Schema { with("default", value) }

    func rule(_ rules: Rule...) -> Schema {
        var copy = self
        copy.rules += rules
        return copy
    }
}

// MARK: - Reading and writing

extension Schema {
    /// This node and all below it.
    var nodes: [Schema] { [self] + (fields.map(\.schema) + items + values).flatMap(\.nodes) }

    /// The schema as JSON; without its rules for servers that refuse them.
    func json(withRules: Bool) -> JSONValue {
        var json = JSONObject(unique: members)
        if let item = items.first { json["items"] = item.json(withRules: withRules) }
        if let value = values.first { json["additionalProperties"] = value.json(withRules: withRules) }
        if !fields.isEmpty {
            json["properties"] = .object(
                JSONObject(unique: fields.map { ($0.name, $0.schema.json(withRules: withRules)) }))
        }
        if withRules, !rules.isEmpty {
            json["x-kubernetes-validations"] = .array(
                rules.map { ["rule": .string($0.expression), "message": .string($0.message)] }
            )
        }
        return .object(json)
    }
}
