import ControllerRuntime
import EnvironmentAPI
import Kubernetes
import Synchronization

@testable import EnvironmentOperator

/// The caches' content, read from the cluster in one go.
final class SnapshotView: EnvironmentView {
    private struct Snapshot {
        var environments: [NamespacedName: Environment] = [:]
        var classes: [EnvironmentClass] = []
        var endpoints: [NamespacedName: InferenceEndpoint] = [:]
        var addresses: [PodAddresses] = []
        var namespaces: [String: NamespaceElement] = [:]
        var owned: [String: [ObjectKey: ObservedObject]] = [:]
        var workloads: [String: [ObservedWorkload]] = [:]
    }

    private let snapshot = Mutex(Snapshot())

    func refresh(_ reader: KubernetesClient) async throws {
        var new = Snapshot()
        for object in try await reader.listAll(.environments).items {
            new.environments[NamespacedName(namespace: object.namespace, name: object.name)] = Environment(from: object)
        }
        new.classes = try await reader.listAll(.environmentClasses).items.map(EnvironmentClass.init(from:))
        for object in try await reader.listAll(.inferenceEndpoints).items {
            new.endpoints[NamespacedName(namespace: object.namespace, name: object.name)] = InferenceEndpoint(
                from: object)
        }
        new.addresses = try await reader.listAll(.endpoints).items.compactMap { PodAddresses($0) }
        for object in try await reader.listAll(.namespaces).items {
            new.namespaces[object.name] = NamespaceElement(object)
        }
        for resource in OperatorCaches.ownedResources {
            for object in try await reader.listAll(resource).items {
                guard let element = OwnedElement(object) else { continue }
                let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
                new.owned[element.ownerUID, default: [:]][key] = element.observed
            }
        }
        for resource in OperatorCaches.workloadResources {
            for object in try await reader.listAll(resource).items {
                guard let element = WorkloadElement(object, of: resource) else { continue }
                new.workloads[element.ownerUID, default: []].append(element.observed)
            }
        }
        let complete = new
        snapshot.withLock { $0 = complete }
    }

    var environmentCount: Int { snapshot.withLock(\.environments.count) }
    var environmentClasses: [EnvironmentClass] { snapshot.withLock(\.classes) }

    func environment(_ name: NamespacedName) -> Environment? { snapshot.withLock { $0.environments[name] } }
    func environmentClass(_ name: String) -> EnvironmentClass? {
        environmentClasses.first { $0.metadata.name == name }
    }

    func labels(ofNamespace name: String) -> SortedMap<String>? {
        snapshot.withLock { $0.namespaces[name]?.labels }
    }

    func namespace(_ name: String) -> ObservedNamespace? { snapshot.withLock { $0.namespaces[name]?.observed } }
    func namespaces(madeFor environment: NamespacedName) -> [NamedNamespace] {
        let all = snapshot.withLock(\.namespaces)
        return all.filter { $0.value.owner == Owner(.environment, environment) }.sorted { $0.key < $1.key }
            .map { NamedNamespace(name: $0.key, observed: $0.value.observed) }
    }

    func endpoint(_ name: NamespacedName) -> InferenceEndpoint? { snapshot.withLock { $0.endpoints[name] } }

    var endpoints: [InferenceEndpoint] { snapshot.withLock { Array($0.endpoints.values) } }

    func bindings(to endpoint: NamespacedName) -> [EndpointBinding] {
        let (known, all) = snapshot.withLock { ($0.endpoints[endpoint], Array($0.environments.values)) }
        return all.compactMap { known?.binding(of: $0, labels(ofNamespace: $0.metadata.namespace) ?? [:]) }
            .sorted { $0.hostNamespace < $1.hostNamespace }
    }

    func podAddresses(of endpointUID: String) -> [String] {
        snapshot.withLock(\.addresses).filter { $0.endpointUID == endpointUID }.flatMap(\.addresses).sorted()
    }

    func owned(by uid: String) -> [ObjectKey: ObservedObject] { snapshot.withLock { $0.owned[uid] ?? [:] } }

    func workloads(of uid: String) -> [ObservedWorkload] {
        (snapshot.withLock { $0.workloads[uid] } ?? []).sorted { $0.key.description < $1.key.description }
    }

    func competitors(of environment: Environment) -> Competitors {
        let all = snapshot.withLock { Array($0.environments.values) }
        return Competitors(of: environment, among: all)
    }
}
