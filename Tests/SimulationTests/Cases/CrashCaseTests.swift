import Formats
import KubernetesSimulator
import Testing

@testable import Simulation

@Suite("crashes", .timeLimit(.minutes(20)))
struct CrashCaseTests {
    @Test("B2: two crashes, at whichever two writes, end in the same state")
    func pairs() throws {
        let crashes = Plan.crashes(atEachOf: try Story.live(Story.create).writes)
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

    /// Two hundred deaths, each at the so-manieth write after the last one.
    private static func deaths(every count: Int) -> Plan {
        Plan(
            (1...200).map { number in
                // One that dies before its second write has renewed its lease, and done nothing.
                let isDone = count == 2 || number.isMultiple(of: 2)
                return Plan.Fault(.request(.write, number * count), .request(.crash(isDone: isDone)))
            })
    }

    @Test(
        "B4: a process that dies at every third, fifth or tenth write gets its work done all the same",
        arguments: [(3, 5, deaths: 3), (5, 3, deaths: 3), (10, 3, deaths: 1)])
    func crashLoop(every count: Int, minutes: Int, deaths: Int) throws {
        let report = try Story.live(Story.create + "; \(minutes)m rest", Self.deaths(every: count))
        // While they went on dying.
        let ready = try #require(report.moment("pr-1 says Ready=True/Ready"))
        #expect(ready < .seconds(minutes * 60))
        #expect(report.faults >= deaths)
    }

    /// A token is made by one write and kept by the next: whoever has but one beside its lease never has both.
    @Test("B4: one that dies at every second write does all that one write can do, and the rest once it lives on")
    func shortLives() throws {
        let report = try Story.live(Story.create + "; 5m rest", Self.deaths(every: 2))
        let last = try #require(
            report.told.first { $0.write?.contains("/envfactory-kubeconfig-reader created") == true })
        #expect(last.time < .seconds(300))
        let ready = try #require(report.moment("pr-1 says Ready=True/Ready"))
        #expect(ready < .seconds(300 + 60 + 60))
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
