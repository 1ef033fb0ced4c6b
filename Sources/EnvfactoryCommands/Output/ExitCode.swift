import Helm
import Kubernetes

/// How a command ended: a closed set that scripts and CI steps can tell apart, and whatever a program says that was
/// run in an environment.
package struct ExitCode: RawRepresentable, Sendable, Hashable, CaseIterable {
    package var rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let success = ExitCode(rawValue: 0)
    package static let internalError = ExitCode(rawValue: 1)
    package static let usage = ExitCode(rawValue: 2)
    package static let notFound = ExitCode(rawValue: 3)
    package static let alreadyExists = ExitCode(rawValue: 4)
    package static let rejected = ExitCode(rawValue: 5)
    package static let forbidden = ExitCode(rawValue: 6)
    package static let unreachable = ExitCode(rawValue: 7)
    package static let timedOut = ExitCode(rawValue: 8)
    package static let environmentFailed = ExitCode(rawValue: 9)
    package static let differencesFound = ExitCode(rawValue: 10)
    package static let interrupted = ExitCode(rawValue: 130)

    /// Those of our own.
    package static let allCases: [ExitCode] = [
        .success, .internalError, .usage, .notFound, .alreadyExists, .rejected, .forbidden, .unreachable, .timedOut,
        .environmentFailed, .differencesFound, .interrupted,
    ]
}

/// A program that was run for the user has ended: its exit code is ours.
struct ProgramEnded: Error, Hashable {
    var code: ExitCode
}

extension ExitCode {
    init(_ code: KubernetesError.Code) {
        switch code {
        case .configuration: self = .usage  // Nothing was sent: the kubeconfig or a credential must be mended first.
        case .notFound: self = .notFound
        case .alreadyExists: self = .alreadyExists
        case .badRequest, .methodNotAllowed, .conflict, .invalid, .tooLarge: self = .rejected
        case .unauthorized, .forbidden: self = .forbidden
        case .unreachable, .untrusted, .interrupted, .serviceUnavailable, .tooManyRequests, .malformedResponse:
            self = .unreachable
        case .timeout: self = .timedOut
        case .expired, .internalError, .unknown: self = .internalError
        }
    }

    init(_ code: ChartFetchError.Code) {
        switch code {
        case .unreachable: self = .unreachable
        case .notFound: self = .notFound
        case .unauthorized: self = .forbidden
        case .digestMismatch, .invalid, .tooLarge, .refused: self = .rejected
        }
    }
}
