import Synchronization

extension RegularExpression {
    private static let known: Mutex<[[UInt8]: RegularExpression]> = Mutex([:])
    /// Patterns that are kept at most; beyond, all are forgotten.
    private static let maximumCount: Int = 256
    /// Bytes of a pattern that is worth keeping.
    private static let maximumLength: Int = 1_024

    /// An expression that is mostly a chart's own, and so was read for another release before.
    package static func kept(_ pattern: String) throws(RegularExpressionError) -> RegularExpression {
        let bytes: [UInt8] = Array(pattern.utf8)
        if let known = known.withLock({ $0[bytes] }) { return known }
        let expression: RegularExpression = try RegularExpression(pattern)
        guard bytes.count <= maximumLength else { return expression }
        known.withLock { known in
            if known.count >= maximumCount { known = [:] }
            known[bytes] = expression
        }
        return expression
    }
}
