import HTTPModel
import Synchronization

@testable import Helm

/// Servers in memory, by whole URL, behind a transport that bounds bodies as libcurl's does.
final class FakeRepository: HTTPTransport {
    enum Answer: Sendable {
        case bytes([UInt8])
        case text(String)
        case status(Int)
        case redirect(String, status: Int = 302)
        case failure(HTTPTransportError.Code)
        /// Sixty-four kibibytes, again and again.
        case endless
    }

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [HTTPRequest] = []
        var bytesServed: Int = 0
    }

    private let state: Mutex<State> = Mutex(State())

    init(_ answers: [String: Answer] = [:]) { state.withLock { $0.answers = answers } }

    /// What a URL answers; 404 where nothing was said.
    subscript(url: String) -> Answer? {
        get { state.withLock { $0.answers[url] } }
        set { state.withLock { $0.answers[url] = newValue } }
    }

    var requests: [HTTPRequest] { state.withLock(\.requests) }
    var targets: [String] { requests.map(\.target) }
    var bytesServed: Int { state.withLock(\.bytesServed) }

    func send(_ request: HTTPRequest) throws -> HTTPResponse {
        let answer: Answer = state.withLock { state in
            state.requests.append(request)
            return state.answers[request.target] ?? .status(404)
        }
        switch answer {
        case .bytes(let bytes): return HTTPResponse(status: 200, body: try serve(bytes, request))
        case .text(let text): return HTTPResponse(status: 200, body: try serve(Array(text.utf8), request))
        case .status(let status): return HTTPResponse(status: status)
        case .redirect(let place, let status): return HTTPResponse(status: status, headers: ["Location": place])
        case .failure(let code): throw HTTPTransportError(code, "it is \(code.rawValue)")
        case .endless:
            while true { _ = try serve(Array(repeating: 0x61, count: 1 << 16), request) }
        }
    }

    private func serve(_ bytes: [UInt8], _ request: HTTPRequest) throws -> [UInt8] {
        let served: Int = state.withLock { state in
            state.bytesServed += bytes.count
            return state.bytesServed
        }
        guard served <= request.bodyLimit ?? .max else { throw HTTPTransportError(.tooLarge, "the body is too large") }
        return bytes
    }

    func stream(_ request: HTTPRequest, _ receive: ([UInt8]) async throws -> Void) async throws -> HTTPResponse {
        throw HTTPTransportError(.malformed, "charts are not streamed")
    }
}

/// What a chart repository in a test consists of.
enum TestChart {
    static let repository: String = "https://charts.example"

    /// The packed chart `app`, or another one.
    static func archive(name: String = "app", version: String = "1.2.0", text: String = "") -> [UInt8] {
        HelmTests.archive([
            ("Chart.yaml", "apiVersion: v2\nname: \(name)\nversion: \(version)\n"), ("notes.txt", text),
        ])
    }

    static func digest(_ bytes: [UInt8]) -> String { ChartDigest(of: bytes).description }

    /// An index of versions of `app`, each with its URL and its digest.
    static func index(_ entries: [(version: String, url: String, digest: String)]) -> String {
        "apiVersion: v1\nentries:\n  app:\n"
            + entries.map {
                "  - {name: app, version: \($0.version), urls: [\"\($0.url)\"], digest: \"\($0.digest)\"}\n"
            }.joined()
    }

    /// A repository with `app` 1.2.0 at a URL, and the index's digest of it.
    static func served(
        _ archive: [UInt8] = archive(), at url: String = "app-1.2.0.tgz", digest: String? = nil,
        repository: String = repository
    ) throws -> FakeRepository {
        let place: String = try RepositoryURL(repository).appending(url).text
        return FakeRepository([
            "\(repository)/index.yaml": .text(index([("1.2.0", url, digest ?? Self.digest(archive))])),
            place: .bytes(archive),
        ])
    }

    static func reference(
        _ version: String = "1.2.0", digest: String? = nil, repository: String = repository
    ) -> ChartReference {
        ChartReference(repository: repository, name: "app", version: version, digest: digest)
    }
}

/// The error that a fetch ends with; `nil` where it ends with a chart.
func fetchError(_ body: () async throws -> Void) async throws -> ChartFetchError? {
    do {
        try await body()
        return nil
    } catch let error as ChartFetchError { return error }
}
