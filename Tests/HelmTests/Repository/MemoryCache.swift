import Synchronization

@testable import Helm

/// A cache's directory in memory, which may fail, and may hold what nobody wrote whole.
final class MemoryCache: ChartCacheDirectory {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private struct State {
        var files: [String: (bytes: [UInt8], lastUse: Int)] = [:]
        var uses: Int = 0
        var failure: String?
        var isReadOnly: Bool = false
    }

    private let state: Mutex<State> = Mutex(State())

    var names: [String] { state.withLock { $0.files.keys.sorted() } }

    /// What every call fails with; `nil` where none does.
    var failure: String? {
        get { state.withLock(\.failure) }
        set { state.withLock { $0.failure = newValue } }
    }

    /// Whether there is only reading.
    var isReadOnly: Bool {
        get { state.withLock(\.isReadOnly) }
        set { state.withLock { $0.isReadOnly = newValue } }
    }

    subscript(name: String) -> [UInt8]? {
        get { state.withLock { $0.files[name]?.bytes } }
        set { state.withLock { state in state.files[name] = newValue.map { ($0, 0) } } }
    }

    private func use<Result: Sendable>(
        writes: Bool = true, _ body: (inout State) -> Result
    ) throws -> Result {
        try state.withLock { state in
            if let failure = state.failure { throw Failure(description: failure) }
            if writes, state.isReadOnly { throw Failure(description: "the file system is read-only") }
            state.uses += 1
            return body(&state)
        }
    }

    func files() throws -> [ChartCacheFile] {
        try use(writes: false) { state in
            state.files.map { name, file in
                ChartCacheFile(name: name, byteCount: file.bytes.count, lastUse: .seconds(file.lastUse))
            }
        }
    }

    func read(_ name: String) throws -> [UInt8]? { try use(writes: false) { $0.files[name]?.bytes } }
    func write(_ name: String, _ bytes: [UInt8]) throws { try use { $0.files[name] = (bytes, $0.uses) } }
    func touch(_ name: String) throws { try use { $0.files[name]?.lastUse = $0.uses } }
    func remove(_ name: String) throws { try use { $0.files[name] = nil } }
}
