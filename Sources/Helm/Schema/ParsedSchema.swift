import Synchronization

/// A chart's schema, read when it is first needed and then kept for all releases of the chart.
final class ParsedSchema: Sendable {
    private let schema: Mutex<JSONSchema?> = Mutex(nil)

    /// The schema in a text, which is always the same one, as are the patterns.
    func value(_ bytes: [UInt8], patterns: @escaping PatternCompiler) throws(HelmError) -> JSONSchema {
        if let known = schema.withLock({ $0 }) { return known }
        let read: JSONSchema = try JSONSchema(bytes, patterns: patterns)
        schema.withLock { $0 = read }
        return read
    }
}
