/// Why a request to the API failed.
package struct KubernetesError: Error, Sendable, CustomStringConvertible {
    /// A closed set: the word is a condition's reason and a metric's label as well.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case badRequest = "BadRequest"  // 400
        case unauthorized = "Unauthorized"  // 401
        case forbidden = "Forbidden"  // 403
        case notFound = "NotFound"  // 404
        case methodNotAllowed = "MethodNotAllowed"  // 405, 406, 415
        case alreadyExists = "AlreadyExists"  // 409 with that reason
        case conflict = "Conflict"  // 409 otherwise
        case expired = "Expired"  // 410: the resourceVersion or the continue token is too old
        case invalid = "Invalid"  // 422
        case tooManyRequests = "TooManyRequests"  // 429
        case tooLarge = "RequestEntityTooLarge"  // 413, or the transport's limit
        case internalError = "InternalError"  // 500: the outcome is unknown
        case serviceUnavailable = "ServiceUnavailable"  // 502, 503
        case timeout = "Timeout"  // 504, or no response in time: the outcome is unknown
        case unreachable = "Unreachable"  // no connection: the request was not sent
        case untrusted = "Untrusted"  // TLS: the server is not who it should be
        case interrupted = "Interrupted"  // the connection broke: the outcome is unknown
        case malformedResponse = "MalformedResponse"  // what came is no answer of an API server
        case configuration = "Configuration"  // kubeconfig or credentials: nothing was sent
        case unknown = "Unknown"
    }

    package var code: Code
    /// What is wrong, where, and what to do; never holds a credential or a Secret's data.
    package var message: String
    /// The HTTP status, where a response came.
    package var status: Int?
    /// The server's own wish (`Retry-After`).
    package var retryAfter: Duration?
    /// `details.causes` of the Status: one entry a field that is wrong.
    package var causes: [Cause]

    package struct Cause: Sendable, Hashable {
        package var reason: String
        package var field: String
        package var message: String

        package init(reason: String, field: String, message: String) {
            self.reason = reason
            self.field = field
            self.message = message
        }
    }

    package init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        retryAfter: Duration? = nil,
        causes: [Cause] = []
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
        self.causes = causes
    }

    package var description: String { message }
}
