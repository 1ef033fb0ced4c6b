/// A value that a log line may hold: a closed set, so that nobody logs a whole object by accident.
///
/// There is no initialiser from an arbitrary value and none from an interpolated string. Types that hold a
/// secret have no way in here; ``text(_:)`` is for names, codes and the messages of our own errors.
package enum LogValue: Sendable, Hashable {
    case text(String)
    case integer(Int)
    case bool(Bool)
    /// Written in seconds.
    case duration(Duration)
}

extension LogValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: StaticString) { self = .text("\(value)") }
}

extension LogValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .integer(value) }
}

extension LogValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}
