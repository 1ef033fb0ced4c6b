import Glibc

/// Reads what a descriptor holds.
enum FileReading {
    /// How soon a reader that waits for somebody to type sees that it is cancelled, in milliseconds.
    private static let look: Int32 = 100

    /// - Throws: `CancellationError` where the task is cancelled while there is nothing to read.
    static func all(of descriptor: Int32, _ name: String, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            try waitUntilReadable(descriptor)
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                guard errno == EINTR else { throw SystemError("read \(name)", number: errno) }
                continue
            }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw SystemError("cannot read \(name): it is larger than \(limit >> 20) MiB")
            }
        }
    }

    /// A terminal or a pipe may have nothing for long, and a read that has begun hears of no cancellation.
    private static func waitUntilReadable(_ descriptor: Int32) throws {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // An error of the descriptor is the read's to tell.
        while poll(&request, 1, look) == 0 { try Task.checkCancellation() }
    }
}
