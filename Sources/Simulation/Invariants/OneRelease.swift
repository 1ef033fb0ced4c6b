import EnvironmentAPI
import Formats
import Helm
import KubernetesSimulator

/// I3: a release has at most one revision on its way and one deployed, and its revisions rise by one; nothing of it is
/// made before a record tells of it; and nobody else's `helm` is disturbed.
struct OneRelease: Invariant {
    static let title = "I3 one release in flight"

    /// Helm keeps ten revisions unless told; one more while an operation is on its way.
    private static let historyLimit = 11

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact else { return nil }
        if let text = unrecorded(change, truth) { return text }
        guard change.resource == "secrets", let record = change.after, record.label("owner") == "helm",
            let name = record.label("name")
        else { return nil }
        let others = truth.objects("secrets", in: change.namespace).filter {
            $0.label("owner") == "helm" && $0.label("name") == name
        }
        if let text = disturbance(change, others) { return text }
        let statuses = others.compactMap { $0.label("status") }
        let place = "release \(name) in \(change.namespace)"
        let pending = statuses.filter { $0.hasPrefix("pending-") || $0 == "uninstalling" }
        if pending.count > 1 { return "\(place) has \(pending.count) operations on their way: \(statuses)" }
        // The new one is deployed before the old one is superseded.
        if statuses.count(where: { $0 == "deployed" }) > 2 { return "\(place) is deployed more than once: \(statuses)" }
        if others.count > Self.historyLimit { return "\(place) has \(others.count) records" }
        guard change.before == nil else { return nil }
        let revisions = others.filter { $0.uid != record.uid }.compactMap(\.revision)
        guard let revision = record.revision else { return "\(place) has a record without a revision" }
        let expected = (revisions.max() ?? 0) + 1
        return revisions.isEmpty || revision == expected
            ? nil : "\(place) gets revision \(revision) after \(expected - 1)"
    }

    /// That the operator goes on where somebody else is at work.
    private func disturbance(_ change: ObjectChange, _ records: [JSONValue]) -> String? {
        let foreign = [change.before].compactMap(\.self) + (change.before == nil ? records : [])
        guard change.author?.isOperator == true,
            let broken = foreign.first(where: { $0.isPending && $0.operation == nil })
        else { return nil }
        return "\(change.name) in \(change.namespace) is written while somebody's helm is at \(broken.name)"
    }

    private func unrecorded(_ change: ObjectChange, _ truth: Truth) -> String? {
        guard change.before == nil, change.author?.isOperator == true, change.resource == Kind.statefulSets,
            change.after?[path: "metadata", "annotations", "meta.helm.sh/release-name"] != nil,
            !truth.objects("secrets", in: change.namespace).contains(where: { $0.label("owner") == "helm" })
        else { return nil }
        return "\(change.resource) \(change.name) in \(change.namespace) is made before its release has a record"
    }
}

extension JSONValue {
    fileprivate var operation: String? { self[path: "metadata", "annotations", ReleaseWords.operation]?.string }
    fileprivate var isPending: Bool { label("status")?.hasPrefix("pending-") ?? false }
    fileprivate var revision: Int? { label("version").flatMap { Int($0) } }
}
