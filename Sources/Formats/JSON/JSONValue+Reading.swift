extension JSONValue {
    /// The value of a JSON text, for whoever has no use for why the bytes are none; `nil` also beyond the limits.
    package init?(ifReadable bytes: [UInt8], limits: FormatLimits = FormatLimits()) {
        do { self = try JSONValue(parsing: bytes, limits: limits) } catch { return nil }
    }
}
