/// One thing that is wrong with an object, as an instruction.
///
/// The message stands alone: what is wrong, where, and what to do. Text that came from outside is in it only as
/// ``Swift/String/shown`` prints it.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// The field, `spec.quota.hard.requests.cpu`.
    package var path: String
    package var message: String
    /// The rule of the definition that says the same, where one does.
    package var rule: Rule?

    package init(_ path: String, _ message: String, rule: Rule? = nil) {
        self.path = path
        self.message = message
        self.rule = rule
    }

    package var description: String { message }
}

/// Collects violations while an object is read or checked; lives no longer than that.
final class ViolationLog {
    private(set) var violations: [Violation]

    init(_ violations: [Violation] = []) { self.violations = violations }

    func note(_ path: String, _ message: String) {
        violations.append(Violation(path, message))
    }

    /// Notes a broken rule in the rule's own words.
    func note(_ rule: Rule, at path: String) {
        let message = rule.message
        note(rule, at: path, message.hasPrefix(path) ? message : "\(path): \(message)")
    }

    /// Notes a broken rule in words that know the values.
    func note(_ rule: Rule, at path: String, _ message: String) {
        violations.append(Violation(path, message, rule: rule))
    }
}
