extension JSONValue {
    /// Reads one JSON text: UTF-8, no duplicate keys, nothing after the value.
    ///
    /// A number without fraction and exponent is an integer where 64 bits hold it, otherwise the
    /// nearest double; one beyond every double is refused.
    ///
    /// - Throws: `FormatError` with line and column, also where a limit is reached.
    package init(parsing bytes: [UInt8], limits: FormatLimits = FormatLimits()) throws(FormatError) {
        try self.init(parsing: bytes, keeping: .everything, limits: limits)
    }

    /// Reads one JSON text.
    package init(parsing text: String, limits: FormatLimits = FormatLimits()) throws(FormatError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// Reads what is selected of one JSON text, and refuses the same texts as if all of it were read.
    package init(
        parsing bytes: [UInt8], keeping selection: JSONSelection, limits: FormatLimits = FormatLimits()
    ) throws(FormatError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) -> JSONValue in
            do throws(JSONFault) {
                return try Self.read(buffer, keeping: selection, limits: limits)
            } catch {
                throw error.formatError(in: buffer, limits: limits)
            }
        }
    }

    /// Reads what is selected of one JSON text.
    package init(
        parsing text: String, keeping selection: JSONSelection, limits: FormatLimits = FormatLimits()
    ) throws(FormatError) {
        try self.init(parsing: Array(text.utf8), keeping: selection, limits: limits)
    }

    private static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, keeping selection: JSONSelection, limits: FormatLimits
    ) throws(JSONFault) -> JSONValue {
        if bytes.count > limits.bytes { throw JSONFault(code: .size, offset: 0) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONFault(code: .byteOrderMark, offset: 0) }
        guard let base = bytes.baseAddress else { throw JSONFault(code: .empty, offset: 0) }
        var scanner: JSONScanner = JSONScanner(bytes, base: base, limits: limits)
        var sink: JSONValueSink = JSONValueSink(for: bytes.count)
        try scanner.value(keeping: selection, into: &sink)
        try scanner.end()
        return sink.finish()
    }
}
