import ControllerRuntime
import EnvironmentAPI
import EnvironmentOperator
import Formats
import HTTPModel
import Helm
import Kubernetes
import Telemetry

/// The operator of the demo: the one that `envfactory operator` runs, beside the cluster instead of in it.
struct DemoOperator: Sendable {
    /// Longer than any demo.
    private static let tokenLife: Int64 = 30 * 86_400
    /// The cluster's time runs far ahead of the processor's: a minute in which nothing is renewed is no failure here.
    private static let leaseFactor = 60

    let host: DemoHost
    let charts: any ChartSource
    let random: any RandomSource
    let log: any LogSink

    /// Runs until the task is cancelled; whoever loses the lease starts anew, as in a Deployment.
    func run() async throws {
        let settings = try await ownSettings()
        while true {
            do {
                try await makeOperator(settings).runtime.run()
            } catch let lost as LeadershipLost {
                logger.warning("starting anew", ["reason": .text(lost.description)])
            }
            try Task.checkCancellation()
        }
    }

    private var logger: Logger { Logger(sink: log) { [time = host.time] in time.now } }

    /// The administrator's connection, with a token of the operator's account in place of the administrator's rights.
    private func ownSettings() async throws -> ConnectionSettings {
        let token = try await host.client().createToken(
            serviceAccount: Words.Installation.serviceAccount, namespace: Words.Installation.namespace,
            expirationSeconds: Self.tokenLife)
        var settings = try host.settings.anonymous
        settings.credential = .token(token.token)
        return settings
    }

    private func makeOperator(_ settings: ConnectionSettings) throws -> Operator {
        var configuration = Operator.Configuration(
            instance: LeaderElector.identity(host: "envfactory-demo", random: random))
        configuration.leaseTimes.duration *= Self.leaseFactor
        configuration.leaseTimes.renewDeadline *= Self.leaseFactor
        let transport = host.transport
        return Operator(
            configuration,
            Operator.Environs(
                transport: try transport(settings), time: host.time, random: random, metrics: MetricRegistry(),
                log: logger, charts: charts, connector: { try transport($0) }),
            endpoint: HostEndpoint(
                server: settings.server, certificateAuthority: settings.authority(),
                transport: try transport(settings.anonymous)))
    }
}

extension ConnectionSettings {
    /// The same server, without any credential.
    var anonymous: ConnectionSettings {
        var settings = self
        settings.credential = .none
        settings.clientCertificate = nil
        return settings
    }

    /// The authority, where the settings hold it themselves.
    fileprivate func authority() -> [UInt8] {
        guard case .bytes(let bytes)? = certificateAuthority else { return [] }
        return bytes.secret
    }
}
