/// A value that never prints: a token, a password, a key.
package struct Redacted<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The value itself, for the one place that needs it.
    package let secret: Value

    package init(_ secret: Value) { self.secret = secret }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    /// Without children, so that neither `dump` nor a failed test's expansion shows it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
