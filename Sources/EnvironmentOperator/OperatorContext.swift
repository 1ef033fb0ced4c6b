package import ControllerRuntime
package import EnvironmentAPI
package import Formats
package import Kubernetes

/// What every controller of the operator is given.
package struct OperatorContext: Sendable {
    /// Changes the cluster only while this process leads and nobody paused it.
    package var client: KubernetesClient
    /// Writes for one environment, and notes what its caches must see before it is looked at again.
    package var applier: @Sendable (NamespacedName) -> ObjectApplier
    /// The same for one inference endpoint.
    package var endpointApplier: @Sendable (NamespacedName) -> ObjectApplier
    package var view: any EnvironmentView
    package var endings: EndingControl
    package var events: any EnvironmentEventRecorder
    package var endpoint: HostEndpoint
    package var renderer: ReleaseRenderer
    /// Reaches virtual clusters.
    package var connector: VirtualClusterConnector
    /// Has the environment looked at as soon as the Secret is there.
    package var awaitSecret: @Sendable (ObjectKey, NamespacedName) -> Void
    /// The ServiceAccount that the operator runs as.
    package var identity: Subject
    package var time: any TimeSource
    /// The API server's time, as far as this machine's monotonic clock carries it: it says when to look.
    package var serverNow: @Sendable () -> Timestamp
    /// What the API server said the time was when it last answered, never ahead of it: it says what may end.
    package var provenNow: @Sendable () -> Timestamp?
    /// The cluster's domain in its DNS.
    package var clusterDomain: String
    /// What is known of an environment's pull request.
    package var pullRequest: @Sendable (Environment) -> PullRequestOutlook?

    package static let usualDomain = "cluster.local"

    package init(
        client: KubernetesClient,
        applier: @escaping @Sendable (NamespacedName) -> ObjectApplier,
        endpointApplier: @escaping @Sendable (NamespacedName) -> ObjectApplier,
        view: any EnvironmentView,
        endings: EndingControl,
        events: any EnvironmentEventRecorder,
        endpoint: HostEndpoint,
        renderer: ReleaseRenderer,
        connector: @escaping VirtualClusterConnector,
        awaitSecret: @escaping @Sendable (ObjectKey, NamespacedName) -> Void,
        pullRequest: @escaping @Sendable (Environment) -> PullRequestOutlook? = { _ in nil },
        identity: Subject,
        time: any TimeSource,
        serverNow: @escaping @Sendable () -> Timestamp,
        provenNow: @escaping @Sendable () -> Timestamp?,
        clusterDomain: String = OperatorContext.usualDomain
    ) {
        self.pullRequest = pullRequest
        self.clusterDomain = clusterDomain
        self.client = client
        self.applier = applier
        self.endpointApplier = endpointApplier
        self.view = view
        self.endings = endings
        self.events = events
        self.endpoint = endpoint
        self.renderer = renderer
        self.connector = connector
        self.awaitSecret = awaitSecret
        self.identity = identity
        self.time = time
        self.serverNow = serverNow
        self.provenNow = provenNow
    }
}

/// Tells users what happened to an environment; never fails and never waits.
package protocol EnvironmentEventRecorder: Sendable {
    func record(_ event: EnvironmentEvent, about environment: Environment)
    func record(_ event: EnvironmentEvent, about endpoint: InferenceEndpoint)
    /// Tells it of a class.
    func record(_ event: EnvironmentEvent, about environmentClass: EnvironmentClass)
    /// Tells it of a namespace whose environment is gone.
    func record(_ event: EnvironmentEvent, about namespace: NamedNamespace)
}
