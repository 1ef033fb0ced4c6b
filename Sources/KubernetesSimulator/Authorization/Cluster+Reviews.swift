import Formats

extension Cluster {
    static func isReview(_ path: ResourcePath) -> Bool {
        path.group == "authorization.k8s.io" || path.group == "authentication.k8s.io"
    }

    /// Answers questions about permissions and tokens, which store nothing; `nil` for every other request.
    func review(_ request: APIRequest) throws(APIStatus) -> APIReply? {
        let path = request.path
        guard Self.isReview(path), path.version == "v1" else { return nil }
        guard request.verb == .create, var body = request.body else {
            throw .methodNotAllowed
        }
        switch path.plural {
        case "selfsubjectaccessreviews":
            body["status"] = access(body["spec"], request.identity)
        case "subjectaccessreviews":
            let groups = body[path: "spec", "groups"]?.array?.compactMap(\.string) ?? []
            let user = body[path: "spec", "user"]?.string ?? ""
            body["status"] = access(body["spec"], Identity(user: user, groups: groups))
        case "selfsubjectrulesreviews":
            let namespace = body[path: "spec", "namespace"]?.string ?? ""
            body["status"] = rules(request.identity, in: namespace)
        case "selfsubjectreviews":
            body["status"] = ["userInfo": Self.userInfo(request.identity)]
        case "tokenreviews":
            body["status"] = token(body[path: "spec", "token"]?.string ?? "")
        default: throw .noSuchResource
        }
        body["apiVersion"] = .string("\(path.group)/\(path.version)")
        body["kind"] = Self.kinds[path.plural].map(JSONValue.string)
        body["metadata"] = ["creationTimestamp": nil]
        return .json(body, code: 201)
    }

    private static let kinds = [
        "selfsubjectaccessreviews": "SelfSubjectAccessReview", "subjectaccessreviews": "SubjectAccessReview",
        "selfsubjectrulesreviews": "SelfSubjectRulesReview", "tokenreviews": "TokenReview",
        "selfsubjectreviews": "SelfSubjectReview",
    ]

    private func access(_ spec: JSONValue?, _ identity: Identity) -> JSONValue {
        var access = AccessRequest(verb: "")
        if let attributes = spec?["resourceAttributes"] {
            access.verb = attributes["verb"]?.string ?? ""
            access.group = attributes["group"]?.string ?? ""
            access.resource = attributes["resource"]?.string ?? ""
            if let part = attributes["subresource"]?.string, !part.isEmpty { access.resource += "/\(part)" }
            access.name = attributes["name"]?.string ?? ""
            access.namespace = attributes["namespace"]?.string ?? ""
        } else {
            access.verb = spec?[path: "nonResourceAttributes", "verb"]?.string ?? ""
            access.url = spec?[path: "nonResourceAttributes", "path"]?.string ?? ""
        }
        return ["allowed": .bool(allows(access, identity))]
    }

    private func rules(_ identity: Identity, in namespace: String) -> JSONValue {
        func list(_ words: [String]) -> JSONValue { .array(words.map(JSONValue.string)) }
        let rules = rules(for: identity, in: namespace)
        let resources = rules.filter { !$0.resources.isEmpty }.map { rule in
            var json: JSONValue = [
                "verbs": list(rule.verbs), "apiGroups": list(rule.groups), "resources": list(rule.resources),
            ]
            if !rule.names.isEmpty { json["resourceNames"] = list(rule.names) }
            return json
        }
        let urls = rules.filter { !$0.urls.isEmpty }.map { rule -> JSONValue in
            ["verbs": list(rule.verbs), "nonResourceURLs": list(rule.urls)]
        }
        return ["resourceRules": .array(resources), "nonResourceRules": .array(urls), "incomplete": false]
    }

    private func token(_ token: String) -> JSONValue {
        guard let identity = identity(token: token) else { return ["authenticated": false, "user": [:]] }
        return ["authenticated": true, "user": Self.userInfo(identity)]
    }

    private static func userInfo(_ identity: Identity) -> JSONValue {
        ["username": .string(identity.user), "groups": .array(identity.groups.map(JSONValue.string))]
    }
}
