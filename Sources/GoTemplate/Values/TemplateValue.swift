package import Formats

/// A value that a template computes with.
///
/// Numbers keep the type that Go would give them, since it shows: YAML's numbers are `float64`, a literal is an
/// `int`, and comparing the two is an error. Lists, maps and objects are references, as they are in Go: a change
/// of a map is seen by all who hold it. Values therefore stay within one execution; a template, which many
/// executions share, holds none.
package enum TemplateValue {
    /// `nil` without a type.
    case null
    case bool(Bool)
    case integer(Int64, SignedWidth)
    case unsigned(UInt64, UnsignedWidth)
    case float(Double, FloatWidth)
    case string(TemplateString)
    case bytes([UInt8])
    case list(TemplateList)
    case map(TemplateMap)
    case function(TemplateFunction)
    case object(TemplateObject)
}

extension TemplateValue {
    package static func int(_ value: Int) -> TemplateValue { .integer(Int64(value), .int) }
    package static func int64(_ value: Int64) -> TemplateValue { .integer(value, .int64) }
    package static func float64(_ value: Double) -> TemplateValue { .float(value, .float64) }
    package static func text(_ value: some StringProtocol) -> TemplateValue { .string(TemplateString(value)) }

    /// A `[]interface {}`.
    package static func list(_ elements: [TemplateValue]) -> TemplateValue { .list(TemplateList(elements)) }

    /// A `map[string]interface {}`.
    package static func map(_ members: [(TemplateString, TemplateValue)]) -> TemplateValue {
        .map(TemplateMap(members))
    }

    /// A JSON value as Go's decoder understands it: every number is a `float64`.
    ///
    /// All maps in it note changes together.
    package init(_ value: JSONValue, changes: TemplateChanges? = nil) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .float64(Double(value))
        case .unsigned(let value): self = .float64(Double(value))
        case .double(let value): self = .float64(value)
        case .string(let value): self = .text(value)
        case .array(let elements): self = .list(elements.map { TemplateValue($0, changes: changes) })
        case .object(let object):
            var members: [(TemplateString, TemplateValue)] = object.map { key, value in
                (TemplateString(key), TemplateValue(value, changes: changes))
            }
            // No key is there twice; mostly they are in their order.
            for index in members.indices.dropFirst() where members[index].0 < members[index - 1].0 {
                members.sort { $0.0 < $1.0 }
                break
            }
            self = .map(TemplateMap(sorted: members, changes: changes))
        }
    }
}

extension TemplateValue {
    /// The map whose members are the value's only fields; `nil` where there may be methods, too.
    var plainMap: TemplateMap? {
        switch self {
        case .map(let map): return map
        case .object(let object):
            guard object.methods.isEmpty, case .value(.map(let map)) = object.content else { return nil }
            return map
        default: return nil
        }
    }

    package var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// The type that `%T` prints; `any` stands for that of `nil`.
    package var type: GoType {
        switch self {
        case .null: .any
        case .bool: .bool
        case .integer(_, let width): .integer(width)
        case .unsigned(_, let width): .unsigned(width)
        case .float(_, let width): .float(width)
        case .string: .string
        case .bytes: .bytes
        case .list(let list): .list(list.elementType)
        case .map(let map): .map(map.elementType)
        case .function(let function): .function(function.signature)
        case .object(let object): object.type
        }
    }

    /// Whether `if` takes the value for true: what is neither zero, empty nor nil.
    package var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .integer(let value, _): value != 0
        case .unsigned(let value, _): value != 0
        case .float(let value, _): value != 0
        case .string(let value): !value.bytes.isEmpty
        case .bytes(let value): !value.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .map(let map): !map.isEmpty
        case .function: true
        case .object(let object): object.isTrue
        }
    }

    /// The value without the names of defined types and without pointers: what is indexed, measured and ranged over.
    package var underlying: TemplateValue {
        guard case .object(let object) = self, case .value(let value) = object.content else { return self }
        return value.underlying
    }

    /// `nil`, or a list or map that is.
    var isNil: Bool {
        switch underlying {
        case .null: true
        case .list(let list): list.isNil
        case .map(let map): map.isNil
        default: false
        }
    }
}
