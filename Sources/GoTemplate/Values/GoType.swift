/// A static type of Go, as far as templates can tell types apart.
///
/// Types decide what a function accepts, what `%T` prints and how an error names a value.
package indirect enum GoType: Sendable, Hashable {
    case bool
    case integer(SignedWidth)
    case unsigned(UnsignedWidth)
    case float(FloatWidth)
    case string
    /// `interface {}`: holds a value of any type, or none.
    case any
    /// `reflect.Value`: accepts what `any` does; the builtins are declared with it.
    case reflected
    case error
    case list(GoType)
    /// A map with strings for keys.
    case map(GoType)
    /// A function, by its signature.
    case function(String)
    case structure(String)
    case pointer(GoType)
    /// A type that a package defines, by its qualified name, and what it is defined as.
    case named(String, GoType)

    package static let int: GoType = .integer(.int)
    package static let int64: GoType = .integer(.int64)
    package static let float64: GoType = .float(.float64)
    package static let bytes: GoType = .list(.unsigned(.uint8))
    package static let values: GoType = .map(.any)
}

package enum SignedWidth: String, Sendable {
    case int, int8, int16, int32, int64
}

package enum UnsignedWidth: String, Sendable {
    case uint, uint8, uint16, uint32, uint64
}

package enum FloatWidth: String, Sendable {
    case float32, float64
}

extension GoType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .bool: "bool"
        case .integer(let width): width.rawValue
        case .unsigned(let width): width.rawValue
        case .float(let width): width.rawValue
        case .string: "string"
        case .any: "interface {}"
        case .reflected: "reflect.Value"
        case .error: "error"
        case .list(let element): "[]\(element)"
        case .map(let element): "map[string]\(element)"
        case .function(let signature): signature
        case .structure(let name): name
        case .pointer(let target): "*\(target)"
        case .named(let name, _): name
        }
    }
}

extension GoType {
    /// The word that `reflect.Kind` has for the type.
    package var kind: String {
        switch self {
        case .bool, .integer, .unsigned, .float, .string: description
        case .any, .error: "interface"
        case .reflected, .structure: "struct"
        case .list: "slice"
        case .map: "map"
        case .function: "func"
        case .pointer: "ptr"
        case .named(_, let definition): definition.kind
        }
    }

    /// Whether `nil` is a value of the type.
    var canBeNil: Bool {
        switch self {
        case .any, .reflected, .error, .list, .map, .function, .pointer: true
        case .bool, .integer, .unsigned, .float, .string, .structure: false
        case .named(_, let definition): definition.canBeNil
        }
    }

    var isInterface: Bool {
        switch self {
        case .any, .reflected, .error: true
        default: false
        }
    }

    /// Whether a value of this type may be given where another type is wanted.
    func isAssignable(to target: GoType) -> Bool {
        switch (self, target) {
        case (_, .any), (_, .reflected): true
        case (.named(_, let definition), .list), (.named(_, let definition), .map): definition == target
        case (.list, .named(_, let definition)), (.map, .named(_, let definition)): definition == self
        default: self == target
        }
    }
}
