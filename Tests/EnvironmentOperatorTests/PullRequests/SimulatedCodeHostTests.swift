import CodeHosts
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import Testing

@Suite("The code host inside the program answers as its API does")
struct SimulatedCodeHostTests {
    private func host(
        _ provider: CodeHost.Provider, _ change: (inout SimulatedCodeHost.Rules) -> Void = { _ in }
    ) -> SimulatedCodeHost {
        var rules = SimulatedCodeHost.Rules()
        change(&rules)
        let host = SimulatedCodeHost(provider, at: "https://git.example.com/api", time: SimulatedTime(), rules: rules)
        host.open("acme/payments", 42)
        return host
    }

    private func configuration(_ provider: CodeHost.Provider, token: String? = nil) -> CodeHost {
        CodeHost(
            name: "code", provider: provider, server: "git.example.com", api: "https://git.example.com/api",
            token: token.map { Redacted($0) })
    }

    private func ask(
        _ host: SimulatedCodeHost, token: String? = nil, unless tag: String? = nil
    ) async throws -> (answer: PullRequestAnswer, limit: RateLimit?) {
        let configuration = configuration(host.provider, token: token)
        let name = try #require(PullRequestName(host.provider, repository: "acme/payments", number: 42))
        let response = try await host.send(configuration.request(for: name, unless: tag))
        let now = Timestamp(sinceEpoch: .seconds(1_767_225_600))
        let answer = configuration.answer(response, to: name, hadTag: tag != nil, now: now)
        return (answer, RateLimit(response.headers, now: now))
    }

    private func reason(_ answer: PullRequestAnswer) -> PullRequestFailure.Reason? {
        guard case .failure(let failure) = answer else { return nil }
        return failure.reason
    }

    @Test("a pull request opens, closes, is merged and opens again", arguments: CodeHost.Provider.allCases)
    func states(provider: CodeHost.Provider) async throws {
        let host = host(provider)
        let changes: [((SimulatedCodeHost) -> Void, PullRequestState)] = [
            ({ $0.close("acme/payments", 42) }, .closed), ({ $0.open("acme/payments", 42) }, .open),
            ({ $0.merge("acme/payments", 42) }, .merged),
        ]
        for (change, expected) in changes {
            change(host)
            guard case .state(expected, tag: let tag?) = try await ask(host).answer else {
                Issue.record("it is \(expected), and has a tag")
                return
            }
            #expect(try await ask(host, unless: tag).answer == .unchanged)
        }
    }

    @Test(
        "what is private is not there without the token, and another token is refused",
        arguments: CodeHost.Provider.allCases)
    func tokens(provider: CodeHost.Provider) async throws {
        let host = host(provider) {
            $0.token = "t0ken"
            $0.privateRepositories = ["acme/payments"]
        }
        #expect(reason(try await ask(host).answer) == .notFound)
        #expect(reason(try await ask(host, token: "other").answer) == .unauthorized)
        guard case .state(.open, tag: _) = try await ask(host, token: "t0ken").answer else {
            Issue.record("it is open")
            return
        }
    }

    @Test(
        "requests are counted until none is left, but for those that bring no news",
        arguments: CodeHost.Provider.allCases)
    func limits(provider: CodeHost.Provider) async throws {
        let host = host(provider) { $0.limit = 2 }
        let first = try await ask(host)
        guard case .state(_, tag: let tag?) = first.answer else {
            Issue.record("it has a tag")
            return
        }
        #expect(first.limit?.remaining == 1)
        for _ in 0..<5 { #expect(try await ask(host, unless: tag).answer == .unchanged) }
        #expect(try await ask(host).limit?.remaining == 0)
        let refused = try await ask(host)
        #expect(reason(refused.answer) == .rateLimited)
        #expect(refused.limit?.reset ?? .zero > .seconds(3_500))
    }

    @Test("behind a socket it answers to paths alone", arguments: CodeHost.Provider.allCases)
    func paths(provider: CodeHost.Provider) async throws {
        let host = host(provider)
        let path =
            provider == .gitLab
            ? "/api/projects/acme%2Fpayments/merge_requests/42" : "/api/repos/acme/payments/pulls/42"
        #expect(await host.handler(HTTPRequest(.get, path)).status == 200)
        for other in ["/api/repos/acme/payments/pulls/43", "/repos/acme/payments/pulls/42", "/api", "/"] {
            #expect(await host.handler(HTTPRequest(.get, other)).status == 404)
        }
        host.fail(.unreachable)
        #expect(await host.handler(HTTPRequest(.get, path)).status == 502)
    }
}
