import Formats
import KubernetesSimulator

/// Something that must hold after every fact, whatever goes wrong.
///
/// A pure function of the facts so far; what it remembers of them is its own.
protocol Invariant: Sendable {
    /// Its number and its name, such as `I1 own deletes only`.
    static var title: String { get }

    init()

    /// Takes in a fact, of which the truth knows already.
    ///
    /// - Returns: What is wrong; `nil` where nothing is.
    mutating func breach(_ fact: Fact, _ truth: Truth) -> String?
}

/// An invariant that did not hold.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// `I1 own deletes only`.
    package var invariant: String
    package var text: String
    /// True time since the beginning of the run.
    package var time: Duration

    package var description: String { "\(invariant), after \(time.shortGoText): \(text)" }
}

/// All that must hold after every fact.
///
/// I4 and I5 are told at the end of a run, see ``Convergence``. I12, the completeness of an audit log, has nothing to
/// hold of: the product keeps none.
struct Judge: Sendable {
    private(set) var truth = Truth()
    private var invariants: [any Invariant]
    private(set) var violations: [Violation] = []
    private let start: Timestamp

    static let all: [any Invariant.Type] = [
        OwnDeletes.self, TimelyEnds.self, OneRelease.self, Isolation.self, GuardsFirstAndLast.self,
        SecretConfinement.self, LeaseFence.self, HonestStatus.self, BoundedLoad.self, MassEnds.self,
        ToldTwice.self,
    ]
    /// What can be asked of an operator from which nothing is kept.
    static let ofWhoHearsAll: [any Invariant.Type] = [Pause.self, OwnWrites.self]
    /// A run that breaks something often is not told all of it.
    private static let limit = 20

    /// `hearsAll`: nothing is kept from the operator, so that more can be asked of it.
    init(start: Timestamp, hearsAll: Bool = false) {
        self.start = start
        invariants = (Self.all + (hearsAll ? Self.ofWhoHearsAll : [])).map { $0.init() }
    }

    mutating func hear(_ fact: Fact, at time: Timestamp) {
        if case .cluster(let fact) = fact { truth.take(fact) }
        for index in invariants.indices {
            guard let text = invariants[index].breach(fact, truth) else { continue }
            note(type(of: invariants[index]).title, text, at: time)
        }
    }

    mutating func note(_ invariant: String, _ text: String, at time: Timestamp) {
        guard violations.count < Self.limit else { return }
        violations.append(Violation(invariant: invariant, text: text, time: time - start))
    }
}

extension Identity {
    /// Whether a process of the operator sends as it.
    var isOperator: Bool { user == OperatorProcess.identity.user }
}
