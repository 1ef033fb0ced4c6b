import Glibc

/// What Go calls a string: any bytes, equal and ordered by their values.
///
/// Swift's `String` holds valid UTF-8 only and compares by canonical equivalence, so a template that decodes
/// base64 or tells two spellings of `é` apart would have another result with it.
package struct TemplateString: Sendable, Hashable {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package static func == (left: TemplateString, right: TemplateString) -> Bool {
        left.bytes.count == right.bytes.count && left.compare(right) == 0
    }

    /// Negative where this comes before the other one, positive where it comes after it.
    func compare(_ other: TemplateString) -> Int {
        let common: Int = min(bytes.count, other.bytes.count)
        let difference: Int32 = bytes.withUnsafeBufferPointer { left in
            other.bytes.withUnsafeBufferPointer { right in
                guard common > 0, let left = left.baseAddress, let right = right.baseAddress else { return 0 }
                return memcmp(left, right, common)
            }
        }
        return difference != 0 ? Int(difference) : bytes.count - other.bytes.count
    }
}

extension TemplateString: Comparable {
    package static func < (left: TemplateString, right: TemplateString) -> Bool { left.compare(right) < 0 }
}

extension TemplateString: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}

extension TemplateString: CustomStringConvertible {
    package var description: String { text }
}
