import EnvironmentAPI
import Helm
import Kubernetes

/// A release as one pass knows it: read once, and then as its own writes left it.
struct PassRelease: Sendable {
    /// The newest last.
    var stored: [StoredRelease]
    /// Live objects; `nil` is an absence that was seen.
    var objects: [ObjectKey: KubernetesObject?] = [:]

    let scope: ReleaseScope
    /// Revisions as they would be made again, by their records: all of a chart's objects are read for one.
    private var remade: [RecordVersion: DesiredRelease?] = [:]

    private struct RecordVersion: Hashable {
        var uid: String
        var resourceVersion: String
    }

    init(_ secrets: [KubernetesObject], in scope: ReleaseScope) {
        self.scope = scope
        stored = secrets.compactMap { StoredRelease($0, in: scope) }.sorted { $0.revision < $1.revision }
    }

    /// The revision as it would be made again; `nil` where it cannot be read.
    mutating func remade(_ record: StoredRelease) -> DesiredRelease? {
        let version = RecordVersion(uid: record.uid, resourceVersion: record.resourceVersion)
        if let known = remade[version] { return known }
        let release: DesiredRelease?
        do { release = try DesiredRelease(rollingBackTo: record, in: scope) } catch { release = nil }
        remade[version] = .some(release)
        return release
    }

    /// Takes in what a write left.
    mutating func record(_ object: KubernetesObject?, of action: ReleaseAction, as key: ObjectKey) {
        switch action {
        case .createRecord(let record), .updateRecord(let record, _):
            stored.removeAll { $0.revision == record.release.revision }
            if let object, let release = StoredRelease(object, in: scope) { stored.append(release) }
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
    /// What matters of a live object with a name that a release wants; ours is what carries the environment's uid.
    init(_ object: KubernetesObject, wanted: ReleaseObject?, environmentUID: String) {
        self.init(
            object, isOurs: object.label(Words.Label.environmentUID) == environmentUID,
            matches: wanted.map { object.isAsWanted($0.object) } ?? true)
    }
}
