package import CodeHosts
import Cryptography
import Formats
package import HTTPModel
package import Kubernetes
import Synchronization

/// A code host inside the program, as its API is: pull requests that open and close, tags, limits, private
/// repositories; and everything that can be wrong with it.
///
/// It answers in process, and behind a socket: what counts of a request's target is what follows the API's path.
package final class SimulatedCodeHost: HTTPTransport {
    /// What it does instead of answering.
    package enum Fault: String, Sendable, Hashable, CaseIterable {
        /// Nobody is there.
        case unreachable
        /// 503.
        case outage
        /// 403, and words about a limit.
        case secondaryLimit
        /// 200, and a page to sign in at.
        case page
        /// The right answer to another question, and one that would end an environment.
        case otherNumber
        case otherRepository
        /// To another host.
        case redirect
        /// Larger than any answer.
        case flood
        /// Everything is closed.
        case everythingClosed
        /// 401, whatever the token.
        case expiredToken
        /// 404, as for everybody who may not see a repository.
        case hidden
    }

    package struct Rules: Sendable {
        /// What a token has to be, where one is needed; `nil` takes none.
        package var token: String?
        /// Those that nobody sees without the token.
        package var privateRepositories: Set<String> = []
        /// Requests that count in each window; `nil` for no limit.
        package var limit: Int?
        package var window: Duration = .seconds(3_600)
        package var sendsTags = true

        package init() {}
    }

    fileprivate struct Pull: Sendable {
        var state: PullRequestState
        var version: Int
    }

    fileprivate struct State {
        var rules: Rules
        var pulls: [String: [Int64: Pull]] = [:]
        var fault: Fault?
        var requests: [HTTPRequest] = []
        var counted = 0
        var windowStart: Duration = .zero
        var version = 0
    }

    package let provider: CodeHost.Provider
    /// The URL of its API.
    package let api: String
    private let time: any TimeSource
    private let state: Mutex<State>

    package init(_ provider: CodeHost.Provider, at api: String, time: any TimeSource, rules: Rules = Rules()) {
        self.provider = provider
        self.api = api
        self.time = time
        state = Mutex(State(rules: rules))
    }

    /// Every request that came, in its order.
    package var requests: [HTTPRequest] { state.withLock(\.requests) }

    /// What is wrong from now on; `nil`: nothing.
    package func fail(_ fault: Fault?) { state.withLock { $0.fault = fault } }

    package func change(_ body: @Sendable (inout Rules) -> Void) { state.withLock { body(&$0.rules) } }

    /// Opens a pull request, or opens it again.
    package func open(_ repository: String, _ number: Int64) { set(repository, number, .open) }
    package func close(_ repository: String, _ number: Int64) { set(repository, number, .closed) }
    package func merge(_ repository: String, _ number: Int64) { set(repository, number, .merged) }

    /// What a pull request is now; `nil` where there is none.
    package func pull(_ repository: String, _ number: Int64) -> PullRequestState? {
        state.withLock { $0.pulls[repository]?[number]?.state }
    }

    private func set(_ repository: String, _ number: Int64, _ new: PullRequestState) {
        state.withLock { state in
            state.version += 1
            state.pulls[repository, default: [:]][number] = Pull(state: new, version: state.version)
        }
    }
}

// MARK: - Answering

extension SimulatedCodeHost {
    /// Answers on a socket, where targets begin with the API's path.
    package var handler: HTTPHandler {
        { request in
            do {
                return try await self.send(request)
            } catch {
                return HTTPResponse(status: 502)
            }
        }
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let now = time.monotonic
        let (response, fault) = state.withLock { state in
            state.requests.append(request)
            return (answer(request, &state, now), state.fault)
        }
        if fault == .unreachable { throw HTTPTransportError(.unreachable, "nobody listens at \(api)") }
        if let limit = request.bodyLimit, response.body.count > limit {
            throw HTTPTransportError(.tooLarge, "the body is larger than \(limit) bytes")
        }
        return response
    }

    package func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await send(request)
    }

    private func answer(_ request: HTTPRequest, _ state: inout State, _ now: Duration) -> HTTPResponse {
        if let response = refusal(state.fault) { return response }
        guard let (repository, number) = subject(of: request) else { return message(404, "Not Found") }
        var headers = HTTPHeaders()
        let isKnown = isAuthorized(request, state.rules)
        guard isKnown || !hasToken(request) else { return message(401, "Bad credentials") }
        if let response = limit(&state, now, &headers) { return response }
        let isVisible = isKnown || !state.rules.privateRepositories.contains(repository)
        guard isVisible, let pull = state.pulls[repository]?[number] else {
            return message(404, "Not Found", headers)
        }
        let isClosed = [.everythingClosed, .otherNumber, .otherRepository].contains(state.fault)
        let body = body(
            state.fault == .otherRepository ? "somebody/else" : repository,
            state.fault == .otherNumber ? number + 1 : number, isClosed ? .closed : pull.state)
        if state.rules.sendsTags {
            let tag = "W/\"\(SHA256.digest(of: body).hex.prefix(16))\""
            headers.append(name: "ETag", value: tag)
            if request.headers["If-None-Match"] == tag {
                giveBack(&state, &headers)
                return HTTPResponse(status: 304, headers: headers)
            }
        }
        return HTTPResponse(status: 200, headers: headers, body: body)
    }

    private func refusal(_ fault: Fault?) -> HTTPResponse? {
        switch fault {
        case .outage: message(503, "Service Unavailable")
        case .secondaryLimit: message(403, "You have exceeded a secondary rate limit.")
        case .expiredToken: message(401, "Bad credentials")
        case .hidden: message(404, "Not Found")
        case .page:
            HTTPResponse(
                status: 200, headers: ["Content-Type": "text/html"], body: Array("<html>Sign in, closed</html>".utf8))
        case .redirect:
            HTTPResponse(status: 302, headers: ["Location": "https://elsewhere.example/steal"])
        case .flood: HTTPResponse(status: 200, body: [UInt8](repeating: 0x20, count: CodeHost.answerLimit + 1))
        case .unreachable, .otherNumber, .otherRepository, .everythingClosed, nil: nil
        }
    }

    private func message(_ status: Int, _ text: String, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
        let body: JSONValue = ["message": .string(text)]
        return HTTPResponse(status: status, headers: headers, body: body.encoded())
    }

    /// Counts a request, and says what is left; the answer is the refusal where nothing is.
    private func limit(_ state: inout State, _ now: Duration, _ headers: inout HTTPHeaders) -> HTTPResponse? {
        guard let limit = state.rules.limit else { return nil }
        if now - state.windowStart >= state.rules.window { (state.windowStart, state.counted) = (now, 0) }
        let reset = (time.now + (state.windowStart + state.rules.window - now)).sinceEpoch.components.seconds + 1
        let prefix = limitPrefix
        let left = limit - state.counted
        headers.append(name: "\(prefix)-Limit", value: "\(limit)")
        headers.append(name: "\(prefix)-Remaining", value: "\(max(left - 1, 0))")
        headers.append(name: "\(prefix)-Reset", value: "\(reset)")
        guard left > 0 else { return message(provider == .gitHub ? 403 : 429, "Limited", headers) }
        state.counted += 1
        return nil
    }
}

extension SimulatedCodeHost {
    /// An answer without news does not count.
    private func giveBack(_ state: inout State, _ headers: inout HTTPHeaders) {
        guard let limit = state.rules.limit else { return }
        state.counted -= 1
        headers["\(limitPrefix)-Remaining"] = "\(limit - state.counted)"
    }

    private var limitPrefix: String { provider == .gitHub ? "X-RateLimit" : "RateLimit" }
}

// MARK: - The three APIs

extension SimulatedCodeHost {
    /// The repository and the number that a request is for.
    private func subject(of request: HTTPRequest) -> (repository: String, number: Int64)? {
        var target = request.target[...]
        if let scheme = target.firstRange(of: "://") {
            guard target.hasPrefix(api) else { return nil }
            target = target[scheme.upperBound...]
            target = target[(target.firstIndex(of: "/") ?? target.endIndex)...]
        }
        let path = URLParts(api)?.rest ?? ""
        guard request.method == .get, target.hasPrefix(path) else { return nil }
        let parts = target.dropFirst(path.count).split(separator: "/")
        let words = provider == .gitLab ? ("projects", "merge_requests", 4) : ("repos", "pulls", 5)
        guard parts.count == words.2, parts[0] == words.0, parts[parts.count - 2] == words.1,
            let number = parts.last.flatMap({ Int64($0) })
        else { return nil }
        let repository = parts[1..<(parts.count - 2)].joined(separator: "/")
        return (repository.split(separator: "%2F").joined(separator: "/"), number)
    }

    private func hasToken(_ request: HTTPRequest) -> Bool {
        request.headers["Authorization"] != nil || request.headers["PRIVATE-TOKEN"] != nil
    }

    private func isAuthorized(_ request: HTTPRequest, _ rules: Rules) -> Bool {
        guard let token = rules.token else { return !hasToken(request) }
        return switch provider {
        case .gitHub: request.headers["Authorization"] == "Bearer \(token)"
        case .gitea: request.headers["Authorization"] == "token \(token)"
        case .gitLab: request.headers["PRIVATE-TOKEN"] == token
        }
    }

    private func body(_ repository: String, _ number: Int64, _ state: PullRequestState) -> [UInt8] {
        var json: JSONValue
        switch provider {
        case .gitLab:
            json = ["iid": .integer(number), "references": ["full": .string("\(repository)!\(number)")]]
            json["state"] = .string(state == .open ? "opened" : state.rawValue)
        case .gitHub, .gitea:
            json = ["number": .integer(number), "base": ["repo": ["full_name": .string(repository)]]]
            json["state"] = .string(state == .open ? "open" : "closed")
            json["merged"] = .bool(state == .merged)
        }
        return json.encoded()
    }
}
