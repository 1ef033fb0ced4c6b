import ControllerRuntime
import Testing

@Suite struct WorkQueueStateTests {
    typealias State = WorkQueueState<String>

    /// Takes everything that is ready, in order.
    func drain(_ state: inout State, at now: Duration = .zero) -> [String] {
        var keys: [String] = []
        while let taken = state.take(now: now) { keys.append(taken.key) }
        return keys
    }

    @Test("a key asked for twice runs once")
    func deduplicates() {
        var state = State()
        #expect(state.add("a", now: .zero) == .queued)
        #expect(state.add("b", now: .zero) == .queued)
        #expect(state.add("a", now: .zero) == .merged)
        #expect(state.depth == 2)
        #expect(drain(&state) == ["a", "b"])
    }

    @Test("a key asked for while it runs never runs twice at once, and runs again afterwards")
    func dirtyWhileRunning() {
        var state = State()
        _ = state.add("a", now: .zero)
        #expect(drain(&state) == ["a"])
        #expect(state.add("a", now: .zero) == .queued)
        #expect(state.add("a", now: .zero) == .merged)
        #expect(drain(&state) == [])
        state.finish("a", .settled, now: .zero, fraction: 0)
        #expect(drain(&state) == ["a"])
        state.finish("a", .settled, now: .zero, fraction: 0)
        #expect(drain(&state) == [])
        #expect(state.count == 0)
    }

    @Test("a recheck waits for its time, and the earlier of two times counts")
    func recheck() {
        var state = State()
        _ = state.add("a", now: .zero)
        _ = drain(&state)
        state.finish("a", .recheck(after: .seconds(60)), now: .zero, fraction: 0)
        #expect(state.nextDue == .seconds(60))
        #expect(state.schedule("a", at: .seconds(30), now: .zero) == .scheduled)
        #expect(state.schedule("a", at: .seconds(90), now: .zero) == .merged)
        #expect(state.nextDue == .seconds(30))
        state.advance(to: .seconds(29))
        #expect(drain(&state) == [])
        state.advance(to: .seconds(30))
        #expect(drain(&state, at: .seconds(30)) == ["a"])
        // The run that started answers the recheck of the one before it.
        state.finish("a", .settled, now: .seconds(30), fraction: 0)
        #expect(state.nextDue == nil)
        #expect(state.count == 0)
    }

    @Test("what somebody scheduled for later survives an earlier run that settles")
    func scheduledSurvives() {
        var state = State()
        _ = state.schedule("a", at: .seconds(60), now: .zero)
        _ = state.add("a", now: .seconds(1))
        #expect(drain(&state, at: .seconds(1)) == ["a"])
        state.finish("a", .settled, now: .seconds(1), fraction: 0)
        #expect(state.nextDue == .seconds(60))
        state.advance(to: .seconds(60))
        #expect(drain(&state, at: .seconds(60)) == ["a"])
    }

    @Test("a time that comes while the key runs makes it run again")
    func dueWhileRunning() {
        var state = State()
        _ = state.schedule("a", at: .seconds(5), now: .zero)
        _ = state.add("a", now: .zero)
        _ = drain(&state)
        state.advance(to: .seconds(5))
        #expect(drain(&state, at: .seconds(5)) == [])
        state.finish("a", .settled, now: .seconds(6), fraction: 0)
        #expect(drain(&state, at: .seconds(6)) == ["a"])
    }

    @Test("failures wait 5 ms, doubled each time up to the limit; a success starts over")
    func backoff() {
        var state = State()
        _ = state.add("a", now: .zero)
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<20 {
            state.advance(to: now)
            _ = drain(&state, at: now)
            state.finish("a", .failed(), now: now, fraction: 0)
            guard let due = state.nextDue else { break }
            waits.append(due - now)
            now = due
        }
        #expect(waits.prefix(4) == [.milliseconds(5), .milliseconds(10), .milliseconds(20), .milliseconds(40)])
        #expect(waits.last == .seconds(300))
        state.advance(to: now)
        #expect(state.take(now: now)?.failures == 20)
        state.finish("a", .settled, now: now, fraction: 0)
        #expect(state.count == 0)
    }

    @Test("a server's wish is a lower bound of the back-off")
    func retryAfter() {
        var state = State()
        _ = state.add("a", now: .zero)
        _ = drain(&state)
        state.finish("a", .failed(notBefore: .seconds(7)), now: .zero, fraction: 0.5)
        #expect(state.nextDue == .seconds(7))
    }

    @Test("a change lifts the back-off, but not more often than once a second")
    func changeWhileFailing() {
        var state = State()
        _ = state.add("a", now: .zero)
        for _ in 0..<15 {  // Far into the back-off: 5 ms × 2^14 is 82 s.
            if let due = state.nextDue { state.advance(to: due) }
            _ = drain(&state, at: .zero)
            state.finish("a", .failed(), now: .zero, fraction: 0)
        }
        #expect(state.add("a", now: .milliseconds(50)) == .scheduled)
        #expect(state.add("a", now: .milliseconds(100)) == .merged)
        #expect(state.nextDue == .seconds(1))
        state.advance(to: .seconds(1))
        #expect(drain(&state, at: .seconds(1)) == ["a"])
        state.finish("a", .failed(), now: .seconds(1), fraction: 0)
        #expect(state.add("a", now: .seconds(3)) == .queued)
    }

    @Test("A10: a key that is asked for all the time runs once a second, after a burst, and in peace at once again")
    func storm() {
        var state = State()
        var runs: [Duration] = []
        for tick in 0..<600 {
            let now = Duration.milliseconds(50 * tick)
            state.advance(to: now)
            _ = state.add("a", now: now)
            while state.take(now: now) != nil {
                runs.append(now)
                state.finish("a", .recheck(after: .seconds(45)), now: now, fraction: 0)
            }
        }
        #expect(runs.count { $0 < .seconds(2) } >= 30)
        let later = runs.filter { $0 > .seconds(10) }
        #expect((18...22).contains(later.count))
        for (earlier, later) in zip(later, later.dropFirst()) { #expect(later - earlier >= .seconds(1)) }
        #expect(state.add("a", now: .seconds(45)) != .refused)
        state.advance(to: .seconds(46))
        _ = drain(&state, at: .seconds(46))
        state.finish("a", .recheck(after: .seconds(45)), now: .seconds(46), fraction: 0)
        #expect(state.add("a", now: .milliseconds(46_050)) == .queued)
    }

    @Test("an error that only a change can mend waits for the change")
    func untilChange() {
        var state = State()
        _ = state.add("a", now: .zero)
        _ = drain(&state)
        state.finish("a", .failedUntilChange, now: .zero, fraction: 0)
        #expect(state.nextDue == nil)
        #expect(state.add("a", now: .seconds(10)) == .queued)
    }

    @Test("a postponed key keeps its count of failures")
    func postponed() {
        var state = State()
        _ = state.add("a", now: .zero)
        _ = drain(&state)
        state.finish("a", .failed(), now: .zero, fraction: 0)
        state.advance(to: .seconds(1))
        _ = drain(&state, at: .seconds(1))
        state.finish("a", .postponed(.seconds(1)), now: .seconds(1), fraction: 0)
        state.advance(to: .seconds(2))
        #expect(state.take(now: .seconds(2))?.failures == 1)
    }

    @Test("each tenant in turn: a flood delays only itself")
    func fairness() {
        var state = State(tenant: { String($0.prefix(1)) })
        for index in 0..<100 { _ = state.add("a\(index)", now: .zero) }
        _ = state.add("b0", now: .zero)
        _ = state.add("c0", now: .zero)
        #expect(drain(&state).prefix(5) == ["a0", "b0", "c0", "a1", "a2"])
    }

    @Test("changes go before sweeps, and sweeps still get every eighth turn")
    func lanes() {
        var state = State()
        for index in 0..<20 { _ = state.add("s\(index)", .sweep, now: .zero) }
        for index in 0..<20 { _ = state.add("c\(index)", .change, now: .zero) }
        let order = drain(&state)
        #expect(order.prefix(16).filter { $0.hasPrefix("s") } == ["s0", "s1"])
        #expect(Set(order).count == 40)
    }

    @Test("a change moves a swept key forward, and it still runs once")
    func promotion() {
        var state = State()
        _ = state.add("s", .sweep, now: .zero)
        _ = state.add("a", .sweep, now: .zero)
        #expect(state.add("a", .change, now: .zero) == .merged)
        #expect(drain(&state) == ["a", "s"])
        #expect(state.depth == 0)
    }

    @Test("a full queue refuses new keys and still takes those it knows")
    func capacity() {
        var configuration = WorkQueueConfiguration()
        configuration.capacity = 2
        var state = State(configuration)
        _ = state.add("a", now: .zero)
        _ = state.add("b", now: .zero)
        #expect(state.add("c", now: .zero) == .refused)
        #expect(state.schedule("c", at: .seconds(1), now: .zero) == .refused)
        #expect(state.add("a", now: .zero) == .merged)
    }

    @Test("a closed queue hands out nothing, and takes back what runs")
    func closing() {
        var state = State()
        _ = state.add("a", now: .zero)
        _ = state.add("b", now: .zero)
        #expect(state.take(now: .zero)?.key == "a")
        state.close()
        #expect(state.take(now: .zero) == nil)
        #expect(state.add("c", now: .zero) == .refused)
        #expect(state.running == 1)
        state.finish("a", .settled, now: .zero, fraction: 0)
        #expect(state.running == 0)
    }

    @Test("ten thousand timers fire in order, moved ones once, and memory stays bounded")
    func manyTimers() {
        var state = State()
        for round in 1...5 {
            for index in 0..<10_000 {
                // Each round moves every timer forward.
                _ = state.schedule("\(index)", at: .seconds(100_000 - round * 10_000 + index), now: .zero)
            }
        }
        #expect(state.count == 10_000)
        var order: [String] = []
        while let due = state.nextDue {
            state.advance(to: due)
            while let taken = state.take(now: due) {
                order.append(taken.key)
                state.finish(taken.key, .settled, now: due, fraction: 0)
            }
        }
        #expect(order == (0..<10_000).map(String.init))
        #expect(state.count == 0)
    }

    @Test("against a simple model: thousands of random steps lose no key and run none twice at once")
    func model() {
        for seed in 1...10 {
            var random = SplitMix(seed: UInt64(seed))
            var state = State(tenant: { String($0.prefix(1)) })
            var now = Duration.zero
            var wanted: Set<String> = []
            var running: Set<String> = []
            for _ in 0..<2_000 {
                let key = "\(random.next() % 12)"
                switch random.next() % 5 {
                case 0:
                    #expect(state.add(key, random.next() % 2 == 0 ? .change : .sweep, now: now) != .refused)
                    wanted.insert(key)
                case 1:
                    _ = state.schedule(key, at: now + .milliseconds(Int(random.next() % 5_000)), now: now)
                    wanted.insert(key)
                case 2:
                    now += .milliseconds(Int(random.next() % 1_000))
                    state.advance(to: now)
                case 3:
                    guard let taken = state.take(now: now)?.key else { continue }
                    #expect(running.insert(taken).inserted, "\(taken) runs twice at once, seed \(seed)")
                    wanted.remove(taken)
                default:
                    guard let done = running.min() else { continue }
                    running.remove(done)
                    let results: [WorkResult] = [
                        .settled, .recheck(after: .seconds(1)), .failed(), .failedUntilChange, .postponed(.seconds(2)),
                    ]
                    state.finish(done, results[Int(random.next() % 5)], now: now, fraction: 0.3)
                }
            }
            // Nothing else is asked for: all that was wanted runs, given time and workers.
            for _ in 0..<200 {
                now += .seconds(5)
                state.advance(to: now)
                while let taken = state.take(now: now)?.key {
                    #expect(running.insert(taken).inserted)
                    wanted.remove(taken)
                }
                for key in running { state.finish(key, .settled, now: now, fraction: 0) }
                running = []
            }
            #expect(wanted.isEmpty, "lost \(wanted), seed \(seed)")
            // What failed until a change is remembered until the change.
            for index in 0..<12 { _ = state.add("\(index)", now: now) }
            while let taken = state.take(now: now)?.key { state.finish(taken, .settled, now: now, fraction: 0) }
            #expect(state.count == 0, "seed \(seed)")
        }
    }
}

/// A small generator, so that a failing seed can be run again.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
