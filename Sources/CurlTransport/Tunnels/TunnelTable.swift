import CCurl
import HTTPModel

/// The tunnels of a curl thread; confined to it.
final class TunnelTable {
    private let multi: UnsafeMutableRawPointer
    private let sockets: SocketTable
    private var running: [UInt64: RunningTunnel] = [:]
    /// Those whose sockets were ready at the last ``poll(_:)``, in the order of their numbers.
    private var ready: [UInt64] = []
    /// Those that are over, and whose users have not been told.
    private var ended: [(tunnel: Tunnel, error: any Error)] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    init(_ multi: UnsafeMutableRawPointer, _ sockets: SocketTable) {
        self.multi = multi
        self.sockets = sockets
    }

    deinit { buffer.deallocate() }

    var count: Int { running.count }

    var nearestDeadline: ContinuousClock.Instant? { running.values.compactMap(\.deadline).min() }

    func open(_ tunnel: Tunnel) {
        guard !tunnel.isCancelled else { return tunnel.end(CancellationError()) }
        guard let easy = EasyHandle() else {
            return tunnel.end(HTTPTransportError(.closed, "libcurl gives no handle: free memory"))
        }
        let made = RunningTunnel(tunnel, easy, sockets)
        do throws(HTTPTransportError) {
            try made.prepare()
        } catch {
            return tunnel.end(error)
        }
        let added = curl_multi_add_handle(multi, easy.raw)
        guard added == CURLM_OK else {
            let reason = String(cString: curl_multi_strerror(added))
            return tunnel.end(HTTPTransportError(.closed, "libcurl takes no more connections: \(reason)"))
        }
        running[tunnel.number] = made
    }

    func close(_ tunnel: Tunnel) {
        guard let running = running[tunnel.number] else { return }
        // Last words go out where the socket takes them.
        _ = running.work(with: UnsafeMutableRawBufferPointer(start: nil, count: 0))
        finish(running, CancellationError())
    }

    /// Takes the outcome of a handle that libcurl has done with; `false` where it is no tunnel's.
    func connected(_ handle: UnsafeMutableRawPointer, _ code: CURLcode) -> Bool {
        guard let tunnel = running.values.first(where: { $0.easy.raw == handle }) else { return false }
        // The handle stays where it is: with it libcurl would close the connection.
        if case .over(let error) = tunnel.connected(code) { finish(tunnel, error) }
        return true
    }

    func endOverdue(_ now: ContinuousClock.Instant) {
        let overdue = running.values.filter { tunnel in tunnel.deadline.map { $0 <= now } ?? false }
        for tunnel in overdue { finish(tunnel, tunnel.timeout) }
    }

    func end(_ error: any Error) {
        for tunnel in Array(running.values) { finish(tunnel, error) }
    }

    /// Moves the bytes of those that a task or a socket is ready for.
    func move(_ attended: Set<UInt64>) {
        for number in attended.union(ready).sorted() {
            guard let tunnel = running[number] else { continue }
            if case .over(let error) = tunnel.work(with: buffer) { finish(tunnel, error) }
        }
        ready = []
    }

    /// Waits until libcurl or one of the tunnels' sockets has something to do, another thread calls, or time is over.
    func poll(_ milliseconds: Int32) {
        var numbers: [UInt64] = []
        var polled: [curl_waitfd] = []
        for (number, tunnel) in running {
            guard let interest = tunnel.interest else { continue }
            numbers.append(number)
            polled.append(
                curl_waitfd(
                    fd: interest.socket, events: Int16(truncatingIfNeeded: interest.events), revents: 0))
        }
        curl_multi_poll(multi, &polled, UInt32(clamping: polled.count), milliseconds, nil)
        ready = zip(numbers, polled).filter { $0.1.revents != 0 }.map(\.0)
    }

    private func finish(_ tunnel: RunningTunnel, _ error: any Error) {
        running[tunnel.tunnel.number] = nil
        curl_multi_remove_handle(multi, tunnel.easy.raw)
        ended.append((tunnel.tunnel, error))
    }

    /// Tells those whose tunnels are over: once the statistics know it as well, as with transfers.
    func settle() {
        for (tunnel, error) in ended { tunnel.end(error) }
        ended = []
    }
}
