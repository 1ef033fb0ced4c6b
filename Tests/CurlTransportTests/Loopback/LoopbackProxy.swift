import Glibc

@testable import CurlTransport

extension LoopbackConnection {
    /// Carries bytes between this connection and a server on this machine until both sides have ended.
    func tunnel(to port: UInt16) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return }
        let away = LoopbackConnection(server)
        _ = NativeThread.begin {
            while let bytes = away.read(), self.write(bytes) {}
            self.interrupt()
        }
        while let bytes = read(), away.write(bytes) {}
        away.interrupt()
    }
}
