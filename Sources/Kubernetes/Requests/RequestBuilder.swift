package import Formats
package import HTTPModel

/// Turns what a client wants into HTTP requests; pure.
package struct RequestBuilder: Sendable, Hashable {
    package var fieldManager: String
    package var timeouts: RequestTimeouts

    package init(fieldManager: String = "envfactory", timeouts: RequestTimeouts = RequestTimeouts()) {
        self.fieldManager = fieldManager
        self.timeouts = timeouts
    }
}

// MARK: - Reading

extension RequestBuilder {
    package func get(
        _ key: ObjectKey,
        metadataOnly: Bool = false,
        subresource: Subresource? = nil
    ) throws(KubernetesError) -> HTTPRequest {
        request(.get, try target(key, subresource), accept: metadataOnly ? .partialObject : .json, timeouts.read)
    }

    /// One page; a continue token carries the resourceVersion of the first page by itself.
    package func list(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions,
        continueToken: String? = nil
    ) throws(KubernetesError) -> HTTPRequest {
        var target = try collection(resource, namespace: namespace, namespaceRequired: false)
        select(&target, options)
        target.query("limit", options.limit.map(String.init))
        target.query("continue", continueToken)
        if continueToken == nil { target.query("resourceVersion", options.resourceVersion) }
        return request(.get, target, accept: options.metadataOnly ? .partialList : .json, timeouts.list)
    }

    /// A watch that the server ends after `timeout`, counted in whole seconds.
    package func watch(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions,
        timeout: Duration
    ) throws(KubernetesError) -> HTTPRequest {
        var target = try collection(resource, namespace: namespace, namespaceRequired: false)
        target.query("watch", "true")
        target.query("allowWatchBookmarks", "true")
        select(&target, options)
        target.query("resourceVersion", options.resourceVersion)
        target.query("timeoutSeconds", String(max(1, timeout.components.seconds)))
        return request(.get, target, accept: options.metadataOnly ? .partialObject : .json, timeouts.read)
    }

    private func select(_ target: inout RequestTarget, _ options: ListOptions) {
        target.query("labelSelector", options.labelSelector)
        target.query("fieldSelector", options.fieldSelector)
    }

    /// The end of a container's log, as plain text.
    package func log(
        of pod: ObjectKey,
        container: String?,
        tailLines: Int,
        limitBytes: Int
    ) throws(KubernetesError) -> HTTPRequest {
        var target = try target(pod, .log)
        target.query("container", container)
        target.query("tailLines", String(tailLines))
        target.query("limitBytes", String(limitBytes))
        return HTTPRequest(
            .get, target.text, headers: ["Accept": "text/plain, application/json"], timeout: timeouts.read)
    }

    /// A path that belongs to no resource: `/version`, `/apis`.
    package func get(path segments: [String]) throws(KubernetesError) -> HTTPRequest {
        request(.get, try RequestTarget(segments), accept: .json, timeouts.read)
    }
}

// MARK: - Writing

extension RequestBuilder {
    /// Server-side apply of exactly the fields that `object` holds.
    ///
    /// ``ApplyExpectation/absent`` replaces the object's own resourceVersion and uid, ``ApplyExpectation/uid(_:)``
    /// its uid: what else of both it holds is sent as it is, and is then a precondition too.
    package func apply(
        _ object: KubernetesObject,
        to resource: APIResource,
        expecting expectation: ApplyExpectation,
        force: Bool,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) throws(KubernetesError) -> HTTPRequest {
        let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
        var target = try target(key, subresource)
        target.query("fieldManager", fieldManager)
        target.query("force", force ? "true" : "false")
        target.query("dryRun", dryRun ? "All" : nil)
        var body = try typed(object, as: resource).json
        // The server refuses an apply that names owners of fields.
        body["metadata"]?["managedFields"] = nil
        switch expectation {
        case .absent:
            body["metadata"]?["uid"] = nil
            body["metadata"]?["resourceVersion"] = "1"
        case .uid(let uid): body["metadata"]?["uid"] = .string(uid)
        case .any: break
        }
        return request(.patch, target, body: body, type: "application/apply-patch+yaml")
    }

    package func create(
        _ object: KubernetesObject,
        as resource: APIResource,
        dryRun: Bool = false
    ) throws(KubernetesError) -> HTTPRequest {
        var target = try collection(resource, namespace: object.namespace, namespaceRequired: true)
        target.query("fieldManager", fieldManager)
        target.query("dryRun", dryRun ? "All" : nil)
        return request(.post, target, body: try typed(object, as: resource).json)
    }

    package func replace(
        _ object: KubernetesObject,
        of resource: APIResource,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) throws(KubernetesError) -> HTTPRequest {
        let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
        var target = try target(key, subresource)
        target.query("fieldManager", fieldManager)
        target.query("dryRun", dryRun ? "All" : nil)
        return request(.put, target, body: try typed(object, as: resource).json)
    }

    package func patch(
        _ key: ObjectKey,
        _ type: PatchType,
        _ patch: JSONValue,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) throws(KubernetesError) -> HTTPRequest {
        var target = try target(key, subresource)
        target.query("fieldManager", fieldManager)
        target.query("dryRun", dryRun ? "All" : nil)
        return request(.patch, target, body: patch, type: type.rawValue)
    }

    package func delete(
        _ key: ObjectKey,
        _ preconditions: DeletePreconditions,
        propagation: PropagationPolicy,
        gracePeriodSeconds: Int? = nil,
        dryRun: Bool = false
    ) throws(KubernetesError) -> HTTPRequest {
        guard !preconditions.uid.isEmpty else {
            throw KubernetesError(
                .badRequest, "a delete of \(key) without a uid could hit another object: read it first")
        }
        var expected: JSONValue = ["uid": .string(preconditions.uid)]
        expected["resourceVersion"] = preconditions.resourceVersion.map(JSONValue.string)
        var body: JSONValue = ["apiVersion": "v1", "kind": "DeleteOptions", "preconditions": expected]
        body["propagationPolicy"] = .string(propagation.rawValue)
        body["gracePeriodSeconds"] = gracePeriodSeconds.map { .integer(Int64($0)) }
        if dryRun { body["dryRun"] = ["All"] }
        return request(.delete, try target(key, nil), body: body)
    }

    /// Creates what is only an answer: a token, a review.
    package func post(_ body: JSONValue, path segments: [String]) throws(KubernetesError) -> HTTPRequest {
        request(.post, try RequestTarget(segments), body: body)
    }
}

// MARK: - Parts

extension RequestBuilder {
    private enum Accept: String {
        case json = "application/json"
        // A server that cannot leave parts out answers with the whole object; the client drops them then.
        case partialObject = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"
        case partialList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
    }

    private func request(
        _ method: HTTPRequest.Method,
        _ target: RequestTarget,
        accept: Accept,
        _ timeout: Duration
    ) -> HTTPRequest {
        HTTPRequest(method, target.text, headers: ["Accept": accept.rawValue], timeout: timeout)
    }

    private func request(
        _ method: HTTPRequest.Method,
        _ target: RequestTarget,
        body: JSONValue,
        type: String = "application/json"
    ) -> HTTPRequest {
        HTTPRequest(
            method,
            target.text,
            headers: ["Accept": Accept.json.rawValue, "Content-Type": type],
            body: body.encoded(),
            timeout: timeouts.write
        )
    }

    private func target(_ key: ObjectKey, _ subresource: Subresource?) throws(KubernetesError) -> RequestTarget {
        var segments = try path(of: key.resource, namespace: key.namespace, namespaceRequired: true)
        segments.append(key.name)
        if let subresource { segments.append(subresource.rawValue) }
        return try RequestTarget(segments)
    }

    private func collection(
        _ resource: APIResource,
        namespace: String?,
        namespaceRequired: Bool
    ) throws(KubernetesError) -> RequestTarget {
        try RequestTarget(path(of: resource, namespace: namespace, namespaceRequired: namespaceRequired))
    }

    private func path(
        of resource: APIResource,
        namespace: String?,
        namespaceRequired: Bool
    ) throws(KubernetesError) -> [String] {
        var segments = resource.group.isEmpty ? ["api"] : ["apis", resource.group]
        segments.append(resource.version)
        if let namespace {
            guard resource.isNamespaced else {
                throw KubernetesError(.badRequest, "\(resource.qualifiedName) have no namespace: leave it out")
            }
            segments += ["namespaces", namespace]
        } else if resource.isNamespaced, namespaceRequired {
            throw KubernetesError(.badRequest, "\(resource.qualifiedName) live in a namespace: name it")
        }
        return segments + [resource.plural]
    }

    /// The object with the resource's apiVersion and kind, where it names none.
    private func typed(_ object: KubernetesObject, as resource: APIResource) throws(KubernetesError) -> KubernetesObject
    {
        guard object.json.object != nil else {
            throw KubernetesError(.badRequest, "what is sent as \(resource.kind) must be a JSON object")
        }
        guard object.apiVersion.isEmpty || object.apiVersion == resource.apiVersion,
            object.kind.isEmpty || object.kind == resource.kind
        else {
            throw KubernetesError(
                .badRequest,
                "an object of kind \(object.kind.escapingControls()), \(object.apiVersion.escapingControls()), cannot be "
                    + "sent to \(resource.qualifiedName) of \(resource.apiVersion)"
            )
        }
        var typed = object
        typed["apiVersion"] = .string(resource.apiVersion)
        typed["kind"] = .string(resource.kind)
        return typed
    }
}
