import HTTPModel
import Helm
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What the host can do is read once for all")
struct CapabilitiesMemoryTests {
    @Test("many who ask at the same time cost the server what one does; later ones nothing, until it is old")
    func once() async throws {
        let cluster = SimulatedCluster()
        let line = CountedTransport(cluster.transport(as: .admin))
        func memory() -> CapabilitiesMemory {
            CapabilitiesMemory(client: KubernetesClient(transport: line), time: cluster.time)
        }
        _ = try await memory().current()
        let alone = line.takeCount()
        #expect(alone > 1)
        let shared = memory()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { _ = try await shared.current() } }
            try await group.waitForAll()
        }
        #expect(line.takeCount() == alone)
        _ = try await shared.current()
        #expect(line.takeCount() == 0)
        cluster.time.advance(by: .seconds(600))
        _ = try await shared.current()
        #expect(line.takeCount() == alone)
    }

    @Test("one whose reading fails leaves it to the next")
    func failure() async throws {
        let cluster = SimulatedCluster()
        let line = CountedTransport(cluster.transport(as: .admin))
        let memory = CapabilitiesMemory(client: KubernetesClient(transport: line), time: cluster.time)
        line.fails(true)
        await #expect(throws: KubernetesError.self) { try await memory.current() }
        line.fails(false)
        #expect(try await memory.current().apiVersions.isEmpty == false)
    }
}

/// Counts requests, and takes its time over each.
private final class CountedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let state = Mutex((count: 0, fails: false))

    init(_ base: any HTTPTransport) { self.base = base }

    func fails(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func takeCount() -> Int {
        state.withLock { state in
            defer { state.count = 0 }
            return state.count
        }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let fails = state.withLock { state in
            state.count += 1
            return state.fails
        }
        for _ in 0..<100 { await Task.yield() }
        if fails { throw HTTPTransportError(.closed, "the line is down") }
        return try await base.send(request)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(request, receive)
    }
}
