package import EnvironmentAPI
import Helm

/// Why there is no release to install: the condition's reason, and an instruction.
package struct ReleaseFailure: Error, Sendable, Hashable {
    package var reason: ReleaseReason
    package var message: String
    /// Whether it may pass without anybody changing anything.
    package var isTransient: Bool

    package init(_ reason: ReleaseReason, _ message: String, isTransient: Bool = false) {
        self.reason = reason
        self.message = message
        self.isTransient = isTransient
    }
}

extension ReleaseFailure {
    init(_ error: ChartFetchError) {
        switch error.code {
        case .unreachable, .notFound, .unauthorized:
            // Charts are published and credentials mended without the operator being told.
            self.init(.chartUnavailable, error.message, isTransient: true)
        case .digestMismatch, .invalid, .tooLarge, .refused:
            self.init(.chartRefused, error.message, isTransient: true)
        }
    }
}
