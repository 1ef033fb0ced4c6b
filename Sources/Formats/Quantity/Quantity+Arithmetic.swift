extension Quantity {
    /// The exact sum, in the format of the left side, or of the right where the left is zero.
    package static func + (left: Quantity, right: Quantity) -> Quantity {
        let format: Format = left.isZero ? right.format : left.format
        guard left.isNegative != right.isNegative else {
            return Quantity(
                isNegative: left.isNegative, billionths: left.billionths + right.billionths, format: format)
        }
        let larger: Quantity = left.billionths < right.billionths ? right : left
        let distance: DecimalMagnitude = .distance(left.billionths, right.billionths)
        return Quantity(isNegative: larger.isNegative, billionths: distance, format: format)
    }

    /// The exact difference, in the format of the left side, or of the right where the left is zero.
    package static func - (left: Quantity, right: Quantity) -> Quantity { left + -right }

    package static prefix func - (quantity: Quantity) -> Quantity {
        Quantity(
            isNegative: !quantity.isNegative, billionths: quantity.billionths, format: quantity.format)
    }

    package static func += (left: inout Quantity, right: Quantity) { left = left + right }
    package static func -= (left: inout Quantity, right: Quantity) { left = left - right }
}
