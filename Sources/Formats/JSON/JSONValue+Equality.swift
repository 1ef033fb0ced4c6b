import Glibc

extension JSONValue: Hashable {
    /// Whether both mean the same JSON: strings by their bytes, numbers by their value, objects in any order.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.object(let left), .object(let right)): left == right
        case (.array(let left), .array(let right)): equal(left, right)
        case (.integer(let left), .integer(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        default: left.isNumber && right.isNumber && left.hasSameNumber(as: right)
        }
    }

    /// Whether two lists are equal; a loop of our own keeps the stack that each level of nesting takes small.
    static func equal(_ left: [JSONValue], _ right: [JSONValue]) -> Bool {
        guard left.count == right.count else { return false }
        var place: Int = 0
        while place < left.count {
            guard left[place] == right[place] else { return false }
            place += 1
        }
        return true
    }

    package func hash(into hasher: inout Hasher) { hash(into: &hasher, depth: 16) }

    /// Takes in the value down to a depth: a hash may leave out what is deeper, the stack could not hold all of it.
    func hash(into hasher: inout Hasher, depth: Int) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let elements):
            hasher.combine(elements.count)
            if depth > 0 { for element in elements { element.hash(into: &hasher, depth: depth - 1) } }
        case .object(let members): members.hash(into: &hasher, depth: depth)
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
