package import CodeHosts
package import EnvironmentAPI

/// What is known of the pull request that an environment comes from.
package enum PullRequestOutlook: Sendable, Hashable {
    case open(PullRequestName)
    /// It was said twice that it is closed, or merged.
    case over(PullRequestName, PullRequestState)
    /// The environment ended with its pull request, which was said twice to be open again.
    case reopened
    /// Nobody can tell: nothing follows from it.
    case unknown(PullRequestReason, String)
    /// The environment names none.
    case notNeeded
}

extension PullRequestOutlook {
    /// What is said of it; the same text for as long as it is the same.
    var verdict: Verdict? {
        switch self {
        case .open(let name): Verdict(.isTrue, PullRequestReason.open, "The pull request \(name) is open.")
        case .over(let name, let state): Self.verdict(over: "\(name)", state)
        case .unknown(let reason, let message): Verdict(.unknown, reason, message)
        case .notNeeded:
            Verdict(.unknown, PullRequestReason.notNeeded, "The environment names no pull request in spec.source.")
        case .reopened: nil
        }
    }

    static func verdict(over name: String, _ state: PullRequestState) -> Verdict {
        state == .merged
            ? Verdict(.isFalse, PullRequestReason.merged, "The pull request \(name) was merged.")
            : Verdict(.isFalse, PullRequestReason.closed, "The pull request \(name) was closed.")
    }
}

extension Environment {
    /// What an environment's pull request can still do to it.
    enum PullRequestPhase: Sendable, Hashable {
        /// End it.
        case living
        /// Clear the way for another: it ended with the pull request, and says so.
        case closed
    }

    /// `nil` where nothing that a code host says would change anything.
    var pullRequestPhase: PullRequestPhase? {
        guard spec.source?.isPullRequest == true, !metadata.isDeleting else { return nil }
        if let reason = endReason { return reason == .closed && isTerminated ? .closed : nil }
        return metadata.annotations[Words.Annotation.closed] == nil ? .living : nil
    }

    /// It was told that its pull request is open.
    var isToldOpen: Bool { status.condition(.pullRequestOpen)?.status == .isTrue }
}
