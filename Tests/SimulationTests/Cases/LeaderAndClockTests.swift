import Formats
import Testing

@testable import Simulation

@Suite("leases and clocks", .timeLimit(.minutes(20)))
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
        "A21: a clock that is wrong by more than half a minute is told of once, on the lease, and in no environment",
        arguments: ["clock 24h", "clock -24h", "clock 31s", "freeze", "drift 1000"])
    func wrongClock(fault: String) throws {
        let story = Story.create + "; 3m rest"
        let report = try Story.live(story, "40s \(fault)")
        let told = report.told.filter { $0.text.contains(" create events.events.k8s.io envfactory-system/envfactory.") }
        #expect(told.count == 1)
        #expect(told.first.map { (.seconds(40)..<(.seconds(105))).contains($0.time) } ?? false)
        #expect(report.changes == (try Story.live(story)).changes)
    }

    @Test("A21: one that is right to half a minute is nobody's concern", arguments: ["clock 28s", "clock -28s"])
    func rightClock(fault: String) throws {
        let report = try Story.live(Story.create + "; 3m rest", "40s \(fault)")
        #expect(!report.told.contains { $0.text.contains(" events.events.k8s.io envfactory-system/") })
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
