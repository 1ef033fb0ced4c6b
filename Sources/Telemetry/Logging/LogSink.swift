import Synchronization

/// Where log lines go.
package protocol LogSink: Sendable {
    /// Takes one line that ends in a line feed; never blocks and never fails.
    func write(_ line: [UInt8])
}

/// Keeps log lines in memory: for tests, and for a command that shows them only when it fails.
package final class MemorySink: LogSink {
    private let capacity: Int
    private let kept = Mutex<[String]>([])

    /// Keeps the first `capacity` lines.
    package init(capacity: Int = 10_000) { self.capacity = capacity }

    package var lines: [String] { kept.withLock { $0 } }

    package func write(_ line: [UInt8]) {
        let text = String(decoding: line.dropLast(), as: UTF8.self)
        kept.withLock { lines in
            if lines.count < capacity { lines.append(text) }
        }
    }
}
