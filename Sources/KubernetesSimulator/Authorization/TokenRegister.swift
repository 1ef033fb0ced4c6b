import Formats

/// The tokens of service accounts that the cluster has handed out.
struct TokenRegister {
    struct Grant {
        var account: Place
        /// A token dies with its account.
        var uid: String
        var expiry: Timestamp
    }

    private(set) var grants: [String: Grant] = [:]

    mutating func add(_ token: String, _ grant: Grant) { grants[token] = grant }
}

extension Cluster {
    /// `serviceaccounts/token`: a fresh token for the account.
    mutating func requestToken(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        let account = try existing(request, descriptor)
        guard var body = request.body else { throw .badRequest("a token request needs a body") }
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
        if !request.isDryRun {
            tokens.add(token, TokenRegister.Grant(account: account.place, uid: account.uid, expiry: expiry))
        }
        body["kind"] = "TokenRequest"
        body["apiVersion"] = "authentication.k8s.io/v1"
        body["metadata"] = [
            "name": .string(account.place.name), "namespace": .string(account.place.namespace),
            "creationTimestamp": .string(now.description),
        ]
        if body["spec"] == nil { body["spec"] = [:] }
        body["spec"]?["expirationSeconds"] = .integer(seconds)
        if body[path: "spec", "audiences"] == nil {
            body["spec"]?["audiences"] = ["https://kubernetes.default.svc.cluster.local"]
        }
        body["status"] = ["token": .string(token), "expirationTimestamp": .string(expiry.description)]
        return .json(body, code: 201)
    }

    /// Whose token this is; `nil` where it is unknown, expired, or its account is gone.
    func identity(token: String) -> Identity? {
        guard let grant = tokens.grants[token], grant.expiry > now, store[grant.account]?.uid == grant.uid
        else { return nil }
        return .serviceAccount(namespace: grant.account.namespace, name: grant.account.name)
    }
}
