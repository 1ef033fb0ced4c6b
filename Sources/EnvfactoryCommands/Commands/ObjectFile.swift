import EnvironmentAPI
import Formats
import Kubernetes

extension CommandContext {
    /// Reads the one object of a file, as JSON or YAML, which must be of this kind; `-` is standard input.
    func object(_ resource: APIResource, in path: String) throws -> KubernetesObject {
        let documents: [JSONValue]
        let name = path == "-" ? "standard input" : path
        do {
            documents = try YAML.documents(in: try input(path))
        } catch let error as FormatError {
            throw CommandFailure(.rejected, "\(name): \(error.description)")
        }
        guard let document = documents.first, documents.count == 1 else {
            throw CommandFailure(
                .rejected, "\(name) holds \(documents.count) objects: leave one, or use 'kubectl apply' for several")
        }
        let object = KubernetesObject(document)
        guard object.kind == resource.kind, object.apiVersion == resource.apiVersion else {
            throw CommandFailure(
                .rejected,
                "\(name) holds \(object.kind.shown) of \(object.apiVersion.shown): write kind: \(resource.kind) and "
                    + "apiVersion: \(resource.apiVersion)")
        }
        return object
    }
}

extension ObjectMetadata {
    /// Without what a server writes, so that the output of `get -o yaml` can be read again.
    var described: ObjectMetadata {
        ObjectMetadata(name: name, namespace: namespace, labels: labels, annotations: annotations)
    }

    /// Takes the name and the namespace that the options say; a namespace that nobody says is the usual one.
    mutating func take(name: String?, namespace: String?, usual: String) throws(UsageError) {
        if let name { self.name = name }
        let written = self.namespace
        if let namespace, !written.isEmpty, written != namespace {
            throw UsageError(
                "the file says namespace \(written.shown), --namespace says \(namespace.shown): make them agree")
        }
        if written.isEmpty { self.namespace = usual }
    }
}
