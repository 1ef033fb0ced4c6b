import Synchronization
import Testing

@testable import Helm

@Suite("Cache of charts") struct ChartCacheTests {
    private let directory: MemoryCache = MemoryCache()
    private let archive: [UInt8] = TestChart.archive()

    private var file: String { "sha256-\(ChartDigest(of: archive).hex).tgz" }

    @Test("fetches an archive once, and with a pinned digest does not even ask what there is")
    func once() async throws {
        let repository: FakeRepository = try TestChart.served()
        let fetcher: ChartFetcher = ChartFetcher(transport: repository, cache: ChartCache(directory) { _ in })
        _ = try await fetcher.chart(TestChart.reference(), credentials: nil)
        #expect(directory.names == [file] && directory[file] == archive && repository.requests.count == 2)
        _ = try await fetcher.chart(TestChart.reference(), credentials: nil)
        #expect(repository.targets.suffix(1) == ["https://charts.example/index.yaml"])
        let pinned: ChartReference = TestChart.reference("^1", digest: TestChart.digest(archive))
        #expect(try await fetcher.chart(pinned, credentials: nil).chart.name == "app")
        #expect(repository.requests.count == 3)
    }

    @Test("B8: never uses a partial, damaged or exchanged file, and fetches it again")
    func damaged() async throws {
        var exchanged: [UInt8] = archive
        exchanged[exchanged.count / 2] ^= 1
        for content in [Array(archive.dropLast(1)), [], exchanged, TestChart.archive(text: "other")] {
            let repository: FakeRepository = try TestChart.served()
            let fetcher: ChartFetcher = ChartFetcher(transport: repository, cache: ChartCache(directory) { _ in })
            directory[file] = content
            let pinned: ChartReference = TestChart.reference(digest: TestChart.digest(archive))
            #expect(try await fetcher.chart(pinned, credentials: nil).chart.name == "app")
            #expect(repository.requests.count == 2 && directory[file] == archive)
        }
    }

    @Test("B8: goes on without a directory that cannot be used, with one warning for each time it begins to fail")
    func unusable() async throws {
        let warnings: Warnings = Warnings()
        let repository: FakeRepository = try TestChart.served()
        let fetcher: ChartFetcher = ChartFetcher(
            transport: repository, cache: ChartCache(directory) { warnings.add($0) })
        directory.failure = "the file system is read-only"
        for _ in 0..<3 {
            #expect(try await fetcher.chart(TestChart.reference(), credentials: nil).chart.name == "app")
        }
        #expect(warnings.all.count == 1 && warnings.all[0].contains("read-only"), "\(warnings.all)")
        directory.failure = nil
        _ = try await fetcher.chart(TestChart.reference(), credentials: nil)
        #expect(directory.names == [file])
        directory.failure = "no space is left"
        _ = try await fetcher.chart(TestChart.reference(), credentials: nil)
        #expect(warnings.all.count == 2 && warnings.all[1].contains("no space is left"))
    }

    @Test("B8: uses what is in a directory that cannot be written to, with one warning")
    func readOnly() async throws {
        let warnings: Warnings = Warnings()
        directory[file] = archive
        directory.isReadOnly = true
        let fetcher: ChartFetcher = ChartFetcher(
            transport: FakeRepository(), cache: ChartCache(directory) { warnings.add($0) })
        for _ in 0..<3 {
            let pinned: ChartReference = TestChart.reference(digest: TestChart.digest(archive))
            #expect(try await fetcher.chart(pinned, credentials: nil).chart.name == "app")
        }
        #expect(warnings.all.count == 1 && warnings.all[0].contains("read-only"), "\(warnings.all)")
    }

    @Test("removes what was not used for the longest time, and keeps within its limit")
    func bounded() throws {
        let archives: [[UInt8]] = (0..<4).map { Array(repeating: UInt8($0), count: 100) }
        let digests: [ChartDigest] = archives.map { ChartDigest(of: $0) }
        let cache: ChartCache = ChartCache(directory, byteLimit: 300) { _ in }
        for index in 0..<3 { cache.store(archives[index], digests[index]) }
        #expect(cache.archive(digests[0]) == archives[0])
        cache.store(archives[3], digests[3])
        #expect(cache.archive(digests[1]) == nil)
        #expect([0, 2, 3].allSatisfy { cache.archive(digests[$0]) == archives[$0] })
        // What fits in no way is not worth throwing everything else away.
        cache.store(Array(repeating: 9, count: 301), ChartDigest(of: []))
        #expect(directory.names.count == 3)
    }

    @Test("counts what an interrupted write left, and removes it first of all")
    func drafts() throws {
        directory["sha256-x.tgz.draft"] = Array(repeating: 0, count: 250)
        let cache: ChartCache = ChartCache(directory, byteLimit: 300) { _ in }
        cache.store(Array(repeating: 1, count: 100), ChartDigest(of: [1]))
        #expect(directory.names == ["sha256-\(ChartDigest(of: [1]).hex).tgz"])
    }
}

/// What a test was warned of.
final class Warnings: Sendable {
    private let texts: Mutex<[String]> = Mutex([])

    var all: [String] { texts.withLock { $0 } }

    func add(_ text: String) { texts.withLock { $0.append(text) } }
}
