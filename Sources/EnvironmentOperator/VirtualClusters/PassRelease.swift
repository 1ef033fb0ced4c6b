import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// A release as one pass knows it: read once, and then as its own writes left it.
struct PassRelease: Sendable {
    /// The newest last.
    var stored: [StoredRelease]
    /// Live objects; `nil` is an absence that was seen.
    var objects: [ObjectKey: KubernetesObject?] = [:]

    init(_ secrets: [KubernetesObject]) {
        stored = secrets.compactMap { StoredRelease($0) }.sorted { $0.revision < $1.revision }
    }

    /// Takes in what a write left.
    mutating func record(_ object: KubernetesObject?, of action: ReleaseAction, as key: ObjectKey) {
        switch action {
        case .createRecord(let record), .updateRecord(let record, _):
            stored.removeAll { $0.revision == record.release.revision }
            if let object, let release = StoredRelease(object) { stored.append(release) }
            stored.sort { $0.revision < $1.revision }
        case .delete(let key, let uid) where stored.contains { $0.uid == uid }:
            if object == nil { stored.removeAll { $0.uid == uid } }
            objects[key] = .some(object)
        case .apply, .delete: objects[key] = .some(object)
        case .dryRun: break
        }
    }
}

extension ObservedReleaseObject {
    /// What matters of a live object with a name that a release wants.
    init?(_ object: KubernetesObject?, wanted: ReleaseObject?, environmentUID: String) {
        guard let object, let uid = object.uid else { return nil }
        self.init(
            uid: uid,
            isOurs: object.label(Words.Label.environmentUID) == environmentUID,
            isDeleting: object.isDeleting,
            matches: wanted.map { object.isAsWanted($0.object) } ?? true,
            progress: Self.progress(of: object),
            run: object.annotation(Words.Annotation.operation),
            releaseName: object.annotation("meta.helm.sh/release-name"),
            isKept: object.annotation("helm.sh/resource-policy") == "keep")
    }

    private static func progress(of object: KubernetesObject) -> Progress {
        switch object.kind {
        case "Job":
            for condition in object.json[path: "status", "conditions"]?.array ?? []
            where condition["status"]?.string == "True" {
                if condition["type"]?.string == "Complete" { return .succeeded }
                if condition["type"]?.string == "Failed" {
                    return .failed((condition["message"]?.string ?? "it failed").escapingControls(limit: 200))
                }
            }
            return .running
        case "Pod":
            switch object.json[path: "status", "phase"]?.string {
            case "Succeeded": return .succeeded
            case "Failed": return .failed("it failed")
            default: return .running
            }
        default: return .succeeded
        }
    }
}
