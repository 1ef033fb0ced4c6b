import Glibc

/// Wakes a thread that waits in `poll`.
final class WakeupPipe: Sendable {
    /// The end to poll.
    let descriptor: Int32
    private let writer: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw HTTPServerError.system("pipe", errno) }
        ends.forEach(makeNonBlocking)
        (descriptor, writer) = (ends[0], ends[1])
    }

    func wake() {
        var byte: UInt8 = 1
        // A full pipe means that the thread will wake anyway.
        _ = write(writer, &byte, 1)
    }

    func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }

    deinit {
        close(descriptor)
        close(writer)
    }
}

/// Makes a descriptor non-blocking, and closed in programs that this one starts.
func makeNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}
