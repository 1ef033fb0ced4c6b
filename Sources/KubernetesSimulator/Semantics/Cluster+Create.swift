import Formats
import Kubernetes

extension Cluster {
    mutating func create(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        guard request.path.name.isEmpty else { throw .methodNotAllowed }
        var sent = try WriteRules(descriptor: descriptor).object(request)
        warnings += try FieldValidation(request, descriptor).check(sent)
        try Decoding(descriptor: descriptor).decode(&sent)
        guard sent[path: "metadata", "resourceVersion"]?.string?.isEmpty ?? true else {
            throw .internalError("resourceVersion should not be set on objects to be created")
        }
        var fresh = sent
        fresh["metadata"]?["uid"] = nil
        return try insert(fresh, request, descriptor) { $0.update(nil, $1) }
    }

    /// Takes a new object in: by POST, by an apply of what is not there, by a PUT where the kind allows it.
    mutating func insert(
        _ sent: JSONValue,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor,
        managing: (FieldManager, JSONValue) throws(APIStatus) -> JSONValue
    ) throws(APIStatus) -> APIReply {
        guard descriptor.custom?.isTerminating != true else {
            throw APIStatus(
                405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating")
        }
        let namespace = request.path.namespace
        var object = sent
        try nameNew(&object, descriptor)
        let name = object[path: "metadata", "name"]?.string ?? ""
        try checkNamespace(namespace, descriptor, name)
        // A kubelet brings its node's status along.
        if descriptor.hasStatus, descriptor.table != .nodes { object["status"] = nil }
        try prepareNew(&object, request, descriptor)
        var errors = MetadataRules(descriptor: descriptor).errors(in: object)
        errors += descriptor.custom?.errors(in: object) ?? []
        errors += BuiltInRules.errors(in: object, replacing: nil, descriptor)
        guard errors.isEmpty else { throw .invalid(descriptor.namedKind, name, errors) }
        let place = descriptor.place(namespace: namespace, name: name)
        if store[place] == nil { try allocate(&object, replacing: nil, at: place, descriptor) }
        object["metadata"]?["managedFields"] = sent[path: "metadata", "managedFields"]
        object = try managing(fieldManager(request, descriptor), object)
        try checkEscalation(object, replacing: nil, request, descriptor)
        let charges = try checkQuota(object, request, descriptor)
        if let there = store[place] {
            var status = APIStatus.alreadyExists(descriptor.named, name)
            if there.isDeleting { status.message = "object is being deleted: " + status.message }
            throw status
        }
        if request.isDryRun {
            return .object(StoredObject(unsaved: object, at: place), descriptor, code: 201)
        }
        try checkSize(object, request)
        charge(charges)
        let stored = put(object, at: place)
        return .object(stored, descriptor, code: 201)
    }

    /// What the storage takes as one request, in bytes.
    private static let sizeLimit = 3 << 19

    /// Refuses an object that is too large to be kept.
    func checkSize(_ object: JSONValue, _ request: APIRequest) throws(APIStatus) {
        // Only what was sent makes an object large.
        guard request.bodySize > Self.sizeLimit / 2, object.encoded().count > Self.sizeLimit else { return }
        throw .internalError("etcdserver: request is too large")
    }

    /// Gives the object its name, from `generateName` where it has none.
    private mutating func nameNew(_ object: inout JSONValue, _ descriptor: ResourceDescriptor) throws(APIStatus) {
        guard object[path: "metadata", "name"]?.string?.isEmpty ?? true else { return }
        guard let prefix = object[path: "metadata", "generateName"]?.string, !prefix.isEmpty else {
            throw .invalid(
                descriptor.namedKind, "", [.required("metadata.name", "name or generateName is required")])
        }
        object["metadata"]?["name"] = .string(String(prefix.prefix(58)) + ids.suffix())
    }

    /// Fills in what only the server decides, and the defaults.
    private mutating func prepareNew(
        _ object: inout JSONValue,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        var metadata = object["metadata"]?.object ?? JSONObject()
        for field in [
            "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "resourceVersion",
        ] {
            metadata[field] = nil
        }
        metadata["uid"] = .string(ids.uid())
        metadata["creationTimestamp"] = .string(now.description)
        if descriptor.generation != .none { metadata["generation"] = 1 }
        object["metadata"] = .object(metadata)
        descriptor.custom?.prepare(&object)
        BuiltInDefaults.apply(to: &object, descriptor, isNew: true)
        try applyLimitRanges(to: &object, in: request.path.namespace, descriptor)
        if descriptor.table == .pods {
            object["status"] = ["phase": "Pending", "qosClass": BuiltInDefaults.serviceClass(object)]
        }
        try checkAccount(of: object, in: request.path.namespace, descriptor)
    }

    /// A pod runs as somebody.
    private func checkAccount(
        of pod: JSONValue,
        in namespace: String,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        guard descriptor.table == .pods else { return }
        let account = pod[path: "spec", "serviceAccountName"]?.string ?? "default"
        guard store[Place(table: .serviceAccounts, namespace: namespace, name: account)] == nil else { return }
        throw .forbidden(
            descriptor.named, pod[path: "metadata", "name"]?.string ?? "",
            "error looking up service account \(namespace)/\(account): serviceaccount \"\(account)\" not found")
    }

    /// Nothing is created in a namespace that is missing or on its way out.
    func checkNamespace(
        _ namespace: String,
        _ descriptor: ResourceDescriptor,
        _ name: String
    ) throws(APIStatus) {
        guard descriptor.resource.isNamespaced else { return }
        let namespaces = NamedResource(group: "", word: "namespaces")
        guard let object = store[Place.namespace(namespace)] else { throw .notFound(namespaces, namespace) }
        guard object.isDeleting else { return }
        var status = APIStatus.forbidden(
            descriptor.named, name,
            "unable to create new content in namespace \(namespace) because it is being terminated")
        status.causes = [
            APIStatus.Cause(
                reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
                field: "metadata.namespace")
        ]
        throw status
    }

    /// Whoever writes, as the owner of fields.
    func fieldManager(_ request: APIRequest, _ descriptor: ResourceDescriptor) -> FieldManager {
        let isApply = request.contentType == MediaType.apply
        let subresource = request.path.subresource
        let scope: FieldManager.Scope =
            switch (descriptor.hasStatus, subresource) {
            case (true, "status"): .statusOnly
            case (true, ""): .withoutStatus
            default: .object
            }
        return FieldManager(
            shape: descriptor.shape,
            manager: ManagedFields.Manager(
                request.fieldManager,
                isApply ? .apply : .update,
                apiVersion: descriptor.resource.apiVersion,
                subresource: subresource
            ),
            apiVersion: descriptor.resource.apiVersion,
            time: now.description,
            scope: scope
        )
    }
}

extension Place {
    static func namespace(_ name: String) -> Place {
        Place(table: .namespaces, namespace: "", name: name)
    }
}

extension TableName {
    static let namespaces = TableName(text: "namespaces")
    static let pods = TableName(text: "pods")
    static let secrets = TableName(text: "secrets")
    static let serviceAccounts = TableName(text: "serviceaccounts")
    static let resourceQuotas = TableName(text: "resourcequotas")
    static let limitRanges = TableName(text: "limitranges")
    static let claims = TableName(text: "persistentvolumeclaims")
    static let definitions = TableName(text: "customresourcedefinitions.apiextensions.k8s.io")
    static let roles = TableName(text: "roles.rbac.authorization.k8s.io")
    static let roleBindings = TableName(text: "rolebindings.rbac.authorization.k8s.io")
    static let clusterRoles = TableName(text: "clusterroles.rbac.authorization.k8s.io")
    static let clusterRoleBindings = TableName(text: "clusterrolebindings.rbac.authorization.k8s.io")
}

extension StoredObject {
    var isDeleting: Bool { metadata["deletionTimestamp"] != nil }
    var finalizers: [String] { metadata["finalizers"]?.array?.compactMap(\.string) ?? [] }
    var labels: JSONObject { metadata["labels"]?.object ?? JSONObject() }
}

/// The media types that decide what a request means.
enum MediaType {
    static let apply = "application/apply-patch+yaml"
    static let merge = "application/merge-patch+json"
    static let json = "application/json-patch+json"
    static let strategicMerge = "application/strategic-merge-patch+json"
}
