import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What is applied inside a virtual cluster") struct VirtualManifestTests {
    /// A Service that no server takes.
    private static let refused: KubernetesObject = {
        var service = KubernetesObject(.services, namespace: "default", name: "llm")
        service["spec"] = ["ports": [["port": 0]]]
        return service
    }()

    @Test("what cannot be applied is named by where it is from", arguments: [true, false])
    func failure(isOfTheClass: Bool) async throws {
        let manifests = VirtualManifests(client: SimulatedCluster().admin)
        let error = await #expect(throws: VirtualManifestFailure.self) {
            try await manifests.apply(
                isOfTheClass ? [Self.refused] : [], links: isOfTheClass ? [] : [Self.refused])
        }
        let source =
            isOfTheClass
            ? "spec.virtualCluster.manifests[0] of the class" : "What stands for a model of spec.inference"
        #expect(error?.description.hasPrefix("\(source) (Service llm) cannot be applied inside: ") ?? false)
    }
}
