import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

/// A host with one Environment, its namespace, and a virtual cluster in it.
struct KubeconfigStage {
    let cluster: SimulatedCluster
    let environment: Environment
    let kind: SimulatedCluster.VirtualClusterKind

    init(_ kind: SimulatedCluster.VirtualClusterKind = .durable) async throws {
        cluster = try await InstalledCluster.make()
        self.kind = kind
        var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: "pr-42")
        object["spec"] = ["environmentClassName": "review"]
        environment = Environment(from: try await cluster.admin.create(object, as: .environments))
        try await cluster.namespace(namespace)
        try await cluster.createVirtualCluster(in: namespace, kind)
    }

    var identity: OwnerIdentity { OwnerIdentity(environment) }
    var namespace: String { identity.hostNamespace }

    /// Lets the virtual cluster start.
    func start() { cluster.time.advance(by: .seconds(20)) }

    var issuer: VirtualClusterKubeconfigIssuer {
        VirtualClusterKubeconfigIssuer(client: cluster.admin) { cluster.server.transport(to: $0) }
    }

    func service() async throws -> VirtualClusterService {
        VirtualClusterService(try await cluster.admin.get(ObjectKey(.services, namespace: namespace, name: "vc")))
    }

    /// What is there, as a pass would see it.
    func observe(server: String? = nil) async throws -> ObservedVirtualClusterKubeconfig {
        let key = ObjectKey(.secrets, namespace: namespace, name: Words.Fixed.kubeconfigSecret)
        return ObservedVirtualClusterKubeconfig(
            try await cluster.admin.find(key),
            source: try await cluster.admin.find(KubeconfigSource.key(release: "vc", namespace: namespace)),
            of: environment, server: server ?? self.server)
    }

    var server: String { "https://vc.\(namespace):443" }

    /// Issues what the observation asks for, as the operator's step does.
    @discardableResult
    func issue(server: String? = nil) async throws -> IssuedKubeconfig {
        let seen = try await observe(server: server)
        guard case .issue(let replacing) = seen.need else {
            throw KubeconfigRejection(description: "nothing to issue: \(seen.need)")
        }
        return try await issuer.issue(
            try await order(server, replacing: replacing, recordedUID: seen.origin?.kubeSystemUID))
    }

    func order(
        _ server: String? = nil,
        replacing: KubeconfigSecret? = nil,
        recordedUID: String? = nil
    ) async throws -> VirtualClusterKubeconfigIssuer.Order {
        VirtualClusterKubeconfigIssuer.Order(
            identity: identity, release: "vc", service: try await service(), server: server ?? self.server,
            replacing: replacing, recordedUID: recordedUID, now: cluster.time.now)
    }

    /// Tries what users hold by now.
    func verify() async throws -> VirtualClusterAnswer {
        let key = ObjectKey(.secrets, namespace: namespace, name: Words.Fixed.kubeconfigSecret)
        let written = try await cluster.admin.get(key)
        return try await issuer.verify(
            written, try await order(recordedUID: KubeconfigOrigin(written)?.kubeSystemUID))
    }

    /// What an attempt to issue says.
    func refusal() async throws -> String {
        do {
            try await issue()
        } catch let error as KubeconfigRejection {
            return error.description
        } catch let error as KubeconfigRefusal {
            return error.description
        }
        return "issued"
    }

    func source() async throws -> KubernetesObject {
        try await cluster.admin.get(KubeconfigSource.key(release: "vc", namespace: namespace))
    }

    func restart() async throws {
        for pod in try await cluster.admin.listAll(.pods, namespace: namespace).items {
            _ = try await cluster.admin.delete(
                ObjectKey(.pods, namespace: namespace, name: pod.name), DeletePreconditions(uid: pod.uid ?? ""))
        }
        start()
    }
}
