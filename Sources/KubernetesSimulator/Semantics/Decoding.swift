import Formats
import Kubernetes

/// What is left of an object when a server has read it into the types of a built-in kind: known fields of known types.
struct Decoding {
    var descriptor: ResourceDescriptor

    /// Reads an object that was sent whole.
    func decode(_ object: inout JSONValue) throws(APIStatus) {
        guard let error = read(&object) else { return }
        let resource = descriptor.resource
        throw .badRequest(
            "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): \(error.text)"
        )
    }

    /// Reads an object that a patch has made.
    func decodePatched(_ object: inout JSONValue) throws(APIStatus) {
        guard let error = read(&object) else { return }
        let patch = FieldError.invalid("patch", .string(object.text()), error.text)
        throw .invalid(NamedResource(group: "", word: ""), "", [patch])
    }

    /// Refuses an applied object with a field that has no owner because it does not exist.
    func checkApplied(_ object: JSONValue) throws(APIStatus) {
        guard let schema = descriptor.schema else { return }
        var known = object
        schema.prune(&known)
        let unknown = FieldSet(of: object, descriptor.shape).subtracting(FieldSet(of: known, descriptor.shape))
        guard let path = unknown.paths.first else { return }
        throw .internalError("failed to create typed patch object: \(path): field not declared in schema")
    }

    private func read(_ object: inout JSONValue) -> FieldError? {
        guard let schema = descriptor.schema else { return nil }
        object = object.withoutNulls
        schema.prune(&object)
        if let error = schema.errors(object, at: "").first { return error }
        schema.canonicalize(&object)
        return base64Error(object)
    }

    private func base64Error(_ object: JSONValue) -> FieldError? {
        guard descriptor.table == .secrets else { return nil }
        for (key, value) in object["data"]?.object ?? JSONObject() {
            guard Base64.decode(value.string ?? "") == nil else { continue }
            return .invalid("data[\(key)]", "<redacted>", "illegal base64 data")
        }
        return nil
    }
}
