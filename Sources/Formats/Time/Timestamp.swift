/// A moment of UTC, as Kubernetes writes it (RFC 3339).
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Time since 1970-01-01T00:00:00Z.
    package var sinceEpoch: Duration

    package init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }

    /// Reads RFC 3339, with or without a fraction and with any offset.
    package init(_ text: String) throws(FormatError) {
        throw FormatError("stub")
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.sinceEpoch < right.sinceEpoch }
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(sinceEpoch: left.sinceEpoch + right)
    }
    package static func - (left: Timestamp, right: Timestamp) -> Duration { left.sinceEpoch - right.sinceEpoch }

    /// Whole seconds, `2026-11-21T10:00:00Z`: the form of `metav1.Time`.
    package var description: String { "" }

    /// With six digits of a fraction: the form of `metav1.MicroTime`.
    package var microTime: String { "" }
}
