import Testing

@Suite("Denials and reviews")
struct SemanticsDenialsTests {
    @Test("whoever may not is told what", arguments: SemanticsServer.all, denials)
    func denialsHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }

    @Test("reviews and token requests ask for something", arguments: SemanticsServer.all, reviews)
    func reviewsHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let denials: [Contract] = [
    Contract(
        "a read", "GET configmaps/a", 403,
        #"""
        configmaps "a" is forbidden: User "mallory" cannot get resource "configmaps" in API group "" in the \#
        namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a list", "GET configmaps", 403,
        #"""
        configmaps is forbidden: User "mallory" cannot list resource "configmaps" in API group "" in the \#
        namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a watch", "GET configmaps?watch=true", 403,
        #"""
        configmaps is forbidden: User "mallory" cannot watch resource "configmaps" in API group "" in the \#
        namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a list of one name", "GET configmaps?fieldSelector=metadata.name%3Dx", 403,
        #"""
        configmaps "x" is forbidden: User "mallory" cannot list resource "configmaps" in API group "" in \#
        the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a creation", "POST configmaps", #"{"metadata":{"name":"a"}}"#, 403,
        #"""
        configmaps is forbidden: User "mallory" cannot create resource "configmaps" in API group "" in the \#
        namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "an update", "PUT configmaps/a", #"{"metadata":{"name":"a"}}"#, 403,
        #"""
        configmaps "a" is forbidden: User "mallory" cannot update resource "configmaps" in API group "" in \#
        the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a patch", "MERGE configmaps/a", "{}", 403,
        #"""
        configmaps "a" is forbidden: User "mallory" cannot patch resource "configmaps" in API group "" in \#
        the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "an apply", "APPLY configmaps/a", "{}", 403,
        #"""
        configmaps "a" is forbidden: User "mallory" cannot patch resource "configmaps" in API group "" in \#
        the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a deletion", "DELETE configmaps/a", 403,
        #"""
        configmaps "a" is forbidden: User "mallory" cannot delete resource "configmaps" in API group "" in \#
        the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a deletion of many", "DELETE configmaps", 403,
        #"""
        configmaps is forbidden: User "mallory" cannot deletecollection resource "configmaps" in API group \#
        "" in the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a list of all namespaces", "GET /api/v1/configmaps", 403,
        #"""
        configmaps is forbidden: User "mallory" cannot list resource "configmaps" in API group "" at the \#
        cluster scope
        """#
    )
    .by("mallory"),
    Contract(
        "a list of namespaces", "GET /api/v1/namespaces", 403,
        #"""
        namespaces is forbidden: User "mallory" cannot list resource "namespaces" in API group "" at the \#
        cluster scope
        """#
    )
    .by("mallory"),
    Contract(
        "a namespace", "GET /api/v1/namespaces/x", 403,
        #"""
        namespaces "x" is forbidden: User "mallory" cannot get resource "namespaces" in API group "" in the \#
        namespace "x"
        """#
    )
    .by("mallory"),
    Contract(
        "the deletion of a namespace", "DELETE /api/v1/namespaces/x", 403,
        #"""
        namespaces "x" is forbidden: User "mallory" cannot delete resource "namespaces" in API group "" in \#
        the namespace "x"
        """#
    )
    .by("mallory"),
    Contract(
        "a node", "GET /api/v1/nodes/n", 403,
        #"""
        nodes "n" is forbidden: User "mallory" cannot get resource "nodes" in API group "" at the cluster \#
        scope
        """#
    )
    .by("mallory"),
    Contract(
        "a scale", "GET apps/v1:deployments/d/scale", 403,
        #"""
        deployments.apps "d" is forbidden: User "mallory" cannot get resource "deployments/scale" in API \#
        group "apps" in the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a status", "GET apps/v1:deployments/d/status", 403,
        #"""
        deployments.apps "d" is forbidden: User "mallory" cannot get resource "deployments/status" in API \#
        group "apps" in the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a change of a status", "MERGE apps/v1:deployments/d/status", "{}", 403,
        #"""
        deployments.apps "d" is forbidden: User "mallory" cannot patch resource "deployments/status" in API \#
        group "apps" in the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "an eviction", "POST pods/p/eviction", "{}", 403,
        #"""
        pods "p" is forbidden: User "mallory" cannot create resource "pods/eviction" in API group "" in the \#
        namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a token", "POST serviceaccounts/default/token", "{}", 403,
        #"""
        serviceaccounts "default" is forbidden: User "mallory" cannot create resource \#
        "serviceaccounts/token" in API group "" in the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a log", "GET pods/p/log", 403,
        #"""
        pods "p" is forbidden: User "mallory" cannot get resource "pods/log" in API group "" in the \#
        namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "a definition", "GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/x", 403,
        #"""
        customresourcedefinitions.apiextensions.k8s.io "x" is forbidden: User "mallory" cannot get resource \#
        "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope
        """#
    )
    .by("mallory"),
    Contract(
        "what nobody serves", "GET nopes", 403,
        #"""
        nopes is forbidden: User "mallory" cannot list resource "nopes" in API group "" in the namespace \#
        "default"
        """#
    )
    .by("mallory"),
    Contract(
        "what no group serves", "GET /apis/nope.example.com/v1/namespaces/default/things/x", 403,
        #"""
        things.nope.example.com "x" is forbidden: User "mallory" cannot get resource "things" in API group \#
        "nope.example.com" in the namespace "default"
        """#
    )
    .by("mallory"),
    Contract(
        "metrics", "GET /metrics", 403, #"forbidden: User "mallory" cannot get path "/metrics""#
    )
    .by("mallory"),
    Contract(
        "a path that is nothing", "GET /nope", 403, #"forbidden: User "mallory" cannot get path "/nope""#
    )
    .by("mallory"),
    Contract(
        "a POST to a path", "POST /metrics", "{}", 403, #"forbidden: User "mallory" cannot post path "/metrics""#
    )
    .by("mallory"),
    Contract(
        "a review of others", "POST /apis/authorization.k8s.io/v1/subjectaccessreviews", "{}", 403,
        #"""
        subjectaccessreviews.authorization.k8s.io is forbidden: User "mallory" cannot create resource \#
        "subjectaccessreviews" in API group "authorization.k8s.io" at the cluster scope
        """#
    )
    .by("mallory"),
    Contract(
        "a review of a token", "POST /apis/authentication.k8s.io/v1/tokenreviews", "{}", 403,
        #"""
        tokenreviews.authentication.k8s.io is forbidden: User "mallory" cannot create resource \#
        "tokenreviews" in API group "authentication.k8s.io" at the cluster scope
        """#
    )
    .by("mallory"),
    Contract(
        "the version is for all", "GET /version", 200, shows: #"{"major":"1"}"#
    )
    .by("mallory"),
    Contract(
        "the groups is for all", "GET /apis", 200, shows: #"{"kind":"APIGroupList"}"#
    )
    .by("mallory"),
]

private let reviews: [Contract] = [
    Contract(
        "a review of nothing", "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews", #"{"spec":{}}"#,
        422,
        #"""
        .authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: "null": exactly one of \#
        nonResourceAttributes or resourceAttributes must be specified
        """#),
    Contract(
        "a review of two things", "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        #"""
        {"spec":{"resourceAttributes":{"verb":"get","resource":"pods"},"nonResourceAttributes":{"path":"/x",\#
        "verb":"get"}}}
        """#, 422, .containing("cannot be specified in combination with resourceAttributes")),
    Contract(
        "a review of nobody", "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
        #"{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}"#, 422,
        #"""
        .authorization.k8s.io "" is invalid: spec.user: Invalid value: "": at least one of user or group \#
        must be specified
        """#),
    Contract(
        "a review of somebody for nothing", "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
        #"{"spec":{"user":"a"}}"#, 422,
        #"""
        .authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: "null": exactly one of \#
        nonResourceAttributes or resourceAttributes must be specified
        """#),
    Contract(
        "a review of another namespace's rights",
        "POST /apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews",
        #"{"spec":{"user":"a","resourceAttributes":{"verb":"get","resource":"pods"}}}"#, 400,
        "spec.resourceAttributes.namespace must match namespace: default"),
    Contract(
        "a review of rules nowhere", "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        #"{"spec":{}}"#, 400, "no namespace on request"),
    Contract(
        "reviews that are listed", "GET /apis/authorization.k8s.io/v1/selfsubjectrulesreviews", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a review that is deleted", "DELETE /apis/authorization.k8s.io/v1/subjectaccessreviews/x", 404,
        "the server could not find the requested resource"),
    Contract(
        "a review of no token", "POST /apis/authentication.k8s.io/v1/tokenreviews", #"{"spec":{}}"#, 400,
        "token is required for TokenReview in authentication"),
    Contract(
        "a review of a token that is none", "POST /apis/authentication.k8s.io/v1/tokenreviews",
        #"{"spec":{"token":"nope"}}"#, shows: #"{"status":{"user":{},"error":"invalid bearer token"}}"#),
    Contract(
        "a stranger's rights", "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
        #"""
        {"spec":{"user":"mallory","resourceAttributes":{"verb":"get","resource":"pods",\#
        "namespace":"default"}}}
        """#, shows: #"{"status":{"allowed":false},"spec":{"user":"mallory"}}"#),
    Contract(
        "a master's rights", "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
        #"{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"get","resource":"pods"}}}"#,
        shows: #"{"status":{"allowed":true}}"#),
    Contract(
        "the rights of a service account of its groups",
        "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
        #"""
        {"spec":{"user":"mallory","groups":["system:authenticated"],\#
        "nonResourceAttributes":{"path":"/version","verb":"get"}}}
        """#, shows: #"{"status":{"allowed":true}}"#),
    Contract(
        "a token of nine minutes", "POST serviceaccounts/default/token", #"{"spec":{"expirationSeconds":540}}"#,
        422,
        #"""
        TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 540: may \#
        not specify a duration less than 10 minutes
        """#),
    Contract(
        "a token of centuries", "POST serviceaccounts/default/token",
        #"{"spec":{"expirationSeconds":8589934592}}"#, 422,
        #"""
        TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: \#
        8589934592: may not specify a duration larger than 2^32 seconds
        """#),
    Contract(
        "a token of an account that is missing", "POST serviceaccounts/nope/token", #"{"spec":{}}"#, 404,
        #"serviceaccounts "nope" not found"#),
    Contract(
        "a token for a Secret that is missing", "POST serviceaccounts/default/token",
        #"{"spec":{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"nope"}}}"#, 404,
        #"secrets "nope" not found"#),
    Contract(
        "a token for a ConfigMap", "POST serviceaccounts/default/token",
        #"{"spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"x"}}}"#, 400,
        "cannot bind token to object of type /v1, Kind=ConfigMap"),
    Contract(
        "a token without a body", "POST serviceaccounts/default/token", 400,
        .beginning("the object provided is unrecognized (must be of type TokenRequest): ")),
    Contract(
        "a token for no audience", "POST serviceaccounts/default/token", #"{"spec":{"audiences":[]}}"#,
        shows: #"""
            {"spec":{"audiences":["https://kubernetes.default.svc.cluster.local"],"expirationSeconds":3600}}
            """#),
    Contract(
        "a token for others", "POST serviceaccounts/default/token",
        #"{"spec":{"audiences":["other"],"expirationSeconds":600}}"#,
        shows: #"{"spec":{"audiences":["other"],"expirationSeconds":600}}"#),
]
