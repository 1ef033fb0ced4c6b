package import Formats
package import HTTPModel

extension CodeHost {
    /// Reads what came of asking for a pull request; whatever came, it is judged and never believed half.
    ///
    /// `hadTag` says whether the request named the tag of an earlier answer.
    package func answer(
        _ response: HTTPResponse, to pullRequest: PullRequestName, hadTag: Bool, now: Timestamp
    ) -> PullRequestAnswer {
        switch response.status {
        case 200:
            do throws(PullRequestFault) {
                return .state(try state(response.body, of: pullRequest), tag: Self.tag(response.headers))
            } catch {
                return .failure(invalid(error.what))
            }
        case 304: return hadTag ? .unchanged : .failure(invalid("news of an answer that it never gave"))
        default: return .failure(failure(response, pullRequest, now))
        }
    }

    /// Says what it means that no whole response came.
    package func answer(_ error: HTTPTransportError) -> PullRequestAnswer {
        switch error.code {
        case .tooLarge:
            .failure(invalid("an answer of more than \(Self.answerLimit >> 20) MiB"))
        case .untrusted:
            .failure(PullRequestFailure(.unavailable, untrusted))
        default:
            .failure(PullRequestFailure(.unavailable, "\(server)'s API cannot be reached: it is tried again."))
        }
    }

    private var untrusted: String {
        "The certificate of \(server)'s API "
            + (authorities == nil
                ? "is not trusted: if its authority is a private one, put that authority's certificate into Secret "
                    + "\(name), as ca.crt."
                : "is of no authority in ca.crt of Secret \(name), or for another name than that in url: put the "
                    + "certificate of whoever issued it there.")
    }

    /// An `ETag` as it may stand in a request.
    private static func tag(_ headers: HTTPHeaders) -> String? {
        headers["ETag"].flatMap { tag in
            let isPlain = tag.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            return isPlain && (2...256).contains(tag.utf8.count) ? tag : nil
        }
    }
}

// MARK: - Refusals

extension CodeHost {
    private func failure(
        _ response: HTTPResponse, _ pullRequest: PullRequestName, _ now: Timestamp
    ) -> PullRequestFailure {
        if let wait = wait(response, now) {
            return PullRequestFailure(
                .rateLimited,
                "\(server)'s API takes no more requests just now: it is asked again when it says so. "
                    + (token == nil
                        ? "It takes more with a token in Secret \(name)." : "Others may use the same token."),
                retryAfter: wait)
        }
        switch response.status {
        case 401:
            return PullRequestFailure(
                .unauthorized,
                "\(server)'s API refuses the token of Secret \(name): put a valid one there, which may read "
                    + "pull requests.")
        case 403:
            return PullRequestFailure(
                .forbidden,
                "The token of Secret \(name) may not read \(pullRequest) at \(server): give it the right to read "
                    + "pull requests there.")
        case 404, 410:
            return PullRequestFailure(
                .notFound,
                "\(server) has no pull request \(pullRequest), or the token of Secret \(name) may not see it: correct "
                    + "spec.source, or give the token the right to read the repository.")
        case 300..<400:
            // Never followed: what stands elsewhere is not what was asked for, and the token is not for it.
            return PullRequestFailure(
                .moved,
                "\(server) says that \(pullRequest) is elsewhere: if its repository was renamed, write the new name "
                    + "into spec.source; if the API moved, its address into Secret \(name).")
        case 408, 425, 500..<600:
            return PullRequestFailure(
                .unavailable, "\(server)'s API is out of order: it is tried again.",
                retryAfter: RateLimit.retryAfter(response.headers, now: now))
        default: return invalid("the status \(response.status)")
        }
    }

    /// How long to wait where a response says that there were too many requests; `nil` where it says something else.
    ///
    /// GitHub says so by 403 as well, and of its secondary limits by words alone.
    private func wait(_ response: HTTPResponse, _ now: Timestamp) -> Duration? {
        guard response.status == 429 || response.status == 403 else { return nil }
        let limit = RateLimit(response.headers, now: now)
        if let wait = RateLimit.retryAfter(response.headers, now: now) { return max(wait, .seconds(1)) }
        if let limit, limit.remaining == 0 { return limit.reset }
        return response.status == 429 || Self.speaksOfLimit(response.body) ? .seconds(60) : nil
    }

    private static func speaksOfLimit(_ body: [UInt8]) -> Bool {
        do throws(PullRequestFault) {
            return try json(body)["message"]?.string?.lowercased().contains("rate limit") ?? false
        } catch {
            return false
        }
    }

    private func invalid(_ what: String) -> PullRequestFailure {
        PullRequestFailure(
            .answerInvalid,
            "\(server)'s API answers with \(what): see whether the URL in Secret \(name) is that of the API, and "
                + "nothing else answers in its place.")
    }
}

// MARK: - The pull request

/// What came in place of an answer.
private struct PullRequestFault: Error {
    var what: String
}

extension CodeHost {
    private static func json(_ body: [UInt8]) throws(PullRequestFault) -> JSONValue {
        var limits = FormatLimits()
        limits.depth = 64
        limits.bytes = answerLimit
        do { return try JSONValue(parsing: body, limits: limits) } catch { throw PullRequestFault(what: "no JSON") }
    }

    private func state(
        _ body: [UInt8], of pullRequest: PullRequestName
    ) throws(PullRequestFault) -> PullRequestState {
        let json = try Self.json(body)
        switch provider {
        case .gitHub, .gitea: return try Self.pull(json, pullRequest)
        case .gitLab: return try Self.mergeRequest(json, pullRequest)
        }
    }

    private static func pull(
        _ json: JSONValue, _ pullRequest: PullRequestName
    ) throws(PullRequestFault) -> PullRequestState {
        guard json["number"]?.integer == pullRequest.number else {
            throw PullRequestFault(what: "another pull request than was asked for")
        }
        guard pullRequest.isRepository(json[path: "base", "repo", "full_name"]?.string) else {
            throw PullRequestFault(what: "a pull request of another repository")
        }
        switch (json["state"]?.string, json["merged"]?.bool) {
        case ("open", true?), (nil, _): throw PullRequestFault(what: "a pull request in no state")
        case ("open", _): return .open
        case ("closed", let isMerged): return isMerged == true ? .merged : .closed
        default: throw PullRequestFault(what: "a pull request in a state that is not known")
        }
    }

    private static func mergeRequest(
        _ json: JSONValue, _ pullRequest: PullRequestName
    ) throws(PullRequestFault) -> PullRequestState {
        guard json["iid"]?.integer == pullRequest.number else {
            throw PullRequestFault(what: "another merge request than was asked for")
        }
        let reference = json[path: "references", "full"]?.string?.split(separator: "!", maxSplits: 1) ?? []
        guard pullRequest.isRepository(reference.first.map(String.init)) else {
            throw PullRequestFault(what: "a merge request of another project")
        }
        switch json["state"]?.string {
        // Locked for the moment in which it is merged.
        case "opened", "locked": return .open
        case "closed": return .closed
        case "merged": return .merged
        default: throw PullRequestFault(what: "a merge request in a state that is not known")
        }
    }
}
