import Formats

/// The tokens of service accounts that the cluster has handed out.
struct TokenRegister {
    struct Grant {
        var account: Place
        /// A token dies with its account.
        var uid: String
        var expiry: Timestamp
        var audiences: [String]
        /// The object without which the token is worth nothing.
        var bound: (place: Place, uid: String)?
    }

    /// Whom a token is for where nobody says.
    static let defaultAudience = "https://kubernetes.default.svc.cluster.local"

    private(set) var grants: [String: Grant] = [:]

    mutating func add(_ token: String, _ grant: Grant) { grants[token] = grant }
}

extension Cluster {
    /// `serviceaccounts/token`: a fresh token for the account.
    mutating func requestToken(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        let account = try existing(request, descriptor)
        guard var body = request.body else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type TokenRequest): couldn't get version/kind; json "
                    + "parse error: unexpected end of JSON input (<empty>)")
        }
        let seconds = body[path: "spec", "expirationSeconds"]?.integer ?? 3600
        guard (600...(1 << 32)).contains(seconds) else {
            let kind = NamedResource(group: "authentication.k8s.io", word: "TokenRequest")
            let why =
                seconds < 600
                ? "may not specify a duration less than 10 minutes"
                : "may not specify a duration larger than 2^32 seconds"
            throw .invalid(kind, "", [.invalid("spec.expirationSeconds", .integer(seconds), why)])
        }
        let expiry = now + .seconds(seconds)
        let token = ids.token()
        var audiences = body[path: "spec", "audiences"]?.array?.compactMap(\.string) ?? []
        if audiences.isEmpty { audiences = [TokenRegister.defaultAudience] }
        let bound = try boundObject(body[path: "spec", "boundObjectRef"], of: account)
        if !request.isDryRun {
            tokens.add(
                token,
                TokenRegister.Grant(
                    account: account.place, uid: account.uid, expiry: expiry, audiences: audiences, bound: bound))
        }
        body["kind"] = "TokenRequest"
        body["apiVersion"] = "authentication.k8s.io/v1"
        body["metadata"] = [
            "name": .string(account.place.name), "namespace": .string(account.place.namespace),
            "creationTimestamp": .string(now.description),
        ]
        if body["spec"] == nil { body["spec"] = [:] }
        body["spec"]?["expirationSeconds"] = .integer(seconds)
        body["spec"]?["audiences"] = .array(audiences.map(JSONValue.string))
        body["status"] = ["token": .string(token), "expirationTimestamp": .string(expiry.description)]
        return .json(body, code: 201)
    }

    /// The pod or Secret that a token is bound to, where it is.
    private func boundObject(
        _ reference: JSONValue?,
        of account: StoredObject
    ) throws(APIStatus) -> (place: Place, uid: String)? {
        guard let reference, !reference.isNull else { return nil }
        let kind = reference["kind"]?.string ?? ""
        let name = reference["name"]?.string ?? ""
        let table: TableName
        switch kind {
        case "Pod": table = .pods
        case "Secret": table = .secrets
        default:
            let version = reference["apiVersion"]?.string ?? ""
            throw .badRequest("cannot bind token to object of type /\(version), Kind=\(kind)")
        }
        let place = Place(table: table, namespace: account.place.namespace, name: name)
        guard let object = store[place] else { throw .notFound(NamedResource(group: "", word: table.text), name) }
        let uid = reference["uid"]?.string ?? ""
        guard uid.isEmpty || uid == object.uid else {
            throw .conflict(
                NamedResource(group: "", word: kind), name,
                "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might "
                    + "have been deleted and then recreated")
        }
        return (place, object.uid)
    }

    /// What is known of a token; `nil` where it is unknown, expired, or what it depends on is gone.
    func grant(token: String) -> TokenRegister.Grant? {
        guard let grant = tokens.grants[token], grant.expiry > now, store[grant.account]?.uid == grant.uid
        else { return nil }
        if let bound = grant.bound, store[bound.place]?.uid != bound.uid { return nil }
        return grant
    }

    /// Whose token this is, among those that are meant for this server.
    func identity(token: String) -> Identity? {
        guard let grant = grant(token: token), grant.audiences.contains(TokenRegister.defaultAudience) else {
            return nil
        }
        return .serviceAccount(namespace: grant.account.namespace, name: grant.account.name)
    }
}
