import Formats

/// What a kubeconfig of a virtual cluster says, read so strictly that it can mean one thing only.
struct DeclaredKubeconfig: Sendable {
    let server: String
    let certificateAuthority: [UInt8]?
    let certificate: [UInt8]?
    let key: [UInt8]?
    let token: [UInt8]?

    /// - Throws: ``KubeconfigRefusal`` for whatever would run a program, read a file, lead elsewhere, trust anybody,
    ///   act for somebody else, or leave open which of several entries counts.
    init(parsing bytes: [UInt8], of place: KubeconfigPlace) throws(KubeconfigRefusal) {
        let document = try Self.document(bytes, place)
        let reader = KubeconfigEntries(document: document, place: place)
        let context = try reader.current()
        let cluster = try reader.entry(context.cluster, in: .clusters)
        let user = try reader.entry(context.user, in: .users)
        try reader.refuse(Self.unsafeClusterFields, in: cluster, .clusters)
        try reader.refuse(Self.unsafeUserFields, in: user, .users)
        server = try reader.text("server", in: cluster) ?? ""
        certificateAuthority = try reader.bytes("certificate-authority-data", in: cluster)
        certificate = try reader.bytes("client-certificate-data", in: user)
        key = try reader.bytes("client-key-data", in: user)
        token = try reader.text("token", in: user).map { Array($0.utf8) }
    }

    private static let unsafeClusterFields = [
        ("certificate-authority", "names a file of whoever uses it"),
        ("insecure-skip-tls-verify", "trusts any server"),
        ("proxy-url", "goes through a proxy"),
        ("tls-server-name", "takes another server for the right one"),
    ]

    private static let unsafeUserFields = [
        ("exec", "runs a program"),
        ("auth-provider", "runs a program"),
        ("client-certificate", "names a file of whoever uses it"),
        ("client-key", "names a file of whoever uses it"),
        ("tokenFile", "names a file of whoever uses it"),
        ("username", "uses a password"),
        ("password", "uses a password"),
        ("as", "acts for somebody else"),
        ("as-uid", "acts for somebody else"),
        ("as-groups", "acts for somebody else"),
        ("as-user-extra", "acts for somebody else"),
    ]

    private static func document(_ bytes: [UInt8], _ place: KubeconfigPlace) throws(KubeconfigRefusal) -> JSONValue {
        guard !bytes.isEmpty else { throw place.refusal("its kubeconfig is missing or empty") }
        guard !bytes.contains(where: { ($0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0)) || $0 == 0x7F }) else {
            throw place.refusal("its kubeconfig holds control characters")
        }
        var limits = FormatLimits()
        limits.bytes = 1 << 20
        limits.depth = 32
        limits.values = 10_000
        let documents: [JSONValue]
        do {
            documents = try YAML.documents(in: bytes, limits: limits)
        } catch {
            // The reader's own words may quote the text.
            let line = error.position.map { " (line \($0.line))" } ?? ""
            throw place.refusal("its kubeconfig is no YAML that can be read\(line)")
        }
        guard documents.count == 1, let document = documents.first, document.object != nil else {
            throw place.refusal("its kubeconfig is not one YAML document with fields")
        }
        return document
    }
}

/// The three lists of a kubeconfig.
private struct KubeconfigEntries {
    enum List: String {
        case clusters, users, contexts

        /// The key of an entry's object.
        var key: String { String(rawValue.dropLast()) }
    }

    let document: JSONValue
    let place: KubeconfigPlace

    /// The cluster and the user that count.
    func current() throws(KubeconfigRefusal) -> (cluster: String, user: String) {
        try checkType()
        guard let name = try text("current-context", in: document) else {
            throw place.refusal("its kubeconfig has no current-context")
        }
        let context = try entry(name, in: .contexts)
        guard let cluster = try text("cluster", in: context), let user = try text("user", in: context) else {
            throw place.refusal("its current context names no cluster, or no user")
        }
        return (cluster, user)
    }

    private func checkType() throws(KubeconfigRefusal) {
        let kind = try text("kind", in: document) ?? "Config"
        let version = try text("apiVersion", in: document) ?? "v1"
        guard kind == "Config", version == "v1" else { throw place.refusal("what it holds is no kubeconfig of v1") }
    }

    /// The named entry, beside which no other may say something else: a client may be told to use another context.
    func entry(_ name: String, in list: List) throws(KubeconfigRefusal) -> JSONValue {
        guard let entries = document[list.rawValue]?.array else {
            throw place.refusal("its \(list.rawValue) are missing, or no list")
        }
        var objects: [JSONValue] = []
        var found: JSONValue?
        for entry in entries {
            guard let own = entry["name"]?.string, let object = entry[list.key], object.object != nil else {
                throw place.refusal("one of its \(list.rawValue) has no name, or no fields under \(list.key)")
            }
            if own == name {
                guard found == nil else { throw place.refusal("two of its \(list.rawValue) have one name") }
                found = object
            }
            objects.append(object)
        }
        guard let found else { throw place.refusal("its \(list.rawValue) do not hold the one that counts") }
        guard objects.allSatisfy({ $0 == found }) else {
            throw place.refusal("it has several \(list.rawValue) that say different things")
        }
        return found
    }

    func refuse(
        _ fields: [(name: String, why: String)],
        in object: JSONValue,
        _ list: List
    ) throws(KubeconfigRefusal) {
        for (name, why) in fields where object[name].map(Self.says) ?? false {
            throw place.refusal("its \(list.key) \(why) (\(name))")
        }
    }

    /// Go writes what is not set as `null`, `""`, `false`, `[]` or `{}`.
    private static func says(_ value: JSONValue) -> Bool {
        if value.isNull || value.bool == false || value.string == "" { return false }
        return value.array?.isEmpty != true && value.object?.isEmpty != true
    }

    func text(_ key: String, in object: JSONValue) throws(KubeconfigRefusal) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.string else { throw place.refusal("its field \(key) is no text") }
        return text.isEmpty ? nil : text
    }

    func bytes(_ key: String, in object: JSONValue) throws(KubeconfigRefusal) -> [UInt8]? {
        guard let text = try text(key, in: object) else { return nil }
        guard let bytes = Base64.decode(text) else { throw place.refusal("its field \(key) is not base64") }
        return bytes.isEmpty ? nil : bytes
    }
}
