import Formats
import KubernetesSimulator
import Testing

@testable import Simulation

@Suite("what becomes of requests changes nothing of the end", .timeLimit(.minutes(20)))
struct RequestFaultTests {
    @Test("A1: what a server wants later is not sent sooner, and nobody else waits for it")
    func retryAfter() throws {
        let report = try Story.live(Story.two, "5s..3m write/environments/pr-1 refuse 429 20")
        for target in ["/pr-1?", "/pr-1/status?"] {
            let sent = report.sendings("/environments\(target)", of: "PATCH", in: .zero..<(.seconds(180)))
            #expect(sent.count > 2)
            for (earlier, later) in zip(sent, sent.dropFirst()) { #expect(later - earlier >= .seconds(20)) }
        }
        let other = try #require(report.moment("pr-2 says Ready=True/Ready"))
        #expect(other < .seconds(10))
        #expect(try #require(report.moment("pr-1 says Ready=True/Ready")) > .seconds(180))
    }

    @Test(
        "A1: whatever kind of request it is", arguments: ["get 1", "list 3", "watch 2", "write 4", "write 9"])
    func retryAfterOfAnyKind(request: String) throws {
        let report = try Story.live(Story.two, "\(request) refuse 429 7")
        let ready = [1, 2].compactMap { report.moment("pr-\($0) says Ready=True/Ready") }
        #expect(ready.count == 2)
        #expect(ready.max().map { $0 < .seconds(25) } ?? false)
    }

    @Test("A2: a part that is refused for ten minutes is asked for forty times at most", arguments: [429, 500, 503])
    func backoff(status: Int) throws {
        let story = Story.review + "25s create pr-1 review"
        let report = try Story.live(story, "20s..10m20s write/resourcequotas refuse \(status)")
        let count = report.sendings("/resourcequotas/envfactory", in: .seconds(20)..<(.seconds(620))).count
        #expect(count > 15)
        #expect(count <= 40)
        // It is told, and mended within a minute of the end.
        #expect(report.moment("pr-1 says GuardrailsReady=False/APIUnavailable").map { $0 < .seconds(30) } ?? false)
        #expect(report.moment("pr-1 says Ready=True/Ready").map { $0 < .seconds(680) } ?? false)
    }

    @Test("A3: after a 500, done or not, there is one of everything", arguments: ["refuse 500", "misreport 500"])
    func internalError(effect: String) throws {
        let peace = try Story.live(Story.create)
        for number in (1...peace.writes).sampled(every: 2) {
            let report = try Story.live(Story.create, "write \(number) \(effect)")
            #expect(report.creations == peace.creations, "write \(number)")
        }
    }

    @Test("A4: an outage of ten minutes changes nothing, and is made up for within a minute")
    func outage() throws {
        let story = Story.create + "; 1m create pr-2 review; 2m delete pr-1"
        for effect in ["refuse 503", "refuse 504", "fail"] {
            let report = try Story.live(story, "20s..10m20s any \(effect)")
            let changed = report.told.filter { (.seconds(20)..<(.seconds(620))).contains($0.time) && $0.write != nil }
            #expect(changed.isEmpty)
            #expect(report.moment("pr-2 says Ready=True/Ready").map { $0 < .seconds(680) } ?? false, "\(effect)")
            #expect(report.moment("pr-1 says Ready=False/Deleting").map { $0 < .seconds(680) } ?? false, "\(effect)")
        }
    }

    @Test(
        "A4: where nothing is answered for some seconds, and no watch breaks, it goes on by itself",
        arguments: ["5050ms", "5150ms", "5200ms", "5300ms"])
    func silence(begin: String) throws {
        let report = try Story.live(Story.create, "\(begin)..11s any fail")
        // Neither a new process nor a new list brought it back.
        #expect(Set(report.told.compactMap(\.request?.process)).count == 1)
        #expect(report.moment("pr-1 says Ready=True/Ready").map { $0 < .seconds(30) } ?? false)
    }

    @Test("A5: where the answer to any write is lost, there is one of everything")
    func lostAnswer() throws {
        let peace = try Story.live(Story.create)
        for number in (1...peace.writes).sampled(every: 2) {
            let report = try Story.live(Story.create, "write \(number) lose")
            #expect(report.creations == peace.creations, "write \(number)")
        }
    }

    @Test("A6: a release's record whose answer is lost is taken up again, and no second one is made", arguments: 1...4)
    func lostRecord(number: Int) throws {
        let peace = try Story.live(Story.virtual)
        let report = try Story.live(Story.virtual, "write/secrets \(number) lose")
        #expect(report.creations == peace.creations)
        let records = report.creations.filter { $0.contains("/sh.helm.release.v1.") }
        #expect(records.count == 1)
        #expect(records.first?.contains(".v1 ") ?? false)
    }

    @Test("A9: a write that arrives a minute late changes nothing of what is there by then")
    func lateWrites() throws {
        let story = Story.create + "; 15s delete pr-1"
        let peace = try Story.live(story)
        let targets = peace.told.compactMap(\.request).filter { ["POST", "PATCH", "DELETE"].contains($0.method) }
            .map(\.target)
        #expect(targets.count == peace.writeRequests)
        for number in (1...targets.count).sampled(every: 4) { try Story.live(story, "write \(number) delay 1m") }
    }

    @Test("A9: an environment waits for a namespace that may yet come, and takes it down", arguments: ["20s", "1m"])
    func lateNamespace(delay: String) throws {
        let report = try Story.live(Story.create + "; 8s delete pr-1", "write/namespaces 1 delay \(delay)")
        let created = try #require(report.told.first { $0.write?.contains("namespaces env-pr-1") ?? false })
        #expect(created.write?.hasSuffix(" created") ?? false)
        #expect(created.time > .seconds(20))
        #expect(
            report.told.contains {
                $0.time > created.time && $0.write?.hasPrefix("delete namespaces env-pr-1") ?? false
            })
    }

    @Test("A10: an object that somebody writes every 50 ms is no reason to write it, nor to wait")
    func storm() throws {
        let peace = try Story.live(Story.create)
        for touched in ["environments", "networkpolicies"] {
            let report = try Story.live(Story.create, "5s..10s every 50ms touch \(touched) pr-1")
            #expect(report.moment("pr-1 says Ready=True/Ready").map { $0 < .seconds(8) } ?? false)
            #expect(report.creations == peace.creations)
            #expect(report.changes.count <= peace.changes.count + 3, "\(touched)")
        }
    }

    @Test("A10: who rewrites our fields every 50 ms is answered once a second")
    func fight() throws {
        let report = try Story.live(Story.create, "8s..18s every 50ms edit networkpolicies pr-1")
        let answers = report.sendings(
            "/networkpolicies/envfactory-isolation", of: "PATCH", in: .seconds(8)..<(.seconds(18)))
        #expect(answers.count > 10)
        #expect(answers.count < 50)
    }

    @Test(
        "A27: while the definitions or their webhook are away for half a minute it asks seldom, and then goes on",
        arguments: [
            "0s..30s any/environments refuse 404", "0s..30s any/environments refuse 500",
            "4s..34s write/environments refuse 500",
        ])
    func missingDefinition(plan: String) throws {
        let report = try Story.live(Story.create, plan)
        #expect(report.sendings("/environments", in: .zero..<(.seconds(34))).count <= 40)
        // Within a minute of the end.
        #expect(report.moment("pr-1 says Ready=True/Ready").map { $0 < .seconds(94) } ?? false)
    }

    @Test(
        "A28: an answer that ends in the middle is an error, and the next one is as good as any",
        arguments: [
            "get 1 truncate", "list 1 truncate", "list 4 truncate", "5s..20s get truncate", "5s..20s write truncate",
            "20s crash; 20s..30s list truncate",
        ])
    func truncated(plan: String) throws {
        let report = try Story.live(Story.create + "; 20s rest", plan)
        #expect(report.creations == (try Story.live(Story.create)).creations)
    }
}
