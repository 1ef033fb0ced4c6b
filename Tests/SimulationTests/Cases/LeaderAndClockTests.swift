import Formats
import Testing

@testable import Simulation

@Suite("leases and clocks", .timeLimit(.minutes(10)))
struct LeaderAndClockTests {
    @Test(
        "A21: no clock ends an environment early, or late once it is right again",
        arguments: ["clock 24h", "clock -24h", "freeze", "drift 1000", "drift -500"])
    func clocks(fault: String) throws {
        for moment in ["2s", "5100ms", "30s", "1m4s"].sampled(every: 2) {
            let report = try Story.live(Story.expiry, "\(moment) \(fault)")
            let end = try #require(report.moment("pr-1 says Ready=False/Expired"), "\(fault) at \(moment)")
            #expect(end < .seconds(130))
        }
    }

    @Test(
        "A22: who cannot renew its lease while it works sends nothing after the deadline, and another process goes on",
        arguments: ["renewal/leases fail", "renewal/leases lose", "any/leases fail", "any/leases delay 20s"])
    func renewals(fault: String) throws {
        for begin in [4, 16] {
            let story = Story.two + "; 18s delete pr-2; 24s create pr-3 review"
            let report = try Story.live(story, "\(begin)s..\(begin + 12)s \(fault)")
            let processes = Set(report.told.compactMap(\.request?.process))
            #expect(processes.count > 1, "\(fault) at \(begin)")
        }
    }

    @Test(
        "A24: a lease that is deleted, stolen, or ambiguous has one writer at a time",
        arguments: [
            "5100ms forfeit", "5100ms steal", "5s..35s every 3s forfeit", "5s..35s every 3s steal",
            "renewal/leases 1 lose", "renewal/leases 2 lose", "renewal/leases 3 misreport 500",
            "5s..35s renewal/leases lose",
        ])
    func lease(plan: String) throws {
        try Story.live("0s replica; " + Story.two + "; 20s delete pr-1", plan)
    }
}
