import Formats
import Kubernetes

extension Cluster {
    /// How an update came about: what it must still meet depends on it.
    enum UpdateOrigin {
        /// A PUT: the body's uid is a precondition.
        case replacement
        /// A patch of the live object: a changed uid is a change of an immutable field.
        case patch
        /// The fields are managed already.
        case apply
    }

    mutating func update(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        var object = try WriteRules(descriptor: descriptor).object(request)
        warnings += try FieldValidation(request, descriptor).check(object)
        try Decoding(descriptor: descriptor).decode(&object)
        let path = request.path
        guard let old = store[descriptor.place(namespace: path.namespace, name: path.name)] else {
            if let uid = object[path: "metadata", "uid"]?.string, !uid.isEmpty, !descriptor.createsOnUpdate {
                throw mismatch(uid, "", descriptor.place(namespace: path.namespace, name: path.name), descriptor)
            }
            guard descriptor.createsOnUpdate, path.subresource.isEmpty else {
                throw .notFound(descriptor.named, path.name)
            }
            try authorize(request, as: .create)
            return try insert(object, request, descriptor) { $0.update(nil, $1) }
        }
        return try store(object, over: old, request, descriptor, .replacement)
    }

    /// Puts a changed object in the place of the old one, if everything allows it.
    mutating func store(
        _ changed: JSONValue,
        over old: StoredObject,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor,
        _ origin: UpdateOrigin
    ) throws(APIStatus) -> APIReply {
        let rules = WriteRules(descriptor: descriptor)
        var object = changed
        try checkPreconditions(&object, old, descriptor, origin)
        let before = old.json(for: descriptor)
        rules.reset(&object, to: before, subresource: request.path.subresource)
        descriptor.custom?.prepare(&object)
        BuiltInDefaults.apply(to: &object, descriptor, isNew: false)
        try allocate(&object, replacing: before, at: old.place, descriptor)
        var errors = rules.inheritMetadata(&object, from: before)
        errors += MetadataRules(descriptor: descriptor).errors(in: object)
        errors += descriptor.custom?.errors(in: object) ?? []
        errors += BuiltInRules.errors(in: object, replacing: before, descriptor)
        guard errors.isEmpty else { throw .invalid(descriptor.namedKind, old.place.name, errors) }
        if rules.isNewGeneration(object, before), let generation = before[path: "metadata", "generation"]?.integer {
            object["metadata"]?["generation"] = .integer(generation + 1)
        }
        if origin != .apply { object = fieldManager(request, descriptor).update(before, object) }
        try checkEscalation(object, replacing: before, request, descriptor)
        if object == before { return .object(old, descriptor) }
        if request.isDryRun { return .object(StoredObject(unsaved: object, at: old.place), descriptor) }
        try checkSize(object, request)
        return .object(finish(object, old, descriptor), descriptor)
    }

    /// The name, uid and resourceVersion that the request insists on.
    private func checkPreconditions(
        _ object: inout JSONValue,
        _ old: StoredObject,
        _ descriptor: ResourceDescriptor,
        _ origin: UpdateOrigin
    ) throws(APIStatus) {
        let name = old.place.name
        let sent = object[path: "metadata", "uid"]?.string ?? ""
        if origin == .replacement, !sent.isEmpty, sent != old.uid {
            throw mismatch(sent, old.uid, old.place, descriptor)
        }
        let version = object[path: "metadata", "resourceVersion"]?.string ?? ""
        if version.isEmpty || version == "0" {
            guard descriptor.allowsUnconditionalUpdate else {
                let error = FieldError(
                    type: .invalid, field: "metadata.resourceVersion",
                    body: "Invalid value: 0x0: must be specified for an update")
                throw .invalid(descriptor.namedKindInErrors, name, [error])
            }
        } else if UInt64(version) == nil {
            throw .internalError("strconv.ParseUint: parsing \"\(version)\": invalid syntax")
        } else if version != String(old.revision) {
            throw .modified(descriptor.named, name)
        }
        object["metadata"]?["resourceVersion"] = .string(String(old.revision))
    }

    /// The storage's own words for a precondition that does not hold.
    private func mismatch(
        _ sent: String,
        _ known: String,
        _ place: Place,
        _ descriptor: ResourceDescriptor
    ) -> APIStatus {
        .conflict(
            descriptor.named, place.name,
            "StorageError: invalid object, Code: 4, Key: \(key(place, descriptor)), ResourceVersion: 0, "
                + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(sent), UID in object meta: "
                + known)
    }

    /// What etcd would call the object.
    private func key(_ place: Place, _ descriptor: ResourceDescriptor) -> String {
        let resource = descriptor.resource
        let parts = [descriptor.custom == nil ? "" : resource.group, resource.plural, place.namespace, place.name]
        return "/registry/" + parts.filter { !$0.isEmpty }.joined(separator: "/")
    }

    /// Stores the object; one that only waited for its last finalizer is gone with it.
    mutating func finish(
        _ object: JSONValue,
        _ old: StoredObject,
        _ descriptor: ResourceDescriptor
    ) -> StoredObject {
        let isWaiting = object[path: "metadata", "deletionTimestamp"] != nil
        let isFree = object[path: "metadata", "finalizers"]?.array?.isEmpty ?? true
        let grace = object[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0
        let isHeld = object[path: "spec", "finalizers"]?.array?.isEmpty == false && descriptor.table == .namespaces
        if isWaiting, isFree, grace == 0, !isHeld {
            // Watches see the object as it was when the last finalizer went.
            return remove(old.place, last: object) ?? old
        }
        return put(object, at: old.place)
    }
}

extension ResourceDescriptor {
    /// Optimistic concurrency names a kind in the words of its resource.
    var namedKindInErrors: NamedResource { NamedResource(group: resource.group, word: resource.plural) }
}

extension StoredObject {
    /// A state that is shown but not kept: what a dry run answers.
    convenience init(unsaved json: JSONValue, at place: Place) {
        self.init(json, at: place, revision: nil)
    }

    /// The object in the words of one version of the API.
    func json(for descriptor: ResourceDescriptor) -> JSONValue {
        let version = descriptor.resource.apiVersion
        guard json["apiVersion"]?.string != version else { return json }
        return EventForms.convert(json, to: descriptor.resource)
    }
}
