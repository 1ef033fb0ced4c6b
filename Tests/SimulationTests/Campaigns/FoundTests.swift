import Testing

@testable import Simulation

/// Trials that alarmed once: the operator's faults and the judge's.
@Suite("what a campaign has found stays mended", .timeLimit(.minutes(20)))
struct FoundTests {
    private static let trials: [(what: String, scenario: String, seed: UInt64, plan: String)] = [
        (
            "a clock that runs a tenth too fast ends nothing early",
            "0s class review Namespace; 5s create pr-1 review 1m", 64, "47s drift 100"
        ),
        (
            "one that is created a second later ends a second later",
            "0s class review Namespace; 5s create pr-1 review; 35s delete pr-1; 36s create pr-1 review", 94,
            "write 2 crash-before; renewal 1 crash-after; get 14 crash-before"
        ),
        (
            "a control plane that is suspended before it ran has left nothing",
            "0s class preview VirtualCluster; 2s create pr-1 preview; 34s suspend pr-1", 16,
            "get 2 crash-after; write 13 crash-after"
        ),
        (
            "what outlives an environment that was let go is no part of the end",
            "stripped", 94, "renewal 3 crash-before; write 3 crash-after; get 12 crash-before"
        ),
        (
            "a kubeconfig that was found missing while the guards failed is not said to be ready",
            "0s class review Namespace; 5s create pr-1 review; 20s destroy rolebindings pr-1; "
                + "20s destroy secrets pr-1",
            1, "15s crash; write 18 refuse 504"
        ),
        (
            "an event that comes again just before all is settled is told once more, and is no noise",
            "foreign-helm", 116,
            "renewal 9 delay 8s; 24732ms steal; write 29 delay 8s; write 17 lose; 1s clock -1m; "
                + "write 36 crash-after; 47194ms virtual claimPending"
        ),
        (
            "a write that arrives after all is settled, and is refused, is no noise",
            "squatted", 257,
            "42s..49s any fail; 40s drift -20; write 26 refuse 503 1; list 11 refuse 500; write 6 crash-after; "
                + "1m3s clock 24h; write 10 delay 28s; 85684ms clock -1m"
        ),
        (
            "one that is seen for the first time when its time is over ends, and not early",
            "5s create pr-1 review 1m", 37, "2s outage 54s"
        ),
        (
            "a server that drops an event keeps from the operator what it wrote itself",
            "0s class review Namespace; 0s class preview VirtualCluster; 9s create pr-0 review; 4s create pr-1 preview",
            29,
            "watch 4 drop 3"
        ),
        (
            "what somebody does to the successor, or to its predecessor, are two stories",
            "0s class preview VirtualCluster; 12s create pr-2 preview; 33s create pr-2 preview; 33s delete pr-2; "
                + "53s level pr-2 b",
            10479, "write 2 crash-after; get 16 delay 20s"
        ),
        (
            "a namespace that comes when its environment is gone goes as well",
            "0s class review VirtualCluster; 5s create pr-1 review; 8s delete pr-1", 10451, "write 3 delay 20s"
        ),
        (
            "the same after an answer that was lost",
            "0s class review VirtualCluster; 5s create pr-1 review; 8s delete pr-1", 10240,
            "write 4 delay 12s; write 1 lose"
        ),
    ]

    @Test("nothing breaks", arguments: trials)
    func mended(what: String, scenario: String, seed: UInt64, plan: String) throws {
        let court = Court(quiet: .seconds(310))
        let scenario = try Scenario.named(scenario, seed: seed) ?? Scenario(parsing: scenario)
        let report = try court.report(Trial(scenario, seed: seed, plan: Plan(parsing: plan)))
        #expect(report.violations == [], "\(what)")
    }
}
