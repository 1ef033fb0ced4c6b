import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// Where releases are looked for, and whose they are.
struct ReleaseSource: Sendable, Hashable {
    var namespace: String
    /// The only release that is meant; `nil` for all that there are.
    var release: String?
    /// `team/pr-42`, whose the release of the name that follows from it is; `nil` where that is not known.
    var environment: String?
    /// What the release of that Environment is called.
    var environmentRelease: String?
}

extension ReleaseSource {
    /// The release of an Environment's virtual cluster; `nil` where it has none, nor begins to have one.
    ///
    /// A first installation that does not come to its end has records as well, before the status names them.
    init?(_ environment: Environment) {
        let status = environment.status
        let isBegun = status.condition(.releaseReady).map { $0.reason != ReleaseReason.notNeeded.rawValue } ?? false
        guard let namespace = status.namespace?.name, status.release != nil || isBegun else { return nil }
        let name = status.release?.name ?? Naming.release(of: environment.metadata.name)
        self.init(
            namespace: namespace, release: name,
            environment: "\(environment.metadata.namespace)/\(environment.metadata.name)", environmentRelease: name)
    }

    /// All releases in a namespace, which may be an Environment's own.
    init(namespace: String, _ object: KubernetesObject?) {
        self.init(namespace: namespace)
        guard let name = object?.label(Words.Label.environment),
            let place = object?.label(Words.Label.environmentNamespace)
        else { return }
        environment = "\(place)/\(name)"
        environmentRelease = Naming.release(of: name)
    }

    /// The Environment that a release found here belongs to.
    func environment(of release: String) -> String? { release == environmentRelease ? environment : nil }
}

extension ClusterConnection {
    /// The Secrets that are the records of the releases at a place.
    ///
    /// - Throws: where they may not be listed, which right is missing.
    func records(_ source: ReleaseSource) async throws -> [KubernetesObject] {
        let name = source.release.map { ",name=\($0)" } ?? ""
        let options = ListOptions(labelSelector: "owner=helm\(name)", limit: 20)
        do {
            return try await client.listAll(.secrets, namespace: source.namespace, options).items
        } catch let error as KubernetesError where error.code == .forbidden {
            throw CommandFailure(
                .forbidden, error.message,
                hints: [
                    "releases are kept in Secrets: ask whoever runs this cluster for the right to list secrets in "
                        + "namespace \(source.namespace)"
                ])
        }
    }
}
