/// One thing that is wrong with an object, as an instruction.
///
/// The message stands alone: what is wrong, where, and what to do. Text that came from outside is in it only as
/// ``Swift/String/shown`` prints it.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// The field, `spec.quota.hard.requests.cpu`.
    package var path: String
    package var message: String

    package init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { message }
}

/// Collects violations while an object is read or checked; lives no longer than that.
final class ViolationLog {
    private(set) var violations: [Violation] = []

    func note(_ path: String, _ message: String) {
        violations.append(Violation(path, message))
    }
}
