extension JSONValue {
    /// Reads one JSON text: UTF-8, no duplicate keys, nothing after the value.
    package init(parsing bytes: [UInt8], limits: FormatLimits = FormatLimits()) throws(FormatError) {
        throw FormatError("stub")
    }

    /// Reads one JSON text.
    package init(parsing text: String, limits: FormatLimits = FormatLimits()) throws(FormatError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}
