/// How the simulated cluster behaves where real clusters differ.
package struct SimulationSettings: Sendable {
    /// What `/version` says.
    package var version = "v1.30.0"
    /// Where uids, generated names and tokens start from.
    package var seed: UInt64 = 1

    /// How long a new or changed quota binds nobody, and deleted objects still count.
    package var quotaDelay: Duration = .milliseconds(200)
    /// How long the namespace controller takes to notice.
    package var namespaceDelay: Duration = .zero
    /// How long the garbage collector takes to notice.
    package var garbageDelay: Duration = .zero
    /// From a pod's creation until it runs; `nil`: it stays pending for ever.
    package var podStartDelay: Duration? = .seconds(1)
    /// How long a pod's processes take to end, at most its grace period; `nil`: they use the grace period up.
    package var podStopDelay: Duration? = .seconds(1)
    /// How long the controllers of StatefulSets, Deployments and Endpoints take to notice.
    package var workloadDelay: Duration = .milliseconds(100)
    /// From the moment a Node is deleted until its pods are.
    package var orphanedPodDelay: Duration = .seconds(40)
    /// Services get Endpoints where they have this label; `nil`: all that have a selector do.
    ///
    /// Most of what runs here never looks at Endpoints, and is spared the writes.
    package var endpointsLabel: String? = "envfactory.dev/inference-endpoint-uid"
    /// From the moment a virtual cluster's pod is ready until it has written its kubeconfig.
    package var kubeconfigDelay: Duration = .seconds(5)
    /// What `/version` says inside virtual clusters.
    package var virtualClusterVersion = "v1.36.2"
    /// Pods go before everything else when a namespace is deleted, as from 1.33 on.
    package var deletesPodsFirst = true
    /// Every namespace gets the ConfigMap `kube-root-ca.crt`.
    package var publishesRootCertificate = true

    /// How long a watch lasts that asks for no time of its own.
    package var watchTimeout: Duration = .seconds(1800)
    /// How often a watch that asked for bookmarks gets one.
    package var bookmarkInterval: Duration = .seconds(60)
    /// What happened longer ago than this, or twice this, can no longer be watched.
    package var historyWindow: Duration = .seconds(300)

    /// Whether the server remembers which permissions were asked for, and by whom.
    package var recordsAccess = false

    package init() {}
}
