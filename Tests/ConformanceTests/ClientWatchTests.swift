import Formats
import HTTPModel
import Kubernetes
import Synchronization
import Testing

@Suite("Watching a real server", .enabled(if: ClientCluster.isThere), .timeLimit(.minutes(15)))
struct ClientWatchTests {
    @Test("tells of each of 10,000 changes once, across five broken connections", arguments: [false, true])
    func losesNothing(_ metadataOnly: Bool) async throws {
        let cutting = Mutex<CuttingTransport?>(nil)
        try await ClientCluster.withNamespace { base in
            let transport = CuttingTransport(base, cuts: 5, linesPerCut: 1700)
            cutting.withLock { $0 = transport }
            return transport
        } _: { client, namespace in
            let knowledge = Knowledge()
            try await knowledge.watching(client, namespace, metadataOnly: metadataOnly) {
                let written = try await ClientCluster.each(Array(0..<100), atOnce: 16) { number in
                    try await changes(client, namespace, number)
                }
                let versions = Set(written.flatMap(\.self))
                #expect(versions.count == 10_000)
                await knowledge.reaches { $0.told.count >= 10_000 && versions.isSubset(of: $0.told.keys) }
                let snapshot = knowledge.snapshot
                #expect(versions.allSatisfy { snapshot.told[$0] == 1 })
                #expect(snapshot.syncs == 1)
                #expect(snapshot.absent.isEmpty)
                #expect(cutting.withLock { $0?.cutsLeft } == 0)
            }
        }
    }

    /// Creates an object, changes it 97 times, deletes and re-creates it; returns all versions but the deletion's.
    private func changes(_ client: KubernetesClient, _ namespace: String, _ number: Int) async throws -> [String] {
        let key = ObjectKey(.configMaps, namespace: namespace, name: "c-\(number)")
        let object = ClientCluster.configMap(key.name, namespace)
        let first = try await client.create(object, as: .configMaps)
        var versions = [first.resourceVersion]
        for value in 1...98 {
            let change = try await client.patch(key, .merge, ["data": ["value": .string("\(value)")]])
            versions.append(change.resourceVersion)
        }
        _ = try await client.delete(key, DeletePreconditions(uid: first.uid ?? ""))
        versions.append(try await client.create(object, as: .configMaps).resourceVersion)
        return versions.compactMap(\.self)
    }
}
