import ControllerRuntime
import Cryptography
import EnvironmentAPI
import Formats
import Kubernetes

/// What a class puts into every virtual cluster of its own, and what stands inside for models.
struct VirtualManifests: Sendable {
    let client: KubernetesClient

    /// By which it is told whether they were applied.
    static func digest(of manifests: [KubernetesObject]) -> String {
        SHA256.digest(of: JSONValue.array(manifests.map(\.json)).encoded()).hex
    }

    /// Applies those of the class in their order, what one defines the next may use, and then the ways to models.
    ///
    /// - Throws: ``VirtualManifestFailure`` with the first that cannot be.
    func apply(_ manifests: [KubernetesObject], links: [KubernetesObject]) async throws {
        try await removeFormerLinks(keeping: manifests + links)
        guard !manifests.isEmpty || !links.isEmpty else { return }
        var resources = try await client.discover().resources.map(\.resource)
        for (index, manifest) in manifests.enumerated() {
            try await apply(manifest, &resources, as: "spec.virtualCluster.manifests[\(index)] of the class")
        }
        for link in links { try await apply(link, &resources, as: "What stands for a model of spec.inference") }
    }

    /// Applies one; `what` names it where it cannot be.
    private func apply(_ manifest: KubernetesObject, _ resources: inout [APIResource], as what: String) async throws {
        do {
            if Self.resource(of: manifest, in: resources) == nil {
                resources = try await client.discover().resources.map(\.resource)
            }
            guard let resource = Self.resource(of: manifest, in: resources) else {
                throw VirtualManifestFailure(
                    what, manifest, "the virtual cluster serves no \(manifest.apiVersion) \(manifest.kind)")
            }
            var object = manifest
            if resource.isNamespaced, object.namespace == nil { object["metadata"]?["namespace"] = "default" }
            _ = try await client.apply(object, to: resource, expecting: .any)
        } catch let error as KubernetesError {
            throw VirtualManifestFailure(what, manifest, error.message)
        }
    }

    /// Takes away the ways to models that the environment is bound to no more.
    private func removeFormerLinks(keeping manifests: [KubernetesObject]) async throws {
        let selector = ListOptions(labelSelector: Words.Label.managedBySelector, limit: 500)
        for resource in [APIResource.services, .endpoints] {
            for found in try await client.listAll(resource, namespace: InferenceLink.insideNamespace, selector).items {
                let isWanted = manifests.contains { $0.kind == resource.kind && $0.name == found.name }
                guard !isWanted, let uid = found.uid else { continue }
                let key = ObjectKey(resource, namespace: InferenceLink.insideNamespace, name: found.name)
                _ = try await ObjectApplier(client: client).delete(key, uid: uid)
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

    /// Of an object, and where that is from.
    init(_ what: String, _ manifest: KubernetesObject, _ message: String) {
        description = "\(what) (\(manifest.kind) \(manifest.name)) cannot be applied inside: \(message)"
    }
}
