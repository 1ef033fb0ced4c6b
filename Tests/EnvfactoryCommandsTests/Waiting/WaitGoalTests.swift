import EnvironmentAPI
import Formats
import Testing

@testable import EnvfactoryCommands

@Suite("The goal of a wait")
struct WaitGoalTests {
    @Test(
        "is read as it is written",
        arguments: [
            ("ready", .ready), ("gone", .gone), ("deleted", .gone),
            ("condition=Drifted", .condition("Drifted", .isTrue)),
            ("condition=ready=false", .condition("Ready", .isFalse)),
            ("condition=Expiring=Unknown", .condition("Expiring", .unknown)),
        ] as [(String, WaitGoal)])
    func reading(text: String, goal: WaitGoal) throws {
        #expect(try WaitGoal(argument: text) == goal)
    }

    @Test(
        "is refused where it is none",
        arguments: ["", "Ready", "condition", "condition=", "condition=Nothing", "condition=Ready=Maybe", "a=b=c=d"])
    func nonsense(text: String) {
        #expect(throws: InvalidValue.self) { try WaitGoal(argument: text) }
    }

    @Test("says why it is not met, where no condition does")
    func silence() {
        var environment = Environment(
            metadata: ObjectMetadata(name: "a"), spec: Environment.Spec(environmentClassName: "review"))
        let unheard = "nothing was heard of it: see whether the operator runs"
        #expect(WaitGoal.ready.silence(Environment?.none) == unheard)
        #expect(WaitGoal.ready.silence(environment) == unheard)
        #expect(
            WaitGoal.gone.silence(environment) == "nobody has asked for its end, as 'envfactory delete a' does")
        environment.status.conditions = [
            Condition(
                type: "Ready", status: .isTrue, reason: "Ready", message: "", observedGeneration: 1,
                lastTransitionTime: Timestamp(sinceEpoch: .zero))
        ]
        #expect(WaitGoal.condition("Drifted", .isTrue).silence(environment) == "it stays as it is")
    }

    @Test("is met by nothing but the absence, for gone")
    func gone() {
        #expect(WaitGoal.gone.verdict(Environment?.none) == .met)
        let environment = Environment(
            metadata: ObjectMetadata(name: "a"), spec: Environment.Spec(environmentClassName: "review"))
        #expect(WaitGoal.gone.verdict(environment) == .waiting)
        #expect(WaitGoal.ready.verdict(environment) == .waiting)
        #expect(WaitGoal.condition("Ready", .isTrue).verdict(environment) == .waiting)
        for goal in [WaitGoal.ready, .condition("Ready", .isTrue)] {
            guard case .failed(let failure) = goal.verdict(Environment?.none) else {
                Issue.record("waits for what does not exist")
                continue
            }
            #expect(failure.code == .environmentFailed)
        }
    }
}
