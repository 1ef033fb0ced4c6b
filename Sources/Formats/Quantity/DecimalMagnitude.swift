/// A natural number of any size, kept in nine decimal digits per limb.
///
/// Quantities are scaled by powers of ten and written in decimal; in this base both are cheap, and
/// every operation takes time in proportion to the number's length.
struct DecimalMagnitude: Hashable, Sendable {
    /// The lowest limb first; the highest is not zero.
    private var limbs: [UInt32]

    private static let base: UInt64 = 1_000_000_000
    private static let digitsPerLimb: Int = 9

    static let zero: DecimalMagnitude = DecimalMagnitude(limbs: [])

    private init(limbs: [UInt32]) {
        self.limbs = limbs
        while self.limbs.last == 0 { self.limbs.removeLast() }
    }

    init(_ value: UInt64) {
        let limbs: [UInt64] = [value % Self.base, value / Self.base % Self.base, value / Self.base / Self.base]
        self.init(limbs: limbs.map { UInt32($0) })
    }

    /// Takes ASCII digits, the most significant first; other bytes count as zero.
    init(digits: some BidirectionalCollection<UInt8>) {
        var limbs: [UInt32] = []
        limbs.reserveCapacity(digits.count / Self.digitsPerLimb + 1)
        var limb: UInt32 = 0
        var place: UInt32 = 1
        for digit in digits.reversed() {
            let value: UInt32 = UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit ? UInt32(digit) - 48 : 0
            limb += value * place
            place *= 10
            guard place == Self.base else { continue }
            limbs.append(limb)
            (limb, place) = (0, 1)
        }
        limbs.append(limb)
        self.init(limbs: limbs)
    }

    var isZero: Bool { limbs.isEmpty }

    /// Decimal digits without leading zeros; `0` for zero.
    var digits: String {
        guard let highest = limbs.last else { return "0" }
        var text: String = String(highest)
        for limb in limbs.dropLast().reversed() {
            let digits: String = String(limb)
            text += String(repeating: "0", count: Self.digitsPerLimb - digits.utf8.count) + digits
        }
        return text
    }

    /// The number, or the largest there is where it is larger.
    var clampedToUInt64: UInt64 {
        var result: UInt64 = 0
        for limb in limbs.reversed() {
            let (product, tooLarge) = result.multipliedReportingOverflow(by: Self.base)
            let (sum, stillTooLarge) = product.addingReportingOverflow(UInt64(limb))
            if tooLarge || stillTooLarge { return .max }
            result = sum
        }
        return result
    }
}

extension DecimalMagnitude: Comparable {
    static func < (left: DecimalMagnitude, right: DecimalMagnitude) -> Bool {
        guard left.limbs.count == right.limbs.count else { return left.limbs.count < right.limbs.count }
        for (leftLimb, rightLimb) in zip(left.limbs, right.limbs).reversed() where leftLimb != rightLimb {
            return leftLimb < rightLimb
        }
        return false
    }
}

extension DecimalMagnitude {
    static func + (left: DecimalMagnitude, right: DecimalMagnitude) -> DecimalMagnitude {
        var result: [UInt32] = []
        result.reserveCapacity(max(left.limbs.count, right.limbs.count) + 1)
        var carry: UInt64 = 0
        for index in 0..<max(left.limbs.count, right.limbs.count) {
            let sum: UInt64 = left.limb(at: index) + right.limb(at: index) + carry
            result.append(UInt32(sum % base))
            carry = sum / base
        }
        result.append(UInt32(carry))
        return DecimalMagnitude(limbs: result)
    }

    /// The distance between two numbers.
    static func distance(_ one: DecimalMagnitude, _ other: DecimalMagnitude) -> DecimalMagnitude {
        let (large, small) = one < other ? (other, one) : (one, other)
        var result: [UInt32] = []
        result.reserveCapacity(large.limbs.count)
        var borrow: UInt64 = 0
        for index in large.limbs.indices {
            let taken: UInt64 = small.limb(at: index) + borrow
            let limb: UInt64 = large.limb(at: index)
            borrow = limb < taken ? 1 : 0
            result.append(UInt32(limb + borrow * base - taken))
        }
        return DecimalMagnitude(limbs: result)
    }

    static func * (left: DecimalMagnitude, right: UInt32) -> DecimalMagnitude {
        var result: [UInt32] = []
        result.reserveCapacity(left.limbs.count + 1)
        var carry: UInt64 = 0
        for limb in left.limbs {
            let product: UInt64 = UInt64(limb) * UInt64(right) + carry
            result.append(UInt32(product % base))
            carry = product / base
        }
        // Below `right`, which may be above the base: two limbs.
        result.append(UInt32(carry % base))
        result.append(UInt32(carry / base))
        return DecimalMagnitude(limbs: result)
    }

    /// The whole quotient with the remainder; the divisor is not zero.
    func dividedDown(by divisor: UInt32) -> (quotient: DecimalMagnitude, remainder: UInt32) {
        var result: [UInt32] = limbs
        var remainder: UInt64 = 0
        for index in result.indices.reversed() {
            let value: UInt64 = remainder * Self.base + UInt64(result[index])
            result[index] = UInt32(value / UInt64(divisor))
            remainder = value % UInt64(divisor)
        }
        return (DecimalMagnitude(limbs: result), UInt32(remainder))
    }

    /// The product with a power of ten.
    ///
    /// What a negative power cuts off rounds the number up.
    func scaled(byPowerOfTen power: Int) -> DecimalMagnitude {
        guard power != 0, !isZero else { return self }
        let (whole, digits) = Int(power.magnitude).quotientAndRemainder(dividingBy: Self.digitsPerLimb)
        let factor: UInt32 = (0..<digits).reduce(1) { factor, _ in factor * 10 }
        guard power < 0 else {
            return DecimalMagnitude(limbs: Array(repeating: 0, count: whole) + (self * factor).limbs)
        }
        let lost: Bool = limbs.prefix(whole).contains { $0 != 0 }
        let kept: DecimalMagnitude = DecimalMagnitude(limbs: Array(limbs.dropFirst(whole)))
        let (quotient, remainder) = kept.dividedDown(by: factor)
        return lost || remainder != 0 ? quotient + DecimalMagnitude(1) : quotient
    }

    private func limb(at index: Int) -> UInt64 { index < limbs.count ? UInt64(limbs[index]) : 0 }
}
