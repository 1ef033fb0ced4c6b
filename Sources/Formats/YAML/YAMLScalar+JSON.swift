extension YAMLScalar {
    // `Optional.none`, since a bare `nil` there would be JSON's null.
    /// The value as JSON; `nil` for infinities and "not a number", which JSON does not have.
    var json: JSONValue? {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .unsigned(let value): .unsigned(value)
        case .double(let value): value.isFinite ? Self.json(value) : Optional.none
        case .string(let value): .string(value)
        }
    }

    /// Go writes a whole `float64` below 1e21 without a point, so that the API server reads an integer.
    private static func json(_ value: Double) -> JSONValue {
        guard value.magnitude < 1e21, value == value.rounded(), value != 0 || value.sign == .plus else {
            return .double(value)
        }
        // Its shortest digits, which beyond 2^53 end in zeros that the value itself does not have.
        let decimal: ShortestDecimal = ShortestDecimal(value)
        guard decimal.exponent >= 0 else { return .double(value) }
        let digits: String = decimal.sign + decimal.digits + String(repeating: "0", count: decimal.exponent)
        if let integer = Int64(digits) { return .integer(integer) }
        if let unsigned = UInt64(digits) { return .unsigned(unsigned) }
        return .double(value)
    }

    /// The scalar as a key of a JSON object; `nil` where kubectl has none for it.
    ///
    /// Numbers with a fraction keep no more digits than a `float32` has, as in sigs.k8s.io/yaml.
    var key: String? {
        switch self {
        case .null, .unsigned: nil
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): Self.key(Float(value))
        case .string(let value): value
        }
    }

    private static func key(_ value: Float) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        return ShortestDecimal(value).general
    }
}
