import Formats

extension Kubeconfig {
    /// Reads one file's text.
    ///
    /// `file` names it in messages; relative paths in it are relative to `directory`.
    ///
    /// - Throws: `.configuration` with the place and what to do.
    package init(parsing bytes: [UInt8], file: String, directory: String? = nil) throws(KubernetesError) {
        var limits = FormatLimits()
        limits.bytes = 16 << 20
        limits.values = 200_000
        let documents: [JSONValue]
        do {
            documents = try YAML.documents(in: bytes, limits: limits)
        } catch {
            throw KubernetesError(.configuration, "\(file.escapingControls()): \(error.description.escapingControls())")
        }
        self.init()
        // kubectl reads the first document and no other.
        guard let document = documents.first, !document.isNull else { return }
        let reader = KubeconfigReader(file: file, directory: directory)
        let fields = try ConfigurationFields(document, file: file)
        try reader.checkType(fields)
        clusters = try reader.entries(fields, "clusters", "cluster", reader.cluster)
        users = try reader.entries(fields, "users", "user", reader.user)
        contexts = try reader.entries(fields, "contexts", "context", reader.context)
        currentContext = try fields.string("current-context")
    }
}

/// Reads the parts of one file.
private struct KubeconfigReader {
    var file: String
    var directory: String?

    func checkType(_ fields: ConfigurationFields) throws(KubernetesError) {
        let version = try fields.string("apiVersion") ?? "v1"
        let kind = try fields.string("kind") ?? "Config"
        guard version == "v1", kind == "Config" else {
            throw fields.error("kind", "and apiVersion must be Config and v1: this is no kubeconfig")
        }
    }

    func entries<Value>(
        _ fields: ConfigurationFields,
        _ list: String,
        _ key: String,
        _ read: (ConfigurationFields) throws(KubernetesError) -> Value
    ) throws(KubernetesError) -> [Kubeconfig.Named<Value>] {
        var entries: [Kubeconfig.Named<Value>] = []
        var names: Set<String> = []
        for entry in try fields.objects(list) {
            let name = try entry.string("name") ?? ""
            guard names.insert(name).inserted else {
                throw entry.error("name", "is \"\(name)\" a second time: give each of \(list) another name")
            }
            entries.append(Kubeconfig.Named(name: name, value: try read(try entry.objectOrEmpty(key)), file: file))
        }
        return entries
    }

    func cluster(_ fields: ConfigurationFields) throws(KubernetesError) -> Kubeconfig.Cluster {
        Kubeconfig.Cluster(
            server: try fields.string("server"),
            certificateAuthority: try material(fields, "certificate-authority"),
            tlsServerName: try fields.string("tls-server-name"),
            isInsecure: try fields.bool("insecure-skip-tls-verify"),
            proxyURL: try fields.string("proxy-url").map(Redacted.init),
            disablesCompression: try fields.bool("disable-compression"),
            execConfiguration: try fields.objects("extensions").first {
                $0.raw("name") == "client.authentication.k8s.io/exec"
            }?.raw("extension")
        )
    }

    func context(_ fields: ConfigurationFields) throws(KubernetesError) -> Kubeconfig.Context {
        Kubeconfig.Context(
            cluster: try fields.string("cluster") ?? "",
            user: try fields.string("user") ?? "",
            namespace: try fields.string("namespace"))
    }

    func user(_ fields: ConfigurationFields) throws(KubernetesError) -> Kubeconfig.User {
        var user = Kubeconfig.User()
        user.certificate = try material(fields, "client-certificate")
        user.key = try material(fields, "client-key")
        user.token = try fields.string("token").map(Redacted.init)
        user.tokenFile = try fields.string("tokenFile").map(resolve)
        user.username = try fields.string("username")
        user.password = try fields.string("password").map(Redacted.init)
        if let provider = try fields.object("auth-provider") { user.authProvider = try provider.string("name") ?? "" }
        user.impersonation = try impersonation(fields)
        if let exec = try fields.object("exec") {
            user.exec = try plugin(exec)
            user.wantsClusterInfo = try exec.bool("provideClusterInfo")
        }
        return user
    }

    private func impersonation(
        _ fields: ConfigurationFields
    ) throws(KubernetesError) -> ConnectionSettings.Impersonation? {
        let uid = try fields.string("as-uid")
        let groups = try fields.strings("as-groups")
        let extra = try fields.stringLists("as-user-extra")
        guard let user = try fields.string("as") else {
            guard uid == nil, groups.isEmpty, extra.isEmpty else {
                // Without a user the server would see no impersonation at all, and act for the real one.
                throw fields.error("as", "must name a user, since another field says whom to act for")
            }
            return nil
        }
        return ConnectionSettings.Impersonation(
            user: user, uid: uid, groups: groups, extra: extra.map { .init(key: $0.name, values: $0.values) })
    }

    private func plugin(_ fields: ConfigurationFields) throws(KubernetesError) -> ConnectionSettings.ExecPlugin {
        guard let command = try fields.string("command") else {
            throw fields.error("command", "must name the program that prints the credentials")
        }
        let group = "client.authentication.k8s.io"
        guard let version = try fields.string("apiVersion"), version == "\(group)/v1" || version == "\(group)/v1beta1"
        else { throw fields.error("apiVersion", "must be \(group)/v1 or \(group)/v1beta1: update the plugin") }
        // A name alone is found in PATH, as a shell would.
        var plugin = ConnectionSettings.ExecPlugin(
            command: command.contains("/") ? resolve(command) : command,
            arguments: try fields.strings("args"),
            apiVersion: version)
        for variable in try fields.objects("env") {
            guard let name = try variable.string("name") else { throw variable.error("name", "must not be empty") }
            let value = try variable.string("value") ?? ""
            plugin.environment.append(.init(name: name, value: Redacted(value)))
        }
        plugin.installHint = try fields.string("installHint")
        if let mode = try fields.string("interactiveMode") {
            guard let known = ConnectionSettings.ExecPlugin.InteractiveMode(rawValue: mode) else {
                throw fields.error("interactiveMode", "must be Never, IfAvailable or Always")
            }
            plugin.interactiveMode = known
        } else if version.hasSuffix("/v1") {
            throw fields.error("interactiveMode", "must be Never, IfAvailable or Always: v1 requires it")
        }
        return plugin
    }

    /// A field with a path, and its twin with the bytes themselves, which wins.
    private func material(
        _ fields: ConfigurationFields,
        _ key: String
    ) throws(KubernetesError) -> ConnectionSettings.Material? {
        if let bytes = try fields.bytes("\(key)-data") { return .bytes(Redacted(bytes)) }
        return try fields.string(key).map { .file(resolve($0)) }
    }

    private func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory else { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }
}
