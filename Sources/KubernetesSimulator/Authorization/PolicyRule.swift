import Formats

/// What a request needs permission for.
struct AccessRequest: Sendable, Hashable {
    var verb: String
    var group = ""
    /// `pods`, `pods/log`.
    var resource = ""
    var name = ""
    /// Empty for the cluster.
    var namespace = ""
    /// A URL that is no resource; everything else is empty then.
    var url = ""
}

/// One rule of a role.
struct PolicyRule: Sendable, Hashable {
    var verbs: [String] = []
    var groups: [String] = []
    var resources: [String] = []
    var names: [String] = []
    var urls: [String] = []

    init(_ json: JSONValue) {
        func list(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }
        verbs = list("verbs")
        groups = list("apiGroups")
        resources = list("resources")
        names = list("resourceNames")
        urls = list("nonResourceURLs")
    }

    init(verb: String, group: String, resource: String, name: String) {
        verbs = [verb]
        groups = [group]
        resources = [resource]
        names = name.isEmpty ? [] : [name]
    }

    init(verb: String, url: String) {
        verbs = [verb]
        urls = [url]
    }

    func allows(_ request: AccessRequest) -> Bool {
        guard Self.matches(verbs, request.verb) else { return false }
        guard request.url.isEmpty else { return urls.contains { Self.covers($0, request.url) } }
        return Self.matches(groups, request.group) && matchesResource(request.resource)
            && (names.isEmpty || names.contains(request.name))
    }

    private func matchesResource(_ resource: String) -> Bool {
        if Self.matches(resources, resource) { return true }
        guard let slash = resource.firstIndex(of: "/") else { return false }
        return resources.contains("*" + resource[slash...])
    }

    private static func matches(_ list: [String], _ value: String) -> Bool {
        list.contains("*") || list.contains(value)
    }

    static func covers(_ pattern: String, _ url: String) -> Bool {
        if pattern == "*" || pattern == url { return true }
        return pattern.hasSuffix("*") && url.hasPrefix(pattern.dropLast())
    }

    // MARK: - Covering

    /// The rule in its smallest pieces: one verb on one resource, or URL.
    var pieces: [PolicyRule] {
        let names = names.isEmpty ? [""] : names
        let onResources = groups.flatMap { group in
            resources.flatMap { resource in
                names.flatMap { name in
                    verbs.map { PolicyRule(verb: $0, group: group, resource: resource, name: name) }
                }
            }
        }
        return onResources + urls.flatMap { url in verbs.map { PolicyRule(verb: $0, url: url) } }
    }

    /// Whether whoever has this rule has that piece.
    func covers(_ piece: PolicyRule) -> Bool {
        guard let verb = piece.verbs.first, Self.matches(verbs, verb) else { return false }
        if let url = piece.urls.first { return urls.contains { Self.covers($0, url) } }
        guard let group = piece.groups.first, let resource = piece.resources.first else { return false }
        let isNamed = names.isEmpty || (piece.names.first.map(names.contains) ?? false)
        return Self.matches(groups, group) && matchesResource(resource) && isNamed
    }

    /// As the server prints a missing rule: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`.
    var display: String {
        func quoted(_ list: [String]) -> String { "[\(list.map { "\"\($0)\"" }.joined(separator: " "))]" }
        var parts: [String] = []
        if !urls.isEmpty { parts.append("NonResourceURLs:\(quoted(urls))") }
        if !groups.isEmpty { parts.append("APIGroups:\(quoted(groups))") }
        if !resources.isEmpty { parts.append("Resources:\(quoted(resources))") }
        if !names.isEmpty { parts.append("ResourceNames:\(quoted(names))") }
        parts.append("Verbs:\(quoted(verbs))")
        return "{\(parts.joined(separator: ", "))}"
    }
}
