import CurlTransport
import EnvfactoryCommands
import Formats
import Glibc
import HTTPModel
import Kubernetes
import KubernetesSimulator
import PortForward

/// Forwarded ports: a gigabyte through the served simulated cluster, both ends of it in this process.
let forwardFamily: Family = Family(name: "forward") { selection in
    var figures: [Figure] = []
    if selection.wants("forward.bytes") || selection.wants("forward.rss") {
        let (bytes, rss) = try await transfer(name: "forward.bytes", streams: 1)
        figures += [bytes, rss]
    }
    if selection.wants("forward.streams") {
        figures.append(try await transfer(name: "forward.streams", streams: 100).bytes)
    }
    return figures.filter { selection.wants($0.name) }
}

private let total: Int = 1 << 30
private let pieceBytes: Int = 64 << 10

/// One gigabyte to so many readers at once, in megabytes a second, beside the same over loopback sockets alone.
private func transfer(name: String, streams: Int) async throws -> (bytes: Figure, rss: Figure) {
    let stage: ForwardBench = try await ForwardBench(bytesPerStream: total / streams)
    let peer: LoopbackSender = try LoopbackSender(bytesPerStream: total / streams)
    var seconds: (ours: Double, peer: Double?) = (0, nil)
    var growth: Double = 0
    try await stage.run { port in
        _ = try await Reader.read(port, streams: 1)
        let before: Double = residentMegabytes()
        seconds = try await alternating(rounds: 1) {
            try await Reader.read(port, streams: streams)
        } peer: {
            try await Reader.read(peer.port, streams: streams)
        }
        growth = residentMegabytes() - before
    }
    peer.stop()
    let megabytes: Double = Double(total / streams * streams) / 1e6
    return (
        Figure(
            name: name, value: megabytes / seconds.ours, unit: "MB/s",
            peer: seconds.peer.map { Figure.Peer(name: "bare loopback sockets", value: megabytes / $0) },
            note: "the API server's end, with its TLS and WebSocket, is in the same process"),
        Figure(name: "forward.rss", value: max(growth, 0), unit: "MB", note: "more after it than before")
    )
}

private func residentMegabytes() -> Double {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text: [CChar] = Array(repeating: 0, count: 256)
    guard fgets(&text, 256, file) != nil else { return 0 }
    let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(separator: " ")
    return (fields.dropFirst().first.flatMap { Double($0) } ?? 0) * 4096 / 1e6
}

/// A served cluster whose pod sends so many bytes to everybody, and a forward to it.
private struct ForwardBench {
    private let cluster: ServedCluster
    private let forward: Forward
    private let bytesPerStream: Int

    init(bytesPerStream: Int) async throws {
        self.bytesPerStream = bytesPerStream
        let clock = SystemTime()
        let server = SimulatedAPIServer(time: SimulatedTime(start: clock.now))
        let admin = KubernetesClient(transport: server.transport(as: .admin))
        var pod = KubernetesObject(.pods, namespace: "default", name: "vc-0")
        pod["metadata"]?["labels"] = ["app": "vcluster", "release": "vc"]
        pod["spec"] = ["containers": [["name": "syncer", "image": "example.com/vcluster:1"]]]
        _ = try await admin.create(pod, as: .pods)
        server.time.advance(by: .seconds(10))
        cluster = try ServedCluster(server: server, clock: clock)
        let kubeconfig = try Kubeconfig(parsing: Array(cluster.kubeconfig.utf8), file: "served")
        let transport = try Surroundings.process().transport(try ConnectionSettings(kubeconfig))
        let target = PodDialer.Target(namespace: "default", labelSelector: "app=vcluster,release=vc", port: 8443)
        let dialer = PodDialer(
            target, client: KubernetesClient(transport: transport), transport: transport, time: clock,
            random: SystemRandom())
        forward = try Forward(dialer, time: clock)
    }

    func run(_ body: (UInt16) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.run() }
            group.addTask { try await forward.run() }
            // Once it runs, the cluster has pods answer in its own way.
            _ = try await Reader.read(forward.port, streams: 1)
            cluster.server.listen { _, _, stream in
                _ = try await stream.read()
                let piece: [UInt8] = Array(repeating: 7, count: pieceBytes)
                var left: Int = bytesPerStream
                while left > 0 {
                    try await stream.write(left < pieceBytes ? Array(piece.prefix(left)) : piece)
                    left -= pieceBytes
                }
            }
            try await body(forward.port)
            group.cancelAll()
        }
    }
}

/// Reads from many connections at once, on a thread of its own.
private enum Reader {
    /// Seconds until everything has been read from so many connections, which begin with one byte of ours.
    static func read(_ port: UInt16, streams: Int) async throws -> Double {
        await withCheckedContinuation { continuation in
            _ = NativeThread.begin { continuation.resume(returning: readAll(port, streams)) }
        }
    }

    private static func readAll(_ port: UInt16, _ streams: Int) -> Double {
        let start: ContinuousClock.Instant = .now
        var polled: [pollfd] = (0..<streams).map { _ in
            pollfd(fd: connection(to: port), events: Int16(POLLIN), revents: 0)
        }
        var byte: UInt8 = 1
        for item in polled { send(item.fd, &byte, 1, Int32(MSG_NOSIGNAL)) }
        var buffer: [UInt8] = Array(repeating: 0, count: 256 << 10)
        while polled.contains(where: { $0.fd >= 0 }) {
            poll(&polled, nfds_t(polled.count), -1)
            for index in polled.indices where polled[index].fd >= 0 && polled[index].revents != 0 {
                guard recv(polled[index].fd, &buffer, buffer.count, 0) <= 0 else { continue }
                close(polled[index].fd)
                polled[index].fd = -1
            }
        }
        return elapsed(since: start)
    }

    private static func connection(to port: UInt16) -> Int32 {
        let made: Int32 = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address: sockaddr_in = loopback(port)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return made
    }
}

private func loopback(_ port: UInt16) -> sockaddr_in {
    var address: sockaddr_in = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
}

/// The same sender without anything in between: a thread for each connection.
private final class LoopbackSender: Sendable {
    let port: UInt16
    private let listener: Int32

    init(bytesPerStream: Int) throws {
        let listener: Int32 = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address: sockaddr_in = loopback(0)
        var length: socklen_t = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = listen(listener, 128)
                _ = getsockname(listener, $0, &length)
            }
        }
        self.listener = listener
        port = address.sin_port.bigEndian
        _ = NativeThread.begin {
            while true {
                let accepted: Int32 = accept(listener, nil, nil)
                guard accepted >= 0 else { break }
                _ = NativeThread.begin { Self.serve(accepted, bytesPerStream) }
            }
            close(listener)
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ descriptor: Int32, _ count: Int) {
        defer { close(descriptor) }
        var byte: UInt8 = 0
        guard recv(descriptor, &byte, 1, 0) == 1 else { return }
        let piece: [UInt8] = Array(repeating: 7, count: pieceBytes)
        var left: Int = count
        while left > 0 {
            let sent: Int = send(descriptor, piece, min(left, pieceBytes), Int32(MSG_NOSIGNAL))
            guard sent > 0 else { return }
            left -= sent
        }
    }
}
