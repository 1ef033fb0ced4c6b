import Helm
import Kubernetes

/// How a command ended: a closed set that scripts and CI steps can tell apart.
package enum ExitCode: Int32, Sendable, Hashable, CaseIterable {
    case success = 0
    case internalError = 1
    case usage = 2
    case notFound = 3
    case alreadyExists = 4
    case rejected = 5
    case forbidden = 6
    case unreachable = 7
    case timedOut = 8
    case environmentFailed = 9
    case differencesFound = 10
    case interrupted = 130
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
