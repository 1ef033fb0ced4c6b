import Formats

extension ConnectionSettings {
    /// The settings of one context, the current one unless named.
    ///
    /// `read` is asked for a certificate authority's file only where an exec plugin wants to be told its content.
    ///
    /// - Throws: `.configuration` with what is missing or contradicts itself, and what to do.
    package init(
        _ kubeconfig: Kubeconfig,
        context name: String? = nil,
        _ read: KubeconfigFiles.Reader = { _ in nil }
    ) throws {
        let context = try Self.context(of: kubeconfig, name)
        let cluster = try Self.cluster(of: kubeconfig, context)
        let server = try ServerAddress(checking: cluster.value.server, of: cluster)
        self.init(
            contextName: context.name, server: server.text, namespace: context.value.namespace ?? "default")
        proxyURL = cluster.value.proxyURL
        // As kubectl does: over plain HTTP anybody could read them, so no credentials are sent.
        guard server.isEncrypted else { return }
        try Self.check(cluster)
        certificateAuthority = cluster.value.certificateAuthority
        tlsServerName = cluster.value.tlsServerName
        isInsecure = cluster.value.isInsecure
        guard let user = try Self.user(of: kubeconfig, context) else { return }
        try Self.check(user)
        impersonation = user.value.impersonation
        if let certificate = user.value.certificate, let key = user.value.key {
            clientCertificate = ClientCertificate(certificate: certificate, key: key)
        }
        credential = try Self.credential(user.value, cluster.value, server.text, read)
    }
}

// MARK: - References

extension ConnectionSettings {
    private static func context(
        of kubeconfig: Kubeconfig,
        _ wanted: String?
    ) throws(KubernetesError) -> Kubeconfig.Named<Kubeconfig.Context> {
        let known = kubeconfig.contextNames.isEmpty ? "there is none" : "there are " + list(kubeconfig.contextNames)
        guard let name = wanted ?? kubeconfig.currentContext else {
            throw KubernetesError(
                .configuration,
                "no context is current: name one with --context or `kubectl config use-context` (\(known))")
        }
        guard let context = kubeconfig.contexts.first(where: { $0.name == name }) else {
            throw KubernetesError(
                .configuration, "no context is named \"\(name.escapingControls())\": name another (\(known))")
        }
        return context
    }

    private static func cluster(
        of kubeconfig: Kubeconfig,
        _ context: Kubeconfig.Named<Kubeconfig.Context>
    ) throws(KubernetesError) -> Kubeconfig.Named<Kubeconfig.Cluster> {
        let name = context.value.cluster
        guard let cluster = kubeconfig.clusters.first(where: { $0.name == name }) else {
            throw unknown("cluster", name, context, among: kubeconfig.clusters.map(\.name))
        }
        return cluster
    }

    /// A context without a user speaks for nobody.
    private static func user(
        of kubeconfig: Kubeconfig,
        _ context: Kubeconfig.Named<Kubeconfig.Context>
    ) throws(KubernetesError) -> Kubeconfig.Named<Kubeconfig.User>? {
        let name = context.value.user
        guard !name.isEmpty else { return nil }
        guard let user = kubeconfig.users.first(where: { $0.name == name }) else {
            throw unknown("user", name, context, among: kubeconfig.users.map(\.name))
        }
        return user
    }

    private static func unknown(
        _ what: String,
        _ name: String,
        _ context: Kubeconfig.Named<Kubeconfig.Context>,
        among names: [String]
    ) -> KubernetesError {
        let known = names.isEmpty ? "there is no \(what)" : "there are " + list(names)
        return KubernetesError(
            .configuration,
            "\(context.file.escapingControls()): context \"\(context.name.escapingControls())\" names the \(what) "
                + "\"\(name.escapingControls())\", which no kubeconfig has: correct one of them (\(known))")
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(10).map { "\"\($0.escapingControls(limit: 100))\"" }.joined(separator: ", ")
        return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
    }
}

// MARK: - Contradictions

extension ConnectionSettings {
    private static func check(_ cluster: Kubeconfig.Named<Kubeconfig.Cluster>) throws(KubernetesError) {
        guard cluster.value.isInsecure, cluster.value.certificateAuthority != nil else { return }
        throw wrong(
            "cluster", cluster, "trusts a certificate-authority and, by insecure-skip-tls-verify, anybody: remove one")
    }

    private static func check(_ user: Kubeconfig.Named<Kubeconfig.User>) throws(KubernetesError) {
        let value = user.value
        if let provider = value.authProvider {
            throw wrong(
                "user", user,
                "uses the auth-provider \"\(provider.escapingControls())\", which kubectl has removed: "
                    + "use the provider's exec plugin, such as gke-gcloud-auth-plugin or kubelogin")
        }
        let hasToken = value.token != nil || value.tokenFile != nil
        guard !hasToken || value.username == nil && value.password == nil else {
            throw wrong("user", user, "has a token and a password: remove one")
        }
        guard value.password == nil || value.username != nil else {
            throw wrong("user", user, "has a password without a username: add it")
        }
        guard (value.certificate == nil) == (value.key == nil) else {
            throw wrong("user", user, "needs both client-certificate and client-key, or neither: add the other one")
        }
    }

    private static func wrong<Value>(_ what: String, _ entry: Kubeconfig.Named<Value>, _ why: String) -> KubernetesError
    {
        KubernetesError(
            .configuration,
            "\(entry.file.escapingControls()): \(what) \"\(entry.name.escapingControls())\" \(why)")
    }

    private static func credential(
        _ user: Kubeconfig.User,
        _ cluster: Kubeconfig.Cluster,
        _ server: String,
        _ read: KubeconfigFiles.Reader
    ) throws -> Credential {
        // The file wins, since it is renewed and the token beside it is not.
        if let file = user.tokenFile { return .tokenFile(file) }
        if let token = user.token { return .token(token) }
        if let username = user.username {
            return .basic(username: username, password: user.password ?? Redacted(""))
        }
        guard var plugin = user.exec else { return .none }
        if user.wantsClusterInfo { plugin.cluster = try clusterInfo(cluster, server, read) }
        return .exec(plugin)
    }

    /// What an exec plugin is told about the cluster.
    private static func clusterInfo(
        _ cluster: Kubeconfig.Cluster,
        _ server: String,
        _ read: KubeconfigFiles.Reader
    ) throws -> JSONValue {
        var info: JSONValue = ["server": .string(server)]
        info["tls-server-name"] = cluster.tlsServerName.map(JSONValue.string)
        if cluster.isInsecure { info["insecure-skip-tls-verify"] = true }
        switch cluster.certificateAuthority {
        case .bytes(let bytes): info["certificate-authority-data"] = .string(Base64.encode(bytes.secret))
        case .file(let path):
            guard let bytes = try KubeconfigFiles.read(path, read) else {
                throw KubernetesError(
                    .configuration, "there is no file \(path.escapingControls()), the cluster's certificate-authority")
            }
            info["certificate-authority-data"] = .string(Base64.encode(bytes))
        case nil: break
        }
        info["proxy-url"] = cluster.proxyURL.map { .string($0.secret) }
        if cluster.disablesCompression { info["disable-compression"] = true }
        info["config"] = cluster.execConfiguration
        return info
    }
}

/// A server's URL that was looked at.
private struct ServerAddress {
    var text: String
    var isEncrypted: Bool

    init(checking text: String?, of cluster: Kubeconfig.Named<Kubeconfig.Cluster>) throws(KubernetesError) {
        let place = "\(cluster.file.escapingControls()): the server of cluster \"\(cluster.name.escapingControls())\""
        // It is not quoted where it is wrong: it may hold a password.
        guard let text, let scheme = text.firstRange(of: "://") else {
            throw KubernetesError(.configuration, "\(place) must be a URL such as https://10.0.0.1:6443")
        }
        let name = text[..<scheme.lowerBound].lowercased()
        var rest = text[scheme.upperBound...]
        while rest.hasSuffix("/") { rest = rest.dropLast() }
        let authority = rest.prefix { $0 != "/" }
        guard name == "https" || name == "http", !authority.isEmpty else {
            throw KubernetesError(.configuration, "\(place) must begin with https:// and a host")
        }
        guard !rest.contains(where: { "@?#\\ ".contains($0) || $0.isNewline }) else {
            throw KubernetesError(
                .configuration, "\(place) must hold no user, no query and no fragment: put credentials under users")
        }
        self.text = "\(name)://\(rest)"
        isEncrypted = name == "https"
    }
}
