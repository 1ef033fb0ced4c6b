import CodeHosts
import ControllerRuntime
import Cryptography
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation
import Telemetry
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("An environment ends with its pull request", .timeLimit(.minutes(20)))
struct PullRequestLifeTests {
    @Test(
        "a close that nobody told of is found by the next look, and nothing is left",
        arguments: CodeHost.Provider.allCases, ["closed", "merged"])
    func lostClose(provider: CodeHost.Provider, how: String) async throws {
        try await PullRequestStage.run(provider) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is ready") { try await stage.isReady() }
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            if how == "merged" {
                stage.host.merge(PullRequestStage.repository, 42)
            } else {
                stage.host.close(PullRequestStage.repository, 42)
            }
            let time = try await stage.until("it is over") { try await stage.hasEnded() }
            #expect(time < PullRequestStage.interval * 1.5)
            let environment = try #require(try await stage.environment())
            #expect(environment.status.condition(.ready)?.reason == "Closed")
            #expect(environment.status.condition(.terminated)?.reason == "Closed")
            #expect(environment.metadata.annotations[Words.Annotation.closed] == how)
            let told = try #require(try await stage.condition())
            #expect(told.status == .isFalse && told.reason == (how == "merged" ? "Merged" : "Closed"))
            #expect(try await stage.namespaces() == [])
        }
    }

    @Test("while it is open nothing is written, and the host is asked within its limits")
    func quiet() async throws {
        var rules = SimulatedCodeHost.Rules()
        rules.token = "t0ken"
        rules.limit = 60
        try await PullRequestStage.run(rules: rules, secret: ["token": "t0ken"]) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            try await stage.until("it is ready") { try await stage.isReady() }
            try await stage.sleep(60)
            let before = stage.host.requests.count
            #expect(try await stage.writes(during: 900) == [])
            let asked = stage.host.requests.dropFirst(before)
            #expect((13...17).contains(asked.count))
            // A tag costs nothing of the limit.
            #expect(asked.allSatisfy { $0.headers["If-None-Match"] != nil })
            let text = stage.process.metrics.exposition()
            #expect(text.contains("pull_request_checks_total{host=\"code\",result=\"unchanged\"}"))
            #expect(text.contains("code_host_requests_remaining{host=\"code\"}"))
            #expect(text.contains("code_host_last_answer_age_seconds{host=\"code\"}"))
            #expect(!text.contains("t0ken"))
        }
    }

    @Test("closed while it is being made, at any moment, it goes", arguments: 0..<6)
    func closedDuringCreate(step: Int) async throws {
        try await PullRequestStage.run(seed: UInt64(step)) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.cluster.time.sleep(for: .milliseconds(150 * step))
            stage.host.close(PullRequestStage.repository, 42)
            try await stage.until("it is over") { try await stage.hasEnded() }
            #expect(try await stage.namespaces() == [])
        }
    }

    @Test("two pull requests of one repository: the one that is closed ends, the other stays")
    func two() async throws {
        try await PullRequestStage.run { stage in
            for number in [42, 43] as [Int64] {
                stage.host.open(PullRequestStage.repository, number)
                try await stage.create("pr-\(number)", number)
            }
            try await stage.until("both are ready") {
                let one = try await stage.isReady("pr-42")
                return try await stage.isReady("pr-43") && one
            }
            let uid = try await stage.environment("pr-43")?.metadata.uid
            stage.host.close(PullRequestStage.repository, 42)
            try await stage.until("one is over") { try await stage.hasEnded("pr-42") }
            try await stage.sleep(300)
            #expect(try await stage.isReady("pr-43"))
            #expect(try await stage.environment("pr-43")?.metadata.uid == uid)
            #expect(try await stage.namespaces().count == 1)
        }
    }

    @Test("reopened: the record of the end is taken away by its uid, and a new one may come; none comes by itself")
    func reopened() async throws {
        try await PullRequestStage.run { stage in
            stage.host.open(PullRequestStage.repository, 42)
            let first = try await stage.create()
            try await stage.until("it is ready") { try await stage.isReady() }
            stage.host.close(PullRequestStage.repository, 42)
            try await stage.until("it is over") { try await stage.hasEnded() }
            try await stage.sleep(200)
            #expect(try await stage.environment()?.metadata.uid == first)
            stage.host.open(PullRequestStage.repository, 42)
            let time = try await stage.until("the record is gone") { try await stage.environment() == nil }
            #expect(time >= .seconds(60) && time < .seconds(180))
            try await stage.sleep(300)
            #expect(try await stage.environment() == nil)
            let second = try await stage.create()
            try await stage.until("the new one is ready") { try await stage.isReady() }
            try await stage.sleep(300)
            #expect(try await stage.environment()?.metadata.uid == second)
            #expect(try await stage.isReady())
        }
    }

    @Test("a job that is retried an hour later, when the record of the end is gone, makes one that is ended again")
    func lateJob() async throws {
        try await PullRequestStage.run(retention: "2m") { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is ready") { try await stage.isReady() }
            stage.host.close(PullRequestStage.repository, 42)
            try await stage.until("it is over") { try await stage.hasEnded() }
            // Until then `up` refuses, see UpDecision.
            try await stage.until("it is forgotten") { try await stage.environment() == nil }
            try await stage.sleep(3_600)
            try await stage.create()
            let time = try await stage.until("it is over again", within: 120) { try await stage.hasEnded() }
            #expect(time < .seconds(60))
            #expect(try await stage.namespaces() == [])
        }
    }

    @Test(
        "what a host says wrongly, or not at all, ends nothing; it is told, with what to do",
        arguments: SimulatedCodeHost.Fault.allCases.filter { $0 != .everythingClosed })
    func faults(fault: SimulatedCodeHost.Fault) async throws {
        try await PullRequestStage.run(secret: ["token": "t0ken"]) { stage in
            stage.host.change { $0.token = "t0ken" }
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            try await stage.until("it is ready") { try await stage.isReady() }
            stage.host.close(PullRequestStage.repository, 42)
            stage.host.fail(fault)
            try await stage.sleep(900)
            let environment = try #require(try await stage.environment())
            #expect(environment.metadata.annotations[Words.Annotation.closed] == nil)
            #expect(try await stage.isReady())
            let told = try #require(try await stage.condition())
            #expect(told.status == .unknown && told.reason == fault.reason.rawValue)
            #expect(told.message.count > 40 && !told.message.contains("t0ken"))
            #expect(try await stage.events().filter { $0 == "PullRequestUnknown" }.count == 1)
            // It stays told, and nothing more is written; nobody else was given the token.
            #expect(try await stage.writes(during: 300) == [])
            #expect(stage.host.requests.allSatisfy { $0.target.hasPrefix("https://api.github.com/repos/acme/") })
            stage.host.fail(nil)
            try await stage.until("it is over", within: 1_500) { try await stage.hasEnded() }
        }
    }

    @Test("an outage that is over before long is not told of")
    func shortOutage() async throws {
        try await PullRequestStage.run { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            try await stage.until("it is ready") { try await stage.isReady() }
            try await stage.sleep(30)
            stage.host.fail(.outage)
            #expect(try await stage.writes(during: 400) == [])
            stage.host.fail(nil)
            #expect(try await stage.writes(during: 600) == [])
        }
    }

    @Test("in an outage of hours a host is left alone, and asked again within minutes of its end")
    func longOutage() async throws {
        try await PullRequestStage.run { stage in
            for number in 1...8 as ClosedRange<Int64> {
                stage.host.open(PullRequestStage.repository, number)
                try await stage.create("pr-\(number)", number)
            }
            try await stage.until("all are ready") {
                for number in 1...8 { guard try await stage.isReady("pr-\(number)") else { return false } }
                return true
            }
            stage.host.fail(.unreachable)
            let before = stage.host.requests.count
            try await stage.sleep(3_600)
            // Every two and a half minutes at most, and four workers may have found out at once.
            #expect(stage.host.requests.count - before < 3_600 / 150 * 5 + 40)
            for number in 1...8 as ClosedRange<Int64> { stage.host.merge(PullRequestStage.repository, number) }
            stage.host.fail(nil)
            let time = try await stage.until("all are over", within: 1_200) {
                for number in 1...8 { guard try await stage.hasEnded("pr-\(number)") else { return false } }
                return true
            }
            #expect(time < .seconds(500))
        }
    }

    @Test("a host that says once that everything is closed, and then no longer, ends nothing")
    func passingLie() async throws {
        try await PullRequestStage.run { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is ready") { try await stage.isReady() }
            let before = stage.host.requests.count
            stage.host.fail(.everythingClosed)
            try await stage.until("it was asked") { stage.host.requests.count > before }
            stage.host.fail(nil)
            try await stage.sleep(300)
            #expect(try await stage.isReady())
        }
    }

    @Test("a token that is missing is told, and one that is given later is used at once")
    func missingToken() async throws {
        var rules = SimulatedCodeHost.Rules()
        rules.token = "t0ken"
        rules.privateRepositories = [PullRequestStage.repository]
        try await PullRequestStage.run(rules: rules) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told") { try await stage.condition()?.reason == "NotFound" }
            let key = ObjectKey(.secrets, namespace: Words.Installation.namespace, name: "code")
            let token = JSONValue.string(Base64.encode(Array("t0ken\n".utf8)))
            _ = try await stage.cluster.admin.patch(key, .merge, ["data": ["token": token]])
            let time = try await stage.until("it is open") { try await stage.condition()?.reason == "Open" }
            #expect(time < .seconds(20))
        }
    }

    @Test("without a configured host nothing is asked and nothing said; with one for others it is said")
    func unconfigured() async throws {
        try await PullRequestStage.run(secret: nil) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is ready") { try await stage.isReady() }
            try await stage.sleep(300)
            #expect(try await stage.condition() == nil)
            let secret = stage.host.secret("code", ["repositories": "other/*"])
            _ = try await stage.cluster.admin.create(secret, as: .secrets)
            try await stage.until("it is told") { try await stage.condition()?.reason == "NotConfigured" }
            #expect(stage.host.requests.isEmpty)
        }
    }

    @Test("a Secret that is out of order is told of, on the Secret, and asks nobody")
    func brokenSecret() async throws {
        try await PullRequestStage.run(secret: ["url": "nowhere", "token": "s3cret value"]) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is ready") { try await stage.isReady() }
            try await stage.until("it is told") { try await stage.events().contains("CodeHostInvalid") }
            let notes = try await stage.cluster.admin.listAll(.events).items.map { $0.json.text() }.joined()
            #expect(notes.contains("url is no URL") && !notes.contains("s3cret"))
            #expect(stage.host.requests.isEmpty)
        }
    }

    @Test("a source that is taken away is asked for no longer")
    func removedSource() async throws {
        try await PullRequestStage.run { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told to be open") { try await stage.condition()?.reason == "Open" }
            let key = ObjectKey(.environments, namespace: OperatorStage.team, name: "pr-42")
            _ = try await stage.cluster.admin.patch(key, .merge, ["spec": ["source": nil]])
            try await stage.until("it is told") { try await stage.condition()?.reason == "NotNeeded" }
            stage.host.close(PullRequestStage.repository, 42)
            let before = stage.host.requests.count
            try await stage.sleep(300)
            #expect(stage.host.requests.count == before)
            #expect(try await stage.environment()?.endReason == nil)
        }
    }
}

extension SimulatedCodeHost.Fault {
    /// What is told of it.
    fileprivate var reason: PullRequestReason {
        switch self {
        case .unreachable, .outage: .unavailable
        case .secondaryLimit: .rateLimited
        case .page, .otherNumber, .otherRepository, .flood: .answerInvalid
        case .redirect: .moved
        case .expiredToken: .unauthorized
        case .everythingClosed: .closed
        case .hidden: .notFound
        }
    }
}
