/// The one seam to a network: libcurl, the simulated cluster and a recording decorator stand behind it.
package protocol HTTPTransport: Sendable {
    /// Sends a request and collects the whole response, whatever its status.
    ///
    /// - Throws: ``HTTPTransportError`` where no whole response came; `CancellationError` when cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse

    /// Sends a request and hands over the body of a successful response line by line, without the line feeds.
    ///
    /// The next line is read only when `receive` has returned, so a slow receiver slows the sender down.
    /// Returns when the stream ended in order: with an empty body after a success, else with the whole
    /// response, of which `receive` saw nothing. An error of `receive` ends the stream and is thrown on.
    ///
    /// - Throws: ``HTTPTransportError`` where the stream broke off; `CancellationError` when cancelled.
    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse

    /// Sends a request by which its connection leaves HTTP (`Upgrade`), and hands that over once the server agrees.
    ///
    /// Returns when `use` has returned and the connection is closed: with the head of the response, of status 101,
    /// else with the whole response of a server that did not agree, of which `use` saw nothing. An error of `use` is
    /// thrown on. The request's timeout is for the response's head alone.
    ///
    /// - Throws: ``HTTPTransportError`` where no response came; `CancellationError` when cancelled.
    func upgrade(
        _ request: HTTPRequest,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse
}

extension HTTPTransport {
    // Most of those that stand before a transport have nothing to do with connections.
    package func upgrade(
        _ request: HTTPRequest,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        throw HTTPTransportError(.malformed, "a connection cannot leave HTTP on this way to the server")
    }
}

/// Why no whole response came.
package struct HTTPTransportError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The server's name is unknown, or nothing listens there: the request was not sent.
        case unreachable = "Unreachable"
        /// The server could not prove who it is, or refused our certificate: the request was not sent.
        case untrusted = "Untrusted"
        /// No response within the request's timeout: its outcome is unknown.
        case timedOut = "TimedOut"
        /// The connection broke before the response was whole: the request's outcome is unknown.
        case interrupted = "Interrupted"
        /// A header, a line or the body is larger than the transport's limit.
        case tooLarge = "TooLarge"
        /// What came is no HTTP, or the request cannot be expressed in it.
        case malformed = "Malformed"
        /// A credential could not be had (a token file, an `exec` plugin).
        case credential = "Credential"
        /// The transport was shut down.
        case closed = "Closed"
    }

    package var code: Code
    /// What happened and what to do; never holds a credential.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Answers requests in process: metrics, health, the simulator's face.
package typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse
