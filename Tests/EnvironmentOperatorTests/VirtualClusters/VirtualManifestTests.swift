import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What is applied inside a virtual cluster")
struct VirtualManifestTests {
    /// A Service that no server takes.
    private static let refused: KubernetesObject = {
        var service = KubernetesObject(.services, namespace: "default", name: "llm")
        service["spec"] = ["ports": [["port": 0]]]
        return service
    }()

    @Test("what cannot be applied is named by where it is from", arguments: [true, false])
    func failure(isOfTheClass: Bool) async throws {
        let client = SimulatedCluster().admin
        let error = await #expect(throws: VirtualManifestFailure.self) {
            if isOfTheClass { try await VirtualManifests(client: client).apply([Self.refused]) }
            try await VirtualLinks(client: client, owner: "1").apply([WantedObject(Self.refused, of: .services)])
        }
        let source =
            isOfTheClass
            ? "spec.virtualCluster.manifests[0] of the class (Service llm) cannot be applied inside: "
            : "Service llm of spec.inference cannot be applied inside, in namespace default: "
        #expect(error?.description.hasPrefix(source) ?? false)
    }
}
