import Formats
import Kubernetes

/// Which form of discovery a client takes.
enum DiscoveryForm: Sendable, Hashable {
    /// A list of groups or versions, and one of resources for each.
    case separate
    /// Everything at once, in this version of `apidiscovery.k8s.io`.
    case aggregated(String)

    /// The first form that the `Accept` header names and the server has.
    init(_ accept: String) {
        self = .separate
        for option in accept.split(separator: ",") {
            let parts = option.split(separator: ";").map { $0.drop { $0 == " " } }
            guard parts.first == "application/json" else { continue }
            guard parts.contains("as=APIGroupDiscoveryList") else { return }
            for version in ["v2", "v2beta1"] where parts.contains("v=\(version)") {
                self = .aggregated(version)
                return
            }
        }
    }

    var contentType: String {
        switch self {
        case .separate: "application/json"
        case .aggregated(let version): "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
        }
    }
}

extension Cluster {
    /// What `/api` (core) and `/apis` (everything else) say at once.
    func discovery(version: String, core: Bool) -> JSONValue {
        let groups = core ? [""] : groupNames
        let items = groups.map { group -> JSONValue in
            let versions = versions(of: group).map { version -> JSONValue in
                [
                    "version": .string(version), "resources": .array(discovered(group, version)),
                    "freshness": "Current",
                ]
            }
            let metadata: JSONValue = group.isEmpty ? [:] : ["name": .string(group), "creationTimestamp": nil]
            return ["metadata": metadata, "versions": .array(versions)]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(items),
        ]
    }

    private func discovered(_ group: String, _ version: String) -> [JSONValue] {
        let own = registry.all.filter { $0.resource.group == group && $0.resource.version == version }
        let reviews = Self.reviews.filter { $0.group == group && version == "v1" }.map { review -> JSONValue in
            [
                "resource": .string(review.plural), "responseKind": kind(group, version, review.kind),
                "scope": "Cluster", "singularResource": .string(review.kind.lowercased()), "verbs": ["create"],
            ]
        }
        return own.map(discovered) + reviews
    }

    private func discovered(_ descriptor: ResourceDescriptor) -> JSONValue {
        func words(_ list: [String]) -> JSONValue { .array(list.map(JSONValue.string)) }
        let resource = descriptor.resource
        var entry: JSONValue = [
            "resource": .string(resource.plural),
            "responseKind": kind(resource.group, resource.version, resource.kind),
            "scope": resource.isNamespaced ? "Namespaced" : "Cluster",
            "singularResource": .string(descriptor.singular), "verbs": words(descriptor.verbs),
        ]
        if !descriptor.shortNames.isEmpty { entry["shortNames"] = words(descriptor.shortNames) }
        if !descriptor.categories.isEmpty { entry["categories"] = words(descriptor.categories) }
        let parts = descriptor.subresources.map { name -> JSONValue in
            let part = descriptor.responseKind(of: name)
            return [
                "subresource": .string(name), "responseKind": kind(part.group, part.version, part.kind),
                "verbs": words(descriptor.verbs(of: name)),
            ]
        }
        if !parts.isEmpty { entry["subresources"] = .array(parts) }
        return entry
    }

    private func kind(_ group: String, _ version: String, _ kind: String) -> JSONValue {
        ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }
}

extension ResourceDescriptor {
    var verbs: [String] {
        let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        return deletesCollections ? all : all.filter { $0 != "deletecollection" }
    }

    func verbs(of subresource: String) -> [String] {
        switch subresource {
        case "token", "eviction": ["create"]
        case "log": ["get"]
        default: ["get", "patch", "update"]
        }
    }

    /// What a subresource speaks of where that is not the kind itself.
    func responseKind(of subresource: String) -> (group: String, version: String, kind: String) {
        switch subresource {
        case "token": ("authentication.k8s.io", "v1", "TokenRequest")
        case "eviction": ("policy", "v1", "Eviction")
        case "scale": ("autoscaling", "v1", "Scale")
        default: (resource.group, resource.version, resource.kind)
        }
    }
}
