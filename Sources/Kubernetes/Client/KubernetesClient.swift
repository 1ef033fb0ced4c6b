import Formats
package import HTTPModel

/// Speaks to one API server: builds requests, reads replies, opens nothing itself.
///
/// Every function throws ``KubernetesError``, or `CancellationError` where its task was cancelled. A request
/// that cannot be built is refused before anything is sent.
package struct KubernetesClient: Sendable {
    package let transport: any HTTPTransport
    /// The owner of fields that this client applies.
    package let fieldManager: String
    package var timeouts: RequestTimeouts

    package init(
        transport: any HTTPTransport,
        fieldManager: String = "envfactory",
        timeouts: RequestTimeouts = RequestTimeouts()
    ) {
        self.transport = transport
        self.fieldManager = fieldManager
        self.timeouts = timeouts
    }

    var requests: RequestBuilder { RequestBuilder(fieldManager: fieldManager, timeouts: timeouts) }
}

// MARK: - One exchange

extension KubernetesClient {
    /// Sends what `build` makes and reads the JSON object that comes back.
    ///
    /// `task` says in messages what is being done: "read secrets env/a".
    func exchange(
        _ task: @autoclosure () -> String,
        keeping selection: JSONSelection = .everything,
        _ build: () throws -> HTTPRequest
    ) async throws -> JSONValue {
        do {
            return try Self.object(in: try await transport.send(try build()), keeping: selection)
        } catch {
            throw Self.named(error, task())
        }
    }

    /// The JSON object of a successful response; else the error that the response tells.
    private static func object(in response: HTTPResponse, keeping selection: JSONSelection) throws -> JSONValue {
        guard response.isSuccess else { throw KubernetesError(response: response) }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: response.body, keeping: selection)
        } catch {
            throw KubernetesError(
                .malformedResponse,
                "the answer is no JSON (\(error.description.escapingControls(limit: 200))): "
                    + "see whether the server's address is an API server's",
                status: response.status
            )
        }
        guard json.object != nil else {
            throw KubernetesError(.malformedResponse, "the answer is no JSON object", status: response.status)
        }
        return json
    }

    /// The error with what was being done before its message; others than the API's stay as they are.
    static func named(_ error: any Error, _ task: String) -> any Error {
        var named: KubernetesError
        switch error {
        case let error as KubernetesError: named = error
        case let error as HTTPTransportError: named = KubernetesError(error)
        default: return error
        }
        named.message = "cannot \(task.escapingControls()): \(named.message)"
        return named
    }
}
