/// Which kubeconfig files count, and what they say together.
package struct KubeconfigFiles: Sendable, Hashable {
    /// Reads a file; `nil` where there is none.
    package typealias Reader = (_ path: String) throws -> [UInt8]?

    package var paths: [String]
    /// Named by the user one by one: then a missing file is an error.
    package var areRequired: Bool

    package init(paths: [String], areRequired: Bool) {
        self.paths = paths
        self.areRequired = areRequired
    }

    /// The files that kubectl would read: the one named, else those of `KUBECONFIG`, else `~/.kube/config`.
    package init(explicit: String?, environment: (String) -> String?) {
        if let explicit, !explicit.isEmpty {
            self.init(paths: [explicit], areRequired: true)
        } else if let list = environment("KUBECONFIG"), !list.isEmpty {
            var paths: [String] = []
            for path in list.split(separator: ":").map(String.init) where !paths.contains(path) { paths.append(path) }
            self.init(paths: paths, areRequired: false)
        } else if let home = environment("HOME"), !home.isEmpty {
            self.init(paths: ["\(home)/.kube/config"], areRequired: false)
        } else {
            self.init(paths: [], areRequired: false)
        }
    }

    /// Reads and merges them; missing ones are left out.
    package func load(_ read: Reader) throws -> Kubeconfig {
        var merged = Kubeconfig()
        for path in paths {
            guard let bytes = try Self.read(path, read) else {
                guard !areRequired else {
                    throw KubernetesError(
                        .configuration, "there is no file \(path.escapingControls()): name an existing kubeconfig")
                }
                continue
            }
            merged.merge(try Kubeconfig(parsing: bytes, file: path, directory: Self.directory(of: path)))
        }
        return merged
    }

    static func read(_ path: String, _ read: Reader) throws -> [UInt8]? {
        do {
            return try read(path)
        } catch {
            throw KubernetesError(
                .configuration,
                "cannot read \(path.escapingControls()): \(String(describing: error).escapingControls())")
        }
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
