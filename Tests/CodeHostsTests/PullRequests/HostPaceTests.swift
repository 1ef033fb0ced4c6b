import CodeHosts
import Formats
import HTTPModel
import Testing

@Suite("The pace at which a host is asked")
struct HostPaceTests {
    private static let outage = PullRequestFailure(.unavailable, "out of order")
    private static let missing = PullRequestFailure(.notFound, "none")

    private func limit(_ remaining: Int, of limit: Int = 5_000, reset: Int = 600) throws -> RateLimit {
        let headers: HTTPHeaders = [
            "X-RateLimit-Remaining": "\(remaining)", "X-RateLimit-Limit": "\(limit)", "X-RateLimit-Reset": "\(reset)",
        ]
        return try #require(RateLimit(headers, now: Timestamp(sinceEpoch: .seconds(1_764_460_800))))
    }

    @Test("a thousand questions at once are spread, two a second, after a short burst")
    func spread() {
        var pace = HostPace()
        let places = (0..<1_000).map { _ in pace.place(in: .schedule, now: .seconds(100)) }
        #expect(places.filter { $0 == .seconds(100) }.count == 5)
        #expect(places == places.sorted())
        #expect(zip(places.dropFirst(5), places.dropFirst(6)).allSatisfy { $1 - $0 == .milliseconds(500) })
    }

    @Test("a hint does not wait behind the schedule, and hints are bounded too")
    func hints() {
        var pace = HostPace()
        for _ in 0..<1_000 { _ = pace.place(in: .schedule, now: .zero) }
        #expect(pace.place(in: .hint, now: .zero) == .zero)
        let last = (0..<1_000).map { _ in pace.place(in: .hint, now: .zero) }.last ?? .zero
        #expect(last > .seconds(95) && last < .seconds(101))
    }

    @Test("an outage pauses both lines, for longer each time and never for more than five minutes")
    func outage() {
        var pace = HostPace()
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<10 {
            pace.note(Self.outage, nil, now: now, fraction: 0)
            let place = pace.place(in: .hint, now: now)
            #expect(pace.isPaused(.hint, now: now) && pace.isPaused(.schedule, now: now))
            waits.append(place - now)
            now = place
        }
        #expect(waits == waits.sorted() && waits.first == .seconds(15) && waits.last == .seconds(300))
        pace.note(nil, nil, now: now, fraction: 0)
        pace.note(Self.outage, nil, now: now, fraction: 0)
        #expect(pace.place(in: .hint, now: now) - now == .seconds(15))
    }

    @Test("one pull request that is not there pauses nothing")
    func missing() {
        var pace = HostPace()
        pace.note(Self.missing, nil, now: .seconds(9), fraction: 0)
        #expect(!pace.isPaused(.schedule, now: .seconds(9)))
    }

    @Test("what a host wants is kept, where it is longer than the back-off")
    func retryAfter() {
        var pace = HostPace()
        pace.note(PullRequestFailure(.rateLimited, "", retryAfter: .seconds(900)), nil, now: .zero, fraction: 0)
        #expect(pace.place(in: .hint, now: .zero) == .seconds(900))
    }

    @Test("the last tenth of what a host takes is left to hints, and nothing is asked when all is taken")
    func remaining() throws {
        var pace = HostPace()
        pace.note(nil, try limit(501), now: .zero, fraction: 0)
        #expect(!pace.isPaused(.schedule, now: .zero))
        pace.note(nil, try limit(500), now: .zero, fraction: 0)
        #expect(pace.isPaused(.schedule, now: .zero) && !pace.isPaused(.hint, now: .zero))
        pace.note(nil, try limit(0), now: .zero, fraction: 0)
        #expect(pace.isPaused(.hint, now: .zero))
        #expect(!pace.isPaused(.schedule, now: .seconds(600)))
    }

    @Test("a window without an end has one", arguments: ["99999999999", "9999999", "-5", "never"])
    func window(reset: String) throws {
        let headers: HTTPHeaders = ["RateLimit-Remaining": "0", "RateLimit-Reset": reset]
        let limit = try #require(RateLimit(headers, now: Timestamp(sinceEpoch: .seconds(1_764_460_800))))
        #expect(limit.reset > .zero && limit.reset <= RateLimit.longestWindow)
    }
}
