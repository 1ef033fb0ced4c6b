import CurlTransport
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
        configuration.credentials = try credentials(settings)
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

    private static func credentials(_ settings: ConnectionSettings) throws -> (any CredentialSource)? {
        switch settings.credential {
        case .none: nil
        case .token(let token): StaticCredential(bearerToken: token.secret)
        case .basic(let username, let password): StaticCredential(username: username, password: password.secret)
        case .tokenFile, .exec: throw KubernetesError(.configuration, "not supported yet")
        }
    }
}
