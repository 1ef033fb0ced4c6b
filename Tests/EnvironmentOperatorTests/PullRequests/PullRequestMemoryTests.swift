import CodeHosts
import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvironmentOperator

@Suite("What is known of pull requests")
struct PullRequestMemoryTests {
    private static let name = NamespacedName(namespace: "team", name: "pr-42")
    private static let pull = PullRequestName(.gitHub, repository: "acme/payments", number: 42)

    private static func environment(
        _ change: (inout Environment) -> Void = { _ in }
    ) -> Environment {
        let source = Environment.Source(provider: .gitHub, repository: "acme/payments", pullRequest: 42)
        var environment = Environment(
            metadata: ObjectMetadata(name: "pr-42", namespace: "team"),
            spec: Environment.Spec(environmentClassName: "review", source: source))
        environment.metadata.uid = "1"
        change(&environment)
        return environment
    }

    private static func ended(_ reason: String, isOver: Bool) -> (inout Environment) -> Void {
        { environment in
            environment.status.conditions = [
                Condition(
                    type: "Terminated", status: isOver ? .isTrue : .isFalse, reason: reason, message: "",
                    observedGeneration: 1, lastTransitionTime: Timestamp(sinceEpoch: .zero)),
                Condition(
                    type: "Ready", status: .isFalse, reason: reason, message: "", observedGeneration: 1,
                    lastTransitionTime: Timestamp(sinceEpoch: .zero)),
            ]
        }
    }

    private static func host(_ version: String = "1", token: String? = nil) -> PullRequestMemory.Host {
        PullRequestMemory.Host(
            host: CodeHost(
                name: "code", provider: .gitHub, server: "github.com", api: "https://api.github.com",
                token: token.map { Redacted($0) }), version: version)
    }

    private static func memory(_ environment: Environment = environment()) -> PullRequestMemory {
        var memory = PullRequestMemory()
        _ = memory.setHosts([host()])
        _ = memory.note(environment, as: name)
        return memory
    }

    private static func take(
        _ answer: PullRequestAnswer, _ memory: inout PullRequestMemory, at now: Int,
        host: PullRequestMemory.Host = host()
    ) {
        _ = memory.step(name, now: .seconds(now))
        memory.note(answer, nil, to: name, at: host, now: .seconds(now), fraction: 0)
    }

    @Test("closed counts when it was said twice, ten seconds apart, the second time without a tag")
    func twice() throws {
        let environment = Self.environment()
        var memory = Self.memory()
        Self.take(.state(.open, tag: "\"a\""), &memory, at: 0)
        #expect(memory.outlook(for: environment, as: Self.name, now: .zero) == .open(try #require(Self.pull)))
        #expect(memory.step(Self.name, now: .seconds(100)) == .ask(Self.host(), try #require(Self.pull), tag: "\"a\""))
        Self.take(.state(.closed, tag: "\"b\""), &memory, at: 100)
        #expect(memory.outlook(for: environment, as: Self.name, now: .seconds(100)) == nil)
        #expect(memory.wait(for: Self.name, .seconds(300), 0) == .seconds(10))
        #expect(memory.step(Self.name, now: .seconds(105)) == .ask(Self.host(), try #require(Self.pull), tag: nil))
        Self.take(.state(.closed, tag: "\"b\""), &memory, at: 105)
        #expect(memory.outlook(for: environment, as: Self.name, now: .seconds(105)) == nil)
        Self.take(.state(.closed, tag: "\"b\""), &memory, at: 110)
        #expect(
            memory.outlook(for: environment, as: Self.name, now: .seconds(110))
                == .over(try #require(Self.pull), .closed))
    }

    @Test("what is said only once ends nothing")
    func once() throws {
        let environment = Self.environment()
        var memory = Self.memory()
        for second in stride(from: 0, to: 200, by: 20) {
            Self.take(.state(.merged, tag: nil), &memory, at: second)
            Self.take(.state(.open, tag: nil), &memory, at: second + 10)
            #expect(memory.outlook(for: environment, as: Self.name, now: .zero) == .open(try #require(Self.pull)))
        }
    }

    @Test("a failure between two answers proves nothing, and takes nothing back")
    func failureBetween() throws {
        let environment = Self.environment()
        var memory = Self.memory()
        Self.take(.state(.closed, tag: nil), &memory, at: 0)
        Self.take(.failure(PullRequestFailure(.notFound, "none")), &memory, at: 20)
        #expect(memory.outlook(for: environment, as: Self.name, now: .seconds(20)) == .unknown(.notFound, "none"))
        Self.take(.state(.closed, tag: nil), &memory, at: 40)
        #expect(
            memory.outlook(for: environment, as: Self.name, now: .seconds(40))
                == .over(try #require(Self.pull), .closed)
        )
    }

    @Test("of a record of an end it counts that it is open again, twice, a minute apart")
    func reopened() {
        let tombstone = Self.environment(Self.ended("Closed", isOver: true))
        var memory = Self.memory(tombstone)
        Self.take(.state(.open, tag: nil), &memory, at: 0)
        #expect(memory.wait(for: Self.name, .seconds(300), 0) == .seconds(60))
        Self.take(.state(.open, tag: nil), &memory, at: 30)
        #expect(memory.outlook(for: tombstone, as: Self.name, now: .seconds(30)) == nil)
        Self.take(.state(.open, tag: nil), &memory, at: 60)
        #expect(memory.outlook(for: tombstone, as: Self.name, now: .seconds(60)) == .reopened)
    }

    @Test("what was known before the end says nothing of the record of it")
    func staleOpen() {
        var memory = Self.memory()
        for second in [0, 300, 600] { Self.take(.state(.open, tag: nil), &memory, at: second) }
        let tombstone = Self.environment(Self.ended("Closed", isOver: true))
        #expect(memory.outlook(for: tombstone, as: Self.name, now: .seconds(600)) == nil)
        let isNew = memory.note(tombstone, as: Self.name)
        #expect(isNew)
        #expect(memory.outlook(for: tombstone, as: Self.name, now: .seconds(600)) == nil)
    }

    @Test("what ends for another reason, or is marked already, is nobody's business")
    func others() {
        let ending: [(inout Environment) -> Void] = [
            Self.ended("Expired", isOver: true), Self.ended("Deleted", isOver: false),
            Self.ended("Closed", isOver: false),
            { $0.metadata.annotations = [Words.Annotation.closed: "closed"] }, { $0.spec.source = nil },
            { $0.spec.source?.repository = nil }, { $0.spec.source?.pullRequest = nil },
        ]
        for change in ending {
            let environment = Self.environment(change)
            var memory = Self.memory(environment)
            #expect(memory.isEmpty)
            #expect(memory.step(Self.name, now: .zero) == .forget)
        }
    }

    @Test("another environment of the same name, and another source, begin anew")
    func anew() {
        var memory = Self.memory()
        Self.take(.state(.closed, tag: nil), &memory, at: 0)
        Self.take(.state(.closed, tag: nil), &memory, at: 10)
        let next = Self.environment { $0.metadata.uid = "2" }
        #expect(memory.outlook(for: next, as: Self.name, now: .seconds(10)) == nil)
        let (isNew, isNewAgain) = (memory.note(next, as: Self.name), memory.note(next, as: Self.name))
        #expect(isNew && !isNewAgain)
        let moved = Self.environment { $0.spec.source?.pullRequest = 43 }
        #expect(memory.outlook(for: moved, as: Self.name, now: .seconds(10)) == nil)
    }

    @Test("another token, and another host, make nothing of what the one before said")
    func otherToken() throws {
        var memory = Self.memory()
        Self.take(.state(.closed, tag: "\"a\""), &memory, at: 0)
        let other = Self.host("2", token: "new")
        #expect(memory.setHosts([other]) == [Self.name])
        #expect(memory.setHosts([other]) == [])
        #expect(memory.step(Self.name, now: .seconds(10)) == .ask(other, try #require(Self.pull), tag: nil))
        // The answer to a question that was asked as somebody else comes too late.
        memory.note(
            .state(.closed, tag: nil), nil, to: Self.name, at: Self.host(), now: .seconds(20), fraction: 0)
        #expect(memory.outlook(for: Self.environment(), as: Self.name, now: .seconds(20)) == nil)
        Self.take(.state(.closed, tag: nil), &memory, at: 30, host: other)
        #expect(memory.outlook(for: Self.environment(), as: Self.name, now: .seconds(30)) == nil)
    }

    @Test("what was told to be open is not called unknown for ten minutes; what was not is at once")
    func tolerance() {
        let failure = PullRequestFailure(.forbidden, "no")
        let told = Self.environment {
            $0.status.conditions = [
                Condition(
                    type: "PullRequestOpen", status: .isTrue, reason: "Open", message: "", observedGeneration: 1,
                    lastTransitionTime: Timestamp(sinceEpoch: .zero))
            ]
        }
        var memory = Self.memory()
        Self.take(.failure(failure), &memory, at: 100)
        #expect(
            memory.outlook(for: Self.environment(), as: Self.name, now: .seconds(100)) == .unknown(.forbidden, "no"))
        #expect(memory.outlook(for: told, as: Self.name, now: .seconds(699)) == nil)
        #expect(memory.outlook(for: told, as: Self.name, now: .seconds(700)) == .unknown(.forbidden, "no"))
    }

    @Test("one that cannot be read is asked for ever more seldom; a host's own outage delays nobody by itself")
    func backoff() {
        var memory = Self.memory()
        var waits: [Duration] = []
        for round in 0..<8 {
            Self.take(.failure(PullRequestFailure(.notFound, "")), &memory, at: round * 10_000)
            waits.append(memory.wait(for: Self.name, .seconds(300), 0.5))
        }
        #expect(waits == [300, 600, 1_200, 2_400, 4_800, 4_800, 4_800, 4_800].map { .seconds($0) })
        Self.take(.state(.open, tag: nil), &memory, at: 100_000)
        for round in 0..<3 {
            Self.take(.failure(PullRequestFailure(.unavailable, "")), &memory, at: 200_000 + round * 10_000)
            #expect(memory.wait(for: Self.name, .seconds(300), 0.5) == .seconds(300))
        }
    }

    @Test("a hint is for the environments of that pull request or branch, at that host, and asks before all others")
    func hints() throws {
        var memory = Self.memory()
        let hint = WebhookHint(repository: "Acme/Payments", .pullRequest(42))
        let other = CodeHost(
            name: "b", provider: .gitHub, server: "ghe.example.com", api: "https://ghe.example.com/api")
        #expect(memory.hear(hint, from: other) == [])
        #expect(memory.hear(WebhookHint(repository: "acme/payments", .pullRequest(43)), from: Self.host().host) == [])
        #expect(memory.hear(WebhookHint(repository: "acme/other", .pullRequest(42)), from: Self.host().host) == [])
        let branch = WebhookHint(repository: "acme/payments", .branch("fix", paths: nil))
        #expect(memory.hear(branch, from: Self.host().host) == [])
        for number in 0..<100 {
            let name = NamespacedName(namespace: "team", name: "other-\(number)")
            _ = memory.note(Self.environment { $0.spec.source?.branch = "fix" }, as: name)
            _ = memory.step(name, now: .zero)
        }
        let heard = memory.hear(branch, from: Self.host().host)
        #expect(heard.count == 100)
        guard case .wait = memory.step(Self.name, now: .zero) else {
            Issue.record("it has to wait for its place")
            return
        }
        let meant = memory.hear(hint, from: Self.host().host)
        #expect(meant.contains(Self.name))
        #expect(memory.step(Self.name, now: .zero) == .ask(Self.host(), try #require(Self.pull), tag: nil))
    }
}

@Suite("Which host is asked for a pull request")
struct CodeHostChoiceTests {
    private static func host(
        _ name: String, _ provider: CodeHost.Provider, _ server: String, _ repositories: String = ""
    ) throws -> CodeHost {
        CodeHost(
            name: name, provider: provider, server: server, api: "https://\(server)/api",
            repositories: try NameFilter(repositories))
    }

    private static func hosts() throws -> [CodeHost] {
        [
            try host("hub", .gitHub, "github.com"), try host("lab", .gitLab, "gitlab.example.com", "acme/**"),
            try host("tea-1", .gitea, "git.one.example", "acme/* shared/*"),
            try host("tea-2", .gitea, "git.two.example", "other/* shared/*"),
        ]
    }

    private func choose(_ source: Environment.Source) throws -> String {
        switch source.choice(among: try Self.hosts()) {
        case .host(let host, let name): "\(host.name) \(name)"
        case .none(let reason, _): reason.rawValue
        }
    }

    @Test(
        "by the provider, the server and what an administrator allows of it",
        arguments: [
            (.gitHub, nil, "acme/a", "hub acme/a#1"), (.gitHub, "GitHub.com", "acme/a", "hub acme/a#1"),
            (nil, "github.com", "acme/a", "hub acme/a#1"), (.other, "git.one.example", "acme/a", "tea-1 acme/a#1"),
            (.gitLab, nil, "acme/x/a", "lab acme/x/a#1"), (.gitLab, nil, "other/a", "NotConfigured"),
            (.gitea, nil, "other/a", "tea-2 other/a#1"), (.gitea, nil, "shared/a", "Ambiguous"),
            (.gitea, "git.two.example", "shared/a", "tea-2 shared/a#1"), (.gitea, nil, "nobody/a", "NotConfigured"),
            (.gitHub, "evil.example", "acme/a", "NotConfigured"), (.gitLab, "github.com", "acme/a", "NotConfigured"),
            (.gitHub, nil, "acme/../a", "SourceInvalid"), (.gitHub, nil, "acme/a/b", "SourceInvalid"),
        ] as [(Environment.Source.Provider?, String?, String, String)])
    func choice(
        provider: Environment.Source.Provider?, server: String?, repository: String, expected: String
    ) throws {
        let source = Environment.Source(
            provider: provider, server: server, repository: repository, pullRequest: 1)
        #expect(try choose(source) == expected)
    }

    @Test("no text of a tenant reaches a message as it is")
    func messages() throws {
        let evil = "a\u{1B}[31m/\u{202E}b"
        for provider in [.gitHub, .gitLab, .gitea, .other] as [Environment.Source.Provider] {
            let source = Environment.Source(provider: provider, server: "x\u{7}y", repository: evil, pullRequest: 1)
            let bare = Environment.Source(provider: provider, repository: evil, pullRequest: 1)
            for source in [source, bare] {
                guard case .none(_, let message) = source.choice(among: try Self.hosts()) else { continue }
                #expect(!message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
            }
        }
    }
}
