import Formats
import Kubernetes

/// What holds for every write of one kind: names, metadata, and what a part of the API may change.
struct WriteRules {
    var descriptor: ResourceDescriptor

    // MARK: - Bodies

    /// The sent object, with the namespace and name of the URL.
    func object(_ request: APIRequest) throws(APIStatus) -> JSONValue {
        // Nothing at all is an object that says nothing.
        guard var object = request.body.map({ $0.isNull ? [:] : $0 }), object.object != nil else {
            let kind = descriptor.resource.kind
            throw .badRequest("the object provided is unrecognized (must be of type \(kind)): it must be a JSON object")
        }
        try checkKind(object)
        object["apiVersion"] = .string(descriptor.resource.apiVersion)
        object["kind"] = .string(descriptor.resource.kind)
        if object["metadata"]?.isNull ?? true { object["metadata"] = [:] }
        guard object["metadata"]?.object != nil else {
            let resource = descriptor.resource
            throw .badRequest(
                "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): metadata "
                    + "must be an object")
        }
        try checkNamespace(&object, request.path.namespace)
        if descriptor.resource.isNamespaced == false { object["metadata"]?["namespace"] = nil }
        if !request.path.name.isEmpty { try checkName(&object, request.path.name) }
        return object
    }

    private func checkKind(_ object: JSONValue) throws(APIStatus) {
        let expected = descriptor.resource
        let isRequired = descriptor.custom != nil
        switch object["kind"]?.string {
        case nil where isRequired: throw .badRequest("Object 'Kind' is missing in the body")
        case nil, expected.kind: break
        case let kind? where isRequired:
            throw .invalid(
                NamedResource(group: expected.group, word: kind), object[path: "metadata", "name"]?.string ?? "",
                [.invalid("kind", .string(kind), "must be \(expected.kind)")])
        case let kind?:
            throw .badRequest(
                "\(kind) in version \"\(expected.version)\" cannot be handled as a \(expected.kind): they are different kinds"
            )
        }
        switch object["apiVersion"]?.string {
        case nil, expected.apiVersion: break
        case let version?:
            throw .badRequest(
                "the API version in the data (\(version)) does not match the expected API version (\(expected.apiVersion))"
            )
        }
    }

    func checkNamespace(_ object: inout JSONValue, _ value: String) throws(APIStatus) {
        guard !value.isEmpty else { return }
        let sent = object[path: "metadata", "namespace"]?.string ?? ""
        guard sent.isEmpty || sent == value else {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
        object["metadata"]?["namespace"] = .string(value)
    }

    func checkName(_ object: inout JSONValue, _ name: String) throws(APIStatus) {
        let sent = object[path: "metadata", "name"]?.string ?? ""
        guard sent.isEmpty || sent == name else {
            throw .badRequest("the name of the object (\(sent)) does not match the name on the URL (\(name))")
        }
        object["metadata"]?["name"] = .string(name)
    }

    // MARK: - Metadata

    /// Checks what an update may not change, and brings back what it may leave out.
    func inheritMetadata(_ object: inout JSONValue, from old: JSONValue) -> [FieldError] {
        let before = old["metadata"] ?? [:]
        // What is left out, or only the server decides, stays as it was.
        object["metadata"]?["creationTimestamp"] = before["creationTimestamp"]
        for field in ["uid", "deletionGracePeriodSeconds"] where object[path: "metadata", field]?.isUnset ?? true {
            object["metadata"]?[field] = before[field]
        }
        object["metadata"]?["generation"] = before["generation"]
        object["metadata"]?["selfLink"] = before["selfLink"]
        if let deletion = before["deletionTimestamp"] { object["metadata"]?["deletionTimestamp"] = deletion }
        let after = object["metadata"] ?? [:]
        var errors: [FieldError] = []
        for field in [
            "name", "namespace", "uid", "deletionTimestamp", "deletionGracePeriodSeconds",
        ]
        where after[field] != before[field] {
            errors.append(.immutable("metadata.\(field)", after[field] ?? .null))
        }
        errors += finalizerErrors(before, after)
        // The rules of all objects say it, and those of the kind say it again.
        return errors + errors
    }

    private func finalizerErrors(_ before: JSONValue, _ after: JSONValue) -> [FieldError] {
        guard before["deletionTimestamp"] != nil else { return [] }
        let old = before["finalizers"]?.array ?? []
        let new = (after["finalizers"]?.array ?? []).filter { !old.contains($0) }.compactMap(\.string)
        guard !new.isEmpty else { return [] }
        let list = new.map { "\"\($0)\"" }.joined(separator: ", ")
        return [
            .forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}")
        ]
    }

    // MARK: - Parts

    /// Puts back what this part of the API may not change.
    func reset(_ object: inout JSONValue, to old: JSONValue, subresource: String) {
        if descriptor.table == .namespaces, subresource != "finalize" { object["spec"] = old["spec"] }
        guard descriptor.hasStatus else { return }
        guard subresource == "status" else {
            if subresource.isEmpty { object["status"] = old["status"] }
            return
        }
        var result = old
        result["status"] = object["status"]
        result["metadata"]?["managedFields"] = object[path: "metadata", "managedFields"]
        result["metadata"]?["resourceVersion"] = object[path: "metadata", "resourceVersion"]
        if descriptor.custom == nil {
            // The built-in kinds let a status update change labels and annotations as well.
            for field in ["labels", "annotations", "finalizers"] {
                result["metadata"]?[field] = object[path: "metadata", field]
            }
        }
        for field in ["uid", "name", "namespace"] {
            result["metadata"]?[field] = object[path: "metadata", field]
        }
        object = result
    }

    /// Whether something changed that `metadata.generation` counts.
    func isNewGeneration(_ object: JSONValue, _ old: JSONValue) -> Bool {
        guard descriptor.generation == .spec else { return false }
        return counted(object) != counted(old)
    }

    private func counted(_ object: JSONValue) -> JSONValue {
        var members = object.object ?? JSONObject()
        members["metadata"] = nil
        members["apiVersion"] = nil
        if descriptor.hasStatus { members["status"] = nil }
        return .object(members)
    }
}

extension JSONValue {
    /// Says nothing: what a client leaves out may also be sent empty.
    fileprivate var isUnset: Bool { self == .null || self == "" }
}
