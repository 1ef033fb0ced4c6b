import Glibc

/// Runs blocking code away from the cooperative threads.
func onThread(_ body: @escaping @Sendable () -> String) async -> String {
    await withCheckedContinuation { continuation in
        let box = Unmanaged.passRetained(ThreadBody { continuation.resume(returning: body()) })
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
    }
}

private final class ThreadBody {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}

func connectTo(_ port: UInt16) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return descriptor
}

/// Reads until the server closes the connection or nothing has come for the time.
func receive(_ descriptor: Int32, timeoutMilliseconds: Int32) -> String {
    var received: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, timeoutMilliseconds) > 0 else { break }
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { break }
        received += bytes[..<count]
    }
    return String(decoding: received, as: UTF8.self)
}

func exchange(_ port: UInt16, _ texts: [String]) -> String {
    let descriptor = connectTo(port)
    defer { close(descriptor) }
    for text in texts { _ = send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }
    return receive(descriptor, timeoutMilliseconds: 10_000)
}
