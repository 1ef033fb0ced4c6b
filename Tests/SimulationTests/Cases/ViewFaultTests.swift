import Formats
import KubernetesSimulator
import Testing

@testable import Simulation

@Suite("what the operator is shown changes nothing of the end", .timeLimit(.minutes(20)))
struct ViewFaultTests {
    @Test("A11: watches that expire are begun anew, and what a new list lacks is not deleted for it")
    func expired() throws {
        for number in (1...11).sampled(every: 3) {
            try Story.live(Story.create + "; 20s rest", "watch \(number) refuse 410")
        }
        for effect in ["half", "empty"] {
            let report = try Story.live(Story.create, "20s compact; 20s..22s list \(effect)")
            #expect(report.deletions == [])
        }
    }

    @Test("A13: a list that shows nothing, or half, once, deletes nothing", arguments: ["empty", "half"])
    func emptyList(effect: String) throws {
        for kind in ["environments", "environmentclasses", "namespaces", "networkpolicies", "rolebindings"] {
            // The first of the process that begins then.
            let report = try Story.live(Story.two, "20s crash; list/\(kind) 2 \(effect)")
            #expect(report.deletions == [], "\(kind)")
        }
    }

    @Test("A14: any one event may be lost")
    func lostEvent() throws {
        for (watch, event) in (1...11).map({ ($0, 1 + $0 % 3) }).sampled(every: 2) {
            try Story.live(Story.whole, "watch \(watch) drop \(event)")
        }
    }

    @Test("A14: where no watch tells anything for ten minutes, what is asked for is made within five")
    func lostEvents() throws {
        let story = Story.create + "; 1m create pr-2 review; 70s delete pr-1"
        let report = try Story.live(story, "20s cut; 20s..10m20s watch tell bookmarks")
        #expect(report.moment("pr-1 says Ready=False/Deleting").map { $0 < .seconds(370) } ?? false)
        #expect(report.moment("pr-2 says Ready=True/Ready").map { $0 < .seconds(360) } ?? false)
    }

    @Test("A15: events that are told three times are answered once")
    func repeated() throws {
        let peace = try Story.live(Story.whole)
        #expect(try Story.live(Story.whole, "0s..3m watch repeat 3").attempts == peace.attempts)
    }

    @Test("A16: events that come out of order, of one kind and between kinds, are put in order")
    func reordered() throws {
        for (watch, event) in (1...11).map({ ($0, 1 + $0 % 3) }).sampled(every: 2) {
            try Story.live(Story.whole, "watch \(watch) swap \(event)")
        }
        let peace = try Story.live(Story.whole)
        for kind in ["environments", "namespaces", "networkpolicies", "rolebindings"] {
            let report = try Story.live(Story.whole, "0s..3m watch/\(kind) lag 5s")
            #expect(report.creations == peace.creations, "\(kind)")
            #expect(report.deletions == peace.deletions, "\(kind)")
        }
    }

    @Test(
        "A18: a watch that stays open and is silent, or tells bookmarks alone, or none, is not trusted for long",
        arguments: Fault.WatchContent.allCases)
    func silent(content: Fault.WatchContent) throws {
        let report = try Story.live(
            Story.create + "; 1m create pr-2 review", "20s cut; 20s..10m20s watch tell \(content.rawValue)")
        let limit: Duration = content == .objects ? .seconds(70) : .seconds(360)
        #expect(report.moment("pr-2 says Ready=True/Ready").map { $0 < limit } ?? false)
        // Every one of them is opened anew.
        let opened = report.sendings("watch=true", in: .seconds(70)..<(.seconds(690)))
        #expect(opened.count >= 11)
    }

    @Test("A19: a process that starts on a server which lags behind destroys nothing by what it is shown")
    func lagging() throws {
        let peace = try Story.live(Story.recreated + "; 66s rest")
        for revisions in (1...50).sampled(every: 9) {
            // All of what is shown is old, or of the Environments alone.
            let list = revisions.isMultiple(of: 2) ? "list" : "list/environments"
            let report = try Story.live(
                Story.recreated + "; 66s rest",
                "1m4s crash; 1m4s..1m20s \(list) stale \(revisions); 1m4s..1m20s watch lag 10s")
            #expect(report.deletions == peace.deletions, "\(revisions)")
            #expect(report.creations == peace.creations, "\(revisions)")
        }
    }

    @Test("A29: what its caches show later than it was written is waited for, and nothing is tried twice")
    func readsOwnWrites() throws {
        let peace = try Story.live(Story.whole)
        #expect(try Story.live(Story.whole, "0s..3m watch lag 5s").attempts == peace.attempts)
    }
}
