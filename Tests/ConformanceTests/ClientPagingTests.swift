import HTTPModel
import Kubernetes
import Testing

@Suite("Paging on a real server", .enabled(if: ClientCluster.isThere), .timeLimit(.minutes(10)))
struct ClientPagingTests {
    @Test("5,000 objects come whole, page by page, with and without their data")
    func pages() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let created = try await ClientCluster.each(Array(0..<5000)) { number in
                try await client.create(ClientCluster.configMap("c-\(number)", namespace), as: .configMaps).uid
            }
            let expected = Set(created.compactMap(\.self))
            #expect(expected.count == 5000)
            for metadataOnly in [false, true] {
                let options = ListOptions(fieldSelector: nil, limit: 500, metadataOnly: metadataOnly)
                let all = try await client.listAll(.configMaps, namespace: namespace, options)
                let ours = all.items.filter { $0.name.hasPrefix("c-") }
                #expect(Set(ours.compactMap(\.uid)) == expected)
                #expect(ours.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
                #expect(ours.allSatisfy { ($0["data"] == nil) == metadataOnly })
                #expect(Set(all.items.map(\.name)).count == all.items.count)
            }
            let first = try await client.list(.configMaps, namespace: namespace, ListOptions(limit: 500))
            #expect(first.items.count == 500)
            let rest = try #require(first.remainingItemCount)
            #expect((4500...4510).contains(rest))
        }
    }

    @Test("a continue token that is none is refused, not taken for the first page")
    func badToken() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let error = await #expect(throws: KubernetesError.self) {
                try await client.list(.configMaps, namespace: namespace, ListOptions(limit: 1), continueToken: "no/t?")
            }
            #expect(error?.code == .badRequest)
        }
    }
}
