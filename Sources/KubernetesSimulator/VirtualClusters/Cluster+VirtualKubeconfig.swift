import Cryptography
import Formats

extension Cluster {
    private static let syncer = "vcluster"
    /// How long a virtual cluster waits before it tries again to write its kubeconfig.
    private static let retry: Duration = .seconds(10)

    /// What a virtual cluster's control plane does once after its start: it writes its kubeconfig.
    mutating func writeKubeconfig(_ place: Place, uid: String) {
        guard let pod = store[place], pod.uid == uid, let name = pod.virtualCluster, leader(of: name)?.uid == uid,
            virtualClusters.writers[name] != uid
        else { return }
        guard let service = store[Self.service(of: name)], let credentials = credentials(of: name, making: service)
        else { return agenda.add(.kubeconfig(place, uid: uid), at: now + Self.retry) }
        let secret = Self.secret(name, credentials, owner: service)
        guard write(secret, of: name) else {
            return agenda.add(.kubeconfig(place, uid: uid), at: now + Self.retry)
        }
        virtualClusters.writers[name] = uid
    }

    /// Replaces the credentials and writes the new ones at once; the old ones are good for nothing any more.
    mutating func rotateCredentials(of name: VirtualClusterName) {
        virtualClusters.rotations[name, default: 0] += 1
        guard let service = store[Self.service(of: name)], let credentials = credentials(of: name) else { return }
        _ = write(Self.secret(name, credentials, owner: service), of: name)
    }

    private mutating func write(_ secret: JSONValue, of name: VirtualClusterName) -> Bool {
        let place = Place(table: .secrets, namespace: name.namespace, name: "vc-\(name.release)")
        guard store[place] != nil else { return attemptCreate(secret, at: place, as: Self.syncer) == nil }
        change(place, as: Self.syncer) { json in
            for key in ["data", "type"] { json[key] = secret[key] }
            for key in ["labels", "ownerReferences"] { json["metadata"]?[key] = secret["metadata"]?[key] }
        }
        return true
    }

    static func service(of name: VirtualClusterName) -> Place {
        Place(table: .services, namespace: name.namespace, name: name.release)
    }

    // MARK: - Credentials

    /// They last as long as the Secret `<release>-certs`, which outlives every pod.
    func credentials(of name: VirtualClusterName) -> VirtualClusterCredentials? {
        guard let secret = store[Self.certificates(of: name)] else { return nil }
        let rotation = virtualClusters.rotations[name] ?? 0
        let made = secret.metadata["creationTimestamp"]?.string.flatMap { Self.time($0) } ?? now
        return .named("\(secret.uid) \(rotation)", from: made)
    }

    private mutating func credentials(
        of name: VirtualClusterName,
        making service: StoredObject
    ) -> VirtualClusterCredentials? {
        let place = Self.certificates(of: name)
        if store[place] == nil {
            let metadata: JSONValue = [
                "name": .string(place.name), "ownerReferences": [Self.reference(to: service)],
            ]
            create(["metadata": metadata, "type": "Opaque"], at: place, as: Self.syncer)
        }
        return credentials(of: name)
    }

    private static func certificates(of name: VirtualClusterName) -> Place {
        Place(table: .secrets, namespace: name.namespace, name: "\(name.release)-certs")
    }

    private static func time(_ text: String) -> Timestamp? {
        do { return try Timestamp(text) } catch { return nil }
    }

    // MARK: - Texts

    private static func reference(to service: StoredObject) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service", "name": .string(service.place.name), "uid": .string(service.uid),
            "controller": false,
        ]
    }

    private static func secret(
        _ name: VirtualClusterName,
        _ credentials: VirtualClusterCredentials,
        owner service: StoredObject
    ) -> JSONValue {
        func data(_ text: String) -> JSONValue { .string(Base64.encode(Array(text.utf8))) }
        return [
            "metadata": [
                "name": .string("vc-\(name.release)"),
                "labels": ["app": "vcluster", "vcluster-name": .string(name.release)],
                "ownerReferences": [reference(to: service)],
            ],
            "type": "Opaque",
            "data": [
                "config": data(kubeconfig(credentials)), "certificate-authority": data(credentials.authority),
                "client-certificate": data(credentials.administrator.certificate),
                "client-key": data(credentials.administrator.key), "token": "",
            ],
        ]
    }

    private static func kubeconfig(_ credentials: VirtualClusterCredentials) -> String {
        func data(_ text: String) -> JSONValue { .string(Base64.encode(Array(text.utf8))) }
        let cluster: JSONValue = [
            "certificate-authority-data": data(credentials.authority), "server": "https://localhost:8443",
        ]
        let user: JSONValue = [
            "client-certificate-data": data(credentials.administrator.certificate),
            "client-key-data": data(credentials.administrator.key),
        ]
        let name = "kubernetes-super-admin"
        return YAML.text([
            "apiVersion": "v1",
            "clusters": [["cluster": cluster, "name": "kubernetes"]],
            "contexts": [
                ["context": ["cluster": "kubernetes", "user": .string(name)], "name": .string("\(name)@kubernetes")]
            ],
            "current-context": .string("\(name)@kubernetes"),
            "kind": "Config",
            "preferences": [:],
            "users": [["name": .string(name), "user": user]],
        ])
    }
}
