package import Formats
package import HTTPModel
import Synchronization

/// A network that follows a script: each request must be the next one expected, and gets its reply.
///
///     let transport = ScriptedTransport([
///         .expect(.get, "/api/v1/namespaces/a", .json(200, ["kind": "Namespace"])),
///         .expect(.delete, "/api/v1/namespaces/a", .failure(.interrupted)),
///     ])
///
/// A request that is not the expected one, or comes after the last, throws ``ScriptMismatch`` and stays in
/// ``mismatches``, since the code under test may swallow what is thrown. End with `#expect(transport.isFinished)`.
package final class ScriptedTransport: HTTPTransport {
    /// One expected request with its reply.
    package struct Step: Sendable {
        package var method: HTTPRequest.Method?
        /// Path and query; `nil` takes any, a trailing `*` any that begins so.
        package var target: String?
        package var reply: Reply

        package static func expect(_ method: HTTPRequest.Method, _ target: String, _ reply: Reply) -> Step {
            Step(method: method, target: target, reply: reply)
        }

        /// Any request at all.
        package static func any(_ reply: Reply) -> Step { Step(method: nil, target: nil, reply: reply) }

        func accepts(_ request: HTTPRequest) -> Bool {
            if let method, method != request.method { return false }
            guard let target else { return true }
            guard target.hasSuffix("*") else { return target == request.target }
            return request.target.hasPrefix(target.dropLast())
        }
    }

    /// What the network answers.
    package enum Reply: Sendable {
        case response(HTTPResponse)
        /// A stream with status 200: its lines, and how it ends.
        case lines([String], ending: Ending)
        case error(any Error)
        /// Nothing, until the task is cancelled.
        case silence
        /// Computes the response, for scripts that depend on what was sent.
        case answer(@Sendable (HTTPRequest) async throws -> HTTPResponse)

        /// A response with a JSON body.
        package static func json(_ status: Int, _ body: JSONValue, headers: HTTPHeaders = [:]) -> Reply {
            var headers = headers
            headers.append(name: "Content-Type", value: "application/json")
            return .response(HTTPResponse(status: status, headers: headers, body: body.encoded()))
        }

        /// A failed `Status`, as the API server sends it.
        package static func status(
            _ status: Int,
            _ reason: String,
            message: String = "scripted",
            details: JSONValue? = nil,
            headers: HTTPHeaders = [:]
        ) -> Reply {
            var body: JSONValue = ["kind": "Status", "apiVersion": "v1", "status": "Failure"]
            body["message"] = .string(message)
            body["reason"] = .string(reason)
            body["details"] = details
            body["code"] = .integer(Int64(status))
            return json(status, body, headers: headers)
        }

        /// No whole response came.
        package static func failure(_ code: HTTPTransportError.Code) -> Reply {
            .error(HTTPTransportError(code, "scripted \(code.rawValue)"))
        }
    }

    /// How a stream ends after its last line.
    package enum Ending: Sendable {
        /// In order, as a watch does when its time is over.
        case end
        /// It breaks off.
        case failure(HTTPTransportError.Code)
        /// It stays open and silent until the task is cancelled.
        case silence
    }

    private struct State {
        var steps: [Step]
        var requests: [HTTPRequest] = []
        var mismatches: [ScriptMismatch] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    package init(_ steps: [Step] = []) { state = Mutex(State(steps: steps)) }

    /// Adds to the end of the script.
    package func then(_ steps: Step...) {
        state.withLock { $0.steps += steps }
    }

    /// Every request so far, also those that were not expected.
    package var requests: [HTTPRequest] { state.withLock(\.requests) }
    package var mismatches: [ScriptMismatch] { state.withLock(\.mismatches) }

    /// Every step was played, and nothing else was asked.
    package var isFinished: Bool { state.withLock { $0.steps.isEmpty && $0.mismatches.isEmpty } }

    /// Returns once `count` requests have come.
    package func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.requests.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        switch try next(for: request) {
        case .response(let response): return response
        case .lines(let lines, ending: _):
            let body = lines.joined(separator: "\n")
            return HTTPResponse(status: 200, body: Array(body.utf8))
        case .error(let error): throw error
        case .silence: try await untilCancelled()
        case .answer(let answer): return try await answer(request)
        }
    }

    package func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let reply = try next(for: request)
        guard case .lines(let lines, let ending) = reply else {
            return try await perform(reply, request)
        }
        for line in lines {
            try Task.checkCancellation()
            try await receive(Array(line.utf8))
        }
        switch ending {
        case .end: return HTTPResponse(status: 200)
        case .failure(let code): throw HTTPTransportError(code, "scripted \(code.rawValue)")
        case .silence: try await untilCancelled()
        }
    }

    private func perform(_ reply: Reply, _ request: HTTPRequest) async throws -> HTTPResponse {
        switch reply {
        case .response(let response): return response
        case .lines: return HTTPResponse(status: 200)
        case .error(let error): throw error
        case .silence: try await untilCancelled()
        case .answer(let answer): return try await answer(request)
        }
    }

    private func next(for request: HTTPRequest) throws -> Reply {
        let (result, waiters) = state.withLock { state in
            state.requests.append(request)
            let count = state.requests.count
            let waiters = state.waiters.filter { $0.count <= count }
            state.waiters.removeAll { $0.count <= count }
            guard let step = state.steps.first, step.accepts(request) else {
                let mismatch = ScriptMismatch(expected: state.steps.first, actual: request)
                state.mismatches.append(mismatch)
                return (Result<Reply, ScriptMismatch>.failure(mismatch), waiters)
            }
            state.steps.removeFirst()
            return (.success(step.reply), waiters)
        }
        for waiter in waiters { waiter.continuation.resume() }
        return try result.get()
    }

    private func untilCancelled() async throws -> Never {
        // A stream that nobody feeds ends only when its task is cancelled.
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
        throw CancellationError()
    }
}

/// A request that the script did not expect.
package struct ScriptMismatch: Error, CustomStringConvertible {
    package let description: String

    init(expected: ScriptedTransport.Step?, actual: HTTPRequest) {
        let wanted = expected.map { "\($0.method?.rawValue ?? "any") \($0.target ?? "any")" } ?? "no further request"
        description = "the script expects \(wanted), not \(actual.method.rawValue) \(actual.target)"
    }
}
