/// In which order objects are made and deleted, by their kind; unknown kinds come last, by their names.
package struct KindOrder: Sendable {
    private let places: [String: Int]

    private init(_ kinds: [String]) {
        places = Dictionary(uniqueKeysWithValues: zip(kinds, 0...))
    }

    func precedes(_ left: String, _ right: String) -> Bool {
        switch (places[left], places[right]) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }

    /// Elements of one kind stay in their order.
    func sorted<Element>(_ elements: [Element], by kind: (Element) -> String) -> [Element] {
        elements.enumerated().map { (place: $0.offset, kind: kind($0.element), element: $0.element) }
            .sorted { left, right in
                if precedes(left.kind, right.kind) { return true }
                return !precedes(right.kind, left.kind) && left.place < right.place
            }
            .map(\.element)
    }

    package static let install: KindOrder = KindOrder([
        "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy",
        "PodDisruptionBudget", "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass",
        "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole", "ClusterRoleList",
        "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList",
        "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
        "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
        "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
    ])

    /// Nearly the other way round, but that Services go before what serves them.
    package static let uninstall: KindOrder = KindOrder([
        "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService", "Ingress", "IngressClass",
        "Service", "CronJob", "Job", "StatefulSet", "HorizontalPodAutoscaler", "Deployment", "ReplicaSet",
        "ReplicationController", "Pod", "DaemonSet", "RoleBindingList", "RoleBinding", "RoleList", "Role",
        "ClusterRoleBindingList", "ClusterRoleBinding", "ClusterRoleList", "ClusterRole",
        "CustomResourceDefinition", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "ConfigMap",
        "SecretList", "Secret", "ServiceAccount", "PodDisruptionBudget", "PodSecurityPolicy", "LimitRange",
        "ResourceQuota", "NetworkPolicy", "Namespace", "PriorityClass",
    ])
}
