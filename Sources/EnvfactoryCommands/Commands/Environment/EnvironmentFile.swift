import EnvironmentAPI
import Formats
import Kubernetes

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
        let bytes = try input(path)
        do {
            return try EnvironmentFile(YAML.documents(in: bytes), path)
        } catch let error as FormatError {
            throw CommandFailure(.rejected, "\(path): \(error.description)")
        }
    }
}

extension EnvironmentFile {
    fileprivate init(_ documents: [JSONValue], _ path: String) throws(CommandFailure) {
        guard let document = documents.first, documents.count == 1 else {
            throw CommandFailure(
                .rejected, "\(path) holds \(documents.count) objects: leave one, or use 'kubectl apply' for several")
        }
        let object = KubernetesObject(document)
        guard object.kind == APIResource.environments.kind, object.apiVersion == Words.apiVersion else {
            throw CommandFailure(
                .rejected,
                "\(path) holds \(object.kind.shown) of \(object.apiVersion.shown): write kind: Environment and "
                    + "apiVersion: \(Words.apiVersion)")
        }
        let read = Environment(from: object)
        let metadata = ObjectMetadata(
            name: read.metadata.name, namespace: read.metadata.namespace, labels: read.metadata.labels,
            annotations: read.metadata.annotations)
        environment = Environment(metadata: metadata, spec: read.spec)
        violations = read.unreadable
    }
}
