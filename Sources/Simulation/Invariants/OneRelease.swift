import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I3: a release has at most one revision on its way and one deployed, and its revisions rise by one.
struct OneRelease: Invariant {
    static let title = "I3 one release in flight"

    /// Helm keeps ten revisions unless told; one more while an operation is on its way.
    private static let historyLimit = 11

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact, change.resource == "secrets", let record = change.after,
            record.label("owner") == "helm", let name = record.label("name")
        else { return nil }
        let others = truth.objects("secrets", in: change.namespace).filter {
            $0.label("owner") == "helm" && $0.label("name") == name
        }
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
}

extension JSONValue {
    fileprivate var revision: Int? { label("version").flatMap { Int($0) } }
}
