import RegularExpressions

/// The order in which the library writes keys: numbers in them count as numbers, and letters come last.
struct GoYAMLKeyOrder {
    private let scalars: [Unicode.Scalar]

    init(_ key: [UInt8]) { scalars = Array(String(decoding: key, as: UTF8.self).unicodeScalars) }

    /// Whether the key is readable and, among others of its kind, the order is that of the bytes: there is no digit in
    /// it, and no mark that stands between or behind the letters.
    static func isThatOfBytes(_ key: [UInt8]) -> Bool {
        for byte in key where !(byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) && !(byte >= 0x20 && byte <= 0x2F) {
            return false
        }
        return key.count < 170
    }

    static func < (left: GoYAMLKeyOrder, right: GoYAMLKeyOrder) -> Bool {
        guard let place = zip(left.scalars, right.scalars).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
            return left.scalars.count < right.scalars.count
        }
        let (one, other): (Unicode.Scalar, Unicode.Scalar) = (left.scalars[place], right.scalars[place])
        switch (one.properties.isGoLetter, other.properties.isGoLetter) {
        case (true, true): return one < other
        case (true, false): return false
        case (false, true): return true
        case (false, false): break
        }
        // Inside of a number a zero is a digit like another one; at its start it does not count.
        let isInside: Bool = (one == "0" || other == "0") && left.hasDigitsBefore(place)
        let leftNumber: (value: Int64, end: Int) = left.number(at: place, after: isInside ? 1 : 0)
        let rightNumber: (value: Int64, end: Int) = right.number(at: place, after: isInside ? 1 : 0)
        if leftNumber.value != rightNumber.value { return leftNumber.value < rightNumber.value }
        if leftNumber.end != rightNumber.end { return leftNumber.end < rightNumber.end }
        return one < other
    }

    /// Whether digits other than zeros end before a place.
    private func hasDigitsBefore(_ place: Int) -> Bool {
        scalars[..<place].reversed().prefix { $0.isGoDigit }.contains { $0 != "0" }
    }

    private func number(at place: Int, after start: Int64) -> (value: Int64, end: Int) {
        var value: Int64 = start
        var end: Int = place
        while end < scalars.count, scalars[end].isGoDigit {
            value = value &* 10 &+ (Int64(scalars[end].value) - 0x30)
            end += 1
        }
        return (value, end)
    }
}
