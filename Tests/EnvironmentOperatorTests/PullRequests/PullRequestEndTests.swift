import CodeHosts
import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What follows from what a code host says")
struct PullRequestEndTests {
    private func readyStage() async throws -> OperatorStage {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create { $0["spec"]?["source"] = OperatorStage.source }
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        return stage
    }

    private func know(_ outlook: PullRequestOutlook?, _ stage: OperatorStage) {
        stage.outlook.withLock { $0 = outlook }
    }

    @Test("one that is over is marked, ends, and says so; nothing is written after that")
    func over() async throws {
        let stage = try await readyStage()
        know(.closed, stage)
        try await stage.settle(patience: .seconds(30))
        let environment = try #require(try await stage.environment())
        #expect(environment.metadata.annotations[Words.Annotation.closed] == "closed")
        #expect(environment.isTerminated && environment.endReason == .closed)
        #expect(environment.status.condition(.pullRequestOpen)?.reason == "Closed")
        #expect(stage.events.reasons.contains(.closed))
        try await stage.expectQuiet()
    }

    @Test("what nobody can tell is said once, and changes nothing else")
    func unknown() async throws {
        let stage = try await readyStage()
        know(.unknown(.unauthorized, "The token is not valid: replace it."), stage)
        try await stage.settle()
        let told = try #require(try await stage.condition(.pullRequestOpen))
        #expect(told.status == .unknown && told.reason == "Unauthorized")
        #expect(try await stage.condition(.ready)?.status == .isTrue)
        #expect(stage.events.reasons.filter { $0 == .pullRequestUnknown }.count == 1)
        try await stage.expectQuiet()
        // What is not known any more is not taken back either.
        know(nil, stage)
        try await stage.expectQuiet()
    }

    @Test("the mark is for the spec that was judged: one that names another pull request meanwhile is judged anew")
    func otherSource() async throws {
        let stage = try await readyStage()
        let observed = try #require(try await stage.environment())
        try await stage.patch("pr-42", ["spec": ["source": ["pullRequest": 43]]])
        let applier = ObjectApplier(client: stage.context.client)
        let error = await #expect(throws: KubernetesError.self) {
            _ = try await applier.patchAnnotation(
                of: observed.object, .environments, Words.Annotation.closed, to: "closed")
        }
        #expect(error?.code == .conflict)
        #expect(try await stage.environment()?.metadata.annotations[Words.Annotation.closed] == nil)
    }

    @Test("the mark is for one uid: another environment of the same name is not touched")
    func otherEnvironment() async throws {
        let stage = try await readyStage()
        let observed = try #require(try await stage.environment())
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        try await stage.create { $0["spec"]?["source"] = OperatorStage.source }
        let applier = ObjectApplier(client: stage.context.client)
        await #expect(throws: KubernetesError.self) {
            _ = try await applier.patchAnnotation(
                of: observed.object, .environments, Words.Annotation.closed, to: "closed")
        }
        #expect(try await stage.environment()?.metadata.annotations[Words.Annotation.closed] == nil)
    }

    @Test("a change of something else does not hold the mark up")
    func otherChange() async throws {
        let stage = try await readyStage()
        let observed = try #require(try await stage.environment())
        try await stage.patch("pr-42", ["metadata": ["annotations": ["example.com/touched": "1"]]])
        let applier = ObjectApplier(client: stage.context.client)
        let marked = try await applier.patchAnnotation(
            of: observed.object, .environments, Words.Annotation.closed, to: "merged")
        #expect(marked.annotation(Words.Annotation.closed) == "merged")
        #expect(marked.annotation("example.com/touched") == "1")
    }

    @Test("while a person has paused the operator nothing is marked; afterwards it is")
    func paused() async throws {
        let stage = try await readyStage()
        var pause = PauseState()
        pause.isPaused = true
        pause.reason = "maintenance"
        _ = stage.endings.observe(pause)
        know(.closed, stage)
        try await stage.cluster.expectQuiet(by: OperatorStage.identity) { try await stage.settle() }
        pause.isPaused = false
        #expect(stage.endings.observe(pause))
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment()?.isTerminated == true)
    }

    @Test("a host that says that all are closed ends no more of them than the brake lets")
    func brake() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        let names = (0..<40).map { "pr-\($0)" }
        for name in names { try await stage.create(name) { $0["spec"]?["source"] = OperatorStage.source } }
        know(.closed, stage)
        for name in names { _ = try await stage.runOnce(name) }
        var ended = 0
        for name in names where try await stage.environment(name)?.endReason != nil { ended += 1 }
        #expect(ended == Brake.threshold(of: names.count))
    }

    @Test("a record of an end that is opened again goes; the namespace that it had is not made anew")
    func reopened() async throws {
        let stage = try await readyStage()
        know(.closed, stage)
        try await stage.settle(patience: .seconds(30))
        know(.reopened, stage)
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
        let namespaces = try await stage.cluster.admin.listAll(.namespaces).items.map(\.name)
        #expect(!namespaces.contains { $0.hasPrefix("env-") })
    }

    @Test("what ended because its time was over stays, whatever becomes of the pull request")
    func expired() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create {
            $0["spec"]?["source"] = OperatorStage.source
            $0["spec"]?["ttl"] = "1h"
        }
        try await stage.settle()
        stage.advance(.seconds(3_600))
        try await stage.settle(patience: .seconds(30))
        know(.reopened, stage)
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment()?.endReason == .expired)
    }
}
