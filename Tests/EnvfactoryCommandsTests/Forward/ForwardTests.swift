import CurlTransport
import EnvironmentAPI
import Glibc
import HTTPModel
import Kubernetes
import KubernetesSimulator
import PortForward
import Synchronization
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("A forwarded port", .serialized, .timeLimit(.minutes(20)))
struct ForwardTests {
    /// Runs `body` with a forward to the stage's pod, by the host's API server over a socket.
    private static func withForward(
        _ stage: ForwardStage,
        _ body: @escaping @Sendable (Forward) async throws -> Void
    ) async throws {
        let surroundings = stage.surroundings(MemoryOutput(), MemoryOutput())
        let text = try #require(stage.files["/kubeconfig"])
        let settings = try ConnectionSettings(Kubeconfig(parsing: Array(text.utf8), file: "/kubeconfig"))
        let target = PodDialer.Target(
            namespace: ForwardStage.namespace, labelSelector: "app=vcluster,release=vc", port: 8443)
        let dialer = PodDialer(
            target, client: KubernetesClient(transport: try surroundings.transport(settings)),
            transport: try surroundings.transport(settings), time: SystemTime(), random: SystemRandom())
        let forward = try Forward(dialer, time: SystemTime())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await forward.run()
                return false
            }
            group.addTask {
                try await body(forward)
                return true
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next() {
                if isDone { break }
            }
        }
    }

    /// Has pods agree to whatever is asked of them, and send back what comes; at `/broken` they break.
    private static func echo(_ stage: ForwardStage) {
        stage.server.listen { _, _, stream in
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let bytes = try await stream.read() else { return }
                head += bytes
            }
            guard !head.starts(with: "GET /broken ".utf8) else {
                throw PodPortError(message: "connection reset by peer")
            }
            try await stream.write(Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n".utf8))
            while let bytes = try await stream.read() { try await stream.write(bytes) }
        }
    }

    /// Sends `count` pieces through the port and checks that they come back.
    private static func exchange(
        _ port: UInt16,
        pieces count: Int,
        seed: UInt8,
        path: String = "/"
    ) async throws {
        let transport = CurlTransport(try CurlTransport.Configuration(server: "http://127.0.0.1:\(port)"))
        let request = HTTPRequest(
            .get, path, headers: ["Connection": "Upgrade", "Upgrade": "echo"], timeout: .seconds(300))
        do {
            let answer = try await transport.upgrade(request) { _, stream in
                let piece = (0..<(32 << 10)).map { UInt8(truncatingIfNeeded: $0) &+ seed }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for _ in 0..<count { try await stream.write(piece) } }
                    var received = 0
                    while received < count * piece.count {
                        let bytes = try #require(try await stream.read())
                        try check(bytes, against: piece, from: received)
                        received += bytes.count
                    }
                    try await group.waitForAll()
                }
            }
            // Anything else is no answer of the pod's, and nothing was exchanged.
            try #require(answer.status == 101)
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// Whether bytes are what pieces one after the other have from a place on.
    private static func check(_ bytes: [UInt8], against piece: [UInt8], from place: Int) throws {
        var done = 0
        while done < bytes.count {
            let start = (place + done) % piece.count
            let count = min(piece.count - start, bytes.count - done)
            let isSame = bytes.withUnsafeBytes { got in
                piece.withUnsafeBytes { expected in
                    guard let got = got.baseAddress, let expected = expected.baseAddress else { return false }
                    return memcmp(got + done, expected + start, count) == 0
                }
            }
            guard isSame else { throw Mismatch(place: place + done) }
            done += count
        }
    }

    private struct Mismatch: Error {
        var place: Int
    }

    /// The ends of connections at a port that are not closed; what else this process holds belongs to other tests.
    private static func connections(at port: UInt16) throws -> Int {
        let table = try #require(try LocalFiles().read("/proc/net/tcp"))
        let hexadecimal = String(port, radix: 16, uppercase: true)
        let end = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        return String(decoding: table, as: UTF8.self).split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            // Established, or closed by the other side alone.
            return fields.count > 3 && fields[1].hasSuffix(end) && ["01", "08"].contains(fields[3])
        }
    }

    @Test("carries a hundred streams at once, each its own bytes, and leaves nothing behind")
    func streams() async throws {
        try await ForwardStage.run { stage in
            try await Self.withForward(stage) { forward in
                Self.echo(stage)
                try await Self.exchange(forward.port, pieces: 1, seed: 0)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            try await Self.exchange(forward.port, pieces: 32, seed: UInt8(number))
                        }
                    }
                    try await group.waitForAll()
                }
                // A pod that cannot be told that nobody listens any more is left after a while.
                for _ in 0..<600 where try Self.connections(at: forward.port) > 0 {
                    try await ContinuousClock().sleep(for: .milliseconds(100))
                }
                #expect(try Self.connections(at: forward.port) == 0)
            }
        }
    }

    @Test("an API server that is started anew breaks what was under way, and the port goes on working")
    func restart() async throws {
        try await ForwardStage.run { stage in
            try await Self.withForward(stage) { forward in
                Self.echo(stage)
                try await Self.exchange(forward.port, pieces: 1, seed: 1)
                stage.stop()
                let (waiting, ended) = AsyncStream.makeStream(of: Void.self)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // Made while nobody is there: it waits until somebody is.
                        try await Self.exchange(forward.port, pieces: 4, seed: 2)
                        ended.yield()
                    }
                    try await ContinuousClock().sleep(for: .milliseconds(300))
                    try stage.restart()
                    group.addTask {
                        try await stage.serving {
                            Self.echo(stage)
                            try await Self.exchange(forward.port, pieces: 1, seed: 3)
                            for await _ in waiting { break }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("a connection that breaks is nobody else's business")
    func broken() async throws {
        try await ForwardStage.run { stage in
            try await Self.withForward(stage) { forward in
                Self.echo(stage)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await Self.exchange(forward.port, pieces: 200, seed: 4) }
                    for _ in 0..<5 {
                        await #expect(throws: HTTPTransportError.self) {
                            try await Self.exchange(forward.port, pieces: 1, seed: 5, path: "/broken")
                        }
                    }
                    try await group.waitForAll()
                }
                try await Self.exchange(forward.port, pieces: 1, seed: 6)
            }
        }
    }
}
