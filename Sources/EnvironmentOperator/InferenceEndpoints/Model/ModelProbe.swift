import Formats
package import HTTPModel

/// Asks model servers what they serve.
package struct ModelProbe: Sendable {
    private let transport: any HTTPTransport

    package init(_ transport: any HTTPTransport) { self.transport = transport }

    /// A server that is there lists its models at once.
    private static let listTimeout: Duration = .seconds(5)
    /// One token takes a large model on processors some seconds.
    static let tokenTimeout: Duration = .seconds(20)
    /// What one token may bring along.
    private static let tokenSizeLimit = 1 << 16

    /// Asks the server at this address for its models; silence is an answer too.
    func ask(_ address: String, port: Int64) async throws -> ModelAnswer {
        var request = HTTPRequest(.get, Self.url(address, port, "/v1/models"), bodyLimit: ModelAnswer.sizeLimit)
        request.timeout = Self.listTimeout
        do {
            return ModelAnswer(try await transport.send(request))
        } catch let error as HTTPTransportError {
            return .silent(error.message)
        }
    }

    /// Asks for one token of a model: what completes a text, or else what chats.
    ///
    /// Servers know both ways or one; a model that was not made for chats knows only the first.
    func askForToken(of model: String, _ address: String, port: Int64) async throws -> TokenAnswer {
        let prompt: JSONValue = ["model": .string(model), "max_tokens": 1, "prompt": "1"]
        let response: HTTPResponse
        switch try await send(prompt, to: Self.url(address, port, Self.completions)) {
        case .failure(let answer): return answer
        case .success(let answered): response = answered
        }
        guard Self.unknownWay.contains(response.status) else { return TokenAnswer(response, to: Self.completions) }
        let chat: JSONValue = [
            "model": .string(model), "max_tokens": 1, "messages": [["role": "user", "content": "1"]],
        ]
        switch try await send(chat, to: Self.url(address, port, Self.chats)) {
        case .failure(let answer): return answer
        case .success(let answered): return TokenAnswer(answered, to: Self.chats)
        }
    }

    private static let completions = "/v1/completions"
    private static let chats = "/v1/chat/completions"
    /// How servers say that they do not know this way, or this model does not.
    private static let unknownWay: Set<Int> = [400, 404, 405, 501]

    private enum Reply {
        case success(HTTPResponse)
        case failure(TokenAnswer)
    }

    private func send(_ body: JSONValue, to url: String) async throws -> Reply {
        let request = HTTPRequest(
            .post, url, headers: ["Content-Type": "application/json", "Accept": "application/json"],
            body: body.encoded(), timeout: Self.tokenTimeout, bodyLimit: Self.tokenSizeLimit)
        do {
            return .success(try await transport.send(request))
        } catch let error as HTTPTransportError {
            return .failure(error.code == .timedOut ? .late : .refused(error.message))
        }
    }

    private static func url(_ address: String, _ port: Int64, _ path: String) -> String {
        let host = address.contains(":") ? "[\(address)]" : address
        return "http://\(host):\(port)\(path)"
    }
}
