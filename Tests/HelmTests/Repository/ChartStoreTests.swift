import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import Helm

@Suite("Charts in memory") struct ChartStoreTests {
    private let time: SimulatedTime = SimulatedTime()

    private func store(_ source: SlowSource, _ configure: (inout ChartStore.Policy) -> Void = { _ in }) -> ChartStore {
        var policy: ChartStore.Policy = ChartStore.Policy()
        configure(&policy)
        return ChartStore(source, policy: policy) { [time] in time.monotonic }
    }

    @Test("fetches a chart once for all who ask at the same time", arguments: [1, 2, 3] as [UInt64])
    func together(seed: UInt64) async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source)
        try await virtually(seed: seed, time) {
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await store.chart(TestChart.reference(), credentials: nil).chart.name }
                }
                for try await name in group { #expect(name == "app") }
            }
        }
        #expect(source.calls == 1)
    }

    @Test("tells all who wait of one failure, and does not ask again before its time")
    func failure() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source)
        source.failure = ChartFetchError(.unreachable, "down")
        try await virtually(time) {
            try await withThrowingTaskGroup(of: ChartFetchError?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await fetchError { _ = try await store.chart(TestChart.reference(), credentials: nil) }
                    }
                }
                for try await error in group { #expect(error?.message == "down") }
            }
        }
        #expect(source.calls == 1)
    }

    @Test("D14: waits twice as long after each failure, up to a limit, and no longer after a success")
    func backOff() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source) { $0.longestDelay = .seconds(12) }
        source.failure = ChartFetchError(.notFound, "none")
        try await virtually(time) { [time] in
            for delay in [5, 10, 12, 12] {
                let calls: Int = source.calls
                _ = try await fetchError { _ = try await store.chart(TestChart.reference(), credentials: nil) }
                #expect(source.calls == calls + 1)
                try await time.sleep(for: .seconds(delay) - .milliseconds(1))
                _ = try await fetchError { _ = try await store.chart(TestChart.reference(), credentials: nil) }
                #expect(source.calls == calls + 1)
                try await time.sleep(for: .milliseconds(1))
            }
            source.failure = nil
            #expect(try await store.chart(TestChart.reference(), credentials: nil).chart.name == "app")
            #expect(source.calls == 5)
        }
    }

    @Test("lets another who waits fetch the chart where the first one is cancelled")
    func cancelled() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source)
        try await virtually(time) { [time] in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await withThrowingTaskGroup(of: Void.self) { inner in
                        inner.addTask { _ = try await store.chart(TestChart.reference(), credentials: nil) }
                        try await time.sleep(for: .milliseconds(500))
                        inner.cancelAll()
                        await #expect(throws: CancellationError.self) { try await inner.waitForAll() }
                    }
                    return true
                }
                try await time.sleep(for: .milliseconds(100))
                group.addTask { try await store.chart(TestChart.reference(), credentials: nil).chart.name == "app" }
                for try await isRight in group { #expect(isRight) }
            }
        }
        #expect(source.calls == 2)
    }

    @Test("lets one who waits be cancelled, and the others have their chart")
    func impatient() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source)
        try await virtually(time) { [time] in
            async let first: FetchedChart = store.chart(TestChart.reference(), credentials: nil)
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await time.sleep(for: .milliseconds(100))
                group.addTask { _ = try await store.chart(TestChart.reference(), credentials: nil) }
                try await time.sleep(for: .milliseconds(100))
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
                #expect(time.monotonic == .milliseconds(200))
            }
            #expect(try await first.chart.name == "app")
        }
    }

    // D15, what is running: a repository that is down or changed takes nothing away that is pinned.
    @Test("keeps a pinned chart for good, and asks again what an unpinned version means")
    func freshness() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source)
        let pinned: ChartReference = TestChart.reference(digest: TestChart.digest(TestChart.archive()))
        try await virtually(time) { [time] in
            _ = try await store.chart(pinned, credentials: nil)
            _ = try await store.chart(TestChart.reference(), credentials: nil)
            source.failure = ChartFetchError(.digestMismatch, "changed")
            try await time.sleep(for: .seconds(599) - .seconds(2))
            #expect(try await store.chart(TestChart.reference(), credentials: nil).chart.name == "app")
            try await time.sleep(for: .seconds(4))
            #expect(try await store.chart(pinned, credentials: nil).chart.name == "app")
            let error: ChartFetchError? = try await fetchError {
                _ = try await store.chart(TestChart.reference(), credentials: nil)
            }
            #expect(error?.code == .digestMismatch && source.calls == 3)
        }
    }

    @Test("holds on to what a version meant while the repository cannot be reached")
    func outage() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source)
        try await virtually(time) { [time] in
            _ = try await store.chart(TestChart.reference(), credentials: nil)
            source.failure = ChartFetchError(.unreachable, "down")
            try await time.sleep(for: .seconds(601))
            for _ in 0..<2 {
                #expect(try await store.chart(TestChart.reference(), credentials: nil).chart.name == "app")
                #expect(source.calls == 2)
            }
            try await time.sleep(for: .seconds(6))
            #expect(try await store.chart(TestChart.reference(), credentials: nil).chart.name == "app")
            #expect(source.calls == 3)
        }
    }

    @Test("asks for each user apart, and forgets what was not used for the longest time")
    func bounds() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source) { $0.references = 2 }
        let users: [ChartCredentials] = ["a", "b", "c"].map { ChartCredentials(username: $0, password: "") }
        try await virtually(time) {
            for user in users { _ = try await store.chart(TestChart.reference(), credentials: user) }
            #expect(source.calls == 3)
            _ = try await store.chart(TestChart.reference(), credentials: users[2])
            _ = try await store.chart(TestChart.reference(), credentials: users[1])
            #expect(source.calls == 3)
            _ = try await store.chart(TestChart.reference(), credentials: users[0])
            #expect(source.calls == 4)
        }
    }

    @Test("keeps no more charts than it may")
    func charts() async throws {
        let source: SlowSource = SlowSource(time)
        let store: ChartStore = store(source) { $0.charts = 1 }
        try await virtually(time) {
            for version in ["1.0.0", "2.0.0", "2.0.0", "1.0.0"] {
                let chart: FetchedChart = try await store.chart(TestChart.reference(version), credentials: nil)
                #expect(chart.chart.metadata.version == version)
            }
        }
        #expect(source.calls == 3)
    }
}

/// A source that takes a second for each chart, and fails where it is told to.
private final class SlowSource: ChartSource {
    private let time: SimulatedTime
    private let state: Mutex<(calls: Int, failure: ChartFetchError?)> = Mutex((0, nil))

    init(_ time: SimulatedTime) { self.time = time }

    var calls: Int { state.withLock { $0.calls } }

    var failure: ChartFetchError? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart {
        state.withLock { $0.calls += 1 }
        try await time.sleep(for: .seconds(1))
        if let failure { throw failure }
        let archive: [UInt8] = TestChart.archive(version: reference.version)
        return FetchedChart(chart: try Chart(archive: archive), digest: TestChart.digest(archive))
    }
}
