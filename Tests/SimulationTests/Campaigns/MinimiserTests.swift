import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import Simulation

@Suite("making a trial smaller")
struct MinimiserTests {
    private func trial(_ scenario: String, _ plan: String) throws -> Trial {
        Trial(try Scenario(parsing: scenario), seed: 1, plan: try Plan(parsing: plan))
    }

    @Test("drops what the violation does not need, and keeps what it does")
    func smallest() throws {
        let large = try trial(
            "0s class review Namespace; 1100ms create pr-1 review; 3s create pr-2 review; 9s delete pr-2",
            "write 40 lose; list 3 empty; 1m30500ms clock 1h; write 12 crash-after")
        let small = try Minimiser.minimised(large) { candidate in
            candidate.plan.faults.contains { $0.effect == .clock(.seconds(3_600)) }
                && candidate.plan.faults.contains { fault in
                    guard case .request(.write, let number) = fault.moment else { return false }
                    return number >= 10 && fault.effect == .request(.loseResponse(.interrupted))
                }
                && candidate.scenario.contains(.create)
        }
        #expect(small.plan.description == "write 10 lose; 1m30s clock 1h")
        #expect(small.scenario.description == "1s create pr-1 review")
    }

    @Test("a trial of which nothing can be left out stays as it is, within its budget")
    func irreducible() throws {
        let trial = try trial("1s create pr-1 review", "write 1 lose")
        var tries = 0
        let same = try Minimiser.minimised(trial, budget: 5) { candidate in
            tries += 1
            return candidate == trial
        }
        #expect(same == trial)
        #expect(tries <= 5)
    }
}

@Suite("campaigns")
struct CampaignTests {
    @Test("count what was run, and hand back what broke as the smallest trial")
    func findings() throws {
        // Nobody ends the pause, so nothing that was asked for in it is ever there.
        let broken = try Scenario(parsing: "0s class review Namespace; 1s pause; 9s create pr-1 review; 11s rest")
        let fine = try Scenario(parsing: "0s class review Namespace; 9s create pr-1 review")
        let plan = try Plan(parsing: "get 1 refuse 503")
        var campaign = Campaign(Court(quiet: .seconds(20)), time: ManualTime())
        let row = try campaign.run(
            "given", [Trial(broken, seed: 1, plan: plan), Trial(fine, seed: 2, plan: Plan())])
        #expect(row.trials == 2)
        #expect(row.broken == 1)
        #expect(row.faults == 1)
        let finding = try #require(campaign.findings.first)
        #expect(campaign.findings.count == 1)
        #expect(finding.violation.invariant == "I4 convergence")
        #expect(finding.violation.text.hasPrefix("pr-1: "))
        #expect(finding.trial.plan == Plan())
        #expect(finding.trial.scenario.description == "0s class review Namespace; 1s pause; 9s create pr-1 review")
    }

    @Test("a plan for each write and each way to lose it")
    func crashes() {
        let plans = Plan.crashes(atEachOf: 2).map(\.description)
        #expect(
            plans == [
                "write 1 crash-before", "write 1 crash-after", "write 1 lose", "write 2 crash-before",
                "write 2 crash-after", "write 2 lose",
            ])
        #expect(Plan.crashes(atEachOf: 0).isEmpty)
        #expect(Plan.pairs(of: Plan.crashes(atEachOf: 2)).count == 15)
    }
}
