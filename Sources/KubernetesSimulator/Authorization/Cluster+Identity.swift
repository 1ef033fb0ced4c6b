import Formats
import HTTPModel

extension Cluster {
    /// Whom a request's headers speak for: a token's account before the connection's own identity, and for either
    /// of them the one they impersonate.
    func identity(_ headers: HTTPHeaders, _ own: Identity) throws(APIStatus) -> Identity {
        var identity = own
        if let header = headers["Authorization"] {
            guard header.hasPrefix("Bearer "), let known = self.identity(token: String(header.dropFirst(7))) else {
                throw APIStatus(401, "Unauthorized", "Unauthorized")
            }
            identity = known
        }
        guard let user = headers["Impersonate-User"] else { return identity }
        let groups = headers.fields.filter { $0.name.lowercased() == "impersonate-group" }.map(\.value)
        try authorizeImpersonation("users", user, by: identity)
        for group in groups { try authorizeImpersonation("groups", group, by: identity) }
        return Identity(user: user, groups: groups)
    }

    private func authorizeImpersonation(
        _ plural: String,
        _ name: String,
        by identity: Identity
    ) throws(APIStatus) {
        guard !allows(AccessRequest(verb: "impersonate", resource: plural, name: name), identity) else { return }
        throw .forbidden(
            NamedResource(group: "", word: plural), name,
            "User \"\(identity.user)\" cannot impersonate resource \"\(plural)\" in API group \"\" at the cluster scope"
        )
    }
}
