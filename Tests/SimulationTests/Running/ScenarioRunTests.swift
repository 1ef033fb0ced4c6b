import Formats
import Testing

@testable import Simulation

@Suite("scenarios in the simulated cluster", .timeLimit(.minutes(20)))
struct ScenarioRunTests {
    private let court = Court(quiet: .seconds(310))

    @Test("in peace every scenario ends as everybody asked, and is quiet", arguments: Scenario.known)
    func peace(scenario: Scenario) throws {
        let report = try court.report(Trial(scenario, seed: 1, plan: Plan()))
        #expect(report.violations == [])
        #expect(report.settledAfter == .zero)
        #expect(report.writes > 5)
        #expect(report.faults == 0)
    }

    /// What no other test is sure to bring.
    private static let troubles = [
        ("create", "5100ms outage 6s"), ("upgrade", "25500ms outage 40s; 1m outage 5s"),
        ("virtual-cluster", "6s virtual internalError"), ("upgrade", "20s virtual crashLoop; 31s crash"),
        ("used", "renewal 3 refuse 500; 45s outage 5s"), ("create", "write 9 refuse 503 4; write 12 refuse 429 8"),
    ]

    @Test("nothing breaks where a server is away, asks for time, or a virtual cluster is ill", arguments: troubles)
    func trouble(name: String, plan: String) throws {
        let scenario = try #require(Scenario.named(name, seed: 1))
        let report = try court.report(Trial(scenario, seed: 1, plan: try Plan(parsing: plan)))
        #expect(report.violations == [], "\(name) \(plan)")
        #expect(report.settledAfter != nil)
        #expect(report.hash != (try court.report(Trial(scenario, seed: 1, plan: Plan()))).hash)
    }

    @Test("whatever goes wrong, nothing breaks", arguments: 1...6 as ClosedRange<UInt64>)
    func faults(seed: UInt64) throws {
        for name in ["create", "random"] {
            let scenario = try #require(Scenario.named(name, seed: seed))
            let trial = Trial(scenario, seed: seed, plan: .random(seed: seed, for: scenario))
            #expect(try court.report(trial).violations == [], "\(name) \(trial.plan)")
        }
    }
}

/// What a debug build has the time for; `make simulate` tries every write of every scenario with the release binary.
@Suite("B1: a crash or a lost response at any write ends in the same state", .timeLimit(.minutes(20)))
struct CrashSweepTests {
    /// Scenarios as short as they can be, and how many writes are passed over between two that are struck.
    private static let scenarios: [(text: String, stride: Int)] = [
        ("0s class review Namespace; 5s create pr-1 review", 1),
        ("0s class review Namespace; 5s create pr-1 review; 20s pods review 7; 20s network review Open", 11),
        ("0s class review Namespace; 5s create pr-1 review 30s; 40s rest", 11),
        ("0s class review Namespace; 5s create pr-1 review 1m; 20s ttl pr-1 1h; 1m10s rest", 11),
        ("0s class review Namespace; 5s create pr-1 review; 5050ms delete pr-1", 11),
        ("0s class virtual VirtualCluster; 5s create pr-1 virtual; 2m level pr-1 b", 37),
        ("0s class virtual VirtualCluster; 5s create pr-1 virtual; 2m suspend pr-1; 4m wake pr-1", 37),
    ]

    @Test("before and after it is done, and where its answer is lost", arguments: scenarios)
    func sweep(text: String, stride: Int) throws {
        let court = Court(quiet: .seconds(20))
        let scenario = try Scenario(parsing: text)
        let peace = try court.report(Trial(scenario, seed: 1, plan: Plan()))
        #expect(peace.violations == [])
        #expect(peace.writes > 10)
        for (index, plan) in Plan.crashes(atEachOf: peace.writeRequests).enumerated() where index % stride == 0 {
            #expect(try court.report(Trial(scenario, seed: 1, plan: plan)).violations == [], "\(plan)")
        }
    }
}
