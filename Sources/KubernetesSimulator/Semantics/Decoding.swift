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
        func refusal(_ why: String) -> APIStatus { .internalError("failed to create typed patch object: \(why)") }
        var known = object
        schema.prune(&known)
        let unknown = FieldSet(of: object, descriptor.shape).subtracting(FieldSet(of: known, descriptor.shape))
        if let path = unknown.paths.first { throw refusal("\(path): field not declared in schema") }
        if let error = schema.errors(object.withoutNulls, at: "").first {
            throw refusal(".\(error.field): expected \(error.body)")
        }
        if let twice = descriptor.shape.duplicate(in: object, at: "") {
            throw refusal("\(twice.path): duplicate entries for key \(twice.key)")
        }
    }

    private func read(_ object: inout JSONValue) -> FieldError? {
        guard let schema = descriptor.schema ?? (descriptor.custom == nil ? nil : Self.metadata) else { return nil }
        guard descriptor.custom == nil else { return readMetadata(&object, schema) }
        object = schema.withoutEmpties(object)
        schema.prune(&object)
        if let error = schema.errors(object, at: "").first { return error }
        schema.canonicalize(&object)
        if let owners = object[path: "metadata", "ownerReferences"]?.array {
            // The same owner twice is one owner.
            object["metadata"]?["ownerReferences"] = .array(
                owners.indices.filter { owners.firstIndex(of: owners[$0]) == $0 }.map { owners[$0] })
        }
        return base64Error(object)
    }

    /// Of a custom object only the metadata have types.
    private func readMetadata(_ object: inout JSONValue, _ schema: StructuralSchema) -> FieldError? {
        guard var metadata = object["metadata"], !metadata.isNull else { return nil }
        metadata = schema.withoutEmpties(metadata)
        schema.prune(&metadata)
        object["metadata"] = metadata
        return schema.errors(metadata, at: "metadata").first
    }

    private static let metadata = SchemaNotation.object("").property("metadata")

    /// Without what says nothing, as reading it into types leaves it.
    func withoutEmpties(_ object: JSONValue) -> JSONValue {
        descriptor.schema?.withoutEmpties(object) ?? object.withoutNulls
    }

    private func base64Error(_ object: JSONValue) -> FieldError? {
        let field = descriptor.table == .secrets ? "data" : "binaryData"
        for (key, value) in object[field]?.object ?? JSONObject() {
            guard Base64.decode(value.string ?? "") == nil else { continue }
            return .invalid("\(field)[\(key)]", "<redacted>", "illegal base64 data")
        }
        return nil
    }
}
