import Formats

extension Cluster {
    mutating func patch(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        var known = [MediaType.json, MediaType.merge, MediaType.apply]
        if descriptor.custom == nil { known.append(MediaType.strategicMerge) }
        guard known.contains(request.contentType) else { throw .unsupportedPatch }
        guard let body = request.body else { throw .badRequest("the body of a patch must not be empty") }
        try checkOptions(request)
        if request.contentType == MediaType.apply { return try apply(body, request, descriptor) }
        let old = try existing(request, descriptor)
        let live = old.json(for: descriptor)
        var object = try Self.patched(live, by: body, request.contentType, descriptor)
        try WriteRules(descriptor: descriptor).checkName(&object, request.path.name)
        guard object["kind"] == live["kind"], object["apiVersion"] == live["apiVersion"] else {
            throw .badRequest("a patch must not change apiVersion or kind")
        }
        warnings += try FieldValidation(request, descriptor).check(object, madeBy: body)
        try Decoding(descriptor: descriptor).decodePatched(&object)
        return try store(object, over: old, request, descriptor, .patch)
    }

    private static func patched(
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
        let operations: JSONPatch
        do throws(FormatError) {
            operations = try JSONPatch(patch)
        } catch {
            throw .badRequest("error decoding patch: \(error)")
        }
        do throws(FormatError) {
            return try operations.applied(to: live)
        } catch {
            throw APIStatus(
                422, "Invalid", "the server rejected our request due to an error in our request")
        }
    }

    private func checkOptions(_ request: APIRequest) throws(APIStatus) {
        let options = NamedResource(group: "meta.k8s.io", word: "PatchOptions")
        let isApply = request.contentType == MediaType.apply
        if isApply, request.query["fieldManager"]?.isEmpty ?? true {
            throw .invalid(options, "", [.required("fieldManager", "is required for apply patch")])
        }
        if !isApply, request.query["force"] != nil {
            throw .invalid(options, "", [.forbidden("force", "may not be specified for non-apply patch")])
        }
    }

    // MARK: - Server-side apply

    private mutating func apply(
        _ body: JSONValue,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) -> APIReply {
        guard body["kind"]?.string != nil, body["apiVersion"]?.string != nil else {
            throw .badRequest("the object to apply must name its apiVersion and kind")
        }
        var applied = try WriteRules(descriptor: descriptor).object(request)
        guard applied[path: "metadata", "managedFields"] == nil else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        try Decoding(descriptor: descriptor).checkApplied(applied)
        descriptor.custom?.schema.prune(&applied, keeping: ["apiVersion", "kind", "metadata"])
        let force = request.query.flag("force")
        let path = request.path
        guard let old = store[descriptor.place(namespace: path.namespace, name: path.name)] else {
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
