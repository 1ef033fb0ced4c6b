import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes

/// One API server, spoken to as one user.
struct ClusterConnection: Sendable {
    let client: KubernetesClient
    /// The namespace that is meant where none is named.
    let namespace: String
    let clock: ServerClock
    let time: any TimeSource

    /// The server's time, since it decides what expires; the machine's before the first response.
    var now: Timestamp { clock.now ?? time.now }
}

extension CommandContext {
    /// Whom every field belongs to that the command line sets.
    static let fieldManager = "envfactory-cli"

    /// Finds out which cluster is meant; sends nothing yet.
    func connect(fieldManager: String = fieldManager, retries: RetryPolicy = .commandLine) throws -> ClusterConnection {
        let settings = try connectionSettings()
        let clock = ServerClock(try tracing(surroundings.transport(settings)), time: time)
        let transport = RetryingTransport(clock, policy: retries, time: time, random: surroundings.random)
        var timeouts = RequestTimeouts()
        if let timeout = options.requestTimeout {
            timeouts = RequestTimeouts(read: timeout, list: timeout, write: timeout)
        }
        return ClusterConnection(
            client: KubernetesClient(transport: transport, fieldManager: fieldManager, timeouts: timeouts),
            namespace: namedNamespace ?? settings.namespace,
            clock: clock,
            time: time
        )
    }

    /// The bare way to the host, for connections that leave HTTP: nobody sends these again.
    func hostTransport() throws -> any HTTPTransport { try tracing(surroundings.transport(connectionSettings())) }

    /// The namespace that is meant, where nothing is asked of the cluster.
    func namespaceWithoutRequest() throws -> String { try namedNamespace ?? connectionSettings().namespace }

    private var namedNamespace: String? { options.namespace ?? filledVariable("ENVFACTORY_NAMESPACE") }

    func connectionSettings() throws -> ConnectionSettings {
        try ConnectionSettings.resolve(
            kubeconfig: options.kubeconfig.map(absolute),
            context: options.context ?? filledVariable("ENVFACTORY_CONTEXT"),
            environment: hostVariable,
            files.read
        )
    }

    /// A variable, as far as it says where the host cluster is.
    ///
    /// `up` points KUBECONFIG at the environment it made; what comes after must still find the host.
    func hostVariable(_ name: String) -> String? {
        name == "KUBECONFIG" ? variable("ENVFACTORY_KUBECONFIG") ?? variable(name) : variable(name)
    }

    /// The kubeconfig of the host cluster as its own variable names it to programs; empty where none is named.
    private var hostKubeconfig: String { options.kubeconfig.map(absolute) ?? hostVariable("KUBECONFIG") ?? "" }

    /// What leads programs that are run back to the host, though their KUBECONFIG is an environment's.
    var wayToHost: [KeyAndValue] {
        let name = options.context ?? filledVariable("ENVFACTORY_CONTEXT")
        let context = name.map { [KeyAndValue(key: "ENVFACTORY_CONTEXT", value: $0)] } ?? []
        return [KeyAndValue(key: "ENVFACTORY_KUBECONFIG", value: hostKubeconfig)] + context
    }

    private func tracing(_ transport: any HTTPTransport) -> any HTTPTransport {
        options.isVerbose ? TracingTransport(transport, time: time, sink: surroundings.diagnostics) : transport
    }
}

extension RetryPolicy {
    /// Someone waits: an outage is told within seconds.
    static let commandLine = RetryPolicy(
        tries: 5, connectionTries: 2, totalWait: .seconds(20),
        backoff: Backoff(base: .milliseconds(300), limit: .seconds(5)))
}
