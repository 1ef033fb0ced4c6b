import Synchronization

/// A directory for the archives of charts; tests have one in memory.
///
/// Names are plain and without slashes. All of it may fail, at any time: a cache is a convenience.
package protocol ChartCacheDirectory: Sendable {
    /// What is in it, in any order.
    func files() throws -> [ChartCacheFile]
    /// The content of a file; `nil` where there is none.
    func read(_ name: String) throws -> [UInt8]?
    /// Writes a file whole and durably, or not at all.
    func write(_ name: String, _ bytes: [UInt8]) throws
    /// Notes that a file was used.
    func touch(_ name: String) throws
    /// Removes a file; one that is gone already is no error.
    func remove(_ name: String) throws
}

/// A file of a cache.
package struct ChartCacheFile: Sendable, Hashable {
    package var name: String
    package var byteCount: Int
    /// When it was last used, by a clock that only the directory knows.
    package var lastUse: Duration

    package init(name: String, byteCount: Int, lastUse: Duration) {
        self.name = name
        self.byteCount = byteCount
        self.lastUse = lastUse
    }
}

/// Archives by their digest, of which those go that were not used for the longest time.
///
/// What is read is verified, so that a file that is partial, damaged or replaced is as good as none. A directory
/// that cannot be used costs a warning, not the chart.
package final class ChartCache: Sendable {
    private let directory: any ChartCacheDirectory
    private let byteLimit: Int
    private let warn: @Sendable (String) -> Void
    /// Whether it has failed since the last archive was written: only the first of many failures is worth a word.
    private let isFailing: Mutex<Bool> = Mutex(false)

    package init(
        _ directory: any ChartCacheDirectory, byteLimit: Int = 256 << 20, warn: @escaping @Sendable (String) -> Void
    ) {
        self.directory = directory
        self.byteLimit = byteLimit
        self.warn = warn
    }

    /// The archive with a digest; `nil` where it is not there, or is not it.
    func archive(_ digest: ChartDigest) -> [UInt8]? {
        let name: String = Self.name(digest)
        guard let bytes = attempt("read", { try directory.read(name) }) ?? nil else { return nil }
        guard ChartDigest(of: bytes) == digest else {
            attempt("cleaned") { try directory.remove(name) }
            return nil
        }
        attempt("written") { try directory.touch(name) }
        return bytes
    }

    func store(_ bytes: [UInt8], _ digest: ChartDigest) {
        guard bytes.count <= byteLimit else { return }
        let name: String = Self.name(digest)
        attempt("written") {
            for file in Self.surplus(try directory.files(), adding: bytes.count, limit: byteLimit) {
                try directory.remove(file.name)
            }
            try directory.write(name, bytes)
            isFailing.withLock { $0 = false }
        }
    }

    /// The files that have to go to make room, those first that were not used for the longest time.
    static func surplus(_ files: [ChartCacheFile], adding count: Int, limit: Int) -> [ChartCacheFile] {
        var excess: Int = files.reduce(count) { $0 + $1.byteCount } - limit
        let oldest: [ChartCacheFile] = files.sorted {
            $0.lastUse == $1.lastUse ? $0.name < $1.name : $0.lastUse < $1.lastUse
        }
        return Array(
            oldest.prefix { file in
                guard excess > 0 else { return false }
                excess -= file.byteCount
                return true
            })
    }

    private static func name(_ digest: ChartDigest) -> String { "sha256-\(digest.hex).tgz" }

    @discardableResult
    private func attempt<Result>(_ task: String, _ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch {
            let wasFailing: Bool = isFailing.withLock { isFailing in
                defer { isFailing = true }
                return isFailing
            }
            if !wasFailing {
                warn("the cache of charts cannot be \(task), so they are kept in memory and fetched again: \(error)")
            }
            return nil
        }
    }
}
