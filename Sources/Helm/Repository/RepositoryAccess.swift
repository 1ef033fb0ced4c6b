import HTTPModel

/// Fetches what a repository has, and goes nowhere else than it may lead.
///
/// From `https` nothing leads to `http`; nothing leads into a private network but a repository that is in one itself,
/// and nothing but the repository's own origin sees its credentials. A name's address is not looked up here: what a
/// name resolves to is proven by the certificate that `https` insists on, and by nothing where the repository is
/// plain `http`.
struct RepositoryAccess: Sendable {
    let repository: RepositoryURL
    let credentials: ChartCredentials?
    let transport: any HTTPTransport
    let limits: ChartFetchLimits

    /// The body that a URL has, at most so long.
    ///
    /// - Throws: ``ChartFetchError``; `CancellationError` when cancelled.
    func body(at url: RepositoryURL, limit: Int, isCompressible: Bool) async throws -> [UInt8] {
        var url: RepositoryURL = url
        for _ in 0...max(limits.redirects, 0) {
            try permit(url)
            let response: HTTPResponse = try await response(of: url, limit: limit, isCompressible: isCompressible)
            guard let target = try redirect(response, from: url) else {
                try accept(response, from: url, limit: limit)
                return response.body
            }
            url = target
        }
        throw ChartFetchError(
            .refused,
            "\(repository.shown) redirects more than \(limits.redirects) times: use the address that it leads to")
    }

    /// Refuses to go where nobody has sent us.
    private func permit(_ url: RepositoryURL) throws(ChartFetchError) {
        guard url.scheme == .https || repository.scheme == .http else {
            throw ChartFetchError(
                .refused,
                "\(repository.shown) leads to \(url.shown), which is not encrypted: it has to stay with https")
        }
        switch url.place {
        case .open: return
        case .inner where repository.place == .inner: return
        case .inner:
            throw ChartFetchError(
                .refused,
                "\(repository.shown) leads to \(url.shown), which is in a private network: name the repository by "
                    + "an address in that network if it is meant")
        case .disguised:
            throw ChartFetchError(
                .refused, "\(url.host) is an address in a form that programs read differently: write four numbers")
        }
    }

    private func response(
        of url: RepositoryURL, limit: Int, isCompressible: Bool
    ) async throws -> HTTPResponse {
        var request: HTTPRequest = HTTPRequest(.get, url.text, timeout: limits.timeout, bodyLimit: limit)
        // An archive is compressed already, and one that is unpacked on the way would have another digest.
        if !isCompressible { request.headers["Accept-Encoding"] = "identity" }
        if let credentials, url.hasSameOrigin(as: repository) {
            request.headers["Authorization"] = credentials.authorization
        }
        do {
            return try await transport.send(request)
        } catch let error as HTTPTransportError {
            throw ChartFetchError(error, at: url, limit: limit)
        }
    }

    /// Where a response leads; `nil` where it is no redirect.
    private func redirect(_ response: HTTPResponse, from url: RepositoryURL) throws(ChartFetchError) -> RepositoryURL? {
        guard [301, 302, 303, 307, 308].contains(response.status) else { return nil }
        guard let location = response.headers["Location"] else {
            throw ChartFetchError(
                .invalid, "\(url.shown) redirects to nowhere: ask whoever runs the repository to mend it")
        }
        return try url.resolving(location)
    }

    private func accept(_ response: HTTPResponse, from url: RepositoryURL, limit: Int) throws(ChartFetchError) {
        switch response.status {
        case 200:
            guard response.body.count <= limit else { throw .tooLarge(url, limit: limit) }
        case 401, 403:
            throw ChartFetchError(
                .unauthorized,
                credentials == nil
                    ? "\(url.shown) answers \(response.status): give credentials for the repository"
                    : url.hasSameOrigin(as: repository)
                        ? "\(url.shown) answers \(response.status) to the credentials given: see whether they are right"
                        : "\(url.shown) answers \(response.status), and the credentials of \(repository.host) are "
                            + "not sent there: serve the charts from the repository's own host")
        case 404, 410:
            throw ChartFetchError(
                .notFound, "\(url.shown) answers \(response.status): see whether the repository's address is right")
        case 408, 425, 429, 500...599:
            throw ChartFetchError(.unreachable, "\(url.shown) answers \(response.status): try again later")
        default:
            throw ChartFetchError(
                .invalid, "\(url.shown) answers \(response.status): see whether the repository's address is right")
        }
    }
}

extension ChartFetchError {
    static func tooLarge(_ url: RepositoryURL, limit: Int) -> ChartFetchError {
        ChartFetchError(
            .tooLarge, "what \(url.shown) answers is larger than \(limit) bytes: split the repository or the chart")
    }

    /// What it means for a chart that no whole response came.
    fileprivate init(_ error: HTTPTransportError, at url: RepositoryURL, limit: Int) {
        switch error.code {
        case .unreachable, .timedOut, .interrupted, .closed, .credential:
            self.init(.unreachable, "\(url.shown) cannot be fetched: \(error.message)")
        case .untrusted:
            self.init(
                .refused,
                "the certificate of \(url.host) is not trusted: have the repository use one that this machine trusts")
        case .tooLarge: self = .tooLarge(url, limit: limit)
        case .malformed: self.init(.invalid, "\(url.shown) cannot be fetched: \(error.message)")
        }
    }
}
