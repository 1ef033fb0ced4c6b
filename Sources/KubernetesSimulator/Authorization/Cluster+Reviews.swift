import Formats

extension Cluster {
    static func isReview(_ path: ResourcePath) -> Bool {
        path.group == "authorization.k8s.io" || path.group == "authentication.k8s.io"
    }

    /// Answers questions about permissions and tokens, which store nothing; `nil` for every other request.
    func review(_ request: APIRequest) throws(APIStatus) -> APIReply? {
        let path = request.path
        guard Self.isReview(path), path.version == "v1" else { return nil }
        guard path.name.isEmpty else { throw .noSuchResource }
        guard request.verb == .create, var body = request.body else {
            throw .methodNotAllowed
        }
        try checkReview(body, path)
        switch path.plural {
        case "selfsubjectaccessreviews":
            body["status"] = access(body["spec"], request.identity)
        case "subjectaccessreviews", "localsubjectaccessreviews":
            let groups = body[path: "spec", "groups"]?.array?.compactMap(\.string) ?? []
            let user = body[path: "spec", "user"]?.string ?? ""
            body["status"] = access(body["spec"], Identity(user: user, groups: groups))
        case "selfsubjectrulesreviews":
            let namespace = body[path: "spec", "namespace"]?.string ?? ""
            guard !namespace.isEmpty else { throw .badRequest("no namespace on request") }
            body["status"] = rules(request.identity, in: namespace)
            body["spec"] = [:]
        case "selfsubjectreviews":
            body["status"] = ["userInfo": Self.userInfo(request.identity)]
        case "tokenreviews":
            let audiences = body[path: "spec", "audiences"]?.array?.compactMap(\.string) ?? []
            let token = body[path: "spec", "token"]?.string ?? ""
            guard !token.isEmpty else { throw .badRequest("token is required for TokenReview in authentication") }
            body["status"] = self.token(token, for: audiences)
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
        "localsubjectaccessreviews": "LocalSubjectAccessReview",
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

    /// What of an access review makes no sense.
    private func checkReview(_ body: JSONValue, _ path: ResourcePath) throws(APIStatus) {
        guard path.plural.hasSuffix("subjectaccessreviews") else { return }
        let spec = body["spec"] ?? [:]
        var errors: [FieldError] = []
        if path.plural != "selfsubjectaccessreviews", spec["user"]?.string?.isEmpty ?? true,
            spec["groups"]?.array?.isEmpty ?? true
        {
            errors.append(.invalid("spec.user", "", "at least one of user or group must be specified"))
        }
        switch (spec["resourceAttributes"], spec["nonResourceAttributes"]) {
        case (nil, nil):
            let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            errors.append(.invalid("spec.resourceAttributes", "null", why))
        case (.some, let other?):
            errors.append(
                .invalid(
                    "spec.nonResourceAttributes", other, "cannot be specified in combination with resourceAttributes"))
        default: break
        }
        if path.plural == "localsubjectaccessreviews",
            spec[path: "resourceAttributes", "namespace"]?.string ?? "" != path.namespace
        {
            throw .badRequest("spec.resourceAttributes.namespace must match namespace: \(path.namespace)")
        }
        // The server has no word for the kind here.
        guard errors.isEmpty else { throw .invalid(NamedResource(group: path.group, word: ""), "", errors) }
    }

    private func token(_ token: String, for wanted: [String]) -> JSONValue {
        guard let grant = grant(token: token) else { return ["user": [:], "error": "invalid bearer token"] }
        let wanted = wanted.isEmpty ? [TokenRegister.defaultAudience] : wanted
        let met = wanted.filter(grant.audiences.contains)
        guard !met.isEmpty else {
            func list(_ words: [String]) -> String { "[\(words.map { "\"\($0)\"" }.joined(separator: " "))]" }
            let error =
                "[invalid bearer token, token audiences \(list(grant.audiences)) is invalid for the target audiences "
                + "\(list(wanted))]"
            return ["user": [:], "error": .string(error)]
        }
        let identity = Identity.serviceAccount(namespace: grant.account.namespace, name: grant.account.name)
        var user = Self.userInfo(identity)
        user["uid"] = .string(grant.uid)
        return ["authenticated": true, "user": user, "audiences": .array(met.map(JSONValue.string))]
    }

    private static func userInfo(_ identity: Identity) -> JSONValue {
        ["username": .string(identity.user), "groups": .array(identity.groups.map(JSONValue.string))]
    }
}
