/// An amount as Kubernetes writes it, such as `100m`, `1.5Gi` or `4`.
///
/// Exact; two texts of one amount are equal. Reading, rounding and printing are apimachinery's, to
/// its oddities: finer than a billionth is rounded away from zero, binary amounts stop at 2^63 - 1,
/// `Ki` alone is zero, and a text that is as good as canonical is printed as it was written. Two
/// things differ: exponents beyond ±10,000 are refused, which there wrap around or never end, and an
/// amount too large for its suffixes is printed with an exponent, where there the suffix is lost.
package struct Quantity: Sendable {
    /// The family of suffixes in which a quantity was written and will be printed.
    package enum Format: Sendable, Hashable {
        /// `k`, `M`, `G`: powers of 1000; `m`, `u`, `n` below one.
        case decimal
        /// `Ki`, `Mi`, `Gi`: powers of 1024.
        case binary
        /// `e3`, `e6`.
        case exponent
    }

    /// Never set for zero.
    let isNegative: Bool
    /// The amount in billionths: no quantity is finer.
    let billionths: DecimalMagnitude
    package let format: Format
    /// The text that was read, where apimachinery would print it again.
    let written: String?

    init(isNegative: Bool, billionths: DecimalMagnitude, format: Format, written: String? = nil) {
        self.isNegative = isNegative && !billionths.isZero
        self.billionths = billionths
        self.format = format
        self.written = written
    }

    package init(_ text: String) throws(FormatError) {
        self = try QuantityReader(text).read()
    }

    /// A whole number.
    package init(_ value: Int64, format: Format = .decimal) {
        let billionths: DecimalMagnitude = DecimalMagnitude(value.magnitude).scaled(byPowerOfTen: 9)
        self.init(isNegative: value < 0, billionths: billionths, format: format)
    }

    package static let zero: Quantity = Quantity(0)

    package var isZero: Bool { billionths.isZero }

    /// -1, 0 or 1.
    package var sign: Int { isZero ? 0 : isNegative ? -1 : 1 }

    /// The amount rounded away from zero to a whole number, at most what 64 bits hold.
    package var value: Int64 { rounded(power: -9) }

    /// The amount in thousandths, rounded away from zero, at most what 64 bits hold.
    package var milliValue: Int64 { rounded(power: -6) }

    private func rounded(power: Int) -> Int64 {
        let magnitude: UInt64 = billionths.scaled(byPowerOfTen: power).clampedToUInt64
        if isNegative { return magnitude >= 1 << 63 ? .min : -Int64(magnitude) }
        return Int64(clamping: magnitude)
    }
}

extension Quantity: Hashable {
    package static func == (left: Quantity, right: Quantity) -> Bool {
        left.isNegative == right.isNegative && left.billionths == right.billionths
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(isNegative)
        hasher.combine(billionths)
    }
}

extension Quantity: Comparable {
    package static func < (left: Quantity, right: Quantity) -> Bool {
        switch (left.isNegative, right.isNegative) {
        case (true, false): true
        case (false, true): false
        case (false, false): left.billionths < right.billionths
        case (true, true): right.billionths < left.billionths
        }
    }
}
