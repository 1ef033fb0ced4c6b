import CCurl
import Glibc

/// The sockets of a curl thread's connections; confined to it.
final class SocketTable {
    /// How long the other side may leave what was sent unacknowledged before the system gives the connection up.
    private static let userTimeout: Int32 = 30_000

    private var open: Set<Int32> = []
    /// When a connection last brought something, by the port on our side.
    private var heard: [Int32: ContinuousClock.Instant] = [:]
    private(set) var openedCount = 0
    private let isRefused: (([UInt8]) -> Bool)?

    init(refusing isRefused: (([UInt8]) -> Bool)?) { self.isRefused = isRefused }

    var openCount: Int { open.count }

    /// Has a handle open and close its sockets here; the table has to outlive the multi handle.
    func attach(to easy: EasyHandle) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        easy.set(CURLOPT_OPENSOCKETDATA, pointer: context)
        easy.set(CURLOPT_CLOSESOCKETDATA, pointer: context)
        easy.note(
            envfactory_curl_setopt_open_socket(easy.raw) { context, _, address in
                guard let address, let table = SocketTable.from(context) else { return CURL_SOCKET_BAD }
                return table.openSocket(address)
            }
        )
        easy.note(
            envfactory_curl_setopt_close_socket(easy.raw) { context, socket in
                SocketTable.from(context)?.closeSocket(socket) ?? close(socket)
            }
        )
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SocketTable? {
        context.map { Unmanaged<SocketTable>.fromOpaque($0).takeUnretainedValue() }
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        // Here, and not where names are resolved: whatever a name leads to by now is what is connected to.
        if let isRefused, Self.bytes(of: address).map(isRefused) ?? true { return CURL_SOCKET_BAD }
        // libcurl's own sockets would be inherited by every program that is started.
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(address.pointee.family, kind, address.pointee.`protocol`)
        guard socket >= 0 else { return CURL_SOCKET_BAD }
        var timeout = Self.userTimeout
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &timeout, socklen_t(MemoryLayout<Int32>.size))
        open.insert(socket)
        openedCount += 1
        return socket
    }

    /// The address itself; `nil` of families that have none.
    ///
    /// libcurl's structure ends with the smallest member of a union: what is larger lies behind it.
    private static func bytes(of address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8]? {
        guard let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let (offset, count) = address.pointee.family == AF_INET6 ? (8, 16) : (4, 4)
        guard [AF_INET, AF_INET6].contains(address.pointee.family), Int(address.pointee.addrlen) >= offset + count
        else {
            return nil
        }
        return Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + start + offset, count: count))
    }

    private func closeSocket(_ socket: Int32) -> Int32 {
        if let port = Self.localPort(of: socket) { heard[port] = nil }
        open.remove(socket)
        return close(socket)
    }

    func heard(on localPort: Int32) { heard[localPort] = .now }

    /// Ends the connection of a request that timed out, where nothing at all has come on it since it was sent.
    ///
    /// Over HTTP/2 a request that is given up leaves its connection, and the next ones would meet the same silence.
    func endIfSilent(localPort: Int32, since sent: ContinuousClock.Instant) {
        if let last = heard[localPort], last >= sent { return }
        for socket in open where Self.localPort(of: socket) == localPort {
            shutdown(socket, Int32(SHUT_RDWR))
        }
    }

    private static func localPort(of socket: Int32) -> Int32? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { storage in
            let asked = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
            guard asked == 0 else { return nil }
            // Both families have the port in the same place.
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int32($0.pointee.sin_port.bigEndian) }
        }
    }
}
