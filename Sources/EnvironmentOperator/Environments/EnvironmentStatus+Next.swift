package import EnvironmentAPI
import Formats
import Helm

extension Environment.Status {
    /// The status after a pass; equal to the one before where nothing changed, so that nothing is written.
    package init(_ observation: EnvironmentObservation, _ plan: EnvironmentPlan, failures: [Verdict] = []) {
        let conditions = EnvironmentConditions(observation, plan, failures: failures).conditions
        self.init(
            conditions: conditions,
            observedGeneration: observation.environment.metadata.generation,
            namespace: Self.namespace(observation),
            release: Self.release(observation),
            kubeconfig: Self.kubeconfig(observation),
            expiresAt: observation.expiresAt,
            warnedAt: Self.warnedAt(observation, conditions),
            resolvedClass: Self.resolvedClass(observation),
            leftovers: Self.leftovers(observation)
        )
        ttl = observation.environment.spec.ttl
    }

    private static func namespace(_ observation: EnvironmentObservation) -> NamespaceReference? {
        if let uid = observation.namespaceState.ownUID {
            return NamespaceReference(name: observation.identity.hostNamespace, uid: uid)
        }
        return observation.isEnding ? nil : observation.environment.status.namespace
    }

    private static func kubeconfig(_ observation: EnvironmentObservation) -> Kubeconfig? {
        guard !observation.isEnding else { return nil }
        let before = observation.environment.status.kubeconfig
        switch observation.kubeconfig {
        case .unknown: return before
        case .missing, .foreign: return nil
        case .present(let secret):
            var kubeconfig = Kubeconfig(
                secretNamespace: observation.identity.hostNamespace,
                secretName: Words.Fixed.kubeconfigSecret,
                server: secret.server,
                expiresAt: secret.expiresAt)
            kubeconfig.publishedTo = publishedTo(observation) ?? before?.publishedTo
            if observation.environment.spec.publishTo == nil, observation.formerCopy == nil {
                kubeconfig.publishedTo = nil
            }
            return kubeconfig
        }
    }

    /// Where the copy was found to be.
    private static func publishedTo(_ observation: EnvironmentObservation) -> String? {
        guard case .present? = observation.published else { return nil }
        return observation.environment.spec.publishTo
    }

    /// The revision that is deployed.
    private static func release(_ observation: EnvironmentObservation) -> Release? {
        guard !observation.isEnding else { return nil }
        guard let stored = observation.virtualCluster?.release.stored else {
            return observation.environment.status.release
        }
        guard let deployed = stored.last(where: { $0.release?.status == .deployed })?.release else {
            return observation.environment.status.release
        }
        return Release(
            name: deployed.name, chart: "\(deployed.chart)", revision: Int64(deployed.revision),
            digest: deployed.contentDigest)
    }

    /// When the warning that stands was given; forgotten when the end moves away from it.
    private static func warnedAt(_ observation: EnvironmentObservation, _ conditions: [Condition]) -> Timestamp? {
        let before = observation.environment.status
        let expiring = conditions.first { $0.type == ConditionType.expiring.rawValue }
        guard let expiring, expiring.status == .isTrue else { return nil }
        return expiring.message == before.condition(.expiring)?.message ? before.warnedAt : observation.now
    }

    private static func resolvedClass(_ observation: EnvironmentObservation) -> ResolvedClass? {
        guard case .accepted(_, let resolved, _) = observation.admission else {
            return observation.environment.status.resolvedClass
        }
        return resolved
    }

    private static func leftovers(_ observation: EnvironmentObservation) -> [Leftover] {
        guard observation.isEnding else { return [] }
        let remaining = observation.keptVolumes ?? observation.remains.map { $0.blockers + $0.volumes }
        // Bounded, as everything in a status must be: the count is in the condition's message.
        return remaining.map { Array($0.prefix(100).map(\.leftover)) } ?? observation.environment.status.leftovers
    }
}
