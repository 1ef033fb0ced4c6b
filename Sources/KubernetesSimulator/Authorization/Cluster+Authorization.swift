import Formats

extension Cluster {
    /// Refuses what no role allows, before anything else is looked at.
    ///
    /// One request may need a second verb: an apply that finds nothing creates.
    mutating func authorize(_ request: APIRequest, as verb: Verb? = nil) throws(APIStatus) {
        guard !request.identity.isMaster else { return }
        let path = request.path
        var access = AccessRequest(verb: (verb ?? request.verb).rawValue, group: path.group, resource: path.plural)
        if !path.subresource.isEmpty { access.resource += "/\(path.subresource)" }
        access.name = path.name.isEmpty ? selectedName(request) : path.name
        // A namespace itself is guarded by roles in it as well.
        access.namespace = path.plural == "namespaces" && path.group.isEmpty ? path.name : path.namespace
        guard !permits(access, request.identity) else { return }
        let scope = access.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(access.namespace)\""
        let resource = NamedResource(group: path.group, word: path.plural)
        throw .forbidden(
            resource, access.name,
            "User \"\(request.identity.user)\" cannot \(access.verb) resource \"\(access.resource)\" "
                + "in API group \"\(access.group)\" \(scope)")
    }

    func authorize(url: String, verb: String, _ identity: Identity) throws(APIStatus) {
        guard !allows(AccessRequest(verb: verb, url: url), identity) else { return }
        throw APIStatus(403, "Forbidden", "forbidden: User \"\(identity.user)\" cannot \(verb) path \"\(url)\"")
    }

    /// Whether a request may go on, which is remembered where that is wanted.
    mutating func permits(_ access: AccessRequest, _ identity: Identity) -> Bool {
        let isAllowed = decide(access, identity)
        if settings.recordsAccess {
            ledger.note(
                AccessRecord(
                    user: identity.user, verb: access.verb, group: access.group, resource: access.resource,
                    name: access.name, namespace: access.namespace, isAllowed: isAllowed))
        }
        return isAllowed
    }

    /// The same is asked over and over, and roles seldom change.
    private mutating func decide(_ access: AccessRequest, _ identity: Identity) -> Bool {
        let question = AccessDecisions.Question(access: access, user: identity.user, groups: identity.groups)
        if let known = decisions[question] { return known }
        let isAllowed = allows(access, identity)
        decisions[question] = isAllowed
        return isAllowed
    }

    func allows(_ access: AccessRequest, _ identity: Identity) -> Bool {
        identity.isMaster || rules(for: identity, in: access.namespace).contains { $0.allows(access) }
    }

    /// Everything that bindings give an identity in a namespace.
    func rules(for identity: Identity, in namespace: String) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        for binding in store.objects(of: .clusterRoleBindings) where binds(binding, identity) {
            rules += self.rules(of: binding.json["roleRef"], in: "")
        }
        guard !namespace.isEmpty else { return rules }
        for binding in store.objects(of: .roleBindings, in: namespace) where binds(binding, identity) {
            rules += self.rules(of: binding.json["roleRef"], in: namespace)
        }
        return rules
    }

    func rules(of reference: JSONValue?, in namespace: String) -> [PolicyRule] {
        guard let name = reference?["name"]?.string else { return [] }
        let place =
            reference?["kind"]?.string == "Role"
            ? Place(table: .roles, namespace: namespace, name: name)
            : Place(table: .clusterRoles, namespace: "", name: name)
        return policyRules[place] ?? []
    }

    private func binds(_ binding: StoredObject, _ identity: Identity) -> Bool {
        (binding.json["subjects"]?.array ?? []).contains { subject in
            let name = subject["name"]?.string ?? ""
            switch subject["kind"]?.string {
            case "User": return name == identity.user
            case "Group": return identity.groups.contains(name)
            case "ServiceAccount":
                let namespace = subject["namespace"]?.string ?? binding.place.namespace
                return !namespace.isEmpty && identity.user == "system:serviceaccount:\(namespace):\(name)"
            default: return false
            }
        }
    }

    /// A list or watch that selects one name needs permission for that name only.
    private func selectedName(_ request: APIRequest) -> String {
        guard [.list, .watch, .deleteCollection].contains(request.verb) else { return "" }
        for part in (request.query["fieldSelector"] ?? "").split(separator: ",") {
            if part.hasPrefix("metadata.name=") { return String(part.drop { $0 != "=" }.drop { $0 == "=" }) }
        }
        return ""
    }
}
