import EnvironmentAPI
import Formats
import Kubernetes

/// Looks at what is left of an environment that ends, at the API server itself and never in a cache.
struct RemainsReader: Sendable {
    let client: KubernetesClient

    /// The most objects that are named; how many there are is counted all the same.
    private static let limit = 500

    /// What is reached from outside is told apart where it goes before everything else.
    func remains(in namespace: KubernetesObject, hasExposures: Bool = false) async throws -> ObservedRemains {
        var remains = ObservedRemains()
        if namespace.isDeleting {
            let content = NamespaceContent(namespace)
            remains.content = content
            remains.blockers = try await blockers(in: namespace.name, content)
        } else {
            remains.pods = try await list(.pods, in: namespace.name)
            let services = try await client.listAll(.services, namespace: namespace.name).items
            remains.loadBalancers = services.filter { $0.json[path: "spec", "type"]?.string == "LoadBalancer" }
                .compactMap { Remainder($0, of: .services) }
            if hasExposures { remains.exposures = try await exposures(in: namespace.name, services) }
            remains.claims = try await list(.persistentVolumeClaims, in: namespace.name)
        }
        remains.volumes = try await volumes(of: namespace.name)
        return remains
    }

    /// Objects that carry finalizers of others, among the kinds that the namespace controller names.
    ///
    /// Of kinds that the operator may not list, the controller's count must do.
    private func blockers(in namespace: String, _ content: NamespaceContent?) async throws -> [Remainder] {
        var blockers: [Remainder] = []
        for resource in content?.resources ?? [] {
            guard let resource = Self.readable.first(where: { $0.qualifiedName == resource.name }) else { continue }
            blockers += try await list(resource, in: namespace).filter(\.hasForeignFinalizers)
        }
        return blockers
    }

    private func exposures(in namespace: String, _ services: [KubernetesObject]) async throws -> [Remainder] {
        let exposed = services.filter { service in
            service.annotation(Words.Tailscale.expose) != nil
                || Remainder(service, of: .services)?.holders.isEmpty == false
        }
        return exposed.compactMap { Remainder($0, of: .services) } + (try await list(.ingresses, in: namespace))
    }

    /// Volumes that were bound here and are kept.
    func volumes(of namespace: String) async throws -> [Remainder] {
        let volumes = try await client.listAll(.persistentVolumes).items
        return volumes.filter { $0.json[path: "spec", "claimRef", "namespace"]?.string == namespace }
            .compactMap { Remainder($0, of: .persistentVolumes) }
    }

    private func list(_ resource: APIResource, in namespace: String) async throws -> [Remainder] {
        do {
            let options = ListOptions(limit: Self.limit, metadataOnly: true)
            let items = try await client.listAll(resource, namespace: namespace, options).items
            return items.compactMap { Remainder($0, of: resource) }
        } catch let error as KubernetesError where error.code == .forbidden || error.code == .notFound {
            // The namespace controller's words stand in for what may not be read, or is of another version here.
            return []
        }
    }

    /// What `envfactory-in-namespace` lets the operator list.
    private static let readable: [APIResource] = [
        .pods, .configMaps, .secrets, .services, .serviceAccounts, .resourceQuotas, .limitRanges,
        .persistentVolumeClaims, .networkPolicies, .roleBindings, .statefulSets, .deployments, .jobs, .ingresses,
        .podDisruptionBudgets, .endpointSlices,
    ]
}

extension Remainder {
    fileprivate var hasForeignFinalizers: Bool { finalizers.contains { $0 != Words.Finalizer.teardown } }
}
