import Formats
import Kubernetes
import TestSupport
import Testing

/// A session with a clock, and shorthand for what happens to it.
struct SessionDriver {
    var session = WatchSession()
    var now: Duration = .seconds(1000)
    var random = FixedRandom(0)

    static func object(_ name: String, _ version: String, uid: String? = nil) -> KubernetesObject {
        KubernetesObject([
            "kind": "ConfigMap", "apiVersion": "v1",
            "metadata": [
                "name": .string(name), "namespace": "a", "uid": .string(uid ?? "uid-\(name)"),
                "resourceVersion": .string(version),
            ],
        ])
    }

    mutating func next() -> WatchSession.Action { session.next(at: now, random) }

    mutating func page(_ objects: [KubernetesObject], _ version: String = "10", token: String? = nil) -> [WatchUpdate] {
        session.listed(ObjectList(items: objects, resourceVersion: version, continueToken: token))
    }

    mutating func receive(_ event: WatchEvent) -> WatchUpdate? { session.received(event, at: now) }

    mutating func fail(_ code: KubernetesError.Code, retryAfter: Duration? = nil) -> WatchUpdate {
        session.failed(KubernetesError(code, "x", retryAfter: retryAfter), at: now, random)
    }

    /// Lists objects and begins to watch.
    static func watching(_ objects: [KubernetesObject] = [], _ version: String = "10") -> SessionDriver {
        var driver = SessionDriver()
        _ = driver.next()
        _ = driver.page(objects, version)
        _ = driver.next()
        return driver
    }
}

@Suite("What a list and its watch do next")
struct WatchSessionTests {
    private let a5 = SessionDriver.object("a", "5")
    private let b7 = SessionDriver.object("b", "7")

    @Test("list page by page, then watch from the list's version")
    func lists() {
        var driver = SessionDriver()
        #expect(driver.next() == .list(continueToken: nil))
        #expect(driver.page([a5], token: "t") == [.listed([a5])])
        #expect(driver.next() == .list(continueToken: "t"))
        #expect(driver.page([b7]) == [.listed([b7]), .synced(resourceVersion: "10", absent: [])])
        #expect(driver.session.knownCount == 2)
        guard case .watch("10", let timeout) = driver.next() else {
            Issue.record("no watch")
            return
        }
        #expect(timeout == .seconds(300))
    }

    @Test("an empty list is complete as well")
    func empty() {
        var driver = SessionDriver()
        _ = driver.next()
        #expect(driver.page([]) == [.synced(resourceVersion: "10", absent: [])])
    }

    @Test("tell of changes and go on from the last of them")
    func changes() {
        var driver = SessionDriver.watching([a5])
        let (c, a, gone) = (
            SessionDriver.object("c", "11"), SessionDriver.object("a", "12"), SessionDriver.object("a", "13")
        )
        #expect(driver.receive(.added(c)) == .upserted(c))
        #expect(driver.receive(.modified(a)) == .upserted(a))
        #expect(driver.receive(.deleted(gone)) == .deleted(gone))
        #expect(driver.receive(.bookmark(resourceVersion: "20")) == .progressed(resourceVersion: "20"))
        driver.now += .seconds(300)
        #expect(driver.session.ended(at: driver.now, driver.random) == nil)
        guard case .watch("20", _) = driver.next() else {
            Issue.record("did not go on from the bookmark")
            return
        }
    }

    @Test("A17: ignore what is not newer: duplicates, older events, and those from before the watch")
    func older() {
        var driver = SessionDriver.watching([a5, b7])
        let new = SessionDriver.object("a", "15")
        #expect(driver.receive(.modified(new)) == .upserted(new))
        #expect(driver.receive(.modified(new)) == nil)
        #expect(driver.receive(.modified(SessionDriver.object("a", "14"))) == nil)
        #expect(driver.receive(.deleted(SessionDriver.object("a", "12"))) == nil)
        // A server that did not know version 10 yet replays its past.
        #expect(driver.receive(.added(SessionDriver.object("ghost", "9"))) == nil)
        #expect(driver.receive(.deleted(SessionDriver.object("b", "10"))) == nil)
        #expect(driver.receive(.bookmark(resourceVersion: "11")) == nil)
        // Of another object an event between the two is news.
        let between = SessionDriver.object("b", "14")
        #expect(driver.receive(.modified(between)) == .upserted(between))
    }

    @Test("an older event does not bring a deleted object back, a new object of its name is another")
    func resurrection() {
        var driver = SessionDriver.watching([a5])
        #expect(driver.receive(.deleted(SessionDriver.object("a", "15"))) != nil)
        #expect(driver.receive(.deleted(SessionDriver.object("a", "15"))) == nil)
        #expect(driver.receive(.modified(SessionDriver.object("a", "14"))) == nil)
        let second = SessionDriver.object("a", "16", uid: "other")
        #expect(driver.receive(.added(second)) == .upserted(second))
        #expect(driver.session.knownCount == 1)
    }

    @Test("a deletion may carry the version of the last change")
    func deletionWithOldVersion() {
        var driver = SessionDriver.watching()
        _ = driver.receive(.added(SessionDriver.object("a", "11")))
        let gone = SessionDriver.object("a", "11")
        #expect(driver.receive(.deleted(gone)) == .deleted(gone))
    }

    @Test("versions without an order are all news, but one already known by its object is told again")
    func opaque() {
        var driver = SessionDriver.watching([], "opaque")
        let object = SessionDriver.object("a", "x1")
        #expect(driver.receive(.added(object)) == .upserted(object))
        #expect(driver.receive(.modified(object)) == .upserted(object))
        #expect(driver.receive(.bookmark(resourceVersion: "x9")) == .progressed(resourceVersion: "x9"))
        driver.now += .seconds(300)
        _ = driver.session.ended(at: driver.now, driver.random)
        guard case .watch("x9", _) = driver.next() else {
            Issue.record("did not go on from the bookmark")
            return
        }
    }

    @Test("A11: 410 lists anew, and what the new list lacks is a candidate, by uid")
    func relist() {
        var driver = SessionDriver.watching([a5, b7, SessionDriver.object("c", "8")])
        _ = driver.receive(.deleted(SessionDriver.object("c", "12")))
        #expect(driver.fail(.expired) == .failed(KubernetesError(.expired, "x"), retryingAfter: .milliseconds(800)))
        #expect(driver.next() == .wait(.milliseconds(800)))
        #expect(driver.next() == .list(continueToken: nil))
        // `b` was re-created meanwhile: the old one is absent, and `c` was known to be gone.
        let other = SessionDriver.object("b", "30", uid: "uid-b2")
        let updates = driver.page([a5, other], "40")
        #expect(updates == [.listed([a5, other]), .synced(resourceVersion: "40", absent: ["uid-b"])])
        #expect(driver.session.knownCount == 2)
    }

    @Test("A12: an expired continue token starts the list anew; its first part says nothing about absence")
    func expiredToken() {
        var driver = SessionDriver.watching([a5, b7])
        _ = driver.fail(.expired)
        _ = (driver.next(), driver.next())
        _ = driver.page([a5, SessionDriver.object("new", "20")], token: "t")
        #expect(driver.next() == .list(continueToken: "t"))
        _ = driver.fail(.expired)
        _ = driver.next()
        #expect(driver.next() == .list(continueToken: nil))
        let updates = driver.page([a5, b7], "50")
        #expect(updates.last == .synced(resourceVersion: "50", absent: ["uid-new"]))
    }

    @Test("any other failure of a page asks for the same page again")
    func failedPage() {
        var driver = SessionDriver()
        _ = driver.next()
        _ = driver.page([a5], token: "t")
        _ = driver.next()
        _ = driver.fail(.interrupted)
        #expect(driver.next() == .wait(.milliseconds(800)))
        #expect(driver.next() == .list(continueToken: "t"))
    }

    @Test("a broken watch goes on where it was")
    func brokenWatch() {
        var driver = SessionDriver.watching([a5])
        _ = driver.receive(.modified(SessionDriver.object("a", "15")))
        _ = driver.fail(.interrupted)
        _ = driver.next()
        guard case .watch("15", _) = driver.next() else {
            Issue.record("did not go on from the last event")
            return
        }
    }
}

@Suite("How a watch waits")
struct WatchTimingTests {
    private func waits(_ driver: inout SessionDriver, _ count: Int, _ code: KubernetesError.Code) -> [Duration] {
        (0..<count).map { _ in
            _ = driver.fail(code)
            guard case .wait(let wait) = driver.next() else { return .zero }
            _ = driver.next()
            return wait
        }
    }

    @Test("A2: 0.8 s, doubled up to 30 s, for as long as it fails")
    func backoff() {
        var driver = SessionDriver.watching()
        let expected: [Int] = [800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]
        #expect(waits(&driver, 8, .unreachable) == expected.map { .milliseconds($0) })
    }

    @Test("a watch that was healthy for two minutes ends the count")
    func healthy() {
        var driver = SessionDriver.watching()
        _ = waits(&driver, 5, .interrupted)
        driver.now += .seconds(119)
        #expect(waits(&driver, 1, .interrupted) == [.milliseconds(25600)])
        driver.now += .seconds(120)
        #expect(waits(&driver, 1, .interrupted) == [.milliseconds(800)])
    }

    @Test("the server's wish is kept")
    func wish() {
        var driver = SessionDriver.watching()
        _ = driver.fail(.tooManyRequests, retryAfter: .seconds(17))
        #expect(driver.next() == .wait(.seconds(17)))
    }

    @Test("the longest chance halves a wait, and spreads timeouts over five to nine and a half minutes")
    func jitter() throws {
        var driver = SessionDriver()
        driver.random = FixedRandom(.max)
        _ = driver.next()
        _ = driver.page([])
        guard case .watch(_, let timeout) = driver.next(), case .failed(_, let wait) = driver.fail(.interrupted) else {
            Issue.record("no watch")
            return
        }
        #expect(timeout > .seconds(569) && timeout <= .seconds(570))
        #expect(wait >= .milliseconds(400) && wait < .milliseconds(401))
    }

    @Test("a watch that ends at its time is opened again at once; one that ends too soon is a failure")
    func ends() {
        var driver = SessionDriver.watching()
        driver.now += .seconds(10)
        #expect(driver.session.ended(at: driver.now, driver.random) == nil)
        guard case .watch = driver.next() else {
            Issue.record("did not watch at once")
            return
        }
        driver.now += .seconds(9)
        guard case .failed(let error, let wait) = driver.session.ended(at: driver.now, driver.random) else {
            Issue.record("a short watch was taken for a good one")
            return
        }
        #expect(error.code == .interrupted)
        #expect(wait == .milliseconds(800))
    }

    @Test("A18: silence is counted from the last line, and is over within ten minutes of it")
    func silence() {
        var driver = SessionDriver.watching()
        #expect(driver.session.silentAfter == driver.now + .seconds(330))
        driver.now += .seconds(100)
        _ = driver.receive(.bookmark(resourceVersion: "11"))
        #expect(driver.session.silentAfter == driver.now + .seconds(330))
        driver.random = FixedRandom(.max)
        _ = driver.session.ended(at: driver.now, driver.random)
        _ = driver.next()
        #expect(driver.session.silentAfter <= driver.now + .seconds(600))
    }

    @Test("A20: a server that lags behind is waited for, and listed again when it does not catch up")
    func lagging() {
        var driver = SessionDriver.watching()
        func fail() {
            let cause = KubernetesError.Cause(reason: "ResourceVersionTooLarge", field: "", message: "")
            let error = KubernetesError(.timeout, "x", retryAfter: .seconds(1), causes: [cause])
            _ = driver.session.failed(error, at: driver.now, driver.random)
            _ = driver.next()
        }
        for _ in 0..<2 {
            fail()
            guard case .watch("10", _) = driver.next() else {
                Issue.record("gave up too soon")
                return
            }
        }
        fail()
        #expect(driver.next() == .list(continueToken: nil))
    }
}
