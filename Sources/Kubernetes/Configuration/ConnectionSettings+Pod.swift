extension ConnectionSettings {
    private static let directory = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The settings that the command line, the environment and the files give together: a kubeconfig where one says
    /// anything, else those of the pod this runs in.
    package static func resolve(
        kubeconfig: String? = nil,
        context: String? = nil,
        environment: (String) -> String?,
        _ read: KubeconfigFiles.Reader
    ) throws -> ConnectionSettings {
        let files = KubeconfigFiles(explicit: kubeconfig, environment: environment)
        let merged = try files.load(read)
        if !merged.isEmpty || files.areRequired || context != nil {
            return try ConnectionSettings(merged, context: context, read)
        }
        guard environment("KUBERNETES_SERVICE_HOST")?.isEmpty == false else {
            let looked = files.paths.isEmpty ? "HOME is not set" : "looked at \(files.paths.joined(separator: ", "))"
            throw KubernetesError(
                .configuration,
                "no kubeconfig says which cluster: set KUBECONFIG, pass --kubeconfig, or run in a pod "
                    + "(\(looked.escapingControls()))")
        }
        return try pod(environment: environment, read)
    }

    /// The settings of a process in a pod: its service account, and the API server that every pod is told of.
    package static func pod(
        environment: (String) -> String?,
        _ read: KubeconfigFiles.Reader
    ) throws -> ConnectionSettings {
        guard let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
            let port = environment("KUBERNETES_SERVICE_PORT"), UInt16(port) != nil
        else {
            throw KubernetesError(
                .configuration, "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
        }
        let token = "\(directory)/token"
        guard try KubeconfigFiles.read(token, read) != nil else {
            throw KubernetesError(
                .configuration,
                "the pod has no service account token at \(token): set automountServiceAccountToken to true")
        }
        let isIPv6 = host.contains(":") && !host.hasPrefix("[")
        var settings = ConnectionSettings(server: "https://\(isIPv6 ? "[\(host)]" : host):\(port)")
        settings.credential = .tokenFile(token)
        settings.certificateAuthority = .file("\(directory)/ca.crt")
        let namespace = try KubeconfigFiles.read("\(directory)/namespace", read)
        let text = String(decoding: namespace ?? [], as: UTF8.self).filter { !$0.isWhitespace }
        if !text.isEmpty { settings.namespace = text }
        return settings
    }
}
