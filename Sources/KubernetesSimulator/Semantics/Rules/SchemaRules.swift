import Formats
import RegularExpressions

/// What makes a schema structural: every field has a type, and whatever merges says how.
enum SchemaRules {
    static func errors(in schema: JSONValue, at path: String) -> [FieldError] {
        ownErrors(schema, at: path) + childErrors(schema, at: path)
    }

    private static func ownErrors(_ schema: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        if schema["$ref"] != nil { errors.append(.forbidden("\(path).$ref", "$ref is not supported")) }
        if schema["uniqueItems"] == true {
            let why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
            errors.append(.forbidden("\(path).uniqueItems", why))
        }
        if schema["type"] == "array", schema["items"] == nil {
            errors.append(.required("\(path).items", "must be specified"))
        }
        if schema["properties"]?.object?.isEmpty == false, schema["additionalProperties"] != nil {
            let why = "additionalProperties and properties are mutual exclusive"
            errors.append(.forbidden("\(path).additionalProperties", why))
        }
        if let pattern = schema["pattern"]?.string {
            do { _ = try RegularExpression(pattern) } catch {
                let why = "must be a valid regular expression, but isn't: \(error)"
                errors.append(.invalid("\(path).pattern", .string(pattern), why))
            }
        }
        if let value = schema["default"], !value.isNull {
            errors += StructuralSchema(schema).errors(value, at: "").map { error in
                FieldError(type: error.type, field: "\(path).default", body: error.body)
            }
        }
        return errors + listErrors(schema, at: path)
    }

    private static func listErrors(_ schema: JSONValue, at path: String) -> [FieldError] {
        switch schema["x-kubernetes-list-type"] {
        case "set" where schema[path: "items", "type"] == "object":
            guard schema[path: "items", "x-kubernetes-map-type"] != "atomic" else { return [] }
            let why = "must be atomic as item of a list with x-kubernetes-list-type=set"
            return [.invalid("\(path).items.x-kubernetes-map-type", "null", why)]
        case "map":
            let keys = schema["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
            let field = "\(path).x-kubernetes-list-map-keys"
            guard !keys.isEmpty else {
                return [.required(field, "must not be empty if x-kubernetes-list-type is map")]
            }
            let known = schema[path: "items", "properties"]?.object ?? JSONObject()
            guard keys.contains(where: { known[$0] == nil }) else { return [] }
            let list = keys.map { "\"\($0)\"" }.joined(separator: ", ")
            let body = "Invalid value: []string{\(list)}: entries must all be names of item properties"
            return [FieldError(type: .invalid, field: field, body: body)]
        default: return []
        }
    }

    private static func childErrors(_ schema: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (name, property) in schema["properties"]?.object ?? JSONObject() {
            let own = "\(path).properties[\(name)]"
            errors += typeErrors(property, "object fields", at: own) + self.errors(in: property, at: own)
        }
        if let items = schema["items"] {
            let own = "\(path).items"
            errors += typeErrors(items, "array items", at: own) + self.errors(in: items, at: own)
        }
        if let values = schema["additionalProperties"], values.object != nil {
            errors += self.errors(in: values, at: "\(path).additionalProperties")
        }
        return errors
    }

    private static func typeErrors(_ schema: JSONValue, _ place: String, at path: String) -> [FieldError] {
        let isFree =
            schema["x-kubernetes-int-or-string"] == true || schema["x-kubernetes-preserve-unknown-fields"] == true
        guard !isFree, schema["$ref"] == nil, schema["type"]?.string?.isEmpty ?? true else { return [] }
        return [.required("\(path).type", "must not be empty for specified \(place)")]
    }
}
