import Formats
import Glibc
import Testing

@testable import Simulation

/// Scenarios that cases share, as short as they can be.
enum Story {
    static let review = "0s class review Namespace; "
    static let create = review + "5s create pr-1 review"
    static let two = create + "; 5s create pr-2 review"
    static let whole = create + "; 25s pods review 7; 45s delete pr-1"
    static let recreated = create + "; 15s ttl pr-1 1h; 25s delete pr-1; 30s create pr-1 review"
    static let expiry = create + " 1m; 1m10s rest"
    static let virtual = "0s class virtual VirtualCluster; 5s create pr-1 virtual"

    private static let court = Court(quiet: .seconds(20))

    /// Lives a story in which this goes wrong: nothing breaks, and it ends as it does in peace.
    @discardableResult
    static func live(
        _ story: String, _ plan: String = "", seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunReport {
        try live(story, try Plan(parsing: plan), seed: seed, sourceLocation: sourceLocation)
    }

    @discardableResult
    static func live(
        _ story: String, _ plan: Plan, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunReport {
        let trial = Trial(try Scenario(parsing: story), seed: seed, plan: plan)
        let report = try court.report(trial, keepsTrace: true)
        #expect(report.violations == [], "\(plan)", sourceLocation: sourceLocation)
        let strikes = plan.faults.contains { if case .request = $0.effect { true } else { false } }
        #expect(report.faults > 0 || !strikes, "\(plan) strikes nothing", sourceLocation: sourceLocation)
        return report
    }
}

extension Sequence {
    /// Every so-manieth of them, which is what an everyday run has the time for; all where the environment asks for it.
    func sampled(every count: Int) -> [Element] {
        let wantsAll = getenv("ENVFACTORY_ALL_CASES") != nil
        return enumerated().filter { wantsAll || $0.offset.isMultiple(of: count) }.map(\.element)
    }
}

/// One line of a trace.
struct TraceLine: Sendable {
    var time: Duration
    var text: Substring

    init?(_ line: String) {
        guard let space = line.firstIndex(of: " ") else { return nil }
        do { time = try Duration(go: String(line[..<space])) } catch { return nil }
        text = line[space...].dropFirst()
    }

    /// The method of a request that was sent, and its target.
    var request: (process: String, method: String, target: String)? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[2].hasPrefix("/") else { return nil }
        return (words[0], words[1], words[2])
    }

    /// A request that the operator changed something with: verb, resource, place and outcome.
    var write: String? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count > 5, words[1].hasPrefix("system:serviceaccount:envfactory-system") else { return nil }
        let outcomes: Set<String> = ["created", "changed", "deleted"]
        guard outcomes.contains(words[5]), !words[3].hasPrefix("leases"), !words[3].hasPrefix("events") else {
            return nil
        }
        return words[2...5].joined(separator: " ")
    }
}

extension RunReport {
    var told: [TraceLine] { trace.compactMap(TraceLine.init) }

    /// When an Environment first said this: `pr-1 says Ready=True/Ready`.
    func moment(_ text: String, after start: Duration = .zero) -> Duration? {
        told.first { $0.text == text && $0.time >= start }?.time
    }

    /// When requests whose target contains this were sent.
    func sendings(_ target: String, of method: String? = nil, in span: Range<Duration>) -> [Duration] {
        told.filter { line in
            guard span.contains(line.time), let request = line.request else { return false }
            return request.target.contains(target) && method ?? request.method == request.method
        }.map(\.time)
    }

    /// What the operator wrote, apart from its lease and events, in an order of their own.
    var changes: [String] { told.compactMap(\.write).sorted() }

    /// Every request to change something, apart from its lease and events, whatever came of it.
    var attempts: [String] {
        told.compactMap(\.request).filter { $0.method != "GET" }.map { "\($0.method) \($0.target)" }
            .filter { !$0.contains("/leases") && !$0.contains("/events") }.sorted()
    }

    /// What it made and did not make twice, by resource and place.
    var creations: [String] { changes.filter { $0.hasSuffix(" created") && !$0.contains("/token ") } }

    var deletions: [String] { changes.filter { $0.hasPrefix("delete ") } }
}
