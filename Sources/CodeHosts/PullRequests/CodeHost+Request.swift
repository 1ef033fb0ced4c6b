package import HTTPModel
import Kubernetes

extension CodeHost {
    /// The most of an answer that is read: a description may be long, a pull request is not.
    package static let answerLimit = 4 << 20

    /// Asks for a pull request; with the tag of an earlier answer, only whether it has changed.
    package func request(for pullRequest: PullRequestName, unless tag: String? = nil) -> HTTPRequest {
        var request = HTTPRequest(.get, api + path(of: pullRequest))
        request.timeout = .seconds(20)
        request.bodyLimit = Self.answerLimit
        request.headers["Accept"] = provider == .gitHub ? "application/vnd.github+json" : "application/json"
        if provider == .gitHub { request.headers["X-GitHub-Api-Version"] = "2022-11-28" }
        if let token { authorize(&request, token.secret) }
        if let tag { request.headers["If-None-Match"] = tag }
        return request
    }

    private func path(of pullRequest: PullRequestName) -> String {
        let number = pullRequest.number
        switch provider {
        case .gitHub, .gitea: return "/repos/\(pullRequest.repository)/pulls/\(number)"
        case .gitLab:
            let project = pullRequest.repository.split(separator: "/").joined(separator: "%2F")
            return "/projects/\(project)/merge_requests/\(number)"
        }
    }

    private func authorize(_ request: inout HTTPRequest, _ token: String) {
        switch provider {
        case .gitHub: request.headers["Authorization"] = "Bearer \(token)"
        case .gitLab: request.headers["PRIVATE-TOKEN"] = token
        case .gitea: request.headers["Authorization"] = "token \(token)"
        }
    }
}
