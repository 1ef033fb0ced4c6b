import Formats
package import Kubernetes

extension ObservedReleaseObject {
    /// Takes a live object; whether it is ours and as desired is for the caller to say.
    package init(_ object: KubernetesObject, isOurs: Bool, matches: Bool) {
        self.init(
            uid: object.uid ?? "", isOurs: isOurs, isDeleting: object.isDeleting, matches: matches,
            progress: Progress(object), run: object.annotation(ReleaseWords.operation),
            releaseName: object.annotation(ReleaseWords.releaseName), isKept: object.isKept)
    }
}

extension ObservedReleaseObject.Progress {
    /// How far a Job or Pod is; whatever else is there is done.
    package init(_ object: KubernetesObject) {
        switch (object.group, object.kind) {
        case ("batch", "Job"): self = Self.job(object.json["status"])
        case ("", "Pod"): self = Self.pod(object.json["status"])
        default: self = .succeeded
        }
    }

    private static func job(_ status: JSONValue?) -> Self {
        for condition in status?["conditions"]?.array ?? [] where condition["status"]?.string == "True" {
            switch condition["type"]?.string {
            case "Complete": return .succeeded
            case "Failed": return .failed(message(condition, otherwise: "the job failed"))
            default: continue
            }
        }
        return .running
    }

    private static func pod(_ status: JSONValue?) -> Self {
        switch status?["phase"]?.string {
        case "Succeeded": .succeeded
        case "Failed": .failed(message(status, otherwise: "the pod failed"))
        default: .running
        }
    }

    private static func message(_ status: JSONValue?, otherwise: String) -> String {
        let parts: [String] = [status?["reason"]?.string, status?["message"]?.string].compactMap { $0 }
        return parts.isEmpty ? otherwise : parts.joined(separator: ": ").escapingControls(limit: 256)
    }
}
