import Formats
import KubernetesSimulator
import Testing

@testable import Simulation

@Suite("crashes", .timeLimit(.minutes(20)))
struct CrashCaseTests {
    @Test("B2: two crashes, at whichever two writes, end in the same state")
    func pairs() throws {
        let crashes = Plan.crashes(atEachOf: try Story.live(Story.create).writeRequests)
        let pairs = Plan.pairs(of: crashes)
        #expect(pairs.count > 1_000)
        for plan in pairs.sampled(every: 97) { try Story.live(Story.create, plan) }
    }

    @Test(
        "B3: a crash at a write that something else has struck already ends in the same state",
        arguments: [
            "refuse 429 2", "refuse 503", "refuse 500", "misreport 500", "fail", "lose", "delay 8s", "truncate",
        ])
    func faultAndCrash(fault: String) throws {
        for number in (2...16).sampled(every: 5) {
            for crash in ["crash-before", "crash-after"] {
                try Story.live(Story.create, "write \(number) \(fault); write \(number + 1) \(crash)")
            }
        }
    }

    @Test(
        "B4: a process that dies at every second, third or tenth write gets its work done all the same",
        arguments: [(2, 12), (3, 5), (5, 3), (10, 3)])
    func crashLoop(every count: Int, minutes: Int) throws {
        // One that dies before its second write has renewed its lease, and done nothing.
        let plan = Plan(
            (1...200).map { number in
                let isDone = count == 2 || number.isMultiple(of: 2)
                return Plan.Fault(.request(.write, number * count), .request(.crash(isDone: isDone)))
            })
        let report = try Story.live(Story.create + "; \(minutes)m rest", plan)
        // While they went on dying.
        let ready = try #require(report.moment("pr-1 says Ready=True/Ready"))
        #expect(ready < .seconds(minutes * 60))
        #expect(report.faults > 2)
    }

    @Test("B7: what makes the process trap is left alone after three times, until it changes; all else is ready")
    func poison() throws {
        let report = try Story.live(Story.two + "; 6m ttl pr-1 48h", "0s..5m write/environments/pr-1 trap")
        #expect(report.faults == 3)
        #expect(report.moment("pr-2 says Ready=True/Ready").map { $0 < .seconds(65) } ?? false)
        let mended = try #require(report.moment("pr-1 says Ready=True/Ready"))
        #expect((.seconds(360)..<(.seconds(370))).contains(mended))
    }
}
