package import Kubernetes
package import Telemetry

/// Keeps a cache up to date and tells who is concerned: lists, watches, and lists again before long.
///
/// Watches can lose events without anybody noticing. So everything is read from the server again within the resync
/// interval, and what that shows to have changed is told like any other change.
package struct Reflector<Element: Sendable>: Sendable {
    package let cache: ObjectCache<Element>
    private let client: KubernetesClient
    private let namespace: String?
    private let options: ListOptions
    private let resync: Duration
    private let time: any TimeSource
    private let random: any RandomSource
    private let metrics: ReflectorMetrics
    private let log: Logger
    private let handlers: [@Sendable (CacheChange<Element>) -> Void]

    /// Feeds `cache` from the server, and calls the handlers with each change, one after the other.
    ///
    /// `resync` is the longest time between two lists. Handlers only note whom a change concerns; they do not wait.
    package init(
        _ cache: ObjectCache<Element>,
        client: KubernetesClient,
        namespace: String? = nil,
        _ options: ListOptions = ListOptions(limit: 500, metadataOnly: true),
        resync: Duration = .seconds(300),
        time: any TimeSource,
        random: any RandomSource,
        metrics: MetricRegistry,
        log: Logger,
        handlers: [@Sendable (CacheChange<Element>) -> Void]
    ) {
        self.cache = cache
        self.client = client
        self.namespace = namespace
        self.options = options
        self.resync = resync
        self.time = time
        self.random = random
        self.metrics = ReflectorMetrics(metrics, cache.resource)
        self.log = log.with(["resource": .text(cache.resource.qualifiedName)])
        self.handlers = handlers
    }

    /// Runs until the task is cancelled; no failure of the API ends it.
    package func run() async throws {
        while true {
            // Shortened by up to a fifth, or all resources would be listed in the same moment for ever.
            let session = resync * (1 - random.fraction() / 5)
            cache.beginSession()
            try await first(follow, { try await time.sleep(for: session) })
            metrics.resyncs.increment()
        }
    }

    private func follow() async throws {
        try await client.listAndWatch(
            cache.resource, namespace: namespace, options, time: time, random: random
        ) { update in
            if case .failed(let error, let wait) = update { note(error, wait) }
            for change in cache.take(update) {
                for handler in handlers { handler(change) }
            }
            metrics.objects.set(cache.count)
        }
    }

    private func note(_ error: KubernetesError, _ wait: Duration) {
        metrics.failures(cache.resource.qualifiedName, error.code.rawValue).increment()
        log.warning(
            "list or watch failed",
            ["code": .text(error.code.rawValue), "error": .text(error.message), "retryAfter": .duration(wait)])
    }
}

/// What a reflector counts.
struct ReflectorMetrics: Sendable {
    let objects: Gauge
    let resyncs: Counter
    let failures: MetricFamily<Counter>

    init(_ registry: MetricRegistry, _ resource: APIResource) {
        let name = resource.qualifiedName
        objects = registry.gauge("cache_objects", help: "Objects in a cache.", labels: ["resource"])(name)
        resyncs = registry.counter(
            "cache_resyncs_total", help: "Lists that were due by time.", labels: ["resource"])(name)
        failures = registry.counter(
            "watch_failures_total", help: "Lists and watches that failed.", labels: ["resource", "code"])
    }
}
