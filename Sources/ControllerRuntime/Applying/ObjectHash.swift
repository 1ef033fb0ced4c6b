package import Formats

/// A fingerprint of a JSON value: the same for equal values, whatever the order of their keys, in every process.
///
/// Caches keep it in place of objects. FNV-1a with 64 bits: it tells a change from none, and nothing rests on its
/// resisting an attacker, who could as well change the object again.
package struct ObjectHash: Sendable, Hashable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    package init(of value: JSONValue) { combine(value) }

    private mutating func combine(_ value: JSONValue) {
        switch value {
        case .null: combine(tag: 0)
        case .bool(let value): combine(tag: value ? 2 : 1)
        case .integer(let value): combine(tag: 3, UInt64(bitPattern: value))
        case .unsigned(let value): combine(tag: 4, value)
        case .double(let value): combine(tag: 5, value.bitPattern)
        case .string(let value): combine(tag: 6, value)
        case .array(let values):
            combine(tag: 7, UInt64(values.count))
            for value in values { combine(value) }
        case .object(let members):
            combine(tag: 8, UInt64(members.count))
            for member in members.sorted(by: { $0.key < $1.key }) {
                combine(tag: 6, member.key)
                combine(member.value)
            }
        }
    }

    private mutating func combine(tag: UInt8) { combine(byte: tag) }

    private mutating func combine(tag: UInt8, _ number: UInt64) {
        combine(byte: tag)
        var rest = number
        for _ in 0..<8 {
            combine(byte: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    private mutating func combine(tag: UInt8, _ text: String) {
        combine(tag: tag, UInt64(text.utf8.count))
        for byte in text.utf8 { combine(byte: byte) }
    }

    private mutating func combine(byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
    }
}
