import Formats
import Kubernetes

extension Cluster {
    mutating func patch(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        let known = [MediaType.json, MediaType.merge, MediaType.apply]
        if !known.contains(request.contentType) {
            guard descriptor.custom == nil else { throw StrategicMergePatch.unknownToDefinitions }
            guard request.contentType == MediaType.strategicMerge else { throw .unsupportedPatch }
        }
        guard let body = request.body else { throw .badRequest("the body of a patch must not be empty") }
        if request.contentType == MediaType.apply { return try apply(body, request, descriptor) }
        let old = try existing(request, descriptor)
        let live = old.json(for: descriptor)
        var object = try Self.patched(live, by: body, request.contentType, descriptor)
        try WriteRules(descriptor: descriptor).checkName(&object, request.path.name)
        try WriteRules(descriptor: descriptor).checkNamespace(&object, request.path.namespace)
        guard object["kind"] == live["kind"], object["apiVersion"] == live["apiVersion"] else {
            throw .badRequest("a patch must not change apiVersion or kind")
        }
        warnings += try FieldValidation(request, descriptor).check(object, madeBy: body)
        try Decoding(descriptor: descriptor).decodePatched(&object)
        return try store(object, over: old, request, descriptor, .patch)
    }

    static func patched(
        _ live: JSONValue,
        by patch: JSONValue,
        _ type: String,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) -> JSONValue {
        if type == MediaType.strategicMerge {
            return try StrategicMergePatch(patch).applied(to: live, descriptor.shape)
        }
        guard type == MediaType.json else {
            guard patch.object != nil else {
                let error = FieldError.invalid("patch", .string(patch.text()), "a merge patch must be an object")
                throw .invalid(NamedResource(group: "", word: ""), "", [error])
            }
            return live.merging(patch)
        }
        guard let operations = patch.array else {
            throw .badRequest("error decoding patch: a JSON patch is an array of operations: put it in brackets")
        }
        guard operations.count <= JSONPatch.mostOperations else {
            throw APIStatus(
                413, "RequestEntityTooLarge",
                "Request entity too large: The allowed maximum operations in a JSON patch is "
                    + "\(JSONPatch.mostOperations), got \(operations.count)")
        }
        do throws(FormatError) {
            return try JSONPatch(patch).applied(to: live)
        } catch {
            throw APIStatus(
                422, "Invalid", "the server rejected our request due to an error in our request")
        }
    }

    // MARK: - Server-side apply

    private mutating func apply(
        _ body: JSONValue,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) -> APIReply {
        let version = body["apiVersion"]?.string ?? ""
        guard version == descriptor.resource.apiVersion else {
            throw .badRequest(
                "Incorrect version specified in apply patch. Specified patch version: \(version), expected: "
                    + descriptor.resource.apiVersion)
        }
        guard body["kind"]?.string != nil else {
            let type = "\(descriptor.resource.group)/\(descriptor.resource.version), Kind="
            throw .internalError("failed to create typed patch object: no corresponding type for \(type)")
        }
        var applied = try WriteRules(descriptor: descriptor).object(request)
        guard applied[path: "metadata", "managedFields"] == nil else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        try Decoding(descriptor: descriptor).checkApplied(applied)
        applied = Decoding(descriptor: descriptor).withoutEmpties(applied)
        descriptor.custom?.schema.prune(&applied, keeping: ["apiVersion", "kind", "metadata"])
        let force = request.query.flag("force")
        let path = request.path
        guard let old = store[descriptor.place(namespace: path.namespace, name: path.name)] else {
            guard body[path: "metadata", "name"]?.string?.isEmpty == false else {
                throw .badRequest(
                    "the name of the object (\(path.name) based on URL) was undeterminable: name must be provided")
            }
            return try applyNew(applied, request, descriptor, force: force)
        }
        let live = old.json(for: descriptor)
        let manager = fieldManager(request, descriptor)
        // What the server decides itself is not merged but met.
        var merged = try manager.apply(applied, to: live, force: force, descriptor.named)
        try Decoding(descriptor: descriptor).decodePatched(&merged)
        return try store(merged, over: old, request, descriptor, .apply)
    }

    private mutating func applyNew(
        _ applied: JSONValue,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor,
        force: Bool
    ) throws(APIStatus) -> APIReply {
        guard request.path.subresource.isEmpty else { throw .notFound(descriptor.named, request.path.name) }
        let uid = applied[path: "metadata", "uid"]?.string ?? ""
        guard uid.isEmpty else {
            throw .conflict(
                descriptor.named, request.path.name,
                "uid mismatch: the provided object specified uid \(uid), and no existing object was found")
        }
        try authorize(request, as: .create)
        var decoded = applied
        try Decoding(descriptor: descriptor).decode(&decoded)
        return try insert(decoded, request, descriptor) { manager, prepared throws(APIStatus) in
            let owned = try manager.apply(applied, to: nil, force: force, descriptor.named)
            var object = prepared
            object["metadata"]?["managedFields"] = owned[path: "metadata", "managedFields"]
            return object
        }
    }
}
