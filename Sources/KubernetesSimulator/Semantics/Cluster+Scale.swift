import Formats

/// The subresource `scale`: how many replicas a workload has, in a form that is the same for all of them.
extension Cluster {
    mutating func scale(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        let old = try existing(request, descriptor)
        let live = old.json(for: descriptor)
        let shown = Self.scale(live)
        guard request.verb != .get else { return .json(shown) }
        guard let body = request.body else { throw .badRequest("the body of a request to scale must not be empty") }
        let wanted =
            request.verb == .patch ? try Self.patched(shown, by: body, request.contentType, descriptor) : body
        let replicas = wanted[path: "spec", "replicas"] ?? 0
        guard let count = replicas.integer, (0...Int64(Int32.max)).contains(count) else {
            let kind = NamedResource(group: "autoscaling", word: "Scale")
            throw .invalid(
                kind, old.place.name, [.invalid("spec.replicas", replicas, "must be greater than or equal to 0")])
        }
        var changed = live
        changed["metadata"]?["resourceVersion"] = wanted[path: "metadata", "resourceVersion"]
        changed["spec"]?["replicas"] = .integer(count)
        var whole = request
        whole.path.subresource = ""
        guard case .object(let stored, _, _) = try store(changed, over: old, whole, descriptor, .patch) else {
            throw .internalError("a scaled object is an object")
        }
        return .json(Self.scale(stored.json(for: descriptor)))
    }

    private static func scale(_ workload: JSONValue) -> JSONValue {
        var metadata: JSONValue = [:]
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[key] = workload[path: "metadata", key]
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata,
            "spec": ["replicas": workload[path: "spec", "replicas"] ?? 0],
            "status": [
                "replicas": workload[path: "status", "replicas"] ?? 0,
                "selector": .string(BuiltInTables.selector(workload[path: "spec", "selector"])),
            ],
        ]
    }
}
