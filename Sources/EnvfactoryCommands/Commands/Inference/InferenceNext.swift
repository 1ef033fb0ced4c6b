import EnvironmentAPI
import EnvironmentOperator

extension InferenceEndpoint {
    /// What one may do now, one thing a line.
    var next: [String] {
        guard let ready = condition(.ready), !metadata.isDeleting else {
            return metadata.isDeleting
                ? [command("wait", "--for gone", "waits for its end")]
                : ["nothing was heard of it yet: see whether the operator runs"]
        }
        switch EndpointReadyReason(rawValue: ready.reason) {
        case .ready: return [command("chat", "hello", "asks it"), binding]
        case .deleting: return [command("wait", "--for gone", "waits for its end")]
        case .rejected: return ["correct what Accepted says, and apply it again"]
        case .nameConflict: return ["delete what has its name, or use another name"]
        case .waitingForGPU:
            return [
                "nothing, it takes its turn; 'envfactory inference list --all-namespaces' shows who holds GPUs",
                command("wait", "--timeout 1h", "waits for it"),
            ]
        case .failed: return ["mend what the message says"] + logs
        case .loading, .provisioning, .degraded, nil: return [command("wait", "", "waits for it")] + logs
        }
    }

    /// The log of the step that it is at.
    private var logs: [String] {
        guard effectiveMode == .cluster, condition(.serviceReady)?.status == .isTrue else { return [] }
        let fetching = [ModelReason.fetching, .fetchFailed, .digestMismatch, .cacheTooSmall].map(\.rawValue)
        let isFetching = condition(.modelReady).map { fetching.contains($0.reason) } ?? false
        return [command("logs", isFetching ? "--fetch" : "", "shows what it says")]
    }

    private var binding: String {
        "an environment reaches it by spec.inference: [{endpointRef: {namespace: \(metadata.namespace), name: "
            + "\(metadata.name)}, serviceName: \(spec.serving.serviceName)}]"
    }

    private func command(_ verb: String, _ rest: String, _ effect: String) -> String {
        "'envfactory inference \(verb) \(metadata.name)\(rest.isEmpty ? "" : " \(rest)")' \(effect)"
    }
}
