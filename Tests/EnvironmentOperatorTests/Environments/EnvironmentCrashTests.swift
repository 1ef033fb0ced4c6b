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

@Suite("B1: a crash at any write ends in the same state")
struct EnvironmentCrashTests {
    enum Scenario: String, CaseIterable, Sendable {
        case create, delete, deleteWhileMaking, expiry, extensionOfTheEnd, classChange, closed, reopened
    }

    enum Point: String, CaseIterable, Sendable {
        case before, after, lostResponse

        var effect: Fault.Effect {
            switch self {
            case .before: .crash(isDone: false)
            case .after: .crash(isDone: true)
            case .lostResponse: .loseResponse(.interrupted)
            }
        }
    }

    @Test("every write of a scenario, at every point", arguments: Scenario.allCases, Point.allCases)
    func sweep(scenario: Scenario, point: Point) async throws {
        let prepared = try await prepare(scenario)
        let reference = try await run(scenario, on: prepared, fault: nil)
        #expect(reference.writes > 0)
        for write in 1...reference.writes {
            let fault = Fault.atWrite(write, point.effect, user: OperatorStage.identity.user)
            let outcome = try await run(scenario, on: prepared, fault: fault)
            #expect(outcome.state == reference.state, "\(scenario) \(point) write \(write)")
        }
    }

    private struct Outcome {
        var state: [String]
        var writes: Int
    }

    /// Prepares the scenario in peace.
    private func prepare(_ scenario: Scenario) async throws -> SimulatedCluster {
        let stage = try await OperatorStage()
        try await stage.createClass()
        if scenario == .deleteWhileMaking {
            try await stage.create()
            stage.cluster.server.plan(.atWrite(6, .crash(isDone: true), user: OperatorStage.identity.user))
            try await stage.surviveAndSettle()
        } else if scenario != .create {
            try await stage.create {
                if scenario == .expiry { $0["spec"]?["ttl"] = "1h" }
                if [.closed, .reopened].contains(scenario) { $0["spec"]?["source"] = OperatorStage.source }
            }
            if scenario == .reopened { stage.outlook.withLock { $0 = .closed } }
            try await stage.settle(patience: scenario == .reopened ? .seconds(30) : .seconds(6))
        }
        stage.cluster.server.clearWrites()
        return stage.cluster
    }

    /// Lives it with the fault, on a cluster of its own.
    private func run(_ scenario: Scenario, on prepared: SimulatedCluster, fault: Fault?) async throws -> Outcome {
        let stage = OperatorStage(on: SimulatedCluster(copying: prepared))
        if let fault { stage.cluster.server.plan(fault) }
        try await act(scenario, stage)
        try await stage.surviveAndSettle()
        let writes = stage.cluster.server.writes(by: OperatorStage.identity).count
        return Outcome(state: try await stage.state(), writes: writes)
    }

    private func act(_ scenario: Scenario, _ stage: OperatorStage) async throws {
        switch scenario {
        case .create: try await stage.create()
        case .delete, .deleteWhileMaking: try await stage.delete()
        case .expiry: stage.advance(.seconds(3600))
        case .closed: stage.outlook.withLock { $0 = .closed }
        case .reopened: stage.outlook.withLock { $0 = .reopened }
        case .extensionOfTheEnd: try await stage.patch("pr-42", ["spec": ["ttl": "48h"]])
        case .classChange:
            let spec: JSONValue = ["network": ["mode": "Open"], "quota": ["hard": ["pods": "7"]]]
            _ = try await stage.cluster.admin.patch(
                ObjectKey(.environmentClasses, name: "review"), .merge, ["spec": spec])
        }
    }
}

extension PullRequestOutlook {
    /// The pull request of ``OperatorStage/source`` is over.
    static let closed: PullRequestOutlook? = PullRequestName(.gitHub, repository: "acme/payments", number: 42).map {
        .over($0, .closed)
    }
}

extension OperatorStage {
    static let source: JSONValue = ["provider": "GitHub", "repository": "acme/payments", "pullRequest": 42]

    /// Settles, as a new process whenever the old one has crashed.
    func surviveAndSettle() async throws {
        try await settle(patience: .seconds(30))
        restart()
        try await settle(patience: .seconds(30))
    }

    /// What the cluster holds, without what differs from run to run.
    func state() async throws -> [String] {
        let resources: [APIResource] =
            OperatorCaches.ownedResources + [.namespaces, .pods, .secrets, .configMaps, .services]
        var lines: [String] = []
        for resource in resources {
            for object in try await cluster.admin.listAll(resource).items {
                let place = "\(resource.qualifiedName) \(object.namespace ?? "") \(object.name)"
                lines.append("\(place) \(WantedObject.hash(of: object)) \(object.finalizers)")
            }
        }
        for environment in try await cluster.admin.listAll(.environments).items.map(Environment.init(from:)) {
            let conditions = environment.status.conditions.map { "\($0.type)=\($0.status.rawValue)/\($0.reason)" }
            lines.append("\(environment.metadata.name) \(environment.metadata.finalizers) \(conditions)")
            lines.append("\(environment.status.expiresAt.map(\.description) ?? "")")
        }
        return lines.sorted()
    }
}
