import EnvironmentAPI
import Formats
package import Kubernetes

/// A StatefulSet or Deployment of a virtual cluster's control plane, as far as it matters.
package struct ObservedWorkload: Sendable, Hashable {
    package var key: ObjectKey
    package var uid: String
    package var replicas: Int64
    package var readyReplicas: Int64
    /// Pods that it still has, also those that go.
    package var currentReplicas: Int64
    /// Its controller has seen what is asked for.
    package var isObserved: Bool
    /// When vCluster's command line was told that it is paused.
    package var pausedDate: String?

    package init(
        key: ObjectKey, uid: String, replicas: Int64, readyReplicas: Int64, currentReplicas: Int64,
        isObserved: Bool = true, pausedDate: String? = nil
    ) {
        (self.key, self.uid, self.replicas, self.readyReplicas) = (key, uid, replicas, readyReplicas)
        (self.currentReplicas, self.isObserved, self.pausedDate) = (currentReplicas, isObserved, pausedDate)
    }

    package init?(_ object: KubernetesObject, of resource: APIResource) {
        guard let uid = object.uid else { return nil }
        let json = object.json
        let generation = json[path: "metadata", "generation"]?.integer ?? 0
        let updated = json[path: "status", "updatedReplicas"]?.integer
        let replicas = json[path: "spec", "replicas"]?.integer ?? 1
        self.init(
            key: ObjectKey(resource, namespace: object.namespace, name: object.name), uid: uid, replicas: replicas,
            readyReplicas: json[path: "status", "readyReplicas"]?.integer ?? 0,
            currentReplicas: json[path: "status", "replicas"]?.integer ?? 0,
            isObserved: (json[path: "status", "observedGeneration"]?.integer ?? 0) >= generation
                && (updated ?? 0) >= replicas,
            pausedDate: object.annotation(Pausing.dateAnnotation))
    }

    /// Every pod that is wanted is ready, and of the newest kind.
    package var isReady: Bool { isObserved && replicas > 0 && readyReplicas >= replicas }

    package var hasNoPods: Bool { isObserved && replicas == 0 && currentReplicas == 0 }
}

/// How vCluster's own command line marks a virtual cluster that sleeps.
package enum Pausing {
    static let pausedAnnotation = "loft.sh/paused"
    static let replicasAnnotation = "loft.sh/paused-replicas"
    static let dateAnnotation = "loft.sh/paused-date"
    /// On the pods that a virtual cluster made on the host: its name.
    static let podLabel = "vcluster.loft.sh/managed-by"
    /// The labels `app` of the workloads that sleep.
    static let applications: Set<String> = ["vcluster", "vcluster-etcd"]

    /// Whether an object of a release is a workload of the control plane.
    static func concerns(_ object: KubernetesObject) -> Bool {
        ["StatefulSet", "Deployment"].contains(object.kind)
            && object.label("app").map(applications.contains) == true
    }

    /// The workload without pods, marked as `vcluster pause` marks it.
    static func paused(_ workload: KubernetesObject, since date: String) -> KubernetesObject {
        var paused = workload
        let replicas = workload.json[path: "spec", "replicas"]?.integer ?? 1
        paused["spec"]?["replicas"] = 0
        var annotations = workload.json[path: "metadata", "annotations"] ?? .object(JSONObject())
        annotations[pausedAnnotation] = "true"
        annotations[replicasAnnotation] = .string(String(replicas))
        annotations[dateAnnotation] = .string(date)
        paused["metadata"]?["annotations"] = annotations
        return paused
    }
}
