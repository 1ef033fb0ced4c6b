import ControllerRuntime
import EnvironmentAPI
import EnvironmentOperator
import Formats
import HTTPModel
import HTTPServer
import Helm
import Kubernetes
import Telemetry

/// `envfactory operator`.
struct OperatorRun: Command {
    private static let server = Valued<String>(
        "kubeconfig-server", "url", "The API server in kubeconfigs that are handed out; else the one it uses itself.")
    private static let defaultAddress = ListenAddress(address: "0.0.0.0", port: Words.Installation.healthPort)
    private static let healthAddress = Valued<ListenAddress>(
        "health-address", "address:port", "Where health, readiness and metrics are answered; \(defaultAddress).",
        reader: ListenAddress.init(reading:))
    private static let workers = Valued<Int>(
        "workers", "count", "Environments worked on at once; 16.", reader: readWorkers)

    private static let chartCache = Valued<String>(
        "chart-cache", "directory", "Where fetched charts are kept; in memory alone unless given.")

    private static let chartAuthority = Valued<String>(
        "chart-ca-file", "file", "Whom to trust as chart repositories, in place of the system's authorities.")

    private static let clusterDomain = Valued<String>(
        "cluster-domain", "domain", "The cluster's domain in its DNS; \(OperatorContext.usualDomain).")

    private static let webhookAddress = Valued<ListenAddress>(
        "webhook-address", "address:port",
        "Where webhooks of code hosts are taken, in the clear: an Ingress gives them TLS. Nowhere unless given.",
        reader: ListenAddress.init(reading:))

    private static let fixedToolkit = Flag(
        "require-fixed-toolkit",
        "Give NVIDIA GPUs only on nodes that report, in a label, a container toolkit out of which no image escapes.")

    private static let journal = Valued<String>(
        "journal", "file",
        "Where to note, across crashes, what is being worked on: what crashes it is left alone. Nowhere unless given.")

    static let description = CommandDescription(
        "operator",
        summary: "Make, watch over and end environments",
        why: """
            Runs until it is stopped. Several may run: one leads, the others stand by. It needs the roles that \
            'envfactory install' applies, and no more than these. SIGTERM lets it finish what it is doing and give \
            the lease back.
            """,
        options: [
            server, healthAddress, webhookAddress, workers, chartCache, chartAuthority, clusterDomain, fixedToolkit,
            journal,
        ],
        example: "envfactory operator --health-address 127.0.0.1:8081"
    )

    private let server: String?
    private let healthAddress: ListenAddress
    private let webhookAddress: ListenAddress?
    private let workers: Int
    private let chartCache: String?
    private let chartAuthority: String?
    private let clusterDomain: String
    private let needsFixedToolkit: Bool
    private let journal: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        server = arguments[Self.server]
        healthAddress = arguments[Self.healthAddress] ?? Self.defaultAddress
        webhookAddress = arguments[Self.webhookAddress]
        workers = arguments[Self.workers] ?? 16
        chartCache = arguments[Self.chartCache]
        chartAuthority = arguments[Self.chartAuthority]
        clusterDomain = arguments[Self.clusterDomain] ?? OperatorContext.usualDomain
        needsFixedToolkit = arguments[Self.fixedToolkit]
        journal = arguments[Self.journal]
    }

    private static func readWorkers(_ text: String) throws(InvalidValue) -> Int {
        guard let count = Int(text), (1...256).contains(count) else {
            throw InvalidValue("write a number from 1 to 256")
        }
        return count
    }

    func run(_ context: CommandContext) async throws {
        let settings = try context.connectionSettings()
        let metrics = MetricRegistry()
        let log = Logger(
            level: context.options.isVerbose ? .debug : .info, sink: context.surroundings.log,
            now: { [time = context.time] in time.now })
        let `operator` = Operator(
            configuration(context),
            Operator.Environs(
                transport: try context.surroundings.transport(settings), time: context.time,
                random: context.surroundings.random, metrics: metrics, log: log,
                charts: try charts(context, log), connector: connector(context),
                web: context.surroundings.repositories, models: context.surroundings.models(),
                journal: journal(metrics, log)),
            endpoint: try endpoint(settings, context)
        )
        let health = try HTTPServer(address: healthAddress.address, port: healthAddress.port)
        log.info("answering health and metrics", ["port": .integer(Int(health.port))])
        let webhooks = try webhookAddress.map { try Self.webhookServer($0) }
        if let webhooks { log.info("taking webhooks", ["port": .integer(Int(webhooks.port))]) }
        try await run(`operator`, health, webhooks, context.surroundings.interruption)
        log.info("stopped")
    }

    /// Runs both until the runtime ends: in order when a signal asks for it.
    private func run(
        _ operator: Operator, _ health: HTTPServer, _ webhooks: HTTPServer?, _ interruption: Interruption
    ) async throws {
        let runtime = `operator`.runtime
        try await interruption.handled(by: { runtime.stop() }) {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await health.run(runtime.endpoints.handler)
                    return false
                }
                if let webhooks {
                    group.addTask {
                        try await webhooks.run(`operator`.webhooks.handler)
                        return false
                    }
                }
                group.addTask {
                    try await runtime.run()
                    return true
                }
                while let isOver = try await group.next(), !isOver {}
            }
        }
    }

    /// Anybody may send to it: so what it keeps of all senders together is bounded as well.
    private static func webhookServer(_ address: ListenAddress) throws -> HTTPServer {
        var limits = HTTPServerLimits()
        limits.bodyBytes = WebhookEndpoint.bodyLimit
        limits.bodyBytesAtOnce = 2 * WebhookEndpoint.bodyLimit
        limits.connections = 256
        limits.idle = .seconds(10)
        return try HTTPServer(address: address.address, port: address.port, limits: limits)
    }

    /// What outlives this process, where somebody wants it.
    private func journal(_ metrics: MetricRegistry, _ log: Logger) -> any InFlightJournal {
        guard let path = journal else { return NoJournal() }
        let journal = CrashJournal(path: path, metrics: metrics)
        let log = log.with(["journal": .text(path)])
        if let problem = journal.problem { log.warning("crashes are not noted", ["problem": .text(problem)]) }
        if let signal = journal.lastTrap {
            log.error("the last process crashed", ["signal": .integer(Int(signal))])
        }
        for name in journal.quarantined { log.error("left alone until it changes", ["object": .text(name)]) }
        journal.markTraps()
        return journal
    }

    private func configuration(_ context: CommandContext) -> Operator.Configuration {
        let host = context.filledVariable("POD_NAME") ?? context.filledVariable("HOSTNAME") ?? "envfactory"
        var configuration = Operator.Configuration(
            instance: LeaderElector.identity(host: host, random: context.surroundings.random))
        configuration.namespace =
            context.options.namespace ?? context.filledVariable("POD_NAMESPACE") ?? Words.Installation.namespace
        configuration.workers = workers
        configuration.clusterDomain = clusterDomain
        configuration.needsFixedToolkit = needsFixedToolkit
        configuration.takesWebhooks = webhookAddress != nil
        return configuration
    }

    /// Charts from repositories: kept in a directory, and in memory.
    private func charts(_ context: CommandContext, _ log: Logger) throws -> ChartStore {
        let cache = chartCache.map { path in
            ChartCache(LocalChartCache(path)) { log.warning("chart cache", ["problem": .text($0)]) }
        }
        let authorities = try chartAuthority.map { try context.input($0) }
        let fetcher = ChartFetcher(transport: try context.surroundings.repositories(authorities), cache: cache)
        return ChartStore(fetcher) { [time = context.time] in time.monotonic }
    }

    /// Virtual clusters are reached as anything on a network is.
    private func connector(_ context: CommandContext) -> VirtualClusterConnector {
        let pool = TransportPool(limit: 64, time: context.time) { [surroundings = context.surroundings] in
            try surroundings.transport($0)
        }
        return { try pool.transport($0) }
    }

    /// Where handed-out kubeconfigs lead, reached without the operator's own credentials.
    private func endpoint(_ settings: ConnectionSettings, _ context: CommandContext) throws -> HostEndpoint {
        var tenant = settings
        tenant.credential = .none
        tenant.clientCertificate = nil
        if let server { tenant.server = server }
        return HostEndpoint(
            server: tenant.server,
            certificateAuthority: try authority(settings, context),
            transport: try context.surroundings.transport(tenant))
    }

    private func authority(_ settings: ConnectionSettings, _ context: CommandContext) throws -> [UInt8] {
        switch settings.certificateAuthority {
        case .bytes(let bytes)?: bytes.secret
        case .file(let path)?: try context.files.read(path) ?? []
        case nil: []
        }
    }
}

/// An address and a port to listen on.
struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    var address: String
    var port: UInt16

    var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }

    init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1:8081` or `[::1]:8081`; port 0 lets the system choose.
    init(reading text: String) throws(InvalidValue) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw InvalidValue("write an address and a port, such as 127.0.0.1:8081")
        }
        var address = text[..<colon]
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        self.init(address: String(address), port: port)
    }
}
