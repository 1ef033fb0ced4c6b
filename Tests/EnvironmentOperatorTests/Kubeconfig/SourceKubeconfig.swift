import Cryptography
import Formats
import Kubernetes

@testable import EnvironmentOperator

/// A Secret as a virtual cluster writes it, to be changed by a test.
struct SourceKubeconfig: Sendable {
    var cluster: JSONValue
    var user: JSONValue
    var document: JSONValue
    var secret: KubernetesObject
    /// Values that must be in no message.
    let canaries: [String]

    static let serviceUID = "5e41ce00-0000-4000-8000-000000000001"

    private static let made: Result<SourceKubeconfig, any Error> = Result { try SourceKubeconfig(new: ()) }

    /// One for the whole process: keys take time.
    static func make() throws -> SourceKubeconfig { try made.get() }

    private init(new: Void) throws {
        let validity = CertificateValidity(notBefore: .seconds(1_767_225_600), notAfter: .seconds(1_798_761_600))
        let authority = try CertificateAuthority(commonName: "kubernetes-ca", validity: validity)
        let user = try authority.client(
            CertificateSubject(commonName: "kubernetes-super-admin", organizations: ["system:masters"]),
            validity: validity)
        cluster = [
            "certificate-authority-data": Self.data(authority.certificate), "server": "https://localhost:8443",
        ]
        self.user = [
            "client-certificate-data": Self.data(user.certificate), "client-key-data": Self.data(user.key),
        ]
        document = [
            "apiVersion": "v1", "kind": "Config", "current-context": "admin@kubernetes", "preferences": [:],
            "contexts": [
                ["name": "admin@kubernetes", "context": ["cluster": "kubernetes", "user": "admin"]]
            ],
        ]
        secret = KubernetesObject(.secrets, namespace: "env-a", name: "vc-a")
        secret["metadata"]?["ownerReferences"] = [
            ["apiVersion": "v1", "kind": "Service", "name": "a", "uid": .string(Self.serviceUID)]
        ]
        secret["data"] = [
            "certificate-authority": Self.data(authority.certificate),
            "client-certificate": Self.data(user.certificate), "client-key": Self.data(user.key), "token": "",
        ]
        canaries = [user.key, user.certificate, authority.certificate].flatMap { pem in
            pem.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("-") && $0.count > 20 }
        }
    }

    static func data(_ text: String) -> JSONValue { .string(Base64.encode(Array(text.utf8))) }

    /// The kubeconfig's text.
    var config: String {
        var document = document
        if document["clusters"] == nil { document["clusters"] = [["name": "kubernetes", "cluster": cluster]] }
        if document["users"] == nil { document["users"] = [["name": "admin", "user": user]] }
        return YAML.text(document)
    }

    /// The Secret with that text.
    var object: KubernetesObject {
        var object = secret
        if object.json[path: "data", "config"] == nil { object["data"]?["config"] = Self.data(config) }
        return object
    }

    func extract(_ servers: [String] = []) throws(KubeconfigRefusal) -> ExtractedKubeconfig {
        try ExtractedKubeconfig(object, serviceUID: Self.serviceUID, expectedServers: servers)
    }
}
