import ControllerRuntime
import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// Gathers what a pass must know of a virtual cluster: its release, its control plane, its kubeconfig.
struct VirtualClusterObserver: Sendable {
    let client: KubernetesClient
    let view: any EnvironmentView
    let renderer: ReleaseRenderer
    let kubeconfigs: VirtualClusterKubeconfigIssuer

    /// Looks at all of it; the pass keeps what it read of the release for its next look.
    func observe(
        _ observation: EnvironmentObservation,
        _ inputs: ReleaseInputs,
        _ pass: inout Pass,
        _ memory: SharedMemory
    ) async throws -> ObservedVirtualCluster {
        let environment = observation.environment
        let releases = ReleaseObserver(client: client, renderer: renderer)
        let workloads = workloads(environment, pass)
        var cluster = try await releases.observe(observation, inputs, &pass, memory) { wanted, deployed in
            observation.releaseChoice(wanted, deployed: deployed, workloads: workloads)
        }
        cluster.workloads = workloads
        if environment.spec.suspend {
            cluster.sleepers = try await sleepers(inputs.place)
        } else if cluster.isRunning {
            try await observeKubeconfig(observation, inputs.place, &cluster)
        } else if !cluster.workloads.isEmpty {
            cluster.trouble = try await evidence(inputs.place, observation.now).trouble
        }
        return cluster
    }

    /// The control plane's workloads, with this pass's writes over them.
    func workloads(_ environment: Environment, _ pass: Pass) -> [ObservedWorkload] {
        pass.writes.over(view.workloads(of: environment.metadata.uid))
            .filter { $0.key.namespace == OwnerIdentity(environment).hostNamespace }
    }

    /// Pods that the virtual cluster made on the host, and that stay when its control plane goes.
    private func sleepers(_ place: ReleasePlace) async throws -> [Remainder] {
        let options = ListOptions(
            labelSelector: "\(Pausing.podLabel)=\(place.release)", limit: 500, metadataOnly: true)
        return try await client.listAll(.pods, namespace: place.namespace, options).items
            .compactMap { Remainder($0, of: .pods) }
    }

    private func evidence(_ place: ReleasePlace, _ now: Timestamp) async throws -> ControlPlaneEvidence {
        let own = ListOptions(labelSelector: "release=\(place.release)", limit: 100)
        return ControlPlaneEvidence(
            pods: try await client.listAll(.pods, namespace: place.namespace, own).items,
            claims: try await client.listAll(.persistentVolumeClaims, namespace: place.namespace).items,
            events: try await client.listAll(.coreEvents, namespace: place.namespace, ListOptions(limit: 500)).items,
            now: now)
    }
}

// MARK: - The kubeconfig

extension VirtualClusterObserver {
    private func observeKubeconfig(
        _ observation: EnvironmentObservation,
        _ place: ReleasePlace,
        _ cluster: inout ObservedVirtualCluster
    ) async throws {
        let serviceKey = ObjectKey(.services, namespace: place.namespace, name: place.release)
        guard let object = try await client.find(serviceKey) else { return }
        let service = VirtualClusterService(object)
        cluster.service = service
        let source = try await client.find(KubeconfigSource.key(release: place.release, namespace: place.namespace))
        let server: String
        switch observation.exposure.server(of: service, release: place.release, namespace: place.namespace) {
        case .known(let known): server = known
        case .pending: server = ""
        }
        let secret = try await client.find(observation.kubeconfigKey)
        let kubeconfig = ObservedVirtualClusterKubeconfig(
            secret, source: source, of: observation.environment, server: server)
        cluster.kubeconfig = kubeconfig
        guard kubeconfig.need == .nothing, let secret else { return }
        let order = VirtualKubeconfigOrder(
            identity: observation.identity, release: place.release, service: service, server: server,
            now: observation.now)
        cluster.probe = try await ask(secret, order)
    }

    /// Asks the virtual cluster who it is, with the kubeconfig that users hold.
    private func ask(_ written: KubernetesObject, _ order: VirtualKubeconfigOrder) async throws -> ProbeOutcome {
        do {
            return .answered(try await kubeconfigs.verify(written, order))
        } catch let rejection as KubeconfigRejection {
            return .failed(rejection.description)
        } catch let refusal as KubeconfigRefusal {
            return .failed(refusal.description)
        }
    }
}
