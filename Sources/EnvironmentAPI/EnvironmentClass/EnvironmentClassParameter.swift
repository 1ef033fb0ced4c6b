package import Formats

extension EnvironmentClass {
    /// A typed knob that a user may turn; it lands at one path of the chart's values.
    package struct Parameter: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case string = "String"
            case integer = "Integer"
            case boolean = "Boolean"
        }

        package var name: String
        package var description: String?
        package var type: Kind
        /// The only values allowed; empty: any of the type.
        package var `enum`: [JSONValue]
        /// What a String must match somewhere, as RE2 reads it.
        package var pattern: String?
        package var minimum: Int64?
        package var maximum: Int64?
        package var required: Bool
        package var `default`: JSONValue?
        /// Keys from the root of the values, joined by dots.
        package var path: String

        package init(
            name: String,
            description: String? = nil,
            type: Kind,
            enum: [JSONValue] = [],
            pattern: String? = nil,
            minimum: Int64? = nil,
            maximum: Int64? = nil,
            required: Bool = false,
            default: JSONValue? = nil,
            path: String
        ) {
            self.name = name
            self.description = description
            self.type = type
            self.enum = `enum`
            self.pattern = pattern
            self.minimum = minimum
            self.maximum = maximum
            self.required = required
            self.default = `default`
            self.path = path
        }
    }
}

extension EnvironmentClass.Parameter {
    init?(_ field: Field) {
        let parameter = field.members(
            "name", "description", "type", "enum", "pattern", "minimum", "maximum", "required", "default", "path"
        )
        let name = parameter["name"].required("name the parameter").string(.parameterName)
        let type = parameter["type"].required("write String, Integer or Boolean").choice(Kind.self)
        let path = parameter["path"].required("write where in the chart's values it lands").string(.valuesPath)
        let read = Self(
            name: name ?? "",
            description: parameter["description"].string(limit: Limits.description),
            type: type ?? .string,
            enum: parameter["enum"].list(limit: Limits.parameters) { $0.scalar() },
            pattern: parameter["pattern"].string(limit: Limits.description),
            minimum: parameter["minimum"].integer(in: Int64.min...Int64.max),
            maximum: parameter["maximum"].integer(in: Int64.min...Int64.max),
            required: parameter["required"].bool() ?? false,
            default: parameter["default"].scalar(),
            path: path ?? ""
        )
        guard name != nil, type != nil, path != nil else { return nil }
        self = read
    }

    package var json: JSONValue {
        var json: JSONValue = ["name": .string(name), "type": .string(type.rawValue), "path": .string(path)]
        json.put("description", description)
        json.put("enum", `enum`)
        json.put("pattern", pattern)
        json.put("minimum", minimum)
        json.put("maximum", maximum)
        if required { json["required"] = true }
        json.put("default", `default`)
        return json
    }
}
