/// What follows from an observation: where the release is, and what to do next.
///
/// The caller carries out the actions in order, stops at the first that fails, observes again and plans again, until a
/// plan has none. A crash at any point is nothing else than such a stop.
package struct ReleasePlan: Sendable, Hashable {
    package internal(set) var state: ReleaseState
    /// Why, in one line.
    package internal(set) var cause: String
    package internal(set) var actions: [ReleaseAction] = []
    /// What else should be told: hooks that failed without stopping anything, records that cannot be read.
    package internal(set) var warnings: [String] = []
    /// When to look again though nothing tells of a change.
    package internal(set) var recheckAfter: Duration?
}

/// How patient a plan is.
package struct ReleasePolicy: Sendable, Hashable {
    /// How many revisions are kept.
    package var maximumHistory: Int = 10
    /// For each hook, and for objects that go.
    package var timeout: Duration = .seconds(300)
    /// After the first failure of the same inputs, doubled with each further one.
    package var firstRetry: Duration = .seconds(60)
    package var longestRetry: Duration = .seconds(3_600)
    /// How soon to look again at what runs.
    package var poll: Duration = .seconds(2)
    /// Objects that differ are mended; otherwise they are told of.
    package var correctsDrift: Bool = true

    package init() {}
}
