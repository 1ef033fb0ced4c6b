import EnvironmentAPI
import Formats
import Kubernetes

/// Reads an environment's kubeconfig with the user's own rights, and hands on only what is safe to use.
struct EnvironmentKubeconfig: Sendable {
    let client: KubernetesClient

    /// The name of the context that an environment's kubeconfig has wherever it is put.
    static func contextName(namespace: String, name: String) -> String { "envfactory-\(namespace)-\(name)" }

    /// The current context of the environment's kubeconfig, under its name here.
    func entry(of environment: Environment) async throws -> KubeconfigEntry {
        let (name, namespace) = (environment.metadata.name, environment.metadata.namespace)
        guard let place = environment.status.kubeconfig else {
            let cause = environment.cause.map { ": \($0)" } ?? ""
            throw CommandFailure(
                .notFound, "environment \(name) has no kubeconfig yet\(cause)",
                hints: ["--wait waits until it has one"])
        }
        let bytes = try await secret(ObjectKey(.secrets, namespace: place.secretNamespace, name: place.secretName))
        let file = "the kubeconfig of environment \(name)"
        try Self.check(bytes, file)
        return try KubeconfigEntry(
            name: Self.contextName(namespace: namespace, name: name), currentContextOf: bytes, file: file)
    }

    private func secret(_ key: ObjectKey) async throws -> [UInt8] {
        do {
            guard let secret = try await client.find(key) else {
                throw CommandFailure(
                    .notFound, "there is no \(key): the operator makes it anew within seconds, where it runs")
            }
            guard let text = secret.json[path: "data", Words.Fixed.kubeconfigKey]?.string,
                let bytes = Base64.decode(text)
            else {
                throw CommandFailure(.rejected, "\(key) holds no kubeconfig under the key \(Words.Fixed.kubeconfigKey)")
            }
            return bytes
        } catch let error as KubernetesError where error.code == .forbidden {
            throw CommandFailure(
                .forbidden, error.message,
                hints: ["spec.access of the environment, and access of its class, say who may use it"])
        }
    }

    /// Whoever may edit the environment may have written into the Secret: nothing in it may run a program, read a
    /// file, or speak to a server without knowing which.
    static func check(_ bytes: [UInt8], _ file: String) throws {
        let settings = try ConnectionSettings(Kubeconfig(parsing: bytes, file: file))
        let finding: String? =
            switch settings.credential {
            case .exec: "runs a program"
            case .tokenFile: "names a file of this machine"
            case .none, .token, .basic: nil
            }
        let problems = [
            finding,
            settings.server.hasPrefix("https://") ? nil : "does not use https",
            settings.isInsecure ? "trusts any server" : nil,
            settings.proxyURL != nil ? "goes through a proxy" : nil,
            settings.impersonation != nil ? "acts as somebody else" : nil,
            settings.namesFiles ? "names a file of this machine" : nil,
        ]
        guard let problem = problems.lazy.compactMap(\.self).first else { return }
        throw CommandFailure(.rejected, "\(file) is not handed on, since it \(problem)")
    }
}

extension ConnectionSettings {
    fileprivate var namesFiles: Bool {
        let materials = [certificateAuthority, clientCertificate?.certificate, clientCertificate?.key]
        return materials.contains { material in
            if case .file? = material { true } else { false }
        }
    }
}
