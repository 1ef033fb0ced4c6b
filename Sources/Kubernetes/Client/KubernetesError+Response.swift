package import Formats
package import HTTPModel

extension KubernetesError {
    /// Reads a response that is no success: a `Status` where the API server sent it, else its HTTP status alone.
    package init(response: HTTPResponse) {
        // A Status is small; what is larger comes from something else and is not worth reading.
        var limits = FormatLimits()
        limits.bytes = 1 << 20
        limits.depth = 32
        var json = JSONValue.null
        do { json = try JSONValue(parsing: response.body, limits: limits) } catch { json = .null }
        if json["kind"]?.string == "Status" {
            self.init(status: json, httpStatus: response.status)
        } else {
            let code = Code(httpStatus: response.status)
            self.init(code, Self.message(of: response), status: response.status)
        }
        if let header = Self.retryAfter(response.headers) { retryAfter = max(header, retryAfter ?? .zero) }
    }

    /// Reads a `Status` object.
    package init(status json: JSONValue, httpStatus: Int? = nil) {
        let details = json["details"]
        let claimed = json["code"]?.integer.flatMap { Int(exactly: $0) }
        let http = httpStatus ?? claimed
        let reason = json["reason"]?.string ?? ""
        let text = json["message"]?.string ?? ""
        self.init(
            Code(reason: reason) ?? Code(httpStatus: http ?? 0),
            text.isEmpty ? "the server gives no message (reason \"\(reason.escapingControls())\")" : Self.clean(text),
            status: http,
            retryAfter: Self.seconds(details?["retryAfterSeconds"]?.integer),
            causes: Self.causes(details),
            subject: Self.subject(details)
        )
    }

    private static func causes(_ details: JSONValue?) -> [Cause] {
        // A hundred wrong fields are as good an instruction as ten thousand.
        (details?["causes"]?.array ?? []).prefix(100).map { cause in
            Cause(
                reason: (cause["reason"]?.string ?? "").escapingControls(limit: 256),
                field: (cause["field"]?.string ?? "").escapingControls(limit: 1024),
                message: clean(cause["message"]?.string ?? "")
            )
        }
    }

    private static func subject(_ details: JSONValue?) -> Subject? {
        guard let name = details?["name"]?.string, !name.isEmpty else { return nil }
        return Subject(group: details?["group"]?.string ?? "", kind: details?["kind"]?.string ?? "", name: name)
    }

    /// Older servers quote a body that they cannot decode, and that body may be a Secret's.
    private static func clean(_ text: String) -> String {
        guard let quote = text.range(ofASCII: ", error found in #") else { return text.escapingControls() }
        return text[..<quote].escapingControls() + " (the quoted body is left out)"
    }

    private static func message(of response: HTTPResponse) -> String {
        let start = "the server answers HTTP \(response.status) without a Status"
        switch response.status {
        case 300..<400: return start + ": it redirects, so the server's address is not an API server's"
        case 401: return start + ": it does not accept the credentials"
        case 404: return start + ": it does not serve this path"
        default: return start + ": a proxy before the API server may have answered"
        }
    }
}

// MARK: - Retry-After

extension KubernetesError {
    /// The wish of a `Retry-After` header: seconds, or a date that is compared with the response's own.
    package static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        guard let value = headers["Retry-After"] else { return nil }
        if let number = Int64(value) { return seconds(number) }
        guard let until = Timestamp(httpDate: value), let now = headers["Date"].flatMap(Timestamp.init(httpDate:))
        else {
            return nil
        }
        return max(.zero, until - now)
    }

    /// A wish of more than a day is a mistake, and would silence us as long.
    private static func seconds(_ number: Int64?) -> Duration? {
        guard let number, number >= 0 else { return nil }
        return .seconds(min(number, 86400))
    }
}

// MARK: - Codes

extension KubernetesError.Code {
    /// The code of a Status' reason; `nil` where the reason says nothing.
    package init?(reason: String) {
        switch reason {
        case "BadRequest": self = .badRequest
        case "Unauthorized": self = .unauthorized
        case "Forbidden": self = .forbidden
        case "NotFound": self = .notFound
        case "MethodNotAllowed", "NotAcceptable", "UnsupportedMediaType": self = .methodNotAllowed
        case "AlreadyExists": self = .alreadyExists
        case "Conflict": self = .conflict
        case "Gone", "Expired": self = .expired
        case "Invalid": self = .invalid
        case "TooManyRequests": self = .tooManyRequests
        case "RequestEntityTooLarge": self = .tooLarge
        case "InternalError", "StorageReadError": self = .internalError
        case "ServiceUnavailable": self = .serviceUnavailable
        // `ServerTimeout` is sent with status 500, `Timeout` with 504; both leave the outcome open.
        case "Timeout", "ServerTimeout": self = .timeout
        default: return nil
        }
    }

    package init(httpStatus: Int) {
        switch httpStatus {
        case 300..<400: self = .malformedResponse
        case 400: self = .badRequest
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = .notFound
        case 405, 406, 415: self = .methodNotAllowed
        case 408, 504: self = .timeout
        case 409: self = .conflict
        case 410: self = .expired
        case 413: self = .tooLarge
        case 422: self = .invalid
        case 429: self = .tooManyRequests
        case 500: self = .internalError
        case 502, 503: self = .serviceUnavailable
        default: self = .unknown
        }
    }

    /// Whether a write that failed so may have happened: it must be read before it is tried again.
    package var leavesOutcomeUnknown: Bool {
        switch self {
        case .internalError, .serviceUnavailable, .timeout, .interrupted, .malformedResponse, .tooLarge, .unknown: true
        default: false
        }
    }
}

// MARK: - Transport

extension KubernetesError {
    package init(_ error: HTTPTransportError) {
        self.init(Code(error.code), error.message.escapingControls())
    }
}

extension KubernetesError.Code {
    package init(_ code: HTTPTransportError.Code) {
        switch code {
        case .unreachable: self = .unreachable
        case .untrusted: self = .untrusted
        case .timedOut: self = .timeout
        case .interrupted, .closed: self = .interrupted
        case .tooLarge: self = .tooLarge
        case .malformed: self = .malformedResponse
        case .credential: self = .configuration
        }
    }
}

extension StringProtocol {
    /// Where an ASCII text begins, by bytes: `Collection.firstRange` compares characters, which is slow.
    fileprivate func range(ofASCII text: StaticString) -> Index? {
        let wanted = text.withUTF8Buffer(Array.init)
        var index = utf8.startIndex
        while index < utf8.endIndex {
            if utf8[index...].starts(with: wanted) { return index }
            index = utf8.index(after: index)
        }
        return nil
    }
}

extension Substring {
    fileprivate func escapingControls() -> String { String(self).escapingControls() }
}
