import CodeHosts
import EnvironmentAPI

extension EnvironmentPlan {
    /// An environment ends with its pull request: marked by one compare-and-set, from which all the rest follows.
    @Sendable static func pullRequest(_ observation: EnvironmentObservation) -> EnvironmentStep {
        guard let outlook = observation.pullRequest, let verdict = outlook.verdict else { return .done() }
        guard case .over(_, let state) = outlook else { return .done(verdict) }
        return .act([.close(state.rawValue)], verdict)
    }

    /// What ended with its pull request says so to the last.
    @Sendable static func pullRequestEnd(_ observation: EnvironmentObservation) -> EnvironmentStep {
        let environment = observation.environment
        guard observation.endReason == .closed, let source = environment.spec.source, source.isPullRequest else {
            return .done()
        }
        let mark = environment.metadata.annotations[Words.Annotation.closed]
        let name = "\(source.repository?.shown ?? "")#\(source.pullRequest ?? 0)"
        return .done(PullRequestOutlook.verdict(over: name, mark.flatMap { PullRequestState(rawValue: $0) } ?? .closed))
    }
}
