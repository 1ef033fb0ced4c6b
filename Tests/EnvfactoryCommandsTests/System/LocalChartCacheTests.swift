import EnvfactoryCommands
import Glibc
import Helm
import Testing

@Suite("Cache of charts on disk")
struct LocalChartCacheTests {
    @Test("is made when something is written, for its owner alone, and holds what was written")
    func holds() throws {
        let directory = try TemporaryDirectory()
        let cache = LocalChartCache("\(directory.path)/cache/charts")
        #expect(try cache.files().isEmpty && cache.read("a.tgz") == nil)
        try cache.write("a.tgz", [1, 2, 3])
        #expect(try cache.read("a.tgz") == [1, 2, 3])
        #expect(try cache.files().map(\.name) == ["a.tgz"])
        #expect(try cache.files().map(\.byteCount) == [3])
        #expect(directory.mode(of: "cache") == 0o700 && directory.mode(of: "cache/charts/a.tgz") == 0o600)
        try cache.remove("a.tgz")
        try cache.remove("a.tgz")
        try cache.touch("a.tgz")
        #expect(try cache.files().isEmpty)
    }

    @Test("knows what was not used for the longest time")
    func uses() throws {
        let directory = try TemporaryDirectory()
        let cache = LocalChartCache(directory.path)
        for (name, seconds) in [("a", 2), ("b", 1)] {
            try cache.write(name, [0])
            // Two of `timespec`, whose members an optimised build of the tests does not see.
            let times = [seconds, 0, seconds, 5]
            let result = times.withUnsafeBytes { times in
                utimensat(
                    AT_FDCWD, "\(directory.path)/\(name)", times.assumingMemoryBound(to: timespec.self).baseAddress, 0)
            }
            #expect(result == 0)
        }
        let before = try cache.files().sorted { $0.lastUse < $1.lastUse }
        #expect(before.map(\.name) == ["b", "a"] && before[0].lastUse == .seconds(1) + .nanoseconds(5))
        try cache.touch("b")
        #expect(try cache.files().sorted { $0.lastUse < $1.lastUse }.map(\.name) == ["a", "b"])
    }

    @Test("counts the drafts of writes that a crash interrupted, so that they are removed in time")
    func drafts() throws {
        let directory = try TemporaryDirectory()
        try LocalFiles().replace("\(directory.path)/a.tgz.draft", with: [1, 2])
        #expect(try LocalChartCache(directory.path).files().map(\.name) == ["a.tgz.draft"])
    }

    @Test("says why where there can be none")
    func impossible() throws {
        let directory = try TemporaryDirectory()
        try LocalFiles().replace("\(directory.path)/file", with: [])
        let cache = LocalChartCache("\(directory.path)/file/charts")
        #expect(try cache.read("a.tgz") == nil)
        #expect(throws: SystemError.self) { try cache.write("a.tgz", [1]) }
    }
}
