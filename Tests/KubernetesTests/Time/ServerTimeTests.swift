import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("The server's time")
struct ServerTimeTests {
    /// A server with a clock of its own, and the machine's monotonic clock.
    private struct World {
        var server: Duration = .seconds(1_000_000)
        var monotonic: Duration = .seconds(50)
        var estimate = ServerTime()

        mutating func pass(_ duration: Duration) {
            server += duration
            monotonic += duration
        }

        /// A request with these latencies before and after the server writes its `Date`.
        mutating func ask(there: Duration = .milliseconds(10), back: Duration = .milliseconds(10)) {
            let sentAt = monotonic
            pass(there)
            let date = Timestamp(sinceEpoch: .seconds(server.components.seconds))
            pass(back)
            estimate.observe(date: date, sentAt: sentAt, receivedAt: monotonic)
        }

        /// How far the estimate is behind the server.
        var lag: Duration? { estimate.now(monotonic: monotonic).map { server - $0.sinceEpoch } }
    }

    @Test("is unknown before the first response")
    func unknown() {
        #expect(ServerTime().now(monotonic: .zero) == nil)
        #expect(ServerTime().skew(ofWallClock: Timestamp(sinceEpoch: .zero), monotonic: .zero) == nil)
    }

    @Test("is never ahead, and comes closer with every response")
    func lowerBound() throws {
        var world = World()
        world.pass(.milliseconds(400))
        var lags: [Duration] = []
        for _ in 0..<200 {
            world.ask()
            lags.append(try #require(world.lag))
            world.pass(.milliseconds(137))
        }
        #expect(lags.allSatisfy { $0 >= .zero && $0 <= .milliseconds(1010) })
        #expect(try #require(lags.last) <= .milliseconds(30))
    }

    @Test("is not spoilt by slow responses")
    func slow() throws {
        var world = World()
        world.ask()
        let lag = try #require(world.lag)
        world.ask(there: .seconds(5), back: .seconds(25))
        #expect(try #require(world.lag) == lag)
    }

    @Test("follows a clock that is set forward at once")
    func forward() throws {
        var world = World()
        world.ask()
        world.server += .seconds(86400)
        world.ask()
        let lag = try #require(world.lag)
        #expect(lag >= .zero && lag <= .milliseconds(1010))
    }

    @Test("follows a clock that is set back at once, so that nothing ends too early", arguments: [2, 60, 86400])
    func back(_ seconds: Int) throws {
        var world = World()
        for _ in 0..<20 {
            world.ask()
            world.pass(.seconds(3.3))
        }
        world.server -= .seconds(seconds)
        world.ask()
        let lag = try #require(world.lag)
        #expect(lag >= .zero && lag <= .milliseconds(1010))
    }

    @Test("is at most a second ahead though the machine's clock runs twice as fast, and what is proven never")
    func fastMonotonic() throws {
        var world = World()
        for _ in 0..<300 {
            world.pass(.seconds(1))
            world.monotonic += .seconds(1)
            world.ask()
            #expect(try #require(world.lag) >= .milliseconds(-1100))
            #expect(try #require(world.estimate.proven).sinceEpoch <= world.server)
        }
    }

    @Test("forgets what it learned before the window, but never the newest")
    func window() throws {
        var world = World()
        world.ask(there: .milliseconds(1), back: .zero)
        let first = try #require(world.lag)
        world.pass(.seconds(3600))
        #expect(try #require(world.lag) == first)
        world.ask(there: .milliseconds(500), back: .milliseconds(700))
        let second = try #require(world.lag)
        #expect(second >= .milliseconds(700) && second < .milliseconds(1800))
    }

    @Test("tells how far the machine's wall clock is ahead")
    func skew() throws {
        var world = World()
        world.ask()
        let wall = Timestamp(sinceEpoch: world.server + .seconds(45))
        let skew = try #require(world.estimate.skew(ofWallClock: wall, monotonic: world.monotonic))
        #expect(skew >= .seconds(45) && skew <= .seconds(46.1))
    }
}

@Suite("The server's clock")
struct ServerClockTests {
    @Test("learns from the Date of every response, and from nothing else")
    func learns() async throws {
        let time = ManualTime()
        let script = ScriptedTransport([
            .any(.response(HTTPResponse(status: 200))),
            .any(.response(HTTPResponse(status: 200, headers: ["Date": "tomorrow"]))),
            .any(.response(HTTPResponse(status: 500, headers: ["date": "Thu, 01 Jan 2026 00:01:00 GMT"]))),
        ])
        let clock = ServerClock(script, time: time)
        for _ in 0..<2 {
            _ = try await clock.send(HTTPRequest(.get, "/"))
            #expect(clock.now == nil)
            #expect(clock.skew == nil)
        }
        _ = try await clock.send(HTTPRequest(.get, "/"))
        #expect(clock.now == time.now + .seconds(60))
        #expect(clock.proven == clock.now)
        #expect(clock.skew == .seconds(-60))
        time.advance(by: .seconds(10))
        time.stepWallClock(by: .seconds(3600))
        #expect(clock.now == (try Timestamp("2026-01-01T00:01:10Z")))
        #expect(clock.skew == .seconds(3540))
    }

    @Test("passes streams through")
    func streams() async throws {
        let clock = ServerClock(ScriptedTransport([.any(.lines(["a"], ending: .end))]), time: ManualTime())
        var lines = 0
        _ = try await clock.stream(HTTPRequest(.get, "/")) { _ in lines += 1 }
        #expect(lines == 1)
    }
}

@Suite("Dates of HTTP")
struct HTTPDateTests {
    @Test("are read in the one form that is sent")
    func reads() throws {
        #expect(Timestamp(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")?.description == "1994-11-06T08:49:37Z")
        #expect(Timestamp(httpDate: "Thu, 29 Feb 2024 23:59:59 GMT")?.description == "2024-02-29T23:59:59Z")
    }

    @Test(
        "are refused in any other",
        arguments: [
            "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Xov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08:49:37.5Z GMT", "     ",
        ])
    func refuses(_ text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }
}

@Suite("Back-off")
struct BackoffTests {
    @Test("doubles up to its limit, whatever the count")
    func doubles() {
        let backoff = Backoff()
        let expected: [Int] = [800, 800, 1600, 3200, 30000, 30000]
        #expect(
            [0, 1, 2, 3, 7, .max].map { backoff.delay(failures: $0, fraction: 0) } == expected.map { .milliseconds($0) }
        )
    }

    @Test("is shortened by up to a half")
    func jitter() {
        let shortened = Backoff().delay(failures: 7, fraction: 0.999)
        #expect(shortened >= .seconds(15) && shortened < .seconds(15.1))
    }
}

@Suite("The machine's time")
struct SystemTimeTests {
    @Test("goes forward, and a cancelled task does not sleep")
    func goesForward() async throws {
        let time = SystemTime()
        let (wall, monotonic) = (time.now, time.monotonic)
        try await time.sleep(for: .milliseconds(1))
        #expect(time.monotonic > monotonic)
        #expect(time.now > wall)
        #expect(wall > (try Timestamp("2024-01-01T00:00:00Z")))
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await time.sleep(for: .seconds(3600)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }
}
