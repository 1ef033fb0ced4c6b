import CurlTransport
import Glibc
import HTTPModel
import Kubernetes

/// Makes the transport that reaches a real API server.
enum NetworkTransport {
    static func make(
        _ settings: ConnectionSettings,
        _ environment: @escaping @Sendable (String) -> String?
    ) throws -> any HTTPTransport {
        var configuration = try CurlTransport.Configuration(server: settings.server)
        configuration.tls = try tls(settings)
        configuration.proxy = proxy(settings, environment)
        configuration.credentials = try credentials(settings, environment)
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

    private static func proxy(
        _ settings: ConnectionSettings,
        _ environment: (String) -> String?
    ) -> CurlTransport.Proxy {
        if let url = settings.proxyURL { return .url(url.secret) }
        let names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"]
        let pairs = names.compactMap { name in environment(name).map { (name, $0) } }
        guard !pairs.isEmpty else { return .none }
        return .environment(ProxyEnvironment(Dictionary(pairs) { first, _ in first }))
    }

    private static func credentials(
        _ settings: ConnectionSettings,
        _ environment: @escaping @Sendable (String) -> String?
    ) throws -> (any CredentialSource)? {
        switch settings.credential {
        case .none: nil
        case .token(let token): StaticCredential(bearerToken: token.secret)
        case .basic(let username, let password): StaticCredential(username: username, password: password.secret)
        case .tokenFile(let path): TokenFileCredential(path: path)
        case .exec(let plugin): try execCredential(plugin, environment)
        }
    }

    private static func execCredential(
        _ plugin: ConnectionSettings.ExecPlugin,
        _ environment: (String) -> String?
    ) throws -> ExecCredential {
        guard let version = ExecConfiguration.APIVersion(rawValue: plugin.apiVersion) else {
            throw KubernetesError(
                .configuration,
                "the kubeconfig's exec plugin speaks \(plugin.apiVersion.escapingControls()): use "
                    + ExecConfiguration.APIVersion.allCases.map(\.rawValue).joined(separator: " or "))
        }
        var configuration = ExecConfiguration(command: plugin.command, apiVersion: version)
        configuration.arguments = plugin.arguments.secret
        configuration.environment = plugin.environment.map { ($0.name, $0.value.secret) }
        configuration.interactiveMode = .init(rawValue: plugin.interactiveMode.rawValue) ?? .never
        configuration.installHint = plugin.installHint
        configuration.cluster = plugin.cluster
        let inherited = ["PATH", "HOME", "USER", "LANG", "SSL_CERT_FILE", "KUBECONFIG", "AWS_PROFILE"]
        let pairs = inherited.compactMap { name in environment(name).map { (name, $0) } }
        return ExecCredential(
            configuration, environment: Dictionary(pairs) { first, _ in first }, isInteractive: isatty(0) == 1,
            now: { SystemTime().now })
    }
}
