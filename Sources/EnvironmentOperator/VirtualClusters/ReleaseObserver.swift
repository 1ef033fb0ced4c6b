import ControllerRuntime
import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// Gathers what a plan for a release must know: records and live objects, and what there shall be.
struct ReleaseObserver: Sendable {
    let client: KubernetesClient
    let renderer: ReleaseRenderer

    /// The release of an environment that lives; `choose` decides what it is compared with.
    func observe(
        _ observation: EnvironmentObservation,
        _ inputs: ReleaseInputs,
        _ pass: inout Pass,
        _ memory: SharedMemory,
        choose: (ObservedVirtualCluster.Wanted, DesiredRelease?) -> ReleaseChoice
    ) async throws -> ObservedVirtualCluster {
        let scope = inputs.scope(observation.identity)
        var release = try await known(scope, pass)
        let deployed = release.stored.last { $0.release?.status == .deployed }.flatMap { release.remade($0) }
        let wanted = try await wanted(inputs, &release, &pass)
        var seen = ReleaseObservation(
            now: observation.now, stored: release.stored, remembered: observation.environment.rememberedRelease)
        if let desired = choose(wanted, deployed).desired {
            let intent = ReleaseIntent.deploy(desired)
            let made = desired.objects + desired.hooks.map(\.object)
            try await read(ReleasePlan.keys(intent, stored: release.stored), as: made, &release)
            seen.objects = observed(release, made, scope.owner, memory)
        }
        pass.release = release
        return ObservedVirtualCluster(wanted: wanted, deployed: deployed, release: seen)
    }

    /// The release of an environment that ends.
    func observeEnd(
        _ observation: EnvironmentObservation, _ scope: ReleaseScope, _ pass: inout Pass, _ memory: SharedMemory
    ) async throws -> ReleaseObservation {
        var release = try await known(scope, pass)
        try await read(ReleasePlan.keys(.uninstall(scope), stored: release.stored), as: [], &release)
        pass.release = release
        var seen = ReleaseObservation(
            now: observation.now, stored: release.stored, remembered: observation.environment.rememberedRelease)
        seen.objects = observed(release, [], scope.owner, memory)
        return seen
    }

    private func known(_ scope: ReleaseScope, _ pass: Pass) async throws -> PassRelease {
        if let release = pass.release { return release }
        let options = ListOptions(labelSelector: "owner=helm,name=\(scope.name)", limit: 100)
        return PassRelease(try await client.listAll(.secrets, namespace: scope.namespace, options).items, in: scope)
    }

    /// Reads the objects that the pass does not know yet, side by side, in the versions in which they are written.
    private func read(
        _ keys: [ObjectKey], as wanted: [ReleaseObject], _ release: inout PassRelease
    ) async throws {
        let resources = Dictionary(wanted.map { ($0.key, $0.resource) }) { first, _ in first }
        let missing = keys.filter { release.objects[$0] == nil }
        guard !missing.isEmpty else { return }
        let client = client
        let found = try await withThrowingTaskGroup(of: (ObjectKey, KubernetesObject?).self) { group in
            for key in missing {
                let place = ObjectKey(resources[key] ?? key.resource, namespace: key.namespace, name: key.name)
                group.addTask { (key, try await client.findServed(place)) }
            }
            var found: [ObjectKey: KubernetesObject?] = [:]
            for try await (key, object) in group { found[key] = .some(object) }
            return found
        }
        for (key, object) in found { release.objects[key] = .some(object) }
    }

    private func observed(
        _ release: PassRelease, _ wanted: [ReleaseObject], _ owner: String, _ memory: SharedMemory
    ) -> [ObjectKey: ObservedReleaseObject] {
        let wanted = Dictionary(wanted.map { ($0.key, $0) }) { first, _ in first }
        var observed: [ObjectKey: ObservedReleaseObject] = [:]
        for (key, object) in release.objects {
            guard let object else { continue }
            var seen = ObservedReleaseObject(object, wanted: wanted[key], environmentUID: owner)
            if !seen.matches, let desired = wanted[key] {
                seen.matches = memory.withLock { $0.tolerates(object, insteadOf: desired) }
            }
            observed[key] = seen
        }
        return observed
    }
}

// MARK: - What is wanted

extension ReleaseObserver {
    /// What the newest record was made of, where that is what is asked for; else the chart rendered anew.
    func wanted(
        _ inputs: ReleaseInputs, _ release: inout PassRelease, _ pass: inout Pass
    ) async throws -> ObservedVirtualCluster.Wanted {
        if let latest = release.stored.last, latest.operation != nil, latest.appliedDigest == inputs.digest,
            let release = release.remade(latest)
        {
            return .unchanged(release)
        }
        if let rendered = pass.rendered { return rendered }
        let outcome = try await render(inputs, release.scope, release.stored)
        pass.rendered = outcome
        return outcome
    }

    private func render(
        _ inputs: ReleaseInputs, _ scope: ReleaseScope, _ stored: [StoredRelease]
    ) async throws -> ObservedVirtualCluster.Wanted {
        let identity = ReleasePlan.identity(for: inputs.digest, in: scope, stored: stored)
        do {
            let rendering = try await renderer.render(
                ReleaseRenderer.Order(chart: inputs.chart, values: inputs.values, release: identity))
            return .changed(
                try DesiredRelease(
                    rendering.chart, of: renderer.releaseChart(rendering.fetched), config: inputs.values,
                    digest: inputs.digest, in: scope))
        } catch let failure as ReleaseFailure {
            return .failure(failure)
        } catch let error as HelmError {
            return .failure(ReleaseFailure(.manifestRefused, "\(error)"))
        }
    }
}

extension KubernetesClient {
    /// The object; `nil` also where the server does not serve its kind in that version.
    fileprivate func findServed(_ key: ObjectKey) async throws -> KubernetesObject? {
        do {
            return try await find(key)
        } catch let error as KubernetesError where error.code == .notFound {
            return nil
        }
    }
}

extension Environment {
    /// The revision that the status says was deployed.
    var rememberedRelease: RememberedRelease? {
        status.release.map { RememberedRelease(revision: Int($0.revision), contentDigest: $0.digest) }
    }
}
