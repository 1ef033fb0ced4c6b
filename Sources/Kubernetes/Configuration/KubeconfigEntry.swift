import Formats

/// A context with the cluster and the user of its own, as one kubeconfig hands it to another.
package struct KubeconfigEntry: Sendable, Hashable {
    /// Of the context, and of its cluster and its user.
    package var name: String
    package var namespace: String?
    let cluster: Redacted<JSONValue>
    let user: Redacted<JSONValue>

    /// A user with a bearer token.
    package init(
        name: String,
        server: String,
        certificateAuthority: [UInt8]?,
        token: Redacted<String>,
        namespace: String? = nil,
        tlsServerName: String? = nil
    ) {
        self.name = name
        self.namespace = namespace
        cluster = Redacted(Self.cluster(server, certificateAuthority, tlsServerName))
        user = Redacted(["token": .string(token.secret)])
    }

    /// A user with a client certificate and its key, both PEM.
    package init(
        name: String,
        server: String,
        certificateAuthority: [UInt8]?,
        clientCertificate: [UInt8],
        clientKey: Redacted<[UInt8]>,
        namespace: String? = nil,
        tlsServerName: String? = nil
    ) {
        self.name = name
        self.namespace = namespace
        cluster = Redacted(Self.cluster(server, certificateAuthority, tlsServerName))
        user = Redacted([
            "client-certificate-data": .string(Base64.encode(clientCertificate)),
            "client-key-data": .string(Base64.encode(clientKey.secret)),
        ])
    }

    private static func cluster(
        _ server: String,
        _ certificateAuthority: [UInt8]?,
        _ tlsServerName: String?
    ) -> JSONValue {
        var cluster: JSONValue = ["server": .string(server)]
        cluster["tls-server-name"] = tlsServerName.map(JSONValue.string)
        cluster["certificate-authority-data"] = certificateAuthority.map { .string(Base64.encode($0)) }
        return cluster
    }

    /// The current context of a kubeconfig, under another name.
    ///
    /// Its cluster and its user are taken as they are, unknown fields included; `file` names the text in messages.
    package init(
        name: String,
        currentContextOf bytes: [UInt8],
        file: String,
        namespace: String? = nil
    ) throws(KubernetesError) {
        let kubeconfig = try Kubeconfig(parsing: bytes, file: file)
        let document = try KubeconfigDocument(parsing: bytes, file: file)
        guard let current = kubeconfig.currentContext,
            let context = kubeconfig.contexts.first(where: { $0.name == current })
        else {
            throw KubernetesError(.configuration, "\(file.escapingControls()): it has no current context to take over")
        }
        guard let cluster = document.entry(context.value.cluster, in: .clusters),
            let user = document.entry(context.value.user, in: .users)
        else {
            throw KubernetesError(
                .configuration,
                "\(file.escapingControls()): its current context names a cluster or user it does not have")
        }
        self.name = name
        self.namespace = namespace ?? context.value.namespace
        self.cluster = Redacted(cluster["cluster"] ?? [:])
        self.user = Redacted(user["user"] ?? [:])
    }

    /// A kubeconfig of nothing but this.
    package var kubeconfig: Redacted<String> {
        var document = KubeconfigDocument()
        document.set(self, previousContext: nil)
        document.currentContext = name
        return document.text
    }
}

extension KubeconfigEntry {
    /// The text of a kubeconfig with this context added, or renewed; everything else stays, in its order.
    ///
    /// `bytes` is what the file holds, `nil` where there is none. What was current before is remembered, for
    /// ``removing(_:from:file:)``.
    ///
    /// - Throws: `.configuration` where an entry of that name is somebody else's, or the file cannot be read.
    package func merged(
        into bytes: [UInt8]?,
        file: String,
        makingCurrent: Bool
    ) throws(KubernetesError) -> Redacted<String> {
        var document =
            try bytes.map { bytes throws(KubernetesError) in
                try KubeconfigDocument(parsing: bytes, file: file)
            } ?? KubeconfigDocument()
        for list in KubeconfigDocument.List.allCases where document.entry(name, in: list) != nil {
            guard document.isOurs(name, in: list) else { throw Self.foreign(name, list, file) }
        }
        var previous = document.previousContext(of: name)
        if makingCurrent, let current = document.currentContext, current != name { previous = current }
        document.set(self, previousContext: previous)
        if makingCurrent { document.currentContext = name }
        return document.text
    }

    /// The text of a kubeconfig without a context that ``merged(into:file:makingCurrent:)`` added, and without its
    /// cluster and user where no other context names them; `nil` where there is no such context.
    ///
    /// Where it was current, what was current before it is so again, if it is still there.
    package static func removing(
        _ name: String,
        from bytes: [UInt8],
        file: String
    ) throws(KubernetesError) -> Redacted<String>? {
        var document = try KubeconfigDocument(parsing: bytes, file: file)
        guard document.entry(name, in: .contexts) != nil else { return nil }
        guard document.isOurs(name, in: .contexts) else { throw foreign(name, .contexts, file) }
        let previous = document.previousContext(of: name)
        document.remove(name, from: .contexts)
        for list in [KubeconfigDocument.List.clusters, .users] where document.isOurs(name, in: list) {
            if !document.isNamed(name, by: list) { document.remove(name, from: list) }
        }
        if document.currentContext == name {
            let isThere = previous.map { document.entry($0, in: .contexts) != nil } ?? false
            document.currentContext = isThere ? previous : nil
        }
        return document.text
    }

    private static func foreign(_ name: String, _ list: KubeconfigDocument.List, _ file: String) -> KubernetesError {
        KubernetesError(
            .configuration,
            "\(file.escapingControls()): \(list.rawValue) already hold \"\(name.escapingControls())\", which envfactory "
                + "did not add: choose another name for the context, or remove that entry first")
    }
}
