import Formats

/// A structural schema, as a definition gives it.
///
/// Its parts are asked for at every field of every object that is written, so it is shared and never copied.
final class StructuralSchema: Sendable {
    /// What keys beside the named ones may hold.
    enum Additional: Sendable {
        case nothing
        case anything
        case schema
    }

    let type: String
    let properties: [(name: String, schema: StructuralSchema)]
    let additional: Additional
    /// The schema of items, or of the values of additional keys.
    let element: StructuralSchema?
    let defaultValue: JSONValue?
    let isNullable: Bool
    let preservesUnknown: Bool
    let isIntegerOrString: Bool
    let isEmbeddedResource: Bool
    let listType: String
    let listKeys: [String]
    let mapType: String
    let required: [String]
    let limits: SchemaLimits
    /// It is a quantity, or some part of it can be one.
    let holdsQuantities: Bool
    private let named: [String: StructuralSchema]

    init(_ json: JSONValue) {
        type = json["type"]?.string ?? ""
        properties = (json["properties"]?.object ?? JSONObject()).map { ($0.key, StructuralSchema($0.value)) }
        named = Dictionary(properties.map { ($0.name, $0.schema) }) { first, _ in first }
        let additional = json["additionalProperties"]
        self.additional = additional?.object != nil ? .schema : additional == true ? .anything : .nothing
        element = (json["items"] ?? (self.additional == .schema ? additional : nil)).map { StructuralSchema($0) }
        defaultValue = json["default"]
        isNullable = json["nullable"] == true
        preservesUnknown = json["x-kubernetes-preserve-unknown-fields"] == true
        isIntegerOrString = json["x-kubernetes-int-or-string"] == true
        isEmbeddedResource = json["x-kubernetes-embedded-resource"] == true
        listType = json["x-kubernetes-list-type"]?.string ?? "atomic"
        listKeys = json["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
        mapType = json["x-kubernetes-map-type"]?.string ?? "granular"
        required = json["required"]?.array?.compactMap(\.string) ?? []
        limits = SchemaLimits(json)
        holdsQuantities =
            type == "quantity" || element?.holdsQuantities == true || properties.contains { $0.schema.holdsQuantities }
    }

    func property(_ name: String) -> StructuralSchema? { named[name] ?? (additional == .schema ? element : nil) }
}

extension StructuralSchema {
    /// How objects of this schema merge.
    var shape: Shape {
        switch type {
        case "array":
            let element = self.element?.shape
            switch listType {
            case "set": return Shape(.set, element: element)
            case "map":
                let defaults = listKeys.compactMap { key in
                    self.element?.property(key)?.defaultValue?.string.map { (key, $0) }
                }
                return Shape(.map(keys: listKeys), element: element, keyDefaults: Dictionary(defaults) { $1 })
            default: return .atomic
            }
        case "object" where mapType == "atomic": return .atomic
        case "object":
            let fields = Dictionary(properties.map { ($0.name, $0.schema.shape) }) { $1 }
            return Shape(fields: fields, element: additional == .schema ? element?.shape : nil)
        default: return .deduced
        }
    }

    // MARK: - Pruning and defaults

    /// Writes every quantity in its canonical form.
    func canonicalize(_ value: inout JSONValue) { value = canonical(value) ?? value }

    private func canonical(_ value: JSONValue) -> JSONValue? {
        guard holdsQuantities else { return nil }
        switch value {
        case .object(let members):
            return members.rewritten { Rewriting(property($0)?.canonical($1)) }.map(JSONValue.object)
        case .array(let items): return element.flatMap { items.rewritten($0.canonical) }.map(JSONValue.array)
        default: return type == "quantity" ? value.amount.map { .string($0.description) } : nil
        }
    }

    /// Without nulls, and without lists and maps that are empty: types do not tell those from absent ones.
    ///
    /// A null in a map of texts is an empty text.
    func withoutEmpties(_ value: JSONValue) -> JSONValue { emptied(value) ?? value }

    private func emptied(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .object(let members):
            let textOfNull: Rewriting = additional == .schema && element?.type == "string" ? .other("") : .gone
            return members.rewritten { name, value in
                if value.isNull { return textOfNull }
                let schema = property(name)
                let inner = schema.map { $0.emptied(value) } ?? value.rewrittenWithoutNulls
                return schema?.isEmpty(inner ?? value) == true ? .gone : Rewriting(inner)
            }.map(JSONValue.object)
        case .array(let items):
            return items.rewritten { item in element.map { $0.emptied(item) } ?? item.rewrittenWithoutNulls }
                .map(JSONValue.array)
        default: return nil
        }
    }

    private func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let items): type == "array" && items.isEmpty
        case .object(let members): additional == .schema && members.isEmpty
        default: false
        }
    }

    /// Removes what the schema does not know.
    func prune(_ value: inout JSONValue, keeping kept: Set<String> = []) {
        value = pruned(value, keeping: kept) ?? value
    }

    private func pruned(_ value: JSONValue, keeping kept: Set<String> = []) -> JSONValue? {
        switch value {
        case .object(let members):
            let kept = isEmbeddedResource ? kept.union(["apiVersion", "kind", "metadata"]) : kept
            return members.rewritten { name, value in
                guard let schema = property(name) else {
                    let isKnown = preservesUnknown || additional == .anything || kept.contains(name)
                    return isKnown ? .same : .gone
                }
                return kept.contains(name) && name != "spec" ? .same : Rewriting(schema.pruned(value))
            }.map(JSONValue.object)
        case .array(let items):
            return element.flatMap { schema in items.rewritten { schema.pruned($0) } }.map(JSONValue.array)
        default: return nil
        }
    }

    /// Fills in defaults, also where a null stands that must not; without a default, such a null goes.
    func fillDefaults(_ value: inout JSONValue) {
        switch value {
        case .object(var members):
            for (name, schema) in properties {
                let isMissing = members[name] == nil || (members[name]?.isNull == true && !schema.isNullable)
                if isMissing { members[name] = schema.defaultValue }
                guard var child = members[name] else { continue }
                schema.fillDefaults(&child)
                members[name] = child
            }
            if additional == .schema, let element {
                for key in members.keys where named[key] == nil {
                    guard var child = members[key] else { continue }
                    element.fillDefaults(&child)
                    members[key] = child
                }
            }
            value = .object(members)
        case .array(let items):
            guard let element else { return }
            value = .array(
                items.map { item in
                    var item = item
                    element.fillDefaults(&item)
                    return item
                })
        default: break
        }
    }
}
