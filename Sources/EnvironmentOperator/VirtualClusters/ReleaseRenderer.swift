import EnvironmentAPI
import Formats
import GoTemplate
package import Helm
package import Kubernetes
import Synchronization

/// Renders charts for releases: a chart is fetched once and parsed once, whoever asks for it.
package final class ReleaseRenderer: Sendable {
    /// What to render, and for whom.
    struct Order: Sendable {
        var chart: EnvironmentClass.VirtualCluster.Chart
        var values: JSONObject
        var release: ReleaseIdentity
    }

    struct Rendering: Sendable {
        var fetched: FetchedChart
        var chart: RenderedChart
    }

    private let charts: any ChartSource
    private let credentials: @Sendable (_ secretName: String) async throws -> ChartCredentials
    private let capabilities: @Sendable () async throws -> Capabilities
    private let client: KubernetesClient
    private let functions: FunctionLibrary
    private let time: any TimeSource
    private let engines = Mutex(Recent<ChartEngine>())
    private let releaseCharts = Mutex(Recent<ReleaseChart>())

    /// A chart whose lookups depend on what lookups find is rendered so often at most.
    private static let lookupRounds = 8

    package init(
        charts: any ChartSource,
        credentials: @escaping @Sendable (_ secretName: String) async throws -> ChartCredentials,
        capabilities: @escaping @Sendable () async throws -> Capabilities,
        client: KubernetesClient,
        time: any TimeSource,
        randomBytes: @escaping @Sendable (Int) throws -> [UInt8]
    ) {
        self.charts = charts
        self.credentials = credentials
        self.capabilities = capabilities
        self.client = client
        self.time = time
        functions = HelmFunctions.library(
            HelmFunctionSources(
                now: { time.now }, randomBytes: randomBytes, lookup: { LookupTable.current?.value($0) }))
    }

    /// The renderer of an operator: credentials are Secrets of its own namespace.
    package convenience init(
        _ charts: any ChartSource, reader: KubernetesClient, namespace: String, time: any TimeSource,
        random: any RandomSource
    ) {
        let capabilities = CapabilitiesMemory(client: reader, time: time)
        self.init(
            charts: charts,
            credentials: { name in
                let secret = try await Self.credentials(name, in: namespace, reader)
                return try ChartCredentials { secret.json[path: "data", $0]?.string.flatMap(Base64.decode) }
            },
            capabilities: { try await capabilities.current() },
            client: reader,
            time: time,
            randomBytes: { count in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } })
    }

    /// The Secret of a repository's credentials: an administrator lets the operator read each one by its name.
    private static func credentials(
        _ name: String, in namespace: String, _ reader: KubernetesClient
    ) async throws -> KubernetesObject {
        do {
            guard let secret = try await reader.find(ObjectKey(.secrets, namespace: namespace, name: name)) else {
                throw ChartFetchError(
                    .unauthorized,
                    "there is no Secret \(name) in \(namespace): create it with the keys username and password")
            }
            return secret
        } catch let error as KubernetesError where error.code == .forbidden {
            throw ChartFetchError(
                .unauthorized,
                "the operator may not read Secret \(name) in \(namespace). Allow it: kubectl create role \(name) "
                    + "--verb=get --resource=secrets --resource-name=\(name) -n \(namespace); kubectl create "
                    + "rolebinding \(name) --role=\(name) --serviceaccount=\(namespace):"
                    + "\(Words.Installation.serviceAccount) -n \(namespace)")
        }
    }

    /// Renders a chart.
    ///
    /// - Throws: ``ReleaseFailure``, or what the API server says to a lookup.
    func render(_ order: Order) async throws -> Rendering {
        let fetched = try await fetch(order.chart)
        let capabilities = try await capabilities()
        let lookups = LookupTable()
        let reader = LookupReader(
            client: client, namespace: order.release.namespace, kinds: ReleaseKinds.writable)
        for _ in 0..<Self.lookupRounds {
            let chart = Result {
                try LookupTable.$current.withValue(lookups) { try render(fetched, order, capabilities) }
            }
            // A chart may well fail for want of what it looks up, and does no longer once that is read.
            let missing = lookups.takeMissing()
            guard !missing.isEmpty else { return Rendering(fetched: fetched, chart: try chart.get()) }
            for request in missing { lookups.fill(request, try await reader.read(request)) }
        }
        throw ReleaseFailure(
            .chartRefused, "Chart \(order.chart.name) looks up more after each lookup: use another version of it.")
    }

    private func fetch(_ chart: EnvironmentClass.VirtualCluster.Chart) async throws -> FetchedChart {
        do {
            var credentials: ChartCredentials?
            if let name = chart.credentialsSecretName { credentials = try await self.credentials(name) }
            let reference = ChartReference(
                repository: chart.repository, name: chart.name, version: chart.version, digest: chart.digest)
            return try await charts.chart(reference, credentials: credentials)
        } catch let error as ChartFetchError {
            throw ReleaseFailure(error)
        }
    }

    private func render(
        _ fetched: FetchedChart, _ order: Order, _ capabilities: Capabilities
    ) throws -> RenderedChart {
        do {
            let chart = try fetched.chart.processingDependencies(values: order.values)
            let values = try RenderValues(
                chart: chart, values: order.values, release: order.release, capabilities: capabilities)
            let engine = try engine(fetched, values)
            let limit = RenderingTimeLimit { [time] in time.monotonic }
            let files = try engine.render(values, check: limit.check)
            return try RenderedChart(files: files, chart: chart.name)
        } catch let error as HelmError {
            throw refusal(order, "\(error)")
        } catch let error as TemplateError {
            throw refusal(order, "\(error)")
        }
    }

    /// What the chart says against the values, with the new names of values that are of another version.
    private func refusal(_ order: Order, _ message: String) -> ReleaseFailure {
        let advice = RenamedValue.advice(
            on: .object(order.values), chart: order.chart.name, version: order.chart.version)
        let lines = message.split(separator: "\n").map(String.init) + advice
        return ReleaseFailure(
            .valuesInvalid,
            "Chart \(order.chart.name) \(order.chart.version) does not take the class's values: "
                + lines.joined(separator: "; "))
    }

    private func engine(_ fetched: FetchedChart, _ values: RenderValues) throws -> ChartEngine {
        // Which dependencies are in depends on the values.
        let isShared = fetched.chart.dependencies.isEmpty
        if isShared, let known = engines.withLock({ $0[fetched.digest] }) { return known }
        let engine = try ChartEngine(values.templates, functions: functions)
        if isShared { engines.withLock { $0.keep(engine, for: fetched.digest) } }
        return engine
    }

    /// The chart as releases keep it, made once for all of them.
    func releaseChart(_ fetched: FetchedChart) -> ReleaseChart {
        if let known = releaseCharts.withLock({ $0[fetched.digest] }) { return known }
        let chart = ReleaseChart(fetched.chart)
        releaseCharts.withLock { $0.keep(chart, for: fetched.digest) }
        return chart
    }
}

/// The last few things made of charts, by the charts' digests: classes use few charts.
private struct Recent<Element: Sendable>: Sendable {
    private var elements: [(digest: String, element: Element)] = []

    subscript(digest: String) -> Element? { elements.first { $0.digest == digest }?.element }

    mutating func keep(_ element: Element, for digest: String) {
        elements.removeAll { $0.digest == digest }
        elements.append((digest, element))
        if elements.count > 8 { elements.removeFirst() }
    }
}

extension ReleaseKinds {
    /// What a virtual cluster's release may hold: what the operator may write in a namespace of its own.
    static let writable: [APIResource] = [
        .secrets, .configMaps, .services, .serviceAccounts, .persistentVolumeClaims, .statefulSets, .deployments,
        .jobs, .ingresses, .networkPolicies, .endpointSlices, .podDisruptionBudgets, .resourceQuotas, .limitRanges,
    ]
}
