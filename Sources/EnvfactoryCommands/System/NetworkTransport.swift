import CurlTransport
import EnvironmentAPI
import Glibc
import HTTPModel
import Kubernetes

/// Makes the transports that reach real API servers and chart repositories.
enum NetworkTransport {
    static func make(
        _ settings: ConnectionSettings,
        _ variables: [String: String]
    ) throws -> any HTTPTransport {
        var configuration = try CurlTransport.Configuration(server: settings.server)
        configuration.tls = try tls(settings)
        configuration.proxy = proxy(settings, variables)
        configuration.credentials = try credentials(settings, variables)
        configuration.userAgent = "envfactory/\(ProgramVersion.text)"
        let transport = CurlTransport(configuration)
        return try settings.impersonation.map { try ImpersonatingTransport(transport, as: $0) } ?? transport
    }

    /// Anywhere that a whole URL names; by the proxies of the environment, and with the system's trust alone.
    static func repositories(authorities: [UInt8]?, _ variables: [String: String]) -> any HTTPTransport {
        var configuration = CurlTransport.Configuration(server: nil)
        if let authorities { configuration.tls.trust = .authorities(authorities) }
        configuration.proxy = .environment(ProxyEnvironment(variables))
        configuration.userAgent = "envfactory/\(ProgramVersion.text)"
        return CurlTransport(configuration)
    }

    /// Model servers that users name: near ones, by no proxy, and never this machine itself or its cloud.
    static func models() -> any HTTPTransport {
        var configuration = CurlTransport.Configuration(server: nil)
        configuration.refusedAddresses = { ClosedAddress($0) != nil }
        configuration.userAgent = "envfactory/\(ProgramVersion.text)"
        return CurlTransport(configuration)
    }

    private static func tls(_ settings: ConnectionSettings) throws -> TLSConfiguration {
        var tls = TLSConfiguration()
        if settings.isInsecure {
            tls.trust = .anyone
        } else if let authority = settings.certificateAuthority {
            tls.trust = .authorities(try bytes(of: authority))
        }
        tls.serverName = settings.tlsServerName
        if let certificate = settings.clientCertificate {
            tls.clientCertificate = ClientCertificate(
                certificate: try bytes(of: certificate.certificate), key: try bytes(of: certificate.key))
        }
        return tls
    }

    private static func bytes(of material: ConnectionSettings.Material) throws -> [UInt8] {
        switch material {
        case .bytes(let bytes): return bytes.secret
        case .file(let path):
            guard let bytes = try LocalFiles().read(path) else {
                throw KubernetesError(
                    .configuration, "there is no file \(path.escapingControls()), which the kubeconfig names")
            }
            return bytes
        }
    }

    private static func proxy(_ settings: ConnectionSettings, _ variables: [String: String]) -> CurlTransport.Proxy {
        settings.proxyURL.map { .url($0.secret) } ?? .environment(ProxyEnvironment(variables))
    }

    private static func credentials(
        _ settings: ConnectionSettings,
        _ variables: [String: String]
    ) throws -> (any CredentialSource)? {
        switch settings.credential {
        case .none: nil
        case .token(let token): StaticCredential(bearerToken: token.secret)
        case .basic(let username, let password): StaticCredential(username: username, password: password.secret)
        case .tokenFile(let path): TokenFileCredential(path: path)
        case .exec(let plugin):
            ExecCredential(
                try configuration(plugin), environment: variables, isInteractive: isatty(STDIN_FILENO) == 1,
                now: { SystemTime().now })
        }
    }

    private static func configuration(
        _ plugin: ConnectionSettings.ExecPlugin
    ) throws(KubernetesError) -> ExecConfiguration {
        guard let version = ExecConfiguration.APIVersion(rawValue: plugin.apiVersion) else {
            throw KubernetesError(
                .configuration,
                "the kubeconfig's exec plugin \(plugin.command.escapingControls()) speaks "
                    + "\(plugin.apiVersion.escapingControls()): use a version of it that speaks "
                    + ExecConfiguration.APIVersion.v1.rawValue)
        }
        var configuration = ExecConfiguration(command: plugin.command, apiVersion: version)
        configuration.arguments = plugin.arguments.secret
        configuration.environment = plugin.environment.map { ($0.name, $0.value.secret) }
        configuration.interactiveMode = Self.mode(plugin.interactiveMode)
        configuration.installHint = plugin.installHint
        configuration.cluster = plugin.cluster
        return configuration
    }

    private static func mode(
        _ mode: ConnectionSettings.ExecPlugin.InteractiveMode
    ) -> ExecConfiguration.InteractiveMode {
        switch mode {
        case .never: .never
        case .ifAvailable: .ifAvailable
        case .always: .always
        }
    }
}
