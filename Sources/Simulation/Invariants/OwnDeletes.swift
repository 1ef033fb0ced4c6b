import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I1: what the operator deletes or changes it made itself, or lies in a namespace that it made; every DELETE carries
/// a uid; and nobody's namespace goes while its Environment lives.
struct OwnDeletes: Invariant {
    static let title = "I1 own deletes only"

    /// The uids of what the operator made.
    private var made: Set<String> = []
    /// The namespaces that it made, by name.
    private var namespaces: Set<String> = []

    /// What it may change although somebody else made it; its roles say the same.
    private static let shared: Set<String> = [
        Kind.environments, Kind.classes, Kind.leases, "events", "events.events.k8s.io",
    ]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .cluster(.change(let change)):
            note(change)
            return tombstone(change) ?? freed(change)
        case .cluster(.request(let record)) where record.identity.isOperator && record.verb != .create:
            guard !record.isDryRun else { return nil }
            switch record.outcome {
            case .changed, .deleted: return breach(record, truth)
            case .created, .unchanged, .refused: return nil
            }
        default: break
        }
        return nil
    }

    private mutating func note(_ change: ObjectChange) {
        guard change.before == nil, change.author?.isOperator == true else { return }
        made.insert(change.uid)
        if change.resource == "namespaces" { namespaces.insert(change.name) }
    }

    private func breach(_ record: WriteRecord, _ truth: Truth) -> String? {
        if record.verb == .delete || record.verb == .deleteCollection {
            guard !record.expectedUID.isEmpty else { return "\(record) carries no uid" }
            if record.resource == "namespaces", let reason = lives(record.name, truth) { return "\(record): \(reason)" }
        }
        let isOwn =
            made.contains(record.uid) || namespaces.contains(record.namespace) || Self.shared.contains(record.resource)
            || record.isPause
        return isOwn ? nil : "\(record) touches uid \(record.uid), which the operator did not make"
    }

    /// The operator deletes an Environment only once it has ended.
    private func tombstone(_ change: ObjectChange) -> String? {
        guard change.resource == Kind.environments, change.author?.isOperator == true, let before = change.before,
            !before.isDeleting, change.after?.isDeleting ?? true
        else { return nil }
        return Environment(before).isTerminated ? nil : "Environment \(change.name) is deleted before it has ended"
    }

    /// What somebody else holds stays held; the cluster's own finalizers are its own affair.
    private func freed(_ change: ObjectChange) -> String? {
        guard change.author?.isOperator == true, let before = change.before else { return nil }
        let kept = change.after?.finalizers ?? []
        let lost = before.finalizers.filter { finalizer in
            finalizer != Words.Finalizer.teardown && finalizer.contains("/") && !finalizer.hasPrefix("kubernetes.io/")
                && !kept.contains(finalizer)
        }
        return lost.isEmpty ? nil : "\(change.resource) \(change.name) is freed of \(lost), which is not the operator's"
    }

    /// Why a namespace must not go: its Environment is alive.
    private func lives(_ name: String, _ truth: Truth) -> String? {
        guard let namespace = truth["namespaces", "", name] else { return nil }
        let owner = truth.environments.first { $0.metadata.uid == namespace.environmentUID }
        guard let owner, owner.metadata.deletionTimestamp == nil, owner.status.condition(.terminated) == nil else {
            return nil
        }
        return "Environment \(owner.metadata.name) lives"
    }
}

extension WriteRecord {
    /// The brake tells of itself in the object that pauses.
    fileprivate var isPause: Bool {
        resource == "configmaps" && namespace == Words.Installation.namespace && name == Words.Pause.configMap
    }
}
