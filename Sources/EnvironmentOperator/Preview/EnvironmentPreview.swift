package import ControllerRuntime
package import EnvironmentAPI
import Formats
import Kubernetes

/// What the operator would do about an environment, object by object and field by field, if it looked now.
package struct EnvironmentPreview: Sendable, Hashable {
    package let name: NamespacedName
    package let environmentClassName: String
    package let acceptance: Acceptance
    package let release: ReleasePreview?
    /// The Environment itself where a file changes it, then what is made for it, in the order in which it is written.
    package let changes: [ObjectChange]
    package let warnings: [String]
    /// What could not be compared, since it may not be read.
    package let unread: [String]
    /// Nothing of what is made for it could be read.
    package let isBlind: Bool
}

/// What there is of an environment, as far as it may be read.
struct LiveObjects: Sendable {
    /// `nil`: there is none, or it may not be read.
    var namespace: KubernetesObject?
    /// Of the kinds that are made for environments.
    var objects: [ObjectKey: KubernetesObject] = [:]
    /// Kinds that may not be read there.
    var unread: [APIResource] = []
    /// `nil`: there is none to be, or it may not be read.
    var release: PreviewedRelease?
    var notes: [String] = []
    var isBlind = false
}

extension EnvironmentPreview {
    /// Compares what is wanted with what there is.
    init(
        _ observation: EnvironmentObservation, _ acceptance: Acceptance, _ declared: DeclaredObject?,
        _ live: LiveObjects
    ) {
        let metadata = observation.environment.metadata
        name = NamespacedName(namespace: metadata.namespace, name: metadata.name)
        environmentClassName = observation.environment.spec.environmentClassName
        self.acceptance = acceptance
        let comparison = Comparison(observation: observation, live: live)
        var release = comparison.isApart ? nil : live.release?.summary
        release?.name = observation.releasePlace.release
        self.release = release
        let isNew = declared?.isNew ?? false
        let changes = (declared?.change).map { [$0] } ?? []
        self.changes = changes + comparison.changes.map { isNew ? UnknownUID.hiding($0, of: observation.identity) : $0 }
        warnings = comparison.warnings.map { isNew ? UnknownUID.hiding($0, of: observation.identity) : $0 }
        unread = live.notes.map { isNew ? UnknownUID.hiding($0, of: observation.identity) : $0 }
        isBlind = live.isBlind
    }
}

/// What an Environment that does not exist yet has for a uid, and what is shown in place of what follows from it.
enum UnknownUID {
    static let text = "known-once-it-exists"
    private static let shown = "(uid)"

    static func hiding(_ change: ObjectChange, of identity: OwnerIdentity) -> ObjectChange {
        change.replacing(identity.hostNamespace, with: hostNamespace(of: identity)).replacing(text, with: shown)
    }

    static func hiding(_ warning: String, of identity: OwnerIdentity) -> String {
        warning.substituting(identity.hostNamespace, hostNamespace(of: identity))
    }

    private static func hostNamespace(of identity: OwnerIdentity) -> String { "env-\(identity.name)-\(shown)" }
}

/// What is wanted beside what there is.
private struct Comparison {
    let observation: EnvironmentObservation
    let live: LiveObjects

    private var identity: OwnerIdentity { observation.identity }

    /// Nothing is done for the environment as it lives: it is refused, it ends, or its namespace is not ours.
    var isApart: Bool { apartness != nil }

    private var apartness: String? {
        if observation.isEnding || observation.environment.metadata.isDeleting {
            return "the environment ends: what is left of it goes, and nothing else is done"
        }
        // Why it is refused is told by itself.
        guard observation.admission.environmentClass != nil else { return "" }
        switch observation.namespaceState {
        case .absent, .own: return nil
        case .terminating:
            return "namespace \(identity.hostNamespace) is being deleted: it is made anew once it is gone"
        case .foreign:
            return "namespace \(identity.hostNamespace) is not of this environment: it is left alone. Delete it, or "
                + "create the environment under another name"
        }
    }

    var changes: [ObjectChange] {
        guard !isApart else { return [] }
        let written = wanted.filter { isReadable($0.key) && !isForeign($0.key) }.compactMap { wanted in
            ObjectChange(wanted, found: wanted.key.resource == .namespaces ? live.namespace : live.objects[wanted.key])
        }
        let wantedKeys = observation.desired.keys
        let surplus = observation.owned.filter { !wantedKeys.contains($0.key) && !$0.value.isDeleting }.map(\.key)
            .sorted { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
        let released = live.release?.changes(owner: identity.uid) ?? []
        return written + released + surplus.map(ObjectChange.init(deleting:)) + secrets
    }

    private var wanted: [WantedObject] {
        let podSecurity = observation.environmentClass?.podSecurity ?? EnvironmentClass.PodSecurity()
        let desired = observation.desired
        return [WantedObject(identity.hostNamespaceObject(podSecurity), of: .namespaces), desired.selfBinding]
            + desired.guards + desired.grants + desired.serving
    }

    /// The kubeconfig, and its copy, which come after all else.
    private var secrets: [ObjectChange] {
        guard live.namespace == nil, isReadable(ObjectKey(.namespaces, name: "")) else { return [] }
        var keys = [observation.kubeconfigKey]
        if let name = observation.environment.spec.publishTo {
            keys.append(PublishedKubeconfig.key(name, of: observation.environment))
        }
        return keys.compactMap { key in
            let wanted: JSONValue = ["data": [Words.Fixed.kubeconfigKey: "(sensitive)"]]
            return ObjectChange(key, wanted: wanted, found: nil)
        }
    }

    private func isReadable(_ key: ObjectKey) -> Bool { !live.unread.contains(key.resource) }

    /// Somebody else's object has the name.
    private func isForeign(_ key: ObjectKey) -> Bool {
        live.objects[key] != nil && observation.owned[key] == nil
    }

    var warnings: [String] {
        if let apartness { return apartness.isEmpty ? [] : [apartness] }
        let foreign = wanted.filter { isForeign($0.key) }.map {
            "\($0.key) exists and is not of this environment: it is left alone. Delete it, and it is made"
        }
        let changes = self.changes
        let released = live.release?.warnings(changes, owner: identity.uid) ?? []
        return foreign + released + reported(changes)
    }

    /// Where the class wants drift to be told of only.
    private func reported(_ changes: [ObjectChange]) -> [String] {
        guard !observation.corrects(.guardrailsReady), !changes.isEmpty else { return [] }
        return [
            "the class has drift only reported: of what the environment has already nothing is changed, unless "
                + "spec.drift.mode of the class is Correct"
        ]
    }
}
