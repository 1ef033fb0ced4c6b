import Formats
import Kubernetes

/// What a DELETE asks for.
struct DeleteOptions {
    var uid: String?
    var resourceVersion: String?
    var gracePeriodSeconds: Int64?
    var propagation: String?
    var isDryRun: Bool
    private var errors: [FieldError] = []

    init(_ request: APIRequest) throws(APIStatus) {
        let body = request.body
        // A body goes before the parameters, as a whole.
        let query = body == nil ? request.query : Query()
        uid = body?[path: "preconditions", "uid"]?.string
        resourceVersion = body?[path: "preconditions", "resourceVersion"]?.string
        let grace = try query.number("gracePeriodSeconds")
        gracePeriodSeconds = body?["gracePeriodSeconds"]?.integer ?? grace
        propagation = body?["propagationPolicy"]?.string ?? query["propagationPolicy"]
        if propagation == nil, let orphans = body?["orphanDependents"]?.bool {
            propagation = orphans ? "Orphan" : "Background"
        }
        let runs = body?["dryRun"]?.array?.compactMap(\.string) ?? query.values(of: "dryRun")
        isDryRun = !runs.isEmpty
        if !runs.allSatisfy({ $0 == "All" }) {
            let list = runs.map { "\"\($0)\"" }.joined(separator: ", ")
            let error = "Unsupported value: []string{\(list)}: supported values: \"All\""
            errors.append(FieldError(type: .notSupported, field: "dryRun", body: error))
        }
        if let kind = body?["kind"]?.string, kind != "DeleteOptions" {
            errors.append(.invalid("kind", .string(kind), "must be DeleteOptions"))
        }
        let known = ["Foreground", "Background", "Orphan", "nil"]
        let policy = body?["propagationPolicy"]?.string ?? query["propagationPolicy"]
        if let policy, !known.dropLast().contains(policy) {
            errors.append(.notSupported("propagationPolicy", .string(policy), known))
        }
        if let policy, body?["orphanDependents"] != nil {
            errors.append(
                .invalid(
                    "propagationPolicy", .string(policy),
                    "orphanDependents and deletionPropagation cannot be both set"))
        }
    }

    /// Refuses options that contradict themselves.
    func check() throws(APIStatus) {
        guard errors.isEmpty else {
            throw .invalid(NamedResource(group: "meta.k8s.io", word: "DeleteOptions"), "", errors)
        }
    }
}

extension Cluster {
    mutating func delete(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        guard request.path.subresource.isEmpty else { throw .methodNotAllowed }
        let options = try DeleteOptions(request)
        try options.check()
        let object = try existing(request, descriptor)
        return try delete(object, options, descriptor)
    }

    mutating func deleteCollection(
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) -> APIReply {
        let options = try DeleteOptions(request)
        try options.check()
        let list = try self.list(request, descriptor)
        guard case .list(let selected) = list else { return list }
        for object in selected.objects {
            let reply = try delete(object, options, descriptor)
            if !options.isDryRun { noteDeletion(of: object, reply, request) }
        }
        return list
    }

    /// Deletes one object, or marks it for those who still have to do something about it.
    mutating func delete(
        _ object: StoredObject,
        _ options: DeleteOptions,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) -> APIReply {
        try checkDeletion(object, options, descriptor)
        let grace = self.grace(object, options, descriptor)
        var json = object.json
        let finalizers = self.finalizers(object, options, descriptor)
        json["metadata"]?["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map(JSONValue.string))
        let isHeld = !finalizers.isEmpty || grace > 0 || isHeldNamespace(object)
        guard isHeld else {
            if descriptor.table == .pods { mark(&json, 0, descriptor) }
            if options.isDryRun { return answer(nil, StoredObject(json, at: object.place, revision: nil), descriptor) }
            let removed = remove(object.place, last: json)
            return answer(nil, removed ?? object, descriptor)
        }
        mark(&json, grace, descriptor)
        guard json != object.json else { return answer(object, object, descriptor) }
        if options.isDryRun {
            let shown = StoredObject(json, at: object.place, revision: nil)
            return answer(shown, shown, descriptor)
        }
        let stored = put(json, at: object.place)
        return answer(stored, stored, descriptor)
    }

    private func checkDeletion(
        _ object: StoredObject,
        _ options: DeleteOptions,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        let name = object.place.name
        let kind = descriptor.namedKind
        if descriptor.table == .namespaces, ["default", "kube-system", "kube-public"].contains(name) {
            throw .forbidden(descriptor.named, name, "this namespace may not be deleted")
        }
        if let uid = options.uid, uid != object.uid {
            guard descriptor.table != .namespaces else {
                let why = "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid)"
                throw .conflict(descriptor.named, name, why)
            }
            throw .conflict(
                kind, name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). "
                    + "The object might have been deleted and then recreated")
        }
        if let version = options.resourceVersion, version != String(object.revision) {
            throw .conflict(
                kind, name,
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(object.revision)). The object might have been modified")
        }
    }

    /// Only pods take their time.
    private func grace(_ object: StoredObject, _ options: DeleteOptions, _ descriptor: ResourceDescriptor) -> Int64 {
        guard descriptor.table == .pods else { return 0 }
        let phase = object.json[path: "status", "phase"]?.string ?? ""
        if object.json[path: "spec", "nodeName"]?.string?.isEmpty ?? true { return 0 }
        if phase == "Failed" || phase == "Succeeded" { return 0 }
        let own = object.json[path: "spec", "terminationGracePeriodSeconds"]?.integer ?? 30
        let wanted = max(0, options.gracePeriodSeconds ?? own)
        // A second DELETE can only hurry.
        guard object.isDeleting else { return wanted }
        return min(wanted, object.metadata["deletionGracePeriodSeconds"]?.integer ?? wanted)
    }

    /// The finalizers after the propagation policy has added or taken its own.
    private func finalizers(
        _ object: StoredObject,
        _ options: DeleteOptions,
        _ descriptor: ResourceDescriptor
    ) -> [String] {
        var own = object.finalizers
        // A definition waits for its objects.
        if descriptor.table == .definitions, !object.isDeleting { own.append(CustomResource.cleanupFinalizer) }
        guard !object.isDeleting || options.propagation != nil else { return own }
        let policy = options.propagation ?? descriptor.defaultPropagation.rawValue
        let others = own.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        if options.propagation == nil, others.count != own.count { return own }
        switch policy {
        case "Orphan": return others + ["orphan"]
        case "Foreground": return others + ["foregroundDeletion"]
        default: return others
        }
    }

    private func isHeldNamespace(_ object: StoredObject) -> Bool {
        object.place.table == .namespaces && object.json[path: "spec", "finalizers"]?.array?.isEmpty == false
    }

    /// Writes down that the object is on its way out.
    private func mark(_ json: inout JSONValue, _ grace: Int64, _ descriptor: ResourceDescriptor) {
        let wasMarked = json[path: "metadata", "deletionTimestamp"] != nil
        let wasGrace = json[path: "metadata", "deletionGracePeriodSeconds"]?.integer
        if descriptor.table == .namespaces {
            json["status"] = json["status"] ?? [:]
            json["status"]?["phase"] = "Terminating"
        } else if !wasMarked || wasGrace.map({ grace < $0 }) ?? false {
            json["metadata"]?["deletionGracePeriodSeconds"] = .integer(grace)
        }
        guard !wasMarked || wasGrace.map({ grace < $0 }) ?? false else { return }
        json["metadata"]?["deletionTimestamp"] = .string((now + .seconds(grace)).description)
        if !wasMarked, let generation = json[path: "metadata", "generation"]?.integer {
            json["metadata"]?["generation"] = .integer(generation + 1)
        }
    }

    /// The object where it is still there or the kind shows it anyway, else a `Status`.
    private func answer(
        _ remaining: StoredObject?,
        _ last: StoredObject,
        _ descriptor: ResourceDescriptor
    ) -> APIReply {
        if let remaining { return .object(remaining, descriptor) }
        if descriptor.returnsDeletedObject { return .object(last, descriptor) }
        var details: JSONValue = ["name": .string(last.place.name)]
        if !descriptor.resource.group.isEmpty { details["group"] = .string(descriptor.resource.group) }
        details["kind"] = .string(descriptor.resource.plural)
        details["uid"] = .string(last.uid)
        return .json([
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details,
        ])
    }
}
