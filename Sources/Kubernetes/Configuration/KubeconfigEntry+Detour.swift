import Formats

extension KubeconfigEntry {
    /// The same cluster and user by way of another address, which proves itself by the name that it had before.
    ///
    /// - Throws: `.configuration` where the entry names no server.
    package func detoured(to address: String, serverName: String) throws(KubernetesError) -> KubeconfigEntry {
        guard cluster.secret["server"]?.string != nil else {
            throw KubernetesError(.configuration, "the kubeconfig's cluster names no server")
        }
        var cluster = cluster.secret
        if cluster["tls-server-name"] == nil { cluster["tls-server-name"] = .string(serverName) }
        cluster["server"] = .string(address)
        return KubeconfigEntry(name: name, namespace: namespace, cluster: Redacted(cluster), user: user)
    }

    private init(name: String, namespace: String?, cluster: Redacted<JSONValue>, user: Redacted<JSONValue>) {
        self.name = name
        self.namespace = namespace
        self.cluster = cluster
        self.user = user
    }

    /// What a transport must know to use it.
    package func settings() throws -> ConnectionSettings {
        try ConnectionSettings(Kubeconfig(parsing: Array(kubeconfig.secret.utf8), file: name))
    }
}
