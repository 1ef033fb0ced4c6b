import Kubernetes

/// Changes a kubeconfig file of the user's: under the lock that kubectl takes as well, and whole or not at all.
struct KubeconfigFileEditor: Sendable {
    let path: String
    let files: any FileSystem
    let time: any TimeSource

    /// Writes what `change` makes of the file's content, `nil` where there is no file; writes nothing for `nil`.
    ///
    /// - Returns: Whether the file was written.
    func edit(_ change: (_ content: [UInt8]?) throws -> Redacted<String>?) async throws -> Bool {
        if let slash = path.lastIndex(of: "/") { try files.createDirectory(String(path[..<slash])) }
        return try await FileLock(path: "\(path).lock", files: files, time: time).held {
            guard let text = try change(try files.read(path)) else { return false }
            try files.replace(path, with: Array(text.secret.utf8))
            return true
        }
    }
}

extension CommandContext {
    /// The file that kubectl would write to: the one named, else the first of KUBECONFIG, else `~/.kube/config`.
    func kubeconfigPath(_ explicit: String?) throws -> String {
        if let explicit { return absolute(explicit) }
        let paths = KubeconfigFiles(explicit: nil, environment: hostVariable).paths
        guard let path = paths.first else {
            throw UsageError("HOME is not set, so there is no kubeconfig to write to: name one with --into")
        }
        return absolute(path)
    }
}
