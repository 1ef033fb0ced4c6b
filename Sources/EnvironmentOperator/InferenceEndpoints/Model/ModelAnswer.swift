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
    /// What a list of models may hold; more is not read.
    package static let sizeLimit = 1 << 20

    /// Reads what `GET /v1/models` brought.
    package init(_ response: HTTPResponse) {
        switch response.status {
        case 200: self = Self.list(response.body) ?? .strange("what it answers to /v1/models is no list of models")
        case 503: self = .loading
        default: self = .strange(ServerRefusal(response).sentence(of: "/v1/models"))
        }
    }

    private static func list(_ body: [UInt8]) -> ModelAnswer? {
        guard let models = JSONValue(answered: body)?["data"]?.array else { return nil }
        return .lists(models.prefix(100).compactMap { $0["id"]?.string })
    }
}

/// What a model server said when it was asked for one token.
package enum TokenAnswer: Sendable, Hashable {
    case token
    /// It has as much to do as it takes: so it answers others.
    case busy
    /// It lists its models, and still loads them.
    case loading
    /// No token came; why.
    case refused(String)
    /// No token came in time.
    case late
}

extension TokenAnswer {
    /// Reads what a request for a completion brought.
    init(_ response: HTTPResponse, to path: String) {
        let refusal = ServerRefusal(response)
        switch response.status {
        case 200:
            let choices = JSONValue(answered: response.body)?["choices"]?.array ?? []
            self = choices.isEmpty ? .refused("what it answers to \(path) is no completion") : .token
        case 429: self = .busy
        case 503 where refusal.tellsOfLoading: self = .loading
        // A gateway that has nobody behind it says so in no words of a model server's.
        case 503 where refusal.message != nil: self = .busy
        default: self = .refused(refusal.sentence(of: path))
        }
    }
}

/// A status that is no success, and what the server says of it.
struct ServerRefusal: Sendable, Hashable {
    let status: Int
    /// As `{"error": {"message": …}}` has it.
    let message: String?

    init(_ response: HTTPResponse) {
        status = response.status
        let error = JSONValue(answered: response.body)?["error"]
        message = (error?["message"]?.string ?? error?.string).map { String($0.prefix(200)).shown }
    }

    var tellsOfLoading: Bool { message?.lowercased().contains("loading") ?? false }

    func sentence(of path: String) -> String {
        "it answers \(path) with status \(status)\(message.map { ": \($0)" } ?? "")"
    }
}

extension JSONValue {
    /// A small JSON text; `nil` where it is none.
    fileprivate init?(answered body: [UInt8]) {
        var limits = FormatLimits()
        limits.bytes = ModelAnswer.sizeLimit
        limits.depth = 32
        self.init(ifReadable: body, limits: limits)
    }
}
