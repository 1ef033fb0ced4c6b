import Formats
import Kubernetes

extension Cluster {
    /// Nobody grants what they do not have: neither by writing a role nor by binding one.
    mutating func checkEscalation(
        _ object: JSONValue,
        replacing old: JSONValue?,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        let identity = request.identity
        guard !identity.isMaster else { return }
        let namespace = request.path.namespace
        let granted: [PolicyRule]
        switch descriptor.table {
        case .roles, .clusterRoles:
            guard object["rules"] != old?["rules"] else { return }
            guard !may("escalate", on: descriptor.resource.plural, request.path.name, namespace, identity) else {
                return
            }
            granted = object["rules"]?.array?.map(PolicyRule.init) ?? []
        case .roleBindings, .clusterRoleBindings:
            guard object["roleRef"] != old?["roleRef"] || object["subjects"] != old?["subjects"] else { return }
            let reference = object["roleRef"]
            let name = reference?["name"]?.string ?? ""
            let plural = reference?["kind"]?.string == "Role" ? "roles" : "clusterroles"
            guard !may("bind", on: plural, name, namespace, identity) else { return }
            let place = Place(
                table: plural == "roles" ? .roles : .clusterRoles,
                namespace: plural == "roles" ? namespace : "", name: name)
            guard store[place] != nil else {
                throw .notFound(NamedResource(group: "rbac.authorization.k8s.io", word: plural), name)
            }
            granted = rules(of: reference, in: namespace)
        default: return
        }
        let name = object[path: "metadata", "name"]?.string ?? ""
        try checkHeld(granted, identity, namespace, descriptor, name)
    }

    private mutating func may(
        _ verb: String,
        on plural: String,
        _ name: String,
        _ namespace: String,
        _ identity: Identity
    ) -> Bool {
        let access = AccessRequest(
            verb: verb, group: "rbac.authorization.k8s.io", resource: plural, name: name, namespace: namespace)
        return permits(access, identity)
    }

    private func checkHeld(
        _ granted: [PolicyRule],
        _ identity: Identity,
        _ namespace: String,
        _ descriptor: ResourceDescriptor,
        _ name: String
    ) throws(APIStatus) {
        let held = rules(for: identity, in: namespace)
        let missing = granted.flatMap(\.pieces).filter { piece in !held.contains { $0.covers(piece) } }
        guard !missing.isEmpty else { return }
        let groups = identity.groups.map { "\"\($0)\"" }.joined(separator: " ")
        let list = Self.compact(missing).map(\.display).joined(separator: "\n")
        throw .forbidden(
            descriptor.named, name,
            "user \"\(identity.user)\" (groups=[\(groups)]) is attempting to grant RBAC permissions not currently "
                + "held:\n\(list)")
    }

    /// Pieces that differ only in their verb read better as one rule.
    private static func compact(_ pieces: [PolicyRule]) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        for piece in pieces {
            var same = piece
            let index = rules.firstIndex { rule in
                same.verbs = rule.verbs
                return rule == same
            }
            if let index { rules[index].verbs += piece.verbs } else { rules.append(piece) }
        }
        return rules.sorted { $0.display < $1.display }
    }
}
