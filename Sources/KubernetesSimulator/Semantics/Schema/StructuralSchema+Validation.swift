import Formats

extension StructuralSchema {
    /// Everything that is wrong with a value, with the paths and words of the server.
    ///
    /// A path is only made where it is needed: nearly everything that is written is right.
    func errors(_ value: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        if value.isNull, isNullable { return [] }
        guard hasType(value) else {
            let path = path()
            let actual = Self.typeName(value)
            let wanted = isIntegerOrString ? "integer,string" : type
            let shown = JSONValue.string(actual)
            return [.invalid(path, shown, "\(path) in body must be of type \(wanted): \(shown.text())")]
                + limits.choiceErrors(value, at: path)
        }
        return requiredErrors(value, at: path()) + embeddedErrors(value, at: path())
            + (limits.areNone ? [] : limits.errors(value, at: path())) + childErrors(value, at: path())
    }

    private func hasType(_ value: JSONValue) -> Bool {
        if isIntegerOrString { return ["integer", "string"].contains(Self.typeName(value)) }
        switch type {
        case "": return true
        case "quantity": return value.amount != nil
        case "number": return value.number != nil
        case "integer":
            // A number without a fraction is an integer, however it is written.
            if case .double(let number) = value { return Int64(exactly: number) != nil }
            return value.number != nil
        default: return Self.typeName(value) == type
        }
    }

    private static func typeName(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .unsigned: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private func requiredErrors(_ value: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        guard let members = value.object else { return [] }
        return required.filter { members[$0] == nil }.map { .required(Self.join(path(), $0)) }
    }

    /// An object in an object says what it is.
    private func embeddedErrors(_ value: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        guard isEmbeddedResource, value.object != nil else { return [] }
        return ["apiVersion", "kind"].filter { value[$0]?.string?.isEmpty ?? true }.map {
            .required(Self.join(path(), $0), "must not be empty")
        }
    }

    private func childErrors(_ value: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        switch value {
        case .object(let members):
            return members.flatMap { name, value in
                property(name)?.errors(value, at: Self.join(path(), name)) ?? []
            }
        case .array(let items):
            let own = items.enumerated().flatMap { index, item in
                element?.errors(item, at: "\(path())[\(index)]") ?? []
            }
            return own + duplicateErrors(items, at: path())
        default: return []
        }
    }

    private func duplicateErrors(_ items: [JSONValue], at path: @autoclosure () -> String) -> [FieldError] {
        guard listType != "atomic" else { return [] }
        var seen: Set<JSONValue> = []
        return items.enumerated().compactMap { index, item in
            let key: JSONValue
            switch listType {
            case "set": key = item
            case "map":
                let pairs = listKeys.compactMap { name in item[name].map { (name, $0) } }
                key = .object(JSONObject(unique: pairs))
            default: return nil
            }
            return seen.insert(key).inserted ? nil : .duplicate("\(path())[\(index)]", key)
        }
    }

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
