import Formats
import HTTPModel

extension KubernetesClient {
    /// Reads one object; with `metadataOnly` its `PartialObjectMetadata`.
    package func get(
        _ key: ObjectKey,
        metadataOnly: Bool = false,
        subresource: Subresource? = nil
    ) async throws -> KubernetesObject {
        let json = try await exchange("read \(key)") {
            try requests.get(key, metadataOnly: metadataOnly, subresource: subresource)
        }
        guard metadataOnly else { return KubernetesObject(json) }
        return KubernetesObject(metadataOf: json, key.resource)
    }

    /// As ``get(_:metadataOnly:subresource:)``, `nil` where the object does not exist.
    ///
    /// Only where the API server itself says so: an unserved resource or a proxy's 404 is an error, since the object
    /// may be there all the same.
    package func find(_ key: ObjectKey, metadataOnly: Bool = false) async throws -> KubernetesObject? {
        do {
            return try await get(key, metadataOnly: metadataOnly)
        } catch let error as KubernetesError where error.saysThatIsMissing(key) {
            return nil
        }
    }

    /// Reads one page of a list.
    ///
    /// Items carry the apiVersion and the kind of `resource`, which the server leaves out.
    package func list(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions = ListOptions(),
        continueToken: String? = nil
    ) async throws -> ObjectList {
        let task = "list \(resource.qualifiedName)"
        let selection: JSONSelection = options.metadataOnly ? .listOfMetadata : .everything
        let json = try await exchange(task, keeping: selection) {
            try requests.list(resource, namespace: namespace, options, continueToken: continueToken)
        }
        do {
            return try ObjectList(json, of: resource, metadataOnly: options.metadataOnly)
        } catch {
            throw Self.named(error, task)
        }
    }

    /// Reads all pages, from the first again where the continue token expires; never returns a part.
    package func listAll(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions = ListOptions(limit: 500)
    ) async throws -> ObjectList {
        // A list that outlives its token this often is larger than the server can page in its history's time.
        var restarts = 5
        while true {
            do {
                return try await allPages(resource, namespace: namespace, options)
            } catch let error as KubernetesError where error.code == .expired && restarts > 0 {
                restarts -= 1
            }
        }
    }

    private func allPages(
        _ resource: APIResource,
        namespace: String?,
        _ options: ListOptions
    ) async throws -> ObjectList {
        var all = try await list(resource, namespace: namespace, options)
        while let token = all.continueToken {
            let page = try await list(resource, namespace: namespace, options, continueToken: token)
            try Self.check(page, follows: token, resource)
            all.items += page.items
            all.continueToken = page.continueToken
            all.remainingItemCount = page.remainingItemCount
        }
        return all
    }

    /// A token that leads to itself would be followed for ever.
    static func check(_ page: ObjectList, follows token: String, _ resource: APIResource) throws(KubernetesError) {
        guard page.continueToken == token else { return }
        throw KubernetesError(
            .malformedResponse,
            "cannot list \(resource.qualifiedName): the server sends the same continue token twice"
        )
    }

    /// Watches from `resourceVersion` on and hands over every event, one at a time, until the server ends the stream.
    ///
    /// - Throws: `KubernetesError` with `.expired` when the resourceVersion is too old: list again.
    package func watch(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions,
        timeout: Duration,
        _ receive: (WatchEvent) async throws -> Void
    ) async throws {
        let task = "watch \(resource.qualifiedName)"
        // What the receiver throws is thrown on as it is.
        var receiversError: (any Error)?
        do {
            let request = try requests.watch(resource, namespace: namespace, options, timeout: timeout)
            let decoder = WatchLineDecoder(resource: resource, metadataOnly: options.metadataOnly)
            let response = try await transport.stream(request) { line in
                guard let event = try decoder.event(line) else { return }
                do {
                    try await receive(event)
                } catch {
                    receiversError = error
                    throw error
                }
            }
            guard response.isSuccess else { throw KubernetesError(response: response) }
        } catch {
            throw receiversError ?? Self.named(error, task)
        }
    }

    /// The end of a container's log.
    package func log(
        ofPod name: String,
        namespace: String,
        container: String? = nil,
        tailLines: Int = 50,
        limitBytes: Int = 65536
    ) async throws -> String {
        let key = ObjectKey(.pods, namespace: namespace, name: name)
        do {
            let request = try requests.log(
                of: key, container: container, tailLines: tailLines, limitBytes: limitBytes)
            let response = try await transport.send(request)
            guard response.isSuccess else { throw KubernetesError(response: response) }
            return String(decoding: response.body, as: UTF8.self)
        } catch {
            throw Self.named(error, "read the log of \(key)")
        }
    }
}

// MARK: - Decoding

extension KubernetesObject {
    /// The identity and the metadata of what came, under the resource's own apiVersion and kind.
    ///
    /// The server calls it a `PartialObjectMetadata`, or sends the whole object where it cannot leave parts out.
    init(metadataOf json: JSONValue, _ resource: APIResource) {
        self.init(["apiVersion": .string(resource.apiVersion), "kind": .string(resource.kind)])
        self["metadata"] = json["metadata"] ?? [:]
    }

    /// An item of a list: the server leaves its apiVersion and kind out.
    init(item json: JSONValue, _ resource: APIResource, metadataOnly: Bool) {
        if metadataOnly {
            self.init(metadataOf: json, resource)
        } else if json["kind"] == nil {
            let members = json.object.map(Array.init) ?? []
            let types: [JSONObject.Member] = [
                ("apiVersion", .string(resource.apiVersion)), ("kind", .string(resource.kind)),
            ]
            self.init(.object(JSONObject(unique: types + members.filter { $0.key != "apiVersion" })))
        } else {
            self.init(json)
        }
    }
}

extension ObjectList {
    /// Reads a list as the API server sends it.
    ///
    /// - Throws: `.malformedResponse` where it is none, since an empty list in its place would tell of deletions.
    init(_ json: JSONValue, of resource: APIResource, metadataOnly: Bool) throws(KubernetesError) {
        let kind = json["kind"]?.string ?? ""
        guard kind.hasSuffix("List"), let items = json["items"], items.isNull || items.array != nil else {
            throw KubernetesError(
                .malformedResponse, "the answer is no list but \"\(kind.escapingControls(limit: 64))\"")
        }
        var objects: [KubernetesObject] = []
        objects.reserveCapacity(items.array?.count ?? 0)
        for item in items.array ?? [] {
            let object = KubernetesObject(item: item, resource, metadataOnly: metadataOnly)
            guard !object.name.isEmpty else {
                throw KubernetesError(.malformedResponse, "the list holds an object without a name")
            }
            objects.append(object)
        }
        let token = json[path: "metadata", "continue"]?.string
        self.init(
            items: objects,
            resourceVersion: json[path: "metadata", "resourceVersion"]?.string ?? "",
            continueToken: token?.isEmpty == true ? nil : token,
            remainingItemCount: json[path: "metadata", "remainingItemCount"]?.integer
        )
    }
}
