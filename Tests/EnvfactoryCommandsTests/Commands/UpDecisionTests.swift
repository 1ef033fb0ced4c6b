import EnvironmentAPI
import Formats
import Testing

@testable import EnvfactoryCommands

@Suite("What up does about an environment")
struct UpDecisionTests {
    private func environment(
        _ reason: String? = nil,
        terminated: Condition.Status? = nil,
        isDeleting: Bool = false,
        closed: Bool = false
    ) -> Environment {
        let now = Timestamp(sinceEpoch: .zero)
        var environment = Environment(
            metadata: ObjectMetadata(
                name: "a", deletionTimestamp: isDeleting ? now : nil,
                annotations: closed ? [Words.Annotation.closed: "true"] : [:]),
            spec: Environment.Spec(environmentClassName: "review"))
        func condition(_ type: ConditionType, _ status: Condition.Status, _ reason: String) -> Condition {
            Condition(
                type: type.rawValue, status: status, reason: reason, message: "", observedGeneration: 1,
                lastTransitionTime: now)
        }
        if let reason { environment.status.conditions.append(condition(.ready, .isFalse, reason)) }
        if let terminated { environment.status.conditions.append(condition(.terminated, terminated, "Expired")) }
        return environment
    }

    @Test("creates where there is none, re-uses what lives, whatever its state")
    func lives() {
        #expect(UpDecision(nil, className: "review") == .create)
        for reason in ["Ready", "Provisioning", "Degraded", "Failed", "Rejected", "Paused", "Suspended"] {
            #expect(UpDecision(environment(reason), className: "review") == .reuse)
            #expect(UpDecision(environment(reason), className: nil) == .reuse)
        }
    }

    @Test("replaces what has expired, once it is gone")
    func expired() {
        #expect(UpDecision(environment("Expired", terminated: .isTrue), className: "review") == .replace)
        #expect(UpDecision(environment("Expired", terminated: .isFalse), className: "review") == .replace)
        #expect(UpDecision(environment("Deleting", isDeleting: true), className: "review") == .awaitEnd)
        #expect(UpDecision(environment(nil, isDeleting: true), className: "other") == .awaitEnd)
    }

    @Test("never resurrects what was closed, also while it is still ending")
    func closed() {
        for environment in [
            environment("Closed", terminated: .isTrue), environment("Closed", terminated: .isFalse),
            environment("Ready", closed: true), environment("Closed", isDeleting: true, closed: true),
        ] {
            guard case .refuse(let failure) = UpDecision(environment, className: "review") else {
                Issue.record("resurrects \(environment)")
                continue
            }
            #expect(failure.code == .rejected)
        }
    }

    @Test("does not pretend that an environment is of another class")
    func otherClass() {
        guard case .refuse(let failure) = UpDecision(environment("Ready"), className: "large") else {
            Issue.record("re-uses another class's")
            return
        }
        #expect(failure.message == "environment a is of class review, which cannot be changed to large")
    }
}
