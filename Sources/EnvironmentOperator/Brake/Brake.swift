package import Formats

/// Stops all teardown when more environments end within a minute than anyone can have meant.
///
/// Deleting a definition, a label selector that matched too much, a script in a loop: what they have in common is
/// the number. The brake holds what has not begun; it never undoes.
package struct Brake: Sendable {
    package static let window: Duration = .seconds(60)
    /// An end that was due for so long, and was announced, is not held: it is the backlog of an outage.
    package static let overdue: Duration = .seconds(600)

    /// When each end of the last minute began, oldest first.
    private var begun: [Timestamp] = []

    package init() {}

    /// More ends than this within a minute stop the others.
    package static func threshold(of environments: Int) -> Int { max(30, environments / 5) }

    /// Asks to begin one more end.
    ///
    /// - Returns: Whether it may begin; `false` means that the brake must be set.
    package mutating func begin(among environments: Int, at now: Timestamp) -> Bool {
        begun.removeAll { now - $0 >= Self.window }
        guard begun.count < Self.threshold(of: environments) else { return false }
        begun.append(now)
        return true
    }

    /// Takes in an end that began before this process did, as conditions tell it.
    package mutating func recall(_ moment: Timestamp) {
        let index = begun.firstIndex { $0 > moment } ?? begun.endIndex
        begun.insert(moment, at: index)
    }

    /// Forgets the ends counted so far: someone looked at them and said go on.
    package mutating func release() { begun = [] }
}
