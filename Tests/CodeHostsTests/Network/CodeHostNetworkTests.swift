import Cryptography
import CurlTransport
import Formats
import HTTPModel
import HTTPServer
import Kubernetes
import KubernetesSimulator
import Simulation
import Synchronization
import Testing

@testable import CodeHosts

@Suite("A code host behind a real socket", .timeLimit(.minutes(5)))
struct CodeHostNetworkTests {
    private static let token = "t0ken"

    @Test("tells of news alone, and how much more it takes", arguments: CodeHost.Provider.allCases)
    func tags(provider: CodeHost.Provider) async throws {
        var rules = SimulatedCodeHost.Rules()
        (rules.token, rules.limit) = (Self.token, 100)
        try await CodeHostStage.run(provider, rules) { stage async throws in
            let first = try await stage.ask()
            guard case .state(.open, tag: let tag?) = first.answer else {
                Issue.record("it is open, and has a tag: \(first.answer)")
                return
            }
            #expect(first.limit?.remaining == 99)
            let second = try await stage.ask(unless: tag)
            #expect(second.answer == .unchanged && second.limit?.remaining == 99)
            stage.host.merge(CodeHostStage.repository, 42)
            guard case .state(.merged, tag: _) = try await stage.ask(unless: tag).answer else {
                Issue.record("it is merged")
                return
            }
        }
    }

    @Test(
        "what is wrong with it is told apart",
        arguments: [
            (.outage, .unavailable), (.secondaryLimit, .rateLimited), (.page, .answerInvalid),
            (.otherNumber, .answerInvalid), (.otherRepository, .answerInvalid), (.expiredToken, .unauthorized),
            (.flood, .answerInvalid),
        ] as [(SimulatedCodeHost.Fault, PullRequestFailure.Reason)])
    func faults(fault: SimulatedCodeHost.Fault, reason: PullRequestFailure.Reason) async throws {
        try await CodeHostStage.run { stage async throws in
            stage.host.fail(fault)
            #expect(try await stage.failure()?.reason == reason)
        }
    }

    @Test("is not followed to another one, where the token would go along", arguments: [301, 302, 307, 308])
    func redirects(status: Int) async throws {
        let thief = Requests()
        try await CodeHostStage.serving(thief.answer) { elsewhere in
            let answer: HTTPExchangeHandler = { _ in
                HTTPResponse(
                    status: status, headers: ["Location": "http://127.0.0.1:\(elsewhere)/api/repos/a/b/pulls/42"])
            }
            try await CodeHostStage.serving(answer) { port in
                try await CodeHostStage.asking(port) { stage async throws in
                    #expect(try await stage.failure()?.reason == .moved)
                }
            }
        }
        #expect(thief.count == 0)
    }

    @Test("may go on for ever, or fall silent: it is left", arguments: [true, false])
    func endless(isSilent: Bool) async throws {
        let answer: HTTPExchangeHandler = { exchange in
            exchange.begin(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"]))
            try await exchange.write(Array("{\"number\": 42, \"state\": \"closed\"".utf8))
            if isSilent {
                let (never, _) = AsyncStream<Never>.makeStream()
                for await _ in never {}
            }
            while !Task.isCancelled { try await exchange.write([UInt8](repeating: 0x20, count: 1 << 16)) }
            return HTTPResponse(status: 200)
        }
        try await CodeHostStage.serving(answer) { port in
            try await CodeHostStage.asking(port, timeout: isSilent ? .milliseconds(300) : nil) { stage async throws in
                #expect(try await stage.failure()?.reason == (isSilent ? .unavailable : .answerInvalid))
            }
        }
    }

    @Test("nobody listens there")
    func nobody() async throws {
        let port = try await CodeHostStage.serving({ _ in HTTPResponse(status: 200) }) { $0 }
        try await CodeHostStage.asking(port) { stage async throws in
            #expect(try await stage.failure()?.reason == .unavailable)
        }
    }

    // MARK: - TLS

    @Test("of a private authority is believed who it is where that is named")
    func privateAuthority() async throws {
        try await CodeHostStage.run(authority: CodeHostStage.authority.get(), trusting: CodeHostStage.authority.get()) {
            stage async throws in
            guard case .state(.open, tag: _) = try await stage.ask().answer else {
                Issue.record("it is open")
                return
            }
        }
    }

    @Test(
        "of another authority, or of one that the system does not know, never sees the token", arguments: [true, false])
    func distrusted(isNamed: Bool) async throws {
        let named = isNamed ? try CodeHostStage.stranger.get() : nil
        try await CodeHostStage.run(authority: CodeHostStage.authority.get(), trusting: named) { stage async throws in
            let failure = try #require(try await stage.failure())
            #expect(failure.reason == .unavailable)
            let place = isNamed ? "of no authority in ca.crt of Secret code" : "into Secret code, as ca.crt"
            #expect(failure.message.contains(place), "\(failure.message)")
            #expect(stage.host.requests.isEmpty)
        }
    }
}

/// Counts who comes.
private final class Requests: Sendable {
    private let seen = Mutex(0)

    var count: Int { seen.withLock { $0 } }

    var answer: HTTPExchangeHandler {
        { _ in
            self.seen.withLock { $0 += 1 }
            return HTTPResponse(status: 200)
        }
    }
}
