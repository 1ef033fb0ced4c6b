import CCurl
import Glibc
import HTTPModel

/// A tunnel that libcurl has opened or is opening; confined to the curl thread.
///
///     connecting ──(connected)──▶ open ──(end, failure, or the task's wish)──▶ gone
final class RunningTunnel {
    /// What to do with the tunnel after some work on it.
    enum Step {
        case goesOn
        case over(any Error)
    }

    let tunnel: Tunnel
    let easy: EasyHandle
    /// `nil` while it is being opened.
    private(set) var socket: Int32?
    /// What libcurl has not taken yet.
    private var rest: ArraySlice<UInt8> = []
    private var hasReadAll = false
    private let sockets: SocketTable
    private var plan: TransferPlan { tunnel.plan }

    init(_ tunnel: Tunnel, _ easy: EasyHandle, _ sockets: SocketTable) {
        self.tunnel = tunnel
        self.easy = easy
        self.sockets = sockets
    }

    /// `nil` once the response's head is there.
    var deadline: ContinuousClock.Instant? { tunnel.isEstablished ? nil : tunnel.deadline }

    func prepare() throws(HTTPTransportError) {
        easy.apply(plan)
        easy.set(CURLOPT_CONNECT_ONLY, 1)
        // A proxy for requests would answer in the server's place.
        if plan.proxy != nil { easy.set(CURLOPT_HTTPPROXYTUNNEL, 1) }
        sockets.attach(to: easy)
        try easy.checkOptions()
    }

    /// Takes what came of the attempt to connect.
    func connected(_ code: CURLcode) -> Step {
        guard code == CURLE_OK else { return .over(failure(code, wasSent: false)) }
        var socket: curl_socket_t = CURL_SOCKET_BAD
        guard envfactory_curl_getinfo_socket(easy.raw, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK,
            socket != CURL_SOCKET_BAD
        else { return .over(failure(CURLE_COULDNT_CONNECT, wasSent: false)) }
        self.socket = socket
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        tunnel.opened.settle(.success(()))
        return work(with: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }

    /// What to poll the socket for; `nil` where nothing can be done before a task has done something.
    var interest: (socket: Int32, events: Int32)? {
        guard let socket else { return nil }
        let reads = !hasReadAll && tunnel.stream.incoming.hasRoom ? CURL_WAIT_POLLIN : 0
        let writes = rest.isEmpty ? 0 : CURL_WAIT_POLLOUT
        return reads | writes == 0 ? nil : (socket, reads | writes)
    }

    /// Moves as many bytes as can be moved.
    func work(with buffer: UnsafeMutableRawBufferPointer) -> Step {
        guard socket != nil else { return .goesOn }
        do throws(HTTPTransportError) {
            try send()
            try receive(buffer)
            return .goesOn
        } catch {
            return .over(error)
        }
    }

    private func receive(_ buffer: UnsafeMutableRawBufferPointer) throws(HTTPTransportError) {
        while !buffer.isEmpty, !hasReadAll, tunnel.stream.incoming.hasRoom {
            var count = 0
            let code = curl_easy_recv(easy.raw, buffer.baseAddress, buffer.count, &count)
            if code == CURLE_AGAIN { return }
            guard code == CURLE_OK else { throw failure(code, wasSent: true) }
            if count == 0 {
                hasReadAll = true
                tunnel.stream.incoming.end(.success(()))
            } else {
                tunnel.stream.incoming.offer(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
    }

    private func send() throws(HTTPTransportError) {
        while true {
            if rest.isEmpty { rest = tunnel.stream.outgoing.take()[...] }
            guard !rest.isEmpty else { return }
            var count = 0
            let code = rest.withUnsafeBytes { curl_easy_send(easy.raw, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN { return }
            guard code == CURLE_OK else { throw failure(code, wasSent: true) }
            rest = rest.dropFirst(count)
        }
    }

    private func failure(_ code: CURLcode, wasSent: Bool) -> HTTPTransportError {
        plan.failure(code, of: easy, wasSent: wasSent)
    }

    /// The error of a deadline that passed.
    var timeout: HTTPTransportError { plan.timeout(wasConnected: socket != nil) }
}
