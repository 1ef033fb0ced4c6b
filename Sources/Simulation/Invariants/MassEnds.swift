import EnvironmentAPI
import Formats
import KubernetesSimulator

import struct EnvironmentOperator.Brake

/// I1, of many: one process ends no more environments within a minute than anyone can have meant, until a person has
/// looked and says go on.
struct MassEnds: Invariant {
    static let title = "I1 mass ends"

    /// A minute of a clock that runs a tenth too fast.
    private static let window = Brake.window * 10 / 11 - .seconds(1)

    /// When each process began ends, the oldest first.
    private var begun: [String: [Timestamp]] = [:]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact else { return nil }
        if change.resource == "configmaps", change.name == Words.Pause.configMap { begun = [:] }
        guard let process = change.author?.process, Self.begins(change) else { return nil }
        var moments = (begun[process] ?? []).filter { change.time - $0 < Self.window }
        moments.append(change.time)
        begun[process] = moments
        let limit = Brake.threshold(of: truth.environments.count)
        return moments.count == limit + 1 ? "\(process) begins more than \(limit) ends within a minute" : nil
    }

    private static func begins(_ change: ObjectChange) -> Bool {
        guard change.resource == Kind.environments, change.author?.isOperator == true,
            let before = change.before, let after = change.after
        else { return false }
        return !isEnding(before) && isEnding(after)
    }

    private static func isEnding(_ environment: JSONValue) -> Bool {
        let reason = Environment(environment).status.condition(.terminated)?.reason
        return reason != nil && reason != TerminatedReason.held.rawValue
    }
}
