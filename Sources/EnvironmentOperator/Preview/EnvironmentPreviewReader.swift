import ControllerRuntime
package import EnvironmentAPI
package import Formats
import Helm
package import Kubernetes

/// Reads what there is of environments, and previews what the operator would make of it; writes nothing.
///
/// What the user may not read is left out and told, and nothing else fails for it.
package struct EnvironmentPreviewReader: Sendable {
    private let client: KubernetesClient
    private let renderer: ReleaseRenderer
    private let operatorIdentity: Subject
    private let now: Timestamp

    package init(client: KubernetesClient, renderer: ReleaseRenderer, operatorIdentity: Subject, now: Timestamp) {
        (self.client, self.renderer, self.operatorIdentity, self.now) = (client, renderer, operatorIdentity, now)
    }

    /// Previews an environment as it is, or as a file would make it.
    package func preview(
        _ environment: Environment, _ declared: DeclaredObject? = nil, among snapshot: ClusterSnapshot
    ) async throws -> EnvironmentPreview {
        var (snapshot, live) = (snapshot, LiveObjects())
        let environment = declared?.isNew == true ? draft(environment) : environment
        try await learnLabels(of: environment.metadata.namespace, &snapshot, &live)
        try await learnEndpoints(of: environment, &snapshot, &live)
        var observation = EnvironmentObservation(
            environment: environment, now: now, admission: Admission(environment, snapshot),
            operatorIdentity: operatorIdentity,
            links: { InferenceLink.links(of: environment, in: $0, snapshot, OperatorContext.usualDomain) })
        if declared?.isNew != true { try await read(&observation, &live) }
        try await readRelease(observation, &live)
        return EnvironmentPreview(observation, environment.acceptance(among: snapshot), declared, live)
    }

    /// One that the API server has not seen yet.
    private func draft(_ environment: Environment) -> Environment {
        var draft = environment
        draft.metadata.uid = UnknownUID.text
        draft.metadata.creationTimestamp = now
        return draft
    }

    /// Where the environment's models are.
    private func learnEndpoints(
        of environment: Environment, _ snapshot: inout ClusterSnapshot, _ live: inout LiveObjects
    ) async throws {
        for binding in environment.spec.inference {
            let key = ObjectKey(
                .inferenceEndpoints, namespace: binding.endpointNamespace, name: binding.endpointName)
            guard let found = try await permitted({ try await client.find(key) }) else {
                live.notes.append("\(key) may not be read: whether the environment is bound to it is not known")
                continue
            }
            if let found { snapshot.endpoints.append(InferenceEndpoint(from: found)) }
        }
    }

    /// By its labels a class selects the namespaces that may use it.
    private func learnLabels(
        of namespace: String, _ snapshot: inout ClusterSnapshot, _ live: inout LiveObjects
    ) async throws {
        let isAsked = snapshot.environmentClasses.contains { $0.spec.usage.namespaceSelector != nil }
        guard isAsked, snapshot.labels[namespace] == nil else { return }
        if let found = try await permitted({ try await client.find(ObjectKey(.namespaces, name: namespace)) }) {
            snapshot.labels[namespace] = found.map { ObjectMetadata(of: $0).labels } ?? [:]
            return
        }
        for index in snapshot.environmentClasses.indices {
            snapshot.environmentClasses[index].spec.usage.namespaceSelector = nil
        }
        live.notes.append(
            "namespace \(namespace) may not be read: whether its labels are those of the class is not known")
    }
}

// MARK: - Objects of the environment

extension EnvironmentPreviewReader {
    private func read(_ observation: inout EnvironmentObservation, _ live: inout LiveObjects) async throws {
        let host = observation.identity.hostNamespace
        if let found = try await permitted({ try await client.find(ObjectKey(.namespaces, name: host)) }) {
            live.namespace = found
            observation.namespace = found.map(ObservedNamespace.init)
            guard found != nil else { return }
        } else {
            live.unread.append(.namespaces)
            // What the status remembers is all that is known of it.
            observation.namespace = observation.environment.status.namespace.map { reference in
                ObservedNamespace(
                    uid: reference.uid, ownerUID: nil, hash: WantedObject.labelsHash(of: KubernetesObject(.null)),
                    isDeleting: false)
            }
        }
        try await readOwned(host, Self.resources(of: observation.environment), &live)
        let uid = observation.environment.metadata.uid
        for (key, object) in live.objects {
            // As the caches know them: what a chart made is labelled as Helm's.
            guard let element = OwnedElement(object), element.ownerUID == uid else { continue }
            observation.owned[key] = element.observed
        }
    }

    /// The kinds that are made for an environment; Services for one alone that is bound to models, or was.
    private static func resources(of environment: Environment) -> [APIResource] {
        let isBound = !environment.spec.inference.isEmpty || environment.status.condition(.inferenceReady) != nil
        return OperatorCaches.guardResources + (isBound ? [.services] : [])
    }

    /// Reads these kinds, side by side.
    private func readOwned(
        _ namespace: String, _ resources: [APIResource], _ live: inout LiveObjects
    ) async throws {
        let found = try await withThrowingTaskGroup(of: (Int, [KubernetesObject]?).self) { group in
            for (index, resource) in resources.enumerated() {
                group.addTask {
                    (index, try await permitted { try await client.listAll(resource, namespace: namespace).items })
                }
            }
            var found: [Int: [KubernetesObject]] = [:]
            for try await (index, objects) in group { found[index] = objects }
            return found
        }
        for (index, resource) in resources.enumerated() {
            guard let objects = found[index] else {
                live.unread.append(resource)
                continue
            }
            for object in objects {
                live.objects[ObjectKey(resource, namespace: namespace, name: object.name)] = object
            }
        }
        live.isBlind = found.isEmpty && live.namespace == nil
        if !live.unread.isEmpty {
            let kinds = live.unread.map(\.qualifiedName).joined(separator: ", ")
            live.notes.append("in namespace \(namespace) these may not be read, and are not compared: \(kinds)")
        }
    }
}

// MARK: - The release

extension EnvironmentPreviewReader {
    /// Reads the virtual cluster's release, and renders what it would be.
    private func readRelease(_ observation: EnvironmentObservation, _ live: inout LiveObjects) async throws {
        guard observation.admission.environmentClass != nil, let inputs = observation.releaseInputs else { return }
        let isInstalled: Bool
        switch observation.namespaceState {
        case .terminating, .foreign: return
        case .absent: isInstalled = false
        case .own: isInstalled = true
        }
        live.release = try await permitted {
            isInstalled ? try await upgrade(observation, inputs) : try await install(observation, inputs)
        }
        guard live.release == nil else { return }
        live.notes.append(
            "release \(inputs.place.release) is not compared: its Secrets or objects in namespace "
                + "\(inputs.place.namespace), or its chart's credentials, may not be read")
    }

    private func install(
        _ observation: EnvironmentObservation, _ inputs: ReleaseInputs
    ) async throws -> PreviewedRelease {
        var pass = self.pass(observation)
        var none = PassRelease([], in: inputs.scope(observation.identity))
        let wanted = try await ReleaseObserver(client: client, renderer: renderer).wanted(inputs, &none, &pass)
        let release = ReleaseObservation(now: now)
        return PreviewedRelease(
            ObservedVirtualCluster(wanted: wanted, deployed: nil, release: release), nil, observation)
    }

    private func upgrade(
        _ observation: EnvironmentObservation, _ inputs: ReleaseInputs
    ) async throws -> PreviewedRelease {
        var pass = self.pass(observation)
        let workloads = try await workloads(observation)
        var cluster = try await ReleaseObserver(client: client, renderer: renderer)
            .observe(observation, inputs, &pass, SharedMemory()) { wanted, deployed in
                observation.releaseChoice(wanted, deployed: deployed, workloads: workloads)
            }
        cluster.workloads = workloads
        return PreviewedRelease(cluster, pass.release, observation)
    }

    private func workloads(_ observation: EnvironmentObservation) async throws -> [ObservedWorkload] {
        let selector = "\(Words.Label.environmentUID)=\(observation.identity.uid)"
        var found: [ObservedWorkload] = []
        for resource in OperatorCaches.workloadResources {
            let options = ListOptions(labelSelector: selector)
            found += try await client.listAll(resource, namespace: observation.identity.hostNamespace, options).items
                .compactMap { WorkloadElement($0, of: resource)?.observed }
        }
        return found.sorted { $0.key.description < $1.key.description }
    }

    /// A pass that never writes.
    private func pass(_ observation: EnvironmentObservation) -> Pass {
        Pass(environment: observation.environment, applier: ObjectApplier(client: client))
    }
}

/// What is read; `nil` where the user may not.
private func permitted<Value: Sendable>(_ read: () async throws -> Value) async throws -> Value? {
    do {
        return try await read()
    } catch let error as KubernetesError where error.code == .forbidden {
        return nil
    }
}
