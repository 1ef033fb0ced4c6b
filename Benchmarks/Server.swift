import CurlTransport
import Glibc
import Kubernetes

/// The API server that ENVFACTORY_BENCH_KUBECONFIG names.
struct Server {
    let settings: ConnectionSettings

    /// - Returns: `nil` where no server is named.
    static func named() throws -> Server? {
        guard let path = getenv("ENVFACTORY_BENCH_KUBECONFIG") else { return nil }
        let settings: ConnectionSettings = try .resolve(
            kubeconfig: String(cString: path), context: nil, environment: { _ in nil }, read)
        return Server(settings: settings)
    }

    func client() throws -> KubernetesClient {
        var configuration: CurlTransport.Configuration = try .init(server: settings.server)
        configuration.tls.trust = .authorities(bytes(settings.certificateAuthority))
        configuration.tls.clientCertificate = ClientCertificate(certificate: certificate, key: key)
        return KubernetesClient(transport: CurlTransport(configuration), fieldManager: "bench")
    }

    /// Starts a bare libcurl loop to the same server, as the same user.
    func requestLoop(concurrency: Int) -> PeerProcess? {
        umask(0o077)
        let files: [(path: String, bytes: [UInt8])] = [
            (".build/bench/ca.pem", bytes(settings.certificateAuthority)),
            (".build/bench/client.pem", certificate), (".build/bench/client.key", key),
        ]
        guard files.allSatisfy({ write($0.bytes, to: $0.path) }) else { return nil }
        return PeerProcess(
            ".build/peers/requests", arguments: [settings.server] + files.map(\.path) + ["\(concurrency)"])
    }

    private var certificate: [UInt8] { bytes(settings.clientCertificate?.certificate) }
    private var key: [UInt8] { bytes(settings.clientCertificate?.key) }

    private func bytes(_ material: ConnectionSettings.Material?) -> [UInt8] {
        switch material {
        case .bytes(let bytes): bytes.secret
        case .file(let path): read(path) ?? []
        case nil: []
        }
    }
}
