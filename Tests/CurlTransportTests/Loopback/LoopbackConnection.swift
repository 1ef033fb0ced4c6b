import COpenSSL
import Glibc
import Synchronization

/// One connection as the server's thread sees it: blocking, and over TLS where that was started.
///
/// `@unchecked`: only the connection's own thread reads and writes; ``interrupt()`` takes the lock.
final class LoopbackConnection: @unchecked Sendable {
    struct Request: Sendable {
        var line: String
        var headers: [String: String]
        var body: [UInt8]
    }

    private let socket: Int32
    private let isOpen = Mutex(true)
    private var ssl: OpaquePointer?
    private var unread: [UInt8] = []

    init(_ socket: Int32) {
        self.socket = socket
        // A test that goes wrong must not wait for ever.
        // A `timeval`, whose members an optimised build of the tests does not see.
        [300, 0].withUnsafeBytes { timeout in
            _ = setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, timeout.baseAddress, socklen_t(timeout.count))
        }
    }

    func startTLS(_ tls: LoopbackTLS) -> Bool {
        ssl = tls.accept(socket)
        return ssl != nil
    }

    /// The protocol that ALPN chose.
    var isHTTP2: Bool {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        return count == 2
    }

    /// The subject of the client's certificate.
    var clientName: String? {
        guard let ssl, let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        var buffer = [CChar](repeating: 0, count: 256)
        X509_NAME_oneline(X509_get_subject_name(certificate), &buffer, 256)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The name the client asked for by SNI.
    var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

    // MARK: Bytes

    /// What comes next, at least one byte; `nil` at the end or after an error.
    func read() -> [UInt8]? {
        if !unread.isEmpty {
            defer { unread = [] }
            return unread
        }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let capacity = buffer.count
        let count = ssl.map { Int(SSL_read($0, &buffer, Int32(capacity))) } ?? recv(socket, &buffer, capacity, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    func read(exactly count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = read() else { return nil }
            bytes += more
        }
        unread = Array(bytes[count...])
        return Array(bytes[..<count])
    }

    /// Writes all, or as much as the other side takes: whether it was all.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                ssl.map { Int(SSL_write($0, buffer.baseAddress, Int32(buffer.count))) }
                    ?? send(socket, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Whether the other side would take more bytes now, or begins to within a while.
    func isWritable(within milliseconds: Int32) -> Bool {
        var item = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        return poll(&item, 1, milliseconds) == 1
    }

    /// Returns when the other side has closed.
    func waitForEnd() { while read() != nil {} }

    // MARK: HTTP/1.1

    /// The next request; `nil` when none comes.
    func request() -> Request? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = bytes.firstRange(of: end) {
                unread = Array(bytes[range.upperBound...])
                bytes = Array(bytes[..<range.lowerBound])
                break
            }
            guard let more = read() else { return nil }
            bytes += more
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        guard let body = length == 0 ? [] : read(exactly: length) else { return nil }
        return Request(line: lines.first ?? "", headers: headers, body: body)
    }

    func respond(_ status: String = "200 OK", headers: [String] = [], body: String = "") {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
        write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    // MARK: Ends

    /// Has the other side see a reset instead of an orderly end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            SSL_free(ssl)
            ssl = nil
            Glibc.close(socket)
        }
    }

    /// Makes the thread's next read or write fail.
    func interrupt() {
        isOpen.withLock { isOpen in
            if isOpen { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }
}
