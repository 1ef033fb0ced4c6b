/// One HTTP request: what a client sends and what a handler answers.
package struct HTTPRequest: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// Path and query, percent-encoded (`/api/v1/namespaces?limit=500`); the transport knows the server.
    package var target: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// How long the whole exchange may take; for a stream, how long until the response's head.
    package var timeout: Duration?
    /// The most bytes of a whole response's body that are of use; a transport's own limit may be lower.
    package var bodyLimit: Int?

    package init(
        _ method: Method,
        _ target: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        timeout: Duration? = nil,
        bodyLimit: Int? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }
}
