/// Why a request to the API failed.
package struct KubernetesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed set: the word is a condition's reason and a metric's label as well.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case badRequest = "BadRequest"  // 400, or refused here before it was sent
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
    /// The object that the Status is about, where it names one.
    package var subject: Subject?

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

    package struct Subject: Sendable, Hashable {
        package var group: String
        /// What the server calls a kind here is mostly the resource, `configmaps`.
        package var kind: String
        package var name: String

        package init(group: String, kind: String, name: String) {
            self.group = group
            self.kind = kind
            self.name = name
        }
    }

    package init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        retryAfter: Duration? = nil,
        causes: [Cause] = [],
        subject: Subject? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
        self.causes = causes
        self.subject = subject
    }

    package var description: String { message }
}

extension KubernetesError {
    /// The API server itself says that it serves the resource and has no such object.
    ///
    /// A 404 proves nothing else: a server that does not serve the resource, a missing CustomResourceDefinition and
    /// a proxy that knows no such path answer 404 as well, and there the object may well be.
    package func saysThatIsMissing(_ key: ObjectKey) -> Bool {
        code == .notFound && subject?.name == key.name
    }

    /// What was asked for may have been done, or may yet be.
    package var leavesOutcomeOpen: Bool {
        switch code {
        case .timeout, .interrupted, .internalError: true
        default: false
        }
    }

    /// The server's cache has not come as far as the resourceVersion that was asked for.
    package var resourceVersionIsTooLarge: Bool {
        causes.contains { $0.reason == "ResourceVersionTooLarge" }
            || message.contains("Too large resource version")
    }
}
