import EnvironmentAPI

/// An Environment that a file describes, as JSON or YAML.
struct EnvironmentFile: Sendable {
    /// Without what a server writes, so that the output of `get -o yaml` can be read again.
    var environment: Environment
    /// What of it could not be read.
    var violations: [Violation]
}

extension CommandContext {
    /// Reads the one Environment of a file; `-` is standard input.
    func environmentFile(_ path: String) throws -> EnvironmentFile {
        let read = Environment(from: try object(.environments, in: path))
        return EnvironmentFile(
            environment: Environment(metadata: read.metadata.described, spec: read.spec), violations: read.unreadable)
    }
}
