package import Formats

/// A resource that a server serves, and what it lets one do to it.
package struct ServedResource: Sendable, Hashable {
    package var resource: APIResource
    package var verbs: [String]

    package init(resource: APIResource, verbs: [String]) {
        self.resource = resource
        self.verbs = verbs
    }
}

/// What a server serves.
package struct Discovery: Sendable {
    /// One entry a group and plural, in its preferred version, by group and plural.
    package var resources: [ServedResource]
    /// Group versions that could not be read, such as those of an aggregated server that is down: what they serve
    /// is unknown, and nothing may be called gone without them.
    package var failures: [Failure]

    package struct Failure: Sendable, Hashable {
        package var groupVersion: String
        package var error: KubernetesError

        package init(groupVersion: String, error: KubernetesError) {
            self.groupVersion = groupVersion
            self.error = error
        }
    }

    package init(resources: [ServedResource], failures: [Failure]) {
        self.resources = resources
        self.failures = failures
    }

    /// The resources whose objects can all be listed.
    package var listable: [APIResource] { resources.filter { $0.verbs.contains("list") }.map(\.resource) }
}

extension ServedResource {
    /// The resources of an `APIResourceList`, subresources left out.
    static func resources(in json: JSONValue, group: String, version: String) throws(KubernetesError)
        -> [ServedResource]
    {
        guard let entries = json["resources"], entries.isNull || entries.array != nil else {
            throw KubernetesError(.malformedResponse, "the answer is no list of resources")
        }
        return (entries.array ?? []).compactMap { entry in
            guard let plural = entry["name"]?.string, !plural.contains("/"), let kind = entry["kind"]?.string else {
                return nil
            }
            let resource = APIResource(
                group, version, plural, kind: kind, isNamespaced: entry["namespaced"]?.bool ?? false)
            return ServedResource(resource: resource, verbs: entry["verbs"]?.array?.compactMap(\.string) ?? [])
        }
    }
}

/// The version of an API server.
package struct ServerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    /// In full, `v1.36.2`.
    package var text: String

    package init(major: Int, minor: Int, text: String) {
        self.major = major
        self.minor = minor
        self.text = text
    }

    package init(major: Int, minor: Int) { self.init(major: major, minor: minor, text: "v\(major).\(minor)") }

    /// Reads the answer of `/version`; vendors write minors such as `20+`.
    init(_ json: JSONValue) throws(KubernetesError) {
        func number(_ key: String) -> Int? {
            json[key]?.string.flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }
        }
        guard let major = number("major"), let minor = number("minor") else {
            throw KubernetesError(.malformedResponse, "the answer holds no version")
        }
        let text = json["gitVersion"]?.string ?? "v\(major).\(minor)"
        self.init(major: major, minor: minor, text: text.escapingControls(limit: 128))
    }

    /// Compares major and minor alone: what a server can do follows from them.
    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    package var description: String { text }
}

/// What a server says of itself, as it said it.
package struct DiscoveryAnswers: Sendable {
    /// Of `/version`.
    package var version: JSONValue
    /// Of `/api`.
    package var core: JSONValue
    /// Of `/apis`.
    package var groups: JSONValue
    /// Of `/api/v1` and `/apis/<group>/<version>`.
    package var resources: [JSONValue]
}
