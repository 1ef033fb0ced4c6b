import ControllerRuntime
import Formats
import Kubernetes
import Testing

@Suite struct EventSeriesTests {
    static let wallClock = Timestamp(sinceEpoch: .seconds(1_767_225_600))

    func event(_ reason: String = "Ready", uid: String = "u1", note: String = "It is ready.") -> EventRecord {
        EventRecord(
            regarding: EventRecord.Regarding(
                apiVersion: "envfactory.dev/v1alpha1", kind: "Environment", namespace: "team", name: "pr-42", uid: uid),
            reason: reason, action: "Provision", note: note)
    }

    func record(_ series: inout EventSeries, _ event: EventRecord, at now: Duration = .zero) -> Bool {
        series.record(event, now: now, wallClock: Self.wallClock + now)
    }

    @Test("what happens once is created once")
    func once() {
        var series = EventSeries()
        let isTaken = record(&series, event())
        #expect(isTaken)
        let step = series.next(now: .zero)
        #expect(step == .create(event(), at: Self.wallClock))
        if let step { series.didSend(step, now: .zero) }
        #expect(series.next(now: .seconds(3_600)) == nil)
        #expect(series.nextDue == nil)
    }

    @Test("what happens again is a count, written every thirty seconds at most")
    func again() {
        var series = EventSeries()
        _ = record(&series, event())
        if let step = series.next(now: .zero) { series.didSend(step, now: .zero) }
        for second in 1...20 { _ = record(&series, event(), at: .seconds(second)) }
        #expect(series.next(now: .seconds(20)) == nil)
        #expect(series.nextDue == .seconds(30))
        #expect(series.next(now: .seconds(30)) == .count(event(), 21, at: Self.wallClock + .seconds(20)))
    }

    @Test("events go out in the order in which they came")
    func order() {
        var series = EventSeries()
        for reason in ["A", "B", "C"] { _ = record(&series, event(reason)) }
        var reasons: [String] = []
        while let step = series.next(now: .zero) {
            reasons.append(step.record.reason)
            series.didSend(step, now: .zero)
        }
        #expect(reasons == ["A", "B", "C"])
    }

    @Test("one object that says too much is cut off, and others are heard")
    func rateLimit() {
        var series = EventSeries()
        let taken = (0..<100).count { record(&series, event(note: "note \($0)")) }
        #expect(taken == 25)
        let more = [
            record(&series, event(uid: "u2")), record(&series, event(note: "later"), at: .seconds(299)),
            record(&series, event(note: "later"), at: .seconds(300)),
            record(&series, event(note: "later still"), at: .seconds(301)),
        ]
        #expect(more == [true, false, true, false])
    }

    @Test("memory is bounded: told series make room for new ones, those that nobody was told of do not")
    func bounds() {
        var limits = EventLimits()
        limits.series = 3
        var series = EventSeries(limits)
        var taken = ["u0", "u1", "u2", "u9"].map { record(&series, event(uid: $0)) }
        #expect(taken == [true, true, true, false])
        send(&series, at: .zero)
        _ = record(&series, event(uid: "u0"), at: .seconds(10))
        send(&series, at: .seconds(40))
        taken = ["u3", "u4"].map { record(&series, event(uid: $0), at: .seconds(50)) }
        #expect(taken == [true, true])
        #expect(series.count == 3)
        // Nothing was heard of u1 and u2 for longest: u0 is known still, and counts on.
        send(&series, at: .seconds(50))
        _ = record(&series, event(uid: "u0"), at: .seconds(55))
        #expect(series.next(now: .seconds(90)) == .count(event(uid: "u0"), 3, at: Self.wallClock + .seconds(55)))
    }

    @Test("a series ends when nothing was heard of it for six minutes")
    func idle() {
        var series = EventSeries()
        _ = record(&series, event(uid: "u0"))
        send(&series, at: .zero)
        _ = record(&series, event(uid: "u1"), at: .seconds(359))
        #expect(series.count == 2)
        send(&series, at: .seconds(359))
        _ = record(&series, event(uid: "u2"), at: .seconds(360))
        #expect(series.count == 2)
    }

    @Test("events of ten thousand objects in a row are all taken, each at a cost that does not rise")
    func fleet() {
        var series = EventSeries()
        let clock = ContinuousClock()
        let times = (0..<2).map { half in
            clock.measure {
                for index in 0..<5_000 {
                    let now = Duration.milliseconds(5 * (half * 5_000 + index))
                    let isTaken = record(&series, event(uid: "u\(half)-\(index)"), at: now)
                    #expect(isTaken)
                    send(&series, at: now)
                }
            }
        }
        #expect(series.count == 4_096)
        // Looking at every series for every event took two hundred times as long.
        #expect(times[1] < times[0] * 20)
    }

    func send(_ series: inout EventSeries, at now: Duration) {
        while let step = series.next(now: now) { series.didSend(step, now: now) }
    }

    @Test("whatever happens, what was taken is told once its time has come", arguments: UInt64(1)...40)
    func property(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var limits = EventLimits()
        limits.series = 8
        var series = EventSeries(limits)
        var owed: Set<String> = []
        var now = Duration.zero
        for _ in 0..<2_000 {
            now += .seconds(Int(random.next() % 20))
            let uid = "u\(random.next() % 12)"
            if random.next() % 3 == 0 {
                if record(&series, event(uid: uid), at: now) { owed.insert(uid) }
            } else if let step = series.next(now: now) {
                let fails = random.next() % 2 == 0
                // Tried three times, then given up.
                let isOver = !fails || !series.didFail(step, now: now, mayRetry: true)
                if !fails { series.didSend(step, now: now) }
                if isOver { owed.remove(step.record.regarding.uid) }
            }
            #expect(series.count <= 8)
            #expect((series.nextDue.map { $0 <= now } ?? false) == (series.next(now: now) != nil))
        }
        var told: Set<String> = []
        while let due = series.nextDue, let step = series.next(now: max(now, due)) {
            told.insert(step.record.regarding.uid)
            now = max(now, due)
            series.didSend(step, now: now)
        }
        #expect(told.isSuperset(of: owed))
        #expect(series.isDrained)
    }

    @Test("an event that is there already becomes a series of it")
    func met() {
        var series = EventSeries()
        _ = record(&series, event())
        if let step = series.next(now: .zero) { series.didMeet(step) }
        #expect(series.next(now: .zero) == .count(event(), 2, at: Self.wallClock))
    }

    @Test("an event that has expired is made anew, with what it has not told")
    func missed() {
        var series = EventSeries()
        _ = record(&series, event())
        if let step = series.next(now: .zero) { series.didSend(step, now: .zero) }
        _ = record(&series, event(), at: .seconds(100))
        if let step = series.next(now: .seconds(100)) {
            series.didMiss(step, wallClock: Self.wallClock + .seconds(100))
        }
        #expect(series.next(now: .seconds(100)) == .create(event(), at: Self.wallClock + .seconds(100)))
    }

    @Test("a failure is tried three times, further apart each time, then given up")
    func failures() {
        var series = EventSeries()
        _ = record(&series, event())
        let step = EventSeries.Step.create(event(), at: Self.wallClock)
        var kept = [series.didFail(step, now: .zero, mayRetry: true)]
        #expect(series.next(now: .seconds(1)) == nil)
        #expect(series.next(now: .seconds(2)) == step)
        kept.append(series.didFail(step, now: .seconds(2), mayRetry: true))
        #expect(series.nextDue == .seconds(6))
        kept.append(series.didFail(step, now: .seconds(6), mayRetry: true))
        #expect(kept == [true, true, false])
        #expect(series.nextDue == nil)
        #expect(series.isDrained)
    }
}
