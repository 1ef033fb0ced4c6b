import HTTPModel

/// What to do after an error: the one place that decides it.
package enum Disposition: Sendable, Hashable {
    /// Try again with the caller's own back-off.
    case retry
    /// Try again, but not before this time has passed.
    case recheck(after: Duration)
    /// Trying again cannot help until something changes.
    case terminal
}

extension Disposition {
    /// How long until a look at what only somebody outside can mend: a right, a certificate, a credential.
    ///
    /// No watch tells when it is mended.
    package static let outsideInterval: Duration = .seconds(30)

    package static func disposition(of error: any Error) -> Disposition {
        switch error {
        case is CancellationError: .terminal
        case let error as KubernetesError: disposition(of: error)
        case let error as HTTPTransportError: disposition(of: KubernetesError(error))
        default: .retry
        }
    }

    private static func disposition(of error: KubernetesError) -> Disposition {
        switch error.code {
        case .badRequest, .methodNotAllowed, .invalid, .tooLarge:
            .terminal  // The same request gets the same answer.
        case .forbidden, .untrusted, .configuration:
            .recheck(after: max(outsideInterval, error.retryAfter ?? .zero))
        case .tooManyRequests:
            // A server that has too much to do, and does not say for how long, is not asked again at once.
            .recheck(after: error.retryAfter ?? Backoff().base)
        case .unauthorized, .notFound, .alreadyExists, .conflict, .expired, .internalError, .serviceUnavailable,
            .timeout, .unreachable, .interrupted, .malformedResponse, .unknown:
            error.retryAfter.map { .recheck(after: $0) } ?? .retry
        }
    }
}
