import Formats

extension KubernetesClient {
    /// Whether this client may do it.
    package func selfSubjectAccessReview(_ attributes: ResourceAttributes) async throws -> AccessReview {
        try await review(
            "review one's own access", "authorization.k8s.io", "SelfSubjectAccessReview",
            ["resourceAttributes": attributes.json])
    }

    /// Whether a user may do it.
    ///
    /// - Throws: `.badRequest` without a request where the user has no name: no name is not nobody.
    package func subjectAccessReview(
        _ attributes: ResourceAttributes,
        user: String,
        groups: [String]
    ) async throws -> AccessReview {
        guard !user.isEmpty else {
            throw KubernetesError(.badRequest, "cannot review the access of a user without a name: name one")
        }
        let groups = groups.map(JSONValue.string)
        return try await review(
            "review the access of \(user)", "authorization.k8s.io", "SubjectAccessReview",
            ["resourceAttributes": attributes.json, "user": .string(user), "groups": .array(groups)])
    }

    /// Whether a user may send a request that belongs to no resource, such as `get /metrics`.
    package func subjectAccessReview(
        verb: String,
        path: String,
        user: String,
        groups: [String]
    ) async throws -> AccessReview {
        guard !user.isEmpty else {
            throw KubernetesError(.badRequest, "cannot review the access of a user without a name: name one")
        }
        let groups = groups.map(JSONValue.string)
        let attributes: JSONValue = ["verb": .string(verb), "path": .string(path)]
        return try await review(
            "review the access of \(user)", "authorization.k8s.io", "SubjectAccessReview",
            ["nonResourceAttributes": attributes, "user": .string(user), "groups": .array(groups)])
    }

    /// All that this client may do in a namespace, cluster-wide rights included.
    package func selfSubjectRulesReview(namespace: String) async throws -> RulesReview {
        let task = "review one's own rules in \(namespace)"
        let status = try await ask(
            task, "authorization.k8s.io", "SelfSubjectRulesReview", ["namespace": .string(namespace)])
        guard let rules = status["resourceRules"]?.array else {
            throw Self.named(KubernetesError(.malformedResponse, "the answer holds no rules"), task)
        }
        return RulesReview(
            rules: rules.map(RulesReview.Rule.init), isIncomplete: status["incomplete"]?.bool ?? false)
    }

    /// Who the token belongs to; `nil` where the API server does not accept it.
    package func tokenReview(_ token: Redacted<String>, audiences: [String] = []) async throws -> TokenReview? {
        var spec: JSONValue = ["token": .string(token.secret)]
        if !audiences.isEmpty { spec["audiences"] = .array(audiences.map(JSONValue.string)) }
        let status = try await ask("review a token", "authentication.k8s.io", "TokenReview", spec)
        guard status["authenticated"]?.bool == true, let name = status[path: "user", "username"]?.string, !name.isEmpty
        else { return nil }
        // A server that does not know audiences authenticates for its own, and then names none of ours.
        let accepted = status["audiences"]?.array?.compactMap(\.string) ?? []
        guard audiences.isEmpty || accepted.contains(where: audiences.contains) else { return nil }
        let groups = status[path: "user", "groups"]?.array?.compactMap(\.string) ?? []
        return TokenReview(username: name, groups: groups)
    }

    /// A new token of a service account; the server may choose another lifetime than was asked for.
    package func createToken(
        serviceAccount name: String,
        namespace: String,
        audiences: [String] = [],
        expirationSeconds: Int64,
        boundTo object: ServiceAccountToken.BoundObject? = nil
    ) async throws -> ServiceAccountToken {
        let task = "create a token of serviceaccounts \(namespace)/\(name)"
        var spec: JSONValue = ["expirationSeconds": .integer(expirationSeconds)]
        spec["audiences"] = .array(audiences.map(JSONValue.string))
        if let object {
            spec["boundObjectRef"] = [
                "apiVersion": .string(object.apiVersion), "kind": .string(object.kind), "name": .string(object.name),
                "uid": .string(object.uid),
            ]
        }
        let path = ["api", "v1", "namespaces", namespace, "serviceaccounts", name, "token"]
        let status = try await ask(task, "authentication.k8s.io", "TokenRequest", spec, path: path)
        do {
            guard let token = status["token"]?.string, !token.isEmpty,
                let expiry = status["expirationTimestamp"]?.string
            else { throw KubernetesError(.malformedResponse, "the answer holds no token") }
            return ServiceAccountToken(token: Redacted(token), expiresAt: try Timestamp(expiry))
        } catch let error as FormatError {
            throw Self.named(KubernetesError(.malformedResponse, "its expiry is no time: \(error)"), task)
        } catch {
            throw Self.named(error, task)
        }
    }

    private func review(_ task: String, _ group: String, _ kind: String, _ spec: JSONValue) async throws -> AccessReview
    {
        let status = try await ask(task, group, kind, spec)
        guard let isAllowed = status["allowed"]?.bool else {
            throw Self.named(KubernetesError(.malformedResponse, "the answer says neither yes nor no"), task)
        }
        let reason = [status["reason"]?.string, status["evaluationError"]?.string].compactMap(\.self)
        return AccessReview(
            isAllowed: isAllowed && status["denied"]?.bool != true,
            reason: reason.filter { !$0.isEmpty }.joined(separator: "; ").escapingControls())
    }

    /// The status of what is created only to be answered.
    private func ask(
        _ task: String,
        _ group: String,
        _ kind: String,
        _ spec: JSONValue,
        path: [String]? = nil
    ) async throws -> JSONValue {
        let path = path ?? ["apis", group, "v1", kind.lowercased() + "s"]
        let body: JSONValue = ["apiVersion": .string("\(group)/v1"), "kind": .string(kind), "spec": spec]
        let json = try await exchange(task) { try requests.post(body, path: path) }
        return json["status"] ?? [:]
    }
}

extension RulesReview.Rule {
    fileprivate init(_ json: JSONValue) {
        func strings(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }
        self.init(
            verbs: strings("verbs"), groups: strings("apiGroups"), resources: strings("resources"),
            resourceNames: strings("resourceNames"))
    }
}
