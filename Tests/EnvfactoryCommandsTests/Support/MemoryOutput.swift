import EnvfactoryCommands
import Synchronization

/// Output that a test reads afterwards.
final class MemoryOutput: ByteSink {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    func write(_ more: [UInt8]) { bytes.withLock { $0 += more } }
}

/// Output whose reader has gone away, or whose disk is full.
struct BrokenOutput: ByteSink {
    var error: any Error

    func write(_ bytes: [UInt8]) throws { throw error }
}
