/// What a code host says of a pull request.
package enum PullRequestState: String, Sendable, Hashable {
    case open
    case closed
    case merged

    package var isOpen: Bool { self == .open }
}

/// What came of asking for a pull request.
package enum PullRequestAnswer: Sendable, Hashable {
    /// A whole answer, of the right repository and number. The tag asks for less the next time.
    case state(PullRequestState, tag: String?)
    /// It is as the tag says that it was.
    case unchanged
    /// Nothing is known by it, so nothing follows from it.
    case failure(PullRequestFailure)
}

/// Why a pull request could not be read.
package struct PullRequestFailure: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// There is none, or the token may not see it: hosts do not tell which.
        case notFound = "NotFound"
        /// The token is not valid any more.
        case unauthorized = "Unauthorized"
        case forbidden = "Forbidden"
        case rateLimited = "RateLimited"
        /// The repository has another name by now.
        case moved = "Moved"
        /// Nobody answers, or the host says that it is out of order.
        case unavailable = "Unavailable"
        /// What came is no answer to what was asked.
        case answerInvalid = "AnswerInvalid"
    }

    package var reason: Reason
    /// What to do; the same text for the same fault, and never a secret.
    package var message: String
    /// How long the host wants to be left alone, where it says so.
    package var retryAfter: Duration?

    package init(_ reason: Reason, _ message: String, retryAfter: Duration? = nil) {
        self.reason = reason
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Whether it is the host's, so that asking for another pull request would end in the same.
    package var isOfHost: Bool {
        switch reason {
        case .unauthorized, .rateLimited, .unavailable: true
        case .notFound, .forbidden, .moved, .answerInvalid: false
        }
    }
}
