import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

/// The Services by which a virtual cluster's pods reach the models that its environment is bound to.
struct VirtualLinks: Sendable {
    let client: KubernetesClient
    /// The uid of the environment.
    let owner: String

    static let namespace = "default"

    /// Makes what is wanted, and takes away what was made before and is wanted no more.
    ///
    /// - Throws: ``VirtualManifestFailure`` where a name is taken by somebody else.
    func apply(_ wanted: [WantedObject]) async throws {
        for resource in [APIResource.services, .endpoints] {
            let there = try await client.listAll(resource, namespace: Self.namespace, ours).items
            let wanted = wanted.filter { $0.key.resource == resource }.map(\.object)
            for object in wanted {
                try await apply(object, to: resource, replacing: there.first { $0.name == object.name }?.uid)
            }
            for former in there where !wanted.contains(where: { $0.name == former.name }) {
                guard let uid = former.uid else { continue }
                let key = ObjectKey(resource, namespace: Self.namespace, name: former.name)
                _ = try await ObjectApplier(client: client).delete(key, uid: uid)
            }
        }
    }

    private var ours: ListOptions {
        ListOptions(labelSelector: "\(Words.Label.virtualLink)=\(owner)", limit: 500)
    }

    private func apply(_ object: KubernetesObject, to resource: APIResource, replacing uid: String?) async throws {
        let desired = DesiredObject(object, of: resource, expecting: uid.map { .uid($0) } ?? .absent)
        let result: ApplyResult
        do {
            result = try await ObjectApplier(client: client).apply(
                desired, isOurs: { $0.label(Words.Label.virtualLink) == owner })
        } catch let error as KubernetesError {
            throw VirtualManifestFailure(link: object, error.message)
        }
        switch result {
        case .applied: return
        case .outdated: throw VirtualManifestFailure(link: object, "it changes at this moment: it is tried again")
        case .nameConflict:
            throw VirtualManifestFailure(
                link: object,
                "one of this name is there already: delete it in the virtual cluster, or choose another serviceName")
        }
    }
}

extension OwnerIdentity {
    /// What stands for the models in the virtual cluster of the environment.
    func virtualLinks(_ links: [InferenceLink]) -> [WantedObject] {
        links.flatMap { link -> [WantedObject] in
            guard let route = link.route, let inside = route.inside else { return [] }
            return service(link.serviceName, port: route.port, to: inside).map(placedInside)
        }
    }

    /// Under a label of its own: vCluster's copies of it on the host bear its labels, and must not look like ours there.
    private func placedInside(_ wanted: WantedObject) -> WantedObject {
        var object = wanted.object
        object["metadata"] = [
            "name": .string(object.name), "namespace": .string(VirtualLinks.namespace),
            "labels": .object(JSONObject(unique: [(Words.Label.virtualLink, .string(uid))])),
        ]
        return WantedObject(object, of: wanted.key.resource)
    }
}
