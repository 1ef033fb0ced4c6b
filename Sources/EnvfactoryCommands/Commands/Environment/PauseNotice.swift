import EnvironmentAPI
import Formats
import Kubernetes

/// What the pause object says: whether the operator holds still, since when and why.
struct PauseNotice: Sendable, Hashable {
    static let key = ObjectKey(.configMaps, namespace: Words.Installation.namespace, name: Words.Pause.configMap)

    var isPaused: Bool
    var isByBrake: Bool
    var reason: String
    var since: String

    init(_ object: KubernetesObject?) {
        func data(_ key: String) -> String { object?.json[path: "data", key]?.string ?? "" }
        isPaused = data(Words.Pause.paused) == "true"
        isByBrake = data(Words.Pause.by) == Words.Pause.byBrake
        reason = data(Words.Pause.reason)
        since = data(Words.Pause.since)
    }

    /// One line for whoever looks at environments; `nil` while nothing is held.
    var banner: String? {
        guard isPaused else { return nil }
        let what = isByBrake ? "the brake holds every teardown" : "the operator is paused"
        let when = since.isEmpty ? "" : " since \(since)"
        let why = reason.isEmpty ? "" : ": \(reason)"
        return "\(what)\(when)\(why) ('envfactory unpause' ends it)"
    }
}

extension CommandContext {
    /// The banner, where the user may read the pause object; who may not is told nothing.
    func pauseBanner(_ client: KubernetesClient) async throws -> String? {
        do {
            return PauseNotice(try await client.find(PauseNotice.key)).banner
        } catch is KubernetesError {
            return nil
        }
    }
}
