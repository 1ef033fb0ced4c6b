import Glibc

extension JSONValue: Hashable {
    /// Whether both mean the same JSON: strings by their bytes, numbers by their value, objects in any order.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.object(let left), .object(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        default: left.isNumber && right.isNumber && left.hasSameNumber(as: right)
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let elements): hasher.combine(elements)
        case .object(let members): hasher.combine(members)
        case .integer(let value): hasher.combine(value)
        case .unsigned(let value): hasher.combine(Int64(bitPattern: value))
        case .double(let value):
            // As the integer that it equals, where there is one.
            if let integer = Int64(exactly: value) {
                hasher.combine(integer)
            } else if let unsigned = UInt64(exactly: value) {
                hasher.combine(Int64(bitPattern: unsigned))
            } else {
                hasher.combine(value)
            }
        }
    }

    private var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .double: true
        default: false
        }
    }

    /// Whether two numbers are equal, exactly: no integer is rounded to a double.
    private func hasSameNumber(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.double(let left), .double(let right)): left == right
        case (.double(let double), .integer(let integer)), (.integer(let integer), .double(let double)):
            Int64(exactly: double) == integer
        case (.double(let double), .unsigned(let integer)), (.unsigned(let integer), .double(let double)):
            UInt64(exactly: double) == integer
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.unsigned(let unsigned), .integer(let integer)), (.integer(let integer), .unsigned(let unsigned)):
            UInt64(exactly: integer) == unsigned
        default: false
        }
    }
}

extension String {
    /// Whether both have the same UTF-8; `==` also holds for two ways to write one character.
    @inline(__always)
    func hasSameBytes(as other: String) -> Bool {
        guard self == other, utf8.count == other.utf8.count else { return false }
        let isSame: Bool?? = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return memcmp(left, right, other.utf8.count) == 0
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
