import Cryptography
import Formats
import HTTPModel
import KubernetesSimulator

/// Kubeconfigs that lead to a served cluster.
struct ServedAccess: Sendable {
    var authority: ServedAuthority
    var url: String

    func kubeconfig(_ identity: Identity) throws -> String {
        func data(_ text: String) -> JSONValue { .string(Base64.encode(Array(text.utf8))) }
        let client = try authority.client(identity)
        let name: JSONValue = "envfactory-simulated"
        let cluster: JSONValue = [
            "certificate-authority-data": data(authority.certificate), "server": .string(url),
        ]
        let user: JSONValue = [
            "client-certificate-data": data(client.certificate), "client-key-data": data(client.key),
        ]
        return YAML.text([
            "apiVersion": "v1",
            "clusters": [["cluster": cluster, "name": name]],
            "contexts": [["context": ["cluster": name, "user": .string(identity.user)], "name": name]],
            "current-context": name,
            "kind": "Config",
            "preferences": [:],
            "users": [["name": .string(identity.user), "user": user]],
        ])
    }

    func reachable(_ kubeconfig: String, serverName: String?) throws -> String {
        guard var document = try YAML.documents(in: Array(kubeconfig.utf8)).first else { return kubeconfig }
        let clusters = (document["clusters"]?.array ?? []).map { entry in
            var entry = entry
            let host = entry[path: "cluster", "server"]?.string.flatMap { URLParts($0)?.host }
            entry["cluster"]?["server"] = .string(url)
            if let name = serverName ?? host { entry["cluster"]?["tls-server-name"] = .string(name) }
            return entry
        }
        document["clusters"] = .array(clusters)
        return YAML.text(document)
    }
}
