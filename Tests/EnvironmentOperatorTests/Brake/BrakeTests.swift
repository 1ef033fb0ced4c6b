import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("The brake stops ends that nobody can have meant")
struct BrakeTests {
    private let start = Timestamp(sinceEpoch: .seconds(1_000_000))

    @Test("the threshold is thirty, or a fifth of many", arguments: [(0, 30), (100, 30), (150, 30), (1000, 200)])
    func threshold(environments: Int, expected: Int) {
        #expect(Brake.threshold(of: environments) == expected)
    }

    @Test("the thirty-first end within a minute is stopped, the next minute's first is not")
    func window() {
        var brake = Brake()
        for second in 0..<30 {
            let mayBegin = brake.begin(among: 50, at: start + .seconds(second))
            #expect(mayBegin)
        }
        let inTheMinute = brake.begin(among: 50, at: start + .seconds(59))
        let afterIt = brake.begin(among: 50, at: start + .seconds(60))
        #expect(!inTheMinute && afterIt)
    }

    @Test("ends that began before this process count, in whatever order they are told")
    func recall() {
        var brake = Brake()
        for second in (0..<30).reversed() { brake.recall(start + .seconds(second)) }
        let before = brake.begin(among: 50, at: start + .seconds(31))
        brake.release()
        let after = brake.begin(among: 50, at: start + .seconds(31))
        #expect(!before && after)
    }

    @Test("E13: of many environments deleted at once those over the threshold stay, until somebody unpauses")
    func massDeletion() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        let names = (0..<33).map { "pr-\($0)" }
        for name in names {
            try await stage.create(name)
            try await stage.settle(name)
        }
        for name in names { try await stage.delete(name) }
        for name in names { _ = try await stage.runOnce(name) }
        var begun = 0
        var held: [String] = []
        for name in names {
            let reason = try await stage.condition(.terminated, name)?.reason
            if reason == "Held" { held.append(name) } else { begun += 1 }
        }
        #expect(begun == 30 && held.count == 3)
        let pause = try await stage.cluster.admin.get(
            ObjectKey(.configMaps, namespace: Words.Installation.namespace, name: Words.Pause.configMap))
        #expect(PauseState(pause).isPaused && PauseState(pause).isByBrake)
        #expect(try await stage.object(.secrets, "envfactory-kubeconfig", of: held[0]) != nil)

        var released = PauseState()
        released.resumedAt = stage.cluster.time.now
        #expect(stage.endings.observe(released))
        for name in held { try await stage.settle(name, patience: .seconds(30)) }
        for name in held { #expect(try await stage.environment(name) == nil) }
    }
}
