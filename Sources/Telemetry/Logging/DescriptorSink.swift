import Glibc
import Synchronization

/// Writes log lines to a file descriptor, and never waits for who reads it.
///
/// A reader that has stopped reading would otherwise stop every task that logs. What the descriptor does not take
/// at once is kept, up to a bound; beyond it whole lines are dropped, and their number is logged once there is room.
package final class DescriptorSink: LogSink {
    /// A pipe that reports room has room for at least this much (`PIPE_BUF`), so such a write does not block.
    private static let chunk = 4_096

    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
    }

    private let descriptor: Int32
    private let capacity: Int
    private let state = Mutex(State())

    /// Writes to `descriptor`; up to `capacity` bytes may wait for its reader.
    package init(descriptor: Int32, capacity: Int = 1 << 20) {
        self.descriptor = descriptor
        self.capacity = capacity
    }

    package static let standardError = DescriptorSink(descriptor: STDERR_FILENO)

    package func write(_ line: [UInt8]) {
        state.withLock { state in
            flush(&state)
            if state.dropped > 0, state.pending.isEmpty {
                state.pending += Array("{\"level\":\"warning\",\"message\":\"log lines dropped\",".utf8)
                state.pending += Array("\"count\":\(state.dropped)}\n".utf8)
                state.dropped = 0
            }
            if state.pending.count + line.count <= capacity {
                state.pending += line
            } else {
                state.dropped += 1
            }
            flush(&state)
        }
    }

    /// Writes what still waits, as far as the descriptor takes it: before the process ends.
    package func flush() {
        state.withLock { flush(&$0) }
    }

    private func flush(_ state: inout State) {
        var written = 0
        while written < state.pending.count, isWritable {
            let end = min(written + Self.chunk, state.pending.count)
            let count = state.pending[written..<end].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                // EAGAIN: later. Anything else: nobody will ever read it, and to keep it helps nobody.
                if errno != EAGAIN { written = state.pending.count }
                break
            }
        }
        state.pending.removeFirst(written)
    }

    private var isWritable: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) == 1
    }
}
