import EnvironmentAPI
import Formats
import Kubernetes

extension EnvironmentPlan {
    /// The steps of an environment that ends, in order; each waits until its part is truly gone.
    static let end: [@Sendable (EnvironmentObservation) -> EnvironmentStep] = [
        pullRequestEnd,  // It says that its pull request is closed, where it is.
        heldEnd,  // A definition that goes takes no environment with it.
        rights,  // The operator may still act in the namespace.
        revocation,  // Nobody can use it any more.
        uninstallation,  // The virtual cluster's release is gone, and makes no more pods.
        pods,  // No pod runs, and none can start.
        external,  // What lives outside the namespace is given back.
        namespaceDeletion,  // The namespace is gone, or says what holds it.
        tombstone,  // It says that it ended, for as long as the class wants.
    ]

    @Sendable static func heldEnd(_ observation: some HostedObservation) -> EnvironmentStep {
        guard let hold = observation.hold else { return .done() }
        return .wait(ending(observation, hold.message), recheckAfter: hold.recheckAfter)
    }

    @Sendable static func rights(_ observation: some HostedObservation) -> EnvironmentStep {
        guard case .own = observation.namespaceState else { return .done() }
        let desired = observation.desired.selfBinding
        guard observation.owned[desired.key] == nil else { return .done() }
        return .act([.bind(desired)], ending(observation, "The operator binds itself to take the namespace down."))
    }

    @Sendable static func revocation(_ observation: EnvironmentObservation) -> EnvironmentStep {
        guard case .own = observation.namespaceState else { return .done() }
        let grants = observation.owned.filter { isGrant($0.key) && !$0.value.isDeleting }
        var actions: [EnvironmentAction] = grants.sorted { $0.key.description < $1.key.description }
            .map { .delete($0.key, uid: $0.value.uid) }
        if case .present(let secret) = observation.kubeconfig {
            actions.append(.delete(observation.kubeconfigKey, uid: secret.uid))
        }
        if let copy = observation.formerCopy { actions.append(.delete(copy.key, uid: copy.uid)) }
        return actions.isEmpty ? .done() : .act(actions, ending(observation, "Access is revoked."))
    }

    /// Pods end first: the policies and the quota that bind them must outlive the last of them, and older servers
    /// delete a namespace's content in any order.
    @Sendable static func pods(_ observation: some HostedObservation) -> EnvironmentStep {
        guard case .own = observation.namespaceState, let remains = observation.remains else { return .done() }
        let quota = WantedObject(observation.identity.closedResourceQuota(), of: .resourceQuotas)
        var actions: [EnvironmentAction] = []
        if let observed = observation.owned[quota.key] {
            if observed.hash != quota.hash { actions.append(.apply(quota, expecting: .uid(observed.uid))) }
        } else {
            actions.append(.apply(quota, expecting: .absent))
        }
        actions += deletions(remains.pods)
        return waiting(for: remains.pods, actions, "pods", observation)
    }

    /// What is reached from outside goes before what it leads to, and before the namespace: who made something of it
    /// elsewhere holds it until that is gone, and needs the namespace for as long.
    @Sendable static func exposure(_ observation: some HostedObservation) -> EnvironmentStep {
        guard case .own = observation.namespaceState, let exposures = observation.remains?.exposures else {
            return .done()
        }
        return waiting(for: exposures, deletions(exposures), "Services and Ingresses", observation)
    }

    /// Load balancers and volumes are billed by others, and outlive a namespace whose deletion forgot them.
    @Sendable static func external(_ observation: some HostedObservation) -> EnvironmentStep {
        guard case .own = observation.namespaceState, let remains = observation.remains else { return .done() }
        let remaining = remains.loadBalancers + (observation.keepsVolumes ? [] : remains.claims)
        return waiting(for: remaining, deletions(remaining), "load balancers and volumes", observation)
    }

    @Sendable static func namespaceDeletion(_ observation: some HostedObservation) -> EnvironmentStep {
        let identity = observation.identity
        switch observation.namespaceState {
        case .absent, .foreign:
            guard let lateness = observation.lateness else { return .done() }
            let message = "Nobody answered when the namespace \(identity.hostNamespace) was made: it may yet come."
            return .wait(ending(observation, message), recheckAfter: lateness)
        case .own(let uid, hash: _):
            return .act(
                [.delete(ObjectKey(.namespaces, name: identity.hostNamespace), uid: uid)],
                ending(observation, "The namespace \(identity.hostNamespace) is deleted."))
        case .terminating:
            if let release = selfRelease(observation) {
                let message = "Nothing is left in the namespace \(identity.hostNamespace)."
                return .act([release], ending(observation, message))
            }
            return .wait(blocked(observation), recheckAfter: patience(observation))
        }
    }

    /// An environment that someone deleted goes at once; one that ended by itself stays to say so.
    @Sendable static func tombstone(_ observation: EnvironmentObservation) -> EnvironmentStep {
        let environment = observation.environment
        let reason = observation.endReason ?? .deleted
        let gone = Verdict(.isTrue, reason.terminatedReason, goneMessage(observation))
        guard !environment.metadata.isDeleting else {
            return environment.isHeld ? .act([.release], gone) : .done(gone)
        }
        guard let terminated = environment.status.condition(.terminated), terminated.status == .isTrue else {
            return .done(gone, recheckAfter: observation.lifetime.retention)
        }
        // What was closed may be made again, once it is open again; this one is not brought back.
        if reason == .closed, observation.pullRequest == .reopened { return .act([.forget], gone) }
        let forgottenAt = terminated.lastTransitionTime + observation.lifetime.retention
        guard forgottenAt <= observation.now else {
            return .done(gone, recheckAfter: forgottenAt - observation.now)
        }
        return .act([.forget], gone)
    }
}

// MARK: - What is said, and how long it is waited

extension EnvironmentPlan {
    /// Releases the last object of a namespace that goes, the operator's own binding; `nil` while others are left.
    static func selfRelease(_ observation: some HostedObservation) -> EnvironmentAction? {
        guard let held = observation.owned[observation.selfBindingKey], held.isHeld,
            observation.remains?.content?.isOnly(.roleBindings, heldBy: Words.Finalizer.teardown) == true
        else { return nil }
        return .releaseObject(observation.selfBindingKey, uid: held.uid)
    }

    static func ending(_ observation: some HostedObservation, _ message: String) -> Verdict {
        Verdict(.isFalse, (observation.endReason ?? .deleted).terminatedReason, message)
    }

    private static func isGrant(_ key: ObjectKey) -> Bool {
        key.resource == .serviceAccounts
            || key.resource == .roleBindings && key.name != Words.Binding.operator.rawValue
    }

    static func deletions(_ remaining: [Remainder]) -> [EnvironmentAction] {
        remaining.filter { $0.deletedAt == nil }.map { .delete($0.key, uid: $0.uid) }
    }

    /// Acts where something is to be done, waits while something is left, and goes on when nothing is.
    private static func waiting(
        for remaining: [Remainder],
        _ actions: [EnvironmentAction],
        _ what: String,
        _ observation: some HostedObservation
    ) -> EnvironmentStep {
        let message = "\(remaining.count) \(what) are left."
        guard actions.isEmpty else { return .act(actions, ending(observation, message)) }
        guard let first = remaining.first else { return .done() }
        if let kept = remaining.first(where: \.isHeldByOthers) {
            return .wait(held(kept, of: remaining.count, observation), recheckAfter: patience(observation))
        }
        let held = remaining.first { !$0.finalizers.isEmpty } ?? first
        let name = held.leftover.text
        return .wait(ending(observation, "\(message) First of them: \(name)."), recheckAfter: patience(observation))
    }

    /// Names who keeps what was to go before the namespace.
    private static func held(_ kept: Remainder, of count: Int, _ observation: some HostedObservation) -> Verdict {
        let owners = Set(kept.holders.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
        let others = count > 1 ? " one of \(count) that are left," : ""
        return Verdict(
            .isFalse, TerminatedReason.leftovers,
            "\(kept.leftover.text),\(others) keeps \(observation.identity.hostNamespace) from going: see that the operator of"
                + " \(owners.joined(separator: ", ")) runs, which takes its finalizer off; it is not ours to take off.")
    }

    /// Names what holds the namespace: kind, name, finalizer, since when.
    private static func blocked(_ observation: some HostedObservation) -> Verdict {
        let name = observation.identity.hostNamespace
        guard let remains = observation.remains else {
            return ending(observation, "The namespace \(name) is being deleted.")
        }
        if let first = remains.blockers.first {
            let others = remains.blockers.count > 1 ? " and \(remains.blockers.count - 1) more" : ""
            let failure = remains.content?.failures.first.map { " Nor can it be emptied: \($0)" } ?? ""
            return Verdict(
                .isFalse, TerminatedReason.leftovers,
                "The namespace \(name) is held by \(first.leftover.text)\(others): have their owner remove the "
                    + "finalizer; it is not ours to take off.\(failure)")
        }
        if let failure = remains.content?.failures.first {
            return Verdict(.isFalse, TerminatedReason.leftovers, "The namespace \(name) cannot be emptied: \(failure)")
        }
        let foreign = (remains.content?.finalizers ?? []).filter { $0.name != Words.Finalizer.teardown }
        if let first = foreign.first {
            let kinds = remains.content?.resources.map(\.name).joined(separator: ", ") ?? ""
            return Verdict(
                .isFalse, TerminatedReason.leftovers,
                "The namespace \(name) is held by the finalizer \(first.name) on \(first.count) objects among "
                    + "\(kinds): have their owner remove it; it is not ours to take off.")
        }
        return ending(observation, "The namespace \(name) is being deleted.")
    }

    /// A tenth of the time that it took so far, so that what goes late is noticed soon: from two seconds to a minute.
    private static func patience(_ observation: some HostedObservation) -> Duration {
        let begun = observation.condition(.terminated)?.lastTransitionTime ?? observation.now
        return min(max((observation.now - begun) / 10, .seconds(2)), .seconds(60))
    }

    private static func goneMessage(_ observation: EnvironmentObservation) -> String {
        let volumes = observation.keptVolumes?.count ?? 0
        let kept = volumes == 0 ? "" : " \(volumes) volumes are kept, see status.leftovers."
        return "Nothing is left of the environment on the host.\(kept)"
    }
}

extension Hold {
    var message: String {
        switch self {
        case .definitionTerminating(let name):
            "The definition \(name) is being deleted, which deletes every environment: nothing is torn down. "
                + "Restore the definition, or take the finalizer \(Words.Finalizer.teardown) off what may go."
        case .brake(let why):
            "\(why) Look at what ends and why, then run 'envfactory unpause'."
        }
    }

    var recheckAfter: Duration {
        switch self {
        case .definitionTerminating: .seconds(10)
        case .brake: .seconds(60)
        }
    }
}

extension Environment.Status.Leftover {
    /// `ConfigMap keep, held by example.com/hold since 2026-11-21T10:00:00Z`.
    package var text: String {
        let holder = heldBy.isEmpty ? "" : ", held by \(heldBy)"
        return "\(kind) \(name)\(holder)\(since.map { " since \($0)" } ?? "")"
    }
}
