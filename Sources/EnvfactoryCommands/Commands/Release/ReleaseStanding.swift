import EnvironmentAPI
import Helm

/// Whose operation wrote a revision, and what to do where it hangs or failed.
struct ReleaseStanding: Sendable, Hashable {
    var operation: String
    /// `nil` where there is nothing to do.
    var advice: String?

    init(_ release: Release, among stored: [StoredRelease], of environment: Environment) {
        let own = stored.first { $0.revision == release.revision }
        let remembered = environment.status.release.flatMap { $0.revision == Int64(release.revision) ? $0 : nil }
        // A helm that supersedes a revision of ours writes it anew, without annotations.
        let isOurs = own?.operation != nil || remembered != nil
        operation = isOurs ? "envfactory's" : "somebody's helm"
        if let remembered, remembered.digest != release.contentDigest {
            operation += ", and the record was changed since"
        }
        guard stored.newestReadable == release.revision else { return }
        let wasOurs = environment.status.release != nil || stored.contains { $0.operation != nil }
        advice = isOurs ? Self.ours(release, environment) : Self.foreign(release, isUpgrade: wasOurs)
    }

    private static func ours(_ release: Release, _ environment: Environment) -> String? {
        let (name, namespace) = (environment.metadata.name, environment.metadata.namespace)
        let look = "'envfactory describe \(name) -n \(namespace)' tells why"
        switch release.status {
        case .pendingInstall, .pendingUpgrade, .pendingRollback, .uninstalling:
            return "the operator goes on with it by itself, also after a crash; where it does not end, \(look)"
        case .failed:
            return "the operator tries again by itself, later each time; \(look), so that the class or the "
                + "parameters can be mended"
        case .unknown, .deployed, .uninstalled, .superseded: return nil
        }
    }

    private static func foreign(_ release: Release, isUpgrade: Bool) -> String? {
        guard isUpgrade else {
            return "the operator does not touch what it did not install: run 'helm uninstall \(release.name) "
                + "--namespace \(release.namespace)' to let it install its own"
        }
        guard release.status.isPending else {
            return "the operator puts its own in its place: change the class or the parameters instead"
        }
        let record = ReleaseWords.secretName(release.name, revision: release.revision)
        return "the operator leaves it to that helm: let it end; where none runs any more, delete Secret \(record) in "
            + "namespace \(release.namespace)"
    }
}

extension [StoredRelease] {
    /// The last revision that can be read: others count for nobody.
    var newestReadable: Int? { last { $0.release != nil }?.revision }
}
