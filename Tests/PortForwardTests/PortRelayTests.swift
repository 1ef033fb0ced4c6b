import HTTPModel
import Kubernetes
import Synchronization
import TestSupport
import Testing

@testable import PortForward

/// Counts what several tasks do.
private final class Counter: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func add(_ more: Int) { state.withLock { $0 += more } }
}

@Suite("What goes between a local connection and a pod", .timeLimit(.minutes(2)))
struct PortRelayTests {
    /// A relay with both its far ends in the test's hands.
    private struct Stage {
        let local: PipedStream
        let pod: ServedPodPort
        let time = ManualTime()
        private let near: PipedStream
        private let client: PodPortStream

        init(capacity: Int = BytePipe.defaultCapacity) {
            let port = PodPort(namespace: "a", pod: "vc-0", port: 8443)
            (local, near) = PipedStream.pair(capacity: capacity)
            let (wire, far) = PipedStream.pair(capacity: capacity)
            client = PodPortStream(port, over: wire, random: FixedRandom(1))
            pod = ServedPodPort(port, over: far)
        }

        func run() async throws { try await PortRelay(time: time).run(near, client) }
    }

    @Test("the pod's end is the end, and the local side reads all that came before it")
    func podEnds() async throws {
        let stage = Stage()
        async let relay: Void = stage.run()
        try await stage.pod.begin()
        try await stage.local.write([1, 2])
        #expect(try await stage.pod.read() == [1, 2])
        try await stage.pod.write([3, 4])
        try await stage.pod.close()
        #expect(try await stage.local.read() == [3, 4])
        #expect(try await stage.local.read() == nil)
        try await relay
    }

    @Test("who has said everything still hears the pod's answer")
    func halfClose() async throws {
        let stage = Stage()
        async let relay: Void = stage.run()
        try await stage.pod.begin()
        try await stage.local.write([1])
        stage.local.finish()
        #expect(try await stage.pod.read() == [1])
        for byte: UInt8 in 2...4 {
            try await stage.pod.write([byte])
            #expect(try await stage.local.read() == [byte])
        }
        try await stage.pod.close()
        #expect(try await stage.local.read() == nil)
        try await relay
    }

    @Test("a pod that is silent to who has said everything is left after a while")
    func silence() async throws {
        let stage = Stage()
        async let relay: Void = stage.run()
        try await stage.pod.begin()
        stage.local.finish()
        // The local end is heard of before the clock moves.
        for _ in 0..<1_000 { await Task.yield() }
        for _ in 0..<2 {
            await stage.time.sleepers(1)
            stage.time.advance(by: .seconds(5))
        }
        try await relay
        #expect(try await stage.local.read() == nil)
        #expect(try await stage.pod.read() == nil)
    }

    @Test("what the node complains of breaks the connection off")
    func complaint() async throws {
        let stage = Stage()
        async let relay: Void = stage.run()
        try await stage.pod.begin()
        try await stage.pod.complain("connection refused")
        try await stage.pod.close()
        do {
            try await relay
            Issue.record("it ended in order")
        } catch let error as PodPortError {
            #expect(error.message == "connection refused")
        }
    }

    @Test("a side that takes nothing makes the other one wait, in both directions", arguments: [true, false])
    func backpressure(intoPod: Bool) async throws {
        let stage = Stage(capacity: 1 << 10)
        let written = Counter()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await stage.run() }
            group.addTask {
                try? await stage.pod.begin()
                let piece = [UInt8](repeating: 1, count: 512)
                for _ in 0..<1_000 {
                    do {
                        if intoPod { try await stage.local.write(piece) } else { try await stage.pod.write(piece) }
                    } catch { return }
                    written.add(piece.count)
                }
            }
            // Everybody has had a chance to go as far as he can.
            var last = -1
            while last != written.count {
                last = written.count
                for _ in 0..<1_000 { await Task.yield() }
            }
            group.cancelAll()
        }
        // Four pipes, each a little over its capacity, and not the half megabyte.
        #expect((1...16 << 10).contains(written.count))
    }
}
