import RegularExpressions
import Synchronization

/// A chart's schema, read when it is first needed and then kept for all releases of the chart.
final class ParsedSchema: Sendable {
    private let schema: Mutex<JSONSchema?> = Mutex(nil)

    /// The schema in a text, which is always the same one.
    func value(_ bytes: [UInt8]) throws(HelmError) -> JSONSchema {
        if let known = schema.withLock({ $0 }) { return known }
        let read: JSONSchema = try JSONSchema(bytes) { pattern in
            let expression: RegularExpression = try RegularExpression(pattern)
            return { expression.matches(Array($0.utf8)) }
        }
        schema.withLock { $0 = read }
        return read
    }
}
