import Glibc

/// Lets a server's thread wait for a test: once opened, it stays open.
struct Gate: Sendable {
    private let ends: (read: Int32, write: Int32)

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw LoopbackError(what: "pipe") }
        self.ends = (ends[0], ends[1])
    }

    func open() { close(ends.write) }

    /// Blocks the thread.
    func wait() {
        var byte: UInt8 = 0
        _ = read(ends.read, &byte, 1)
    }
}
