/// Knows, across crashes of the process, what was being worked on when it crashed.
///
/// A trap cannot be caught. So that one object that makes the process trap does not take all others with it, what
/// was in flight at several crashes is left alone until it changes.
package protocol InFlightJournal: Sendable {
    /// Notes that `key`, as of `revision`, is about to be worked on; `false` where it is in quarantine.
    func begin(_ controller: String, _ key: String, revision: String) -> Bool
    /// Notes that the work has ended, however it did.
    func end(_ controller: String, _ key: String)
}

/// Remembers nothing: for a process whose crashes nobody counts.
package struct NoJournal: InFlightJournal {
    package init() {}

    package func begin(_ controller: String, _ key: String, revision: String) -> Bool { true }
    package func end(_ controller: String, _ key: String) {}
}
