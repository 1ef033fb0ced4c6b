import Formats
import HTTPModel
import Kubernetes

extension Cluster {
    /// The pages that are no resource: what the server is, how it is, and what it serves; `nil` for all others.
    func document(
        _ path: String,
        _ method: HTTPRequest.Method,
        _ accept: String,
        _ identity: Identity
    ) throws(APIStatus) -> (body: [UInt8], type: String)? {
        try authorize(url: path, verb: method.rawValue.lowercased(), identity)
        guard method == .get || method == .head else {
            throw .methodNotAllowed
        }
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case "healthz", "livez", "readyz": return (Array("ok".utf8), "text/plain; charset=utf-8")
        default: break
        }
        if case let form = DiscoveryForm(accept), case .aggregated(let version) = form,
            parts == ["api"] || parts == ["apis"]
        {
            return (discovery(version: version, core: parts == ["api"]).encoded(), form.contentType)
        }
        if parts == ["openapi", "v2"] { return (Self.openAPIv2, Self.openAPIv2Type) }
        guard let json = json(parts) ?? openAPI(parts) else {
            let isGroup = parts.first == "api" || (parts.count > 2 && registry.isBuiltIn(group: parts[1]))
            guard parts.count < 4, isGroup else { return nil }
            throw .noSuchResource
        }
        return (json.encoded(), "application/json")
    }

    private func json(_ parts: [String]) -> JSONValue? {
        switch (parts.count, parts.first) {
        case (1, "version"): return version
        case (1, "api"): return ["kind": "APIVersions", "versions": ["v1"]]
        case (1, "apis"): return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups)]
        case (2, "api"): return resources("", parts[1])
        case (2, "apis"): return group(parts[1])
        case (3, "apis"): return resources(parts[1], parts[2])
        default: return nil
        }
    }

    private var version: JSONValue {
        let parts = settings.version.drop { $0 == "v" }.split(separator: ".").map(String.init)
        return [
            "major": .string(parts.first ?? ""), "minor": .string(parts.dropFirst().first ?? ""),
            "gitVersion": .string(settings.version), "gitTreeState": "simulated", "platform": "simulated",
        ]
    }

    private var groups: [JSONValue] { groupNames.compactMap(groupBody) }

    /// The groups that have a name, in the order they came.
    var groupNames: [String] {
        var names: [String] = []
        for descriptor in registry.all where !descriptor.resource.group.isEmpty {
            if !names.contains(descriptor.resource.group) { names.append(descriptor.resource.group) }
        }
        for name in Self.reviews.map(\.group) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The versions of a group, the preferred one first.
    func versions(of group: String) -> [String] {
        var versions: [String] = []
        for descriptor in registry.all where descriptor.resource.group == group {
            if !versions.contains(descriptor.resource.version) { versions.append(descriptor.resource.version) }
        }
        if Self.reviews.contains(where: { $0.group == group }) { versions.append("v1") }
        return versions
    }

    private func group(_ name: String) -> JSONValue? {
        guard var body = groupBody(name) else { return nil }
        body["kind"] = "APIGroup"
        body["apiVersion"] = "v1"
        return body
    }

    private func groupBody(_ name: String) -> JSONValue? {
        let versions = versions(of: name)
        guard let first = versions.first else { return nil }
        func body(_ version: String) -> JSONValue {
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return [
            "name": .string(name), "versions": .array(versions.map(body)), "preferredVersion": body(first),
        ]
    }

    private func resources(_ group: String, _ version: String) -> JSONValue? {
        var resources: [JSONValue] = []
        for descriptor in registry.all
        where descriptor.resource.group == group && descriptor.resource.version == version {
            resources += Self.entries(descriptor)
        }
        for review in Self.reviews where review.group == group && version == "v1" {
            let isLocal = review.plural.hasPrefix("local")
            resources.append([
                "name": .string(review.plural), "singularName": "", "namespaced": .bool(isLocal),
                "kind": .string(review.kind), "verbs": ["create"],
            ])
        }
        guard !resources.isEmpty else { return nil }
        let text = group.isEmpty ? version : "\(group)/\(version)"
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(text),
            "resources": .array(resources),
        ]
    }

    private static func entries(_ descriptor: ResourceDescriptor) -> [JSONValue] {
        let resource = descriptor.resource
        func words(_ list: [String]) -> JSONValue { .array(list.map(JSONValue.string)) }
        var main: JSONValue = [
            "name": .string(resource.plural), "singularName": .string(descriptor.singular),
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
            "verbs": words(descriptor.verbs),
        ]
        if !descriptor.shortNames.isEmpty { main["shortNames"] = words(descriptor.shortNames) }
        if !descriptor.categories.isEmpty { main["categories"] = words(descriptor.categories) }
        let parts = descriptor.subresources.map { name -> JSONValue in
            let part = descriptor.responseKind(of: name)
            var entry: JSONValue = [
                "name": .string("\(resource.plural)/\(name)"), "singularName": "",
                "namespaced": .bool(resource.isNamespaced), "kind": .string(part.kind),
                "verbs": words(descriptor.verbs(of: name)),
            ]
            if part.group != resource.group {
                entry["group"] = .string(part.group)
                entry["version"] = .string(part.version)
            }
            return entry
        }
        return [main] + parts
    }

    static let reviews: [(group: String, plural: String, kind: String)] = [
        ("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview"),
        ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        ("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        ("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview"),
        ("authentication.k8s.io", "tokenreviews", "TokenReview"),
        ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
    ]
}
