import Cryptography
import Formats
import Kubernetes

/// What a class puts into every virtual cluster of its own.
struct VirtualManifests: Sendable {
    let client: KubernetesClient

    /// By which it is told whether they were applied.
    static func digest(of manifests: [KubernetesObject]) -> String {
        SHA256.digest(of: JSONValue.array(manifests.map(\.json)).encoded()).hex
    }

    /// Applies them in their order; what one defines the next may use.
    ///
    /// - Throws: ``VirtualManifestFailure`` with the first that cannot be.
    func apply(_ manifests: [KubernetesObject]) async throws {
        guard !manifests.isEmpty else { return }
        var resources = try await client.discover().resources.map(\.resource)
        for (index, manifest) in manifests.enumerated() {
            do {
                if Self.resource(of: manifest, in: resources) == nil {
                    resources = try await client.discover().resources.map(\.resource)
                }
                guard let resource = Self.resource(of: manifest, in: resources) else {
                    throw VirtualManifestFailure(
                        index, manifest, "the virtual cluster serves no \(manifest.apiVersion) \(manifest.kind)")
                }
                var object = manifest
                if resource.isNamespaced, object.namespace == nil { object["metadata"]?["namespace"] = "default" }
                _ = try await client.apply(object, to: resource, expecting: .any)
            } catch let error as KubernetesError {
                throw VirtualManifestFailure(index, manifest, error.message)
            }
        }
    }

    private static func resource(of object: KubernetesObject, in resources: [APIResource]) -> APIResource? {
        resources.first { $0.apiVersion == object.apiVersion && $0.kind == object.kind }
    }
}

/// An object that the virtual cluster does not take.
package struct VirtualManifestFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    init(_ index: Int, _ manifest: KubernetesObject, _ message: String) {
        description =
            "spec.virtualCluster.manifests[\(index)] of the class (\(manifest.kind) \(manifest.name)) cannot be applied "
            + "inside: \(message)"
    }

    /// One that leads to a model.
    init(link: KubernetesObject, _ message: String) {
        description =
            "\(link.kind) \(link.name) of spec.inference cannot be applied inside, in namespace "
            + "\(VirtualLinks.namespace): \(message)"
    }
}
