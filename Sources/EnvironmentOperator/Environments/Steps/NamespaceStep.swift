package import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// Whose the namespace with the wanted name is.
package enum NamespaceState: Sendable, Hashable {
    case absent
    /// Ours by its uid; or by its label, where its creation was not recorded any more.
    case own(uid: String, hash: ObjectHash)
    /// Ours, and about to go.
    case terminating(uid: String)
    case foreign

    /// The uid of a namespace of ours.
    package var ownUID: String? {
        switch self {
        case .own(let uid, hash: _), .terminating(let uid): uid
        case .absent, .foreign: nil
        }
    }
}

extension HostedObservation {
    /// Judges by the recorded uid.
    ///
    /// Only before it is recorded does the label with the owner's uid, which
    /// nobody knew before the owner was created, stand for it.
    var namespaceState: NamespaceState {
        guard let namespace else { return .absent }
        let isOurs =
            if let recorded = recordedNamespace, recorded.name == identity.hostNamespace {
                recorded.uid == namespace.uid || hasOurLabel(namespace)
            } else {
                hasOurLabel(namespace)
            }
        guard isOurs else { return .foreign }
        return namespace.isDeleting
            ? .terminating(uid: namespace.uid) : .own(uid: namespace.uid, hash: namespace.hash)
    }

    private func hasOurLabel(_ namespace: ObservedNamespace) -> Bool {
        namespace.ownerUID == identity.uid
    }
}

extension EnvironmentPlan {
    @Sendable static func namespace(_ observation: some HostedObservation) -> EnvironmentStep {
        guard let podSecurity = observation.podSecurity else { return .done() }
        let identity = observation.identity
        let desired = WantedObject(identity.hostNamespaceObject(podSecurity), of: .namespaces)
        switch observation.namespaceState {
        case .absent:
            return .act(
                [.apply(desired, expecting: .absent)],
                Verdict(.isFalse, NamespaceReason.creating, "The namespace \(identity.hostNamespace) is created."))
        case .own(let uid, let hash) where hash != desired.hash && observation.corrects(.namespaceReady):
            return .act([.apply(desired, expecting: .uid(uid))], ready(identity))
        case .own:
            return .done(ready(identity))
        case .terminating:
            if let release = selfRelease(observation) { return .act([release]) }
            return .wait(
                Verdict(
                    .isFalse, NamespaceReason.terminating,
                    "Someone deleted the namespace \(identity.hostNamespace): it is made anew once it is gone."),
                recheckAfter: .seconds(30))
        case .foreign:
            return .wait(
                Verdict(
                    .isFalse, NamespaceReason.nameConflict,
                    "A namespace \(identity.hostNamespace) exists and was not made for this: it is left alone. "
                        + "Delete it, or choose another name."),
                recheckAfter: .seconds(60))
        }
    }

    private static func ready(_ identity: OwnerIdentity) -> Verdict {
        Verdict(.isTrue, NamespaceReason.ready, "The namespace \(identity.hostNamespace) is ready.")
    }
}
