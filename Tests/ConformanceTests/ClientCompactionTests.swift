import Formats
import HTTPModel
import Kubernetes
import Synchronization
import Testing

/// These restart the API server: run them alone.
@Suite(
    "After a compaction of a real server", .enabled(if: ClientCluster.canCompact), .serialized, .timeLimit(.minutes(10))
)
struct ClientCompactionTests {
    private static func compact() async throws {
        _ = try await ClientCluster.shell(try #require(ClientCluster.variable("ENVFACTORY_TEST_COMPACT")))
    }

    @Test("a watch that was cut off lists anew, names what is gone as absent, and misses nothing")
    func watch() async throws {
        let cutting = Mutex<CuttingTransport?>(nil)
        try await ClientCluster.withNamespace { base in
            let transport = CuttingTransport(base, cuts: 0, linesPerCut: 1)
            cutting.withLock { $0 = transport }
            return RetryingTransport(transport, time: SystemTime(), random: SystemRandom())
        } _: { client, namespace in
            let create = { @Sendable (name: String) in
                try await client.create(ClientCluster.configMap(name, namespace), as: .configMaps)
            }
            let old = try await ClientCluster.each((0..<60).map { "old-\($0)" }, create)
            let knowledge = Knowledge()
            try await knowledge.watching(client, namespace, metadataOnly: true) {
                cutting.withLock { $0?.setDown(true) }
                // The line that the cut watch ends with.
                _ = try await create("cut")
                await knowledge.reaches { !$0.failures.isEmpty }
                let gone = old.prefix(20).compactMap(\.uid)
                for object in old.prefix(20) {
                    let key = ObjectKey(.configMaps, namespace: namespace, name: object.name)
                    _ = try await client.delete(key, DeletePreconditions(uid: object.uid ?? ""))
                }
                _ = try await ClientCluster.each((0..<300).map { "new-\($0)" }, create)
                try await Self.compact()
                cutting.withLock { $0?.setDown(false) }
                await knowledge.reaches { $0.syncs >= 2 }
                let snapshot = knowledge.snapshot
                #expect(snapshot.failures.contains(.expired))
                #expect(snapshot.absent == Set(gone))
                // The watch lives on after it.
                let last = try await create("last")
                await knowledge.reaches { $0.told[last.resourceVersion ?? ""] == 1 }
                let live = try await client.listAll(.configMaps, namespace: namespace)
                let expected = live.items.map { ($0.uid ?? "", $0.resourceVersion ?? "") }
                #expect(knowledge.snapshot.objects == Dictionary(uniqueKeysWithValues: expected))
            }
        }
    }

    @Test("a list whose continue token has expired is read from its first page again")
    func list() async throws {
        let pages = PagesTransport.Count()
        try await ClientCluster.withNamespace { base in
            PagesTransport(
                base: RetryingTransport(base, time: SystemTime(), random: SystemRandom()), count: pages
            ) { try await Self.compact() }
        } _: { client, namespace in
            let names = (0..<120).map { "c-\($0)" }
            _ = try await ClientCluster.each(names) { name in
                try await client.create(ClientCluster.configMap(name, namespace), as: .configMaps)
            }
            let all = try await client.listAll(.configMaps, namespace: namespace, ListOptions(limit: 50))
            #expect(Set(all.items.map(\.name)).isSuperset(of: names))
            #expect(Set(all.items.map(\.name)).count == all.items.count)
            // Three pages, and the two that were in vain.
            #expect(pages.value.withLock(\.self) == 5)
        }
    }
}

/// Does something between the first page of a list and the second.
private struct PagesTransport: HTTPTransport {
    final class Count: Sendable {
        let value = Mutex(0)
    }

    var base: any HTTPTransport
    var count: Count
    var afterFirst: @Sendable () async throws -> Void

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await base.send(request)
        guard request.target.contains("limit=") else { return response }
        let number = count.value.withLock { count in
            count += 1
            return count
        }
        if number == 1 { try await afterFirst() }
        return response
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(request, receive)
    }
}
