package import EnvironmentAPI
package import Formats
package import Kubernetes

/// Why a control plane is not ready, in one line.
package struct ControlPlaneTrouble: Sendable, Hashable {
    package var reason: ControlPlaneReason
    package var message: String

    package init(_ reason: ControlPlaneReason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

/// What was read to find out why a control plane is not ready.
package struct ControlPlaneEvidence: Sendable {
    /// Of the control plane, not those of the virtual cluster's users.
    package var pods: [KubernetesObject]
    package var claims: [KubernetesObject]
    /// Of the core group, of the whole namespace.
    package var events: [KubernetesObject]
    package var now: Timestamp
    /// Where what is wrong can be put right.
    package var place: String

    package init(
        pods: [KubernetesObject] = [], claims: [KubernetesObject] = [], events: [KubernetesObject] = [],
        now: Timestamp, place: String = "the class's values"
    ) {
        (self.pods, self.claims, self.events, self.now) = (pods, claims, events, now)
        self.place = place
    }
}

extension ControlPlaneEvidence {
    /// The first cause that is found, from the one that a pod meets first to the last; `nil` while it just starts.
    package var trouble: ControlPlaneTrouble? {
        refusedPod ?? unboundClaim ?? unschedulable ?? waitingContainer ?? crashingContainer ?? failingProbe
    }

    /// Pods that the API server does not let be made, whatever becomes of those that were made before.
    private var refusedPod: ControlPlaneTrouble? {
        let controllers: Set<String> = ["StatefulSet", "ReplicaSet"]
        let event = latestEvent("FailedCreate") { controllers.contains($0["kind"]?.string ?? "") }
        let newest = pods.compactMap { $0.json[path: "metadata", "creationTimestamp"]?.string }.max()
        guard let event, let refusal = event.json["message"]?.string, newest.map({ $0 < event.lastSeen }) ?? true
        else { return nil }
        let isQuota = refusal.contains("exceeded quota")
        return ControlPlaneTrouble(
            isQuota ? .quotaExceeded : .podRefused,
            "The pod is refused: \(refusal.brief): "
                + (isQuota
                    ? "raise spec.quota.hard of the class, or lower the resources in its values."
                    : "change \(place), or what the cluster admits."))
    }

    private var unboundClaim: ControlPlaneTrouble? {
        for claim in claims where claim.json[path: "status", "phase"]?.string == "Pending" {
            let told = latest("ProvisioningFailed", about: claim) ?? latest("FailedBinding", about: claim)
            let isAwaited = pods.contains { $0.schedulingFailure?.contains("PersistentVolumeClaim") == true }
            guard told != nil || isAwaited else { continue }
            let storageClass = claim.json[path: "spec", "storageClassName"]?.string ?? "the default class"
            let cause = told.map { ": \($0.brief)" } ?? ""
            return ControlPlaneTrouble(
                .volumeUnbound,
                "Volume claim \(claim.name) is not bound\(cause): see that storage class \(storageClass.shown) "
                    + "provides volumes, or name another one in \(place).")
        }
        return nil
    }

    private var unschedulable: ControlPlaneTrouble? {
        for pod in pods {
            guard let message = pod.schedulingFailure else { continue }
            return ControlPlaneTrouble(
                .unschedulable,
                "No node takes pod \(pod.name): \(message.brief): free resources, or lower those in \(place)."
            )
        }
        return nil
    }

    private static let pullReasons: Set<String> = [
        "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError",
        "RegistryUnavailable",
    ]

    private var waitingContainer: ControlPlaneTrouble? {
        for (pod, status) in containers {
            guard let waiting = status[path: "state", "waiting"], let reason = waiting["reason"]?.string,
                Self.pullReasons.contains(reason)
            else { continue }
            let image = status["image"]?.string ?? ""
            let cause = latest("Failed", about: pod, where: { $0.contains("pull") || $0.contains("image") })
            return ControlPlaneTrouble(
                .imagePull,
                "Image \(image.shown) of pod \(pod.name) cannot be pulled: \((cause ?? reason).brief): "
                    + "name an image that exists in \(place).")
        }
        return nil
    }

    /// A container that ends again and again; what it wrote is not told, since secrets may be in it.
    private var crashingContainer: ControlPlaneTrouble? {
        for (pod, status) in containers {
            let last = status[path: "state", "terminated"] ?? status[path: "lastState", "terminated"]
            guard let last, last["exitCode"]?.integer ?? 0 != 0, status["ready"]?.bool != true else { continue }
            let name = status["name"]?.string ?? ""
            let reason = last["reason"]?.string ?? "Error"
            let count = status["restartCount"]?.integer ?? 0
            return ControlPlaneTrouble(
                .crashLoop,
                "Container \(name.shown) of pod \(pod.name) ended with code \(last["exitCode"]?.integer ?? 0) "
                    + "(\(reason.shown))\(count > 0 ? ", and not for the first time" : ""): read "
                    + "'kubectl logs -n \(pod.namespace ?? "") \(pod.name) -c \(name) --previous'.")
        }
        return nil
    }

    /// How long a control plane may take to answer its probes before that is called a trouble.
    private static let patience: Duration = .seconds(30)

    private var failingProbe: ControlPlaneTrouble? {
        for (pod, status) in containers where status["ready"]?.bool == false {
            guard let started = status[path: "state", "running", "startedAt"]?.string.flatMap(Timestamp.init(orNil:)),
                now - started >= Self.patience, let failure = latest("Unhealthy", about: pod)
            else { continue }
            return ControlPlaneTrouble(
                .probeFailing, "Pod \(pod.name) runs, and its probes fail: \(failure.brief).")
        }
        return nil
    }
}

// MARK: - Reading

extension ControlPlaneEvidence {
    private var containers: [(pod: KubernetesObject, status: JSONValue)] {
        pods.flatMap { pod in
            ["initContainerStatuses", "containerStatuses"]
                .flatMap { pod.json[path: "status", $0]?.array ?? [] }.map { (pod, $0) }
        }
    }

    private func latest(
        _ reason: String, about object: KubernetesObject, where matches: (String) -> Bool = { _ in true }
    ) -> String? {
        latestEvent(reason, where: matches) { $0["uid"]?.string == object.uid }?.json["message"]?.string
    }

    private func latestEvent(
        _ reason: String, where matches: (String) -> Bool = { _ in true }, about isMeant: (JSONValue) -> Bool
    ) -> KubernetesObject? {
        events.filter {
            $0.json["reason"]?.string == reason && isMeant($0.json["involvedObject"] ?? .null)
                && matches($0.json["message"]?.string ?? "")
        }.max { $0.lastSeen < $1.lastSeen }
    }
}

extension KubernetesObject {
    /// What the scheduler says of a pod that it cannot place.
    fileprivate var schedulingFailure: String? {
        json[path: "status", "conditions"]?.array?.first {
            $0["type"]?.string == "PodScheduled" && $0["status"]?.string == "False"
        }?["message"]?.string
    }

    /// RFC 3339, which sorts as it reads.
    fileprivate var lastSeen: String {
        for field in ["lastTimestamp", "eventTime", "firstTimestamp"] {
            if let text = json[field]?.string { return text }
        }
        return ""
    }
}

extension String {
    /// The beginning of what others say, on one line, without the full stop at its end.
    fileprivate var brief: String {
        var text = unicodeScalars.prefix(400).reduce(into: "") { text, scalar in
            text += scalar.value < 0x20 || scalar.value == 0x7F ? " " : String(scalar)
        }
        while text.last == "." || text.last == " " { text.removeLast() }
        return text
    }
}
