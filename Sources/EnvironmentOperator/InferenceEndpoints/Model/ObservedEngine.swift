import EnvironmentAPI
import Formats
import Kubernetes

/// The engine's newest pod, as far as it matters.
package struct ObservedEngine: Sendable, Hashable {
    package var podIP: String?
    package var node: String?
    /// The pod, and how often its engine was started in it.
    package var incarnation: String?
    /// When its engine was started last.
    var startedAt: Timestamp?
    package var isReady: Bool
    /// Why it is not ready; `nil` where it just starts.
    package var trouble: Verdict?

    init(podIP: String?, node: String?, incarnation: String? = nil, isReady: Bool, trouble: Verdict?) {
        (self.podIP, self.node, self.incarnation) = (podIP, node, incarnation)
        (self.isReady, self.trouble) = (isReady, trouble)
    }
}

extension ObservedEngine {
    /// Reads the newest of the engine's pods; `nil` where there is none.
    init?(_ evidence: ControlPlaneEvidence) {
        let newest = evidence.pods.filter { !$0.isDeleting }.newest
        let refused = evidence.trouble
        guard let pod = newest else {
            guard let refused, refused.reason == .podRefused || refused.reason == .quotaExceeded else { return nil }
            self.init(
                podIP: nil, node: nil, isReady: false,
                trouble: Verdict(.isFalse, ModelReason.podRefused, refused.message))
            return
        }
        self.init(
            podIP: pod.json[path: "status", "podIP"]?.string, node: pod.json[path: "spec", "nodeName"]?.string,
            incarnation: Self.incarnation(pod), isReady: pod.isReadyPod,
            trouble: Self.fetching(pod) ?? Self.loading(pod) ?? Self.cause(refused))
        let state = pod.json[path: "status", "containerStatuses"]?.array?.first?["state"]
        startedAt = state?[path: "running", "startedAt"]?.string.flatMap(Timestamp.init(orNil:))
    }

    private static func incarnation(_ pod: KubernetesObject) -> String? {
        let starts = pod.json[path: "status", "containerStatuses"]?.array?.first?["restartCount"]?.integer ?? 0
        return pod.uid.map { "\($0) \(starts)" }
    }

    /// What the init step says: it fetches, or why it does not.
    private static func fetching(_ pod: KubernetesObject) -> Verdict? {
        guard let status = pod.json[path: "status", "initContainerStatuses"]?.array?.first else { return nil }
        let ended = status[path: "state", "terminated"] ?? status[path: "lastState", "terminated"]
        if let ended, ended["exitCode"]?.integer ?? 0 != 0 {
            return Verdict(fetchFailure: ended["message"]?.string ?? "", in: pod)
        }
        guard status[path: "state", "running"] != nil else { return nil }
        return Verdict(.isFalse, ModelReason.fetching, "The model is fetched into the cache.")
    }

    private static func loading(_ pod: KubernetesObject) -> Verdict? {
        guard let status = pod.json[path: "status", "containerStatuses"]?.array?.first else { return nil }
        let last = status[path: "state", "terminated"] ?? status[path: "lastState", "terminated"]
        if let last, last["reason"] == "OOMKilled" {
            return Verdict(
                .isFalse, ModelReason.outOfMemory,
                "The engine was ended for want of memory: use a smaller model or spec.model.contextSize, or a larger node."
            )
        }
        guard last == nil, let running = status[path: "state", "running"], status["ready"]?.bool == false else {
            return nil
        }
        let since = running["startedAt"]?.string.map { " since \($0)" } ?? ""
        return Verdict(
            .isFalse, ModelReason.loading, "The engine loads the model\(since); ten minutes are normal for large ones.")
    }

    private static func cause(_ trouble: ControlPlaneTrouble?) -> Verdict? {
        guard let trouble else { return nil }
        return Verdict(.isFalse, ModelReason(rawValue: trouble.reason.rawValue) ?? .podRefused, trouble.message)
    }
}

extension Verdict {
    /// The last words of the init step: a word of ``ModelReason``, and a sentence.
    init(fetchFailure message: String, in pod: KubernetesObject) {
        let parts = message.split(separator: ":", maxSplits: 1)
        let told: [ModelReason] = [.digestMismatch, .cacheTooSmall, .fetchFailed]
        let reason = parts.first.flatMap { word in told.first { $0.rawValue == word } }
        guard let reason, parts.count == 2 else {
            self.init(
                .isFalse, ModelReason.fetchFailed,
                "The model cannot be fetched: read 'kubectl logs -n \(pod.namespace ?? "") \(pod.name) -c fetch'.")
            return
        }
        let sentence = parts[1].drop { $0 == " " }.prefix { !$0.isNewline }.prefix(500)
        self.init(.isFalse, reason, "The model cannot be fetched: \(sentence).")
    }
}
