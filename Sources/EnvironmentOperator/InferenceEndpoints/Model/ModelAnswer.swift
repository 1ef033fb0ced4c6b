import EnvironmentAPI
import Formats
package import HTTPModel

/// What a model server said when it was asked for its models.
package enum ModelAnswer: Sendable, Hashable {
    /// Their names, as it lists them.
    case lists([String])
    /// It is there, and not ready: it loads.
    case loading
    /// It answers something else.
    case strange(String)
    /// Nobody answers; why.
    case silent(String)
}

extension ModelAnswer {
    /// Reads what `GET /v1/models` brought.
    init(_ response: HTTPResponse) {
        switch response.status {
        case 200: self = Self.list(response.body) ?? .strange("what it answers to /v1/models is no list of models")
        case 503: self = .loading
        default: self = .strange("it answers /v1/models with status \(response.status)")
        }
    }

    private static func list(_ body: [UInt8]) -> ModelAnswer? {
        let json: JSONValue
        do { json = try JSONValue(parsing: body) } catch { return nil }
        guard let models = json["data"]?.array else { return nil }
        return .lists(models.prefix(100).compactMap { $0["id"]?.string })
    }
}

/// Asks model servers what they serve.
package struct ModelProbe: Sendable {
    private let transport: any HTTPTransport

    package init(_ transport: any HTTPTransport) { self.transport = transport }

    /// Asks the server at this address; never fails, since silence is an answer too.
    func ask(_ address: String, port: Int64) async throws -> ModelAnswer {
        let host = address.contains(":") ? "[\(address)]" : address
        var request = HTTPRequest(.get, "http://\(host):\(port)/v1/models")
        request.timeout = .seconds(5)
        do {
            return ModelAnswer(try await transport.send(request))
        } catch let error as HTTPTransportError {
            return .silent(error.message)
        }
    }
}
