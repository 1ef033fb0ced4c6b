import Testing

@Suite("Routes and parameters")
struct SemanticsRoutesTests {
    @Test("a request must be one that its path takes", arguments: SemanticsServer.all, routes)
    func routesHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }

    @Test("parameters must mean something", arguments: SemanticsServer.all, options)
    func optionsHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let routes: [Contract] = [
    Contract(
        "a POST to an object", "POST configmaps/a", #"{"metadata":{"name":"a"}}"#, 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a PUT to a collection", "PUT configmaps", #"{"metadata":{"name":"a"}}"#, 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a patch of a collection", "MERGE configmaps", "{}", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a POST without a namespace", "POST /api/v1/configmaps", #"{"metadata":{"name":"a"}}"#, 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a DELETE of all namespaces at once", "DELETE /api/v1/configmaps", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a PUT of an object without its namespace", "PUT /api/v1/configmaps/a", #"{"metadata":{"name":"a"}}"#,
        404, "the server could not find the requested resource"),
    Contract(
        "an object without its namespace", "GET /api/v1/configmaps/a", 404,
        "the server could not find the requested resource"),
    Contract(
        "a PUT of a status that the kind has not", "PUT configmaps/a/status", "{}", 404,
        "the server could not find the requested resource"),
    Contract(
        "a status that the kind has not", "GET configmaps/a/status", 404,
        "the server could not find the requested resource"),
    Contract(
        "a POST to a status", "POST pods/a/status", "{}", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a DELETE of a status", "DELETE pods/a/status", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "an unknown resource", "GET nopes", 404, "the server could not find the requested resource"),
    Contract(
        "an object of an unknown resource", "GET nopes/a", 404,
        "the server could not find the requested resource"),
    Contract(
        "a POST to an unknown resource", "POST nopes", "{}", 404,
        "the server could not find the requested resource"),
    Contract(
        "an unknown group", "GET /apis/nope.example.com/v1/things", 404, #"404 page not found\#n"#),
    Contract(
        "an unknown version of a known group", "GET /apis/apps/v9/deployments", 404,
        "the server could not find the requested resource"),
    Contract(
        "what an unknown version serves", "GET /apis/apps/v9", 404,
        "the server could not find the requested resource"),
    Contract(
        "an unknown version of the core", "GET /api/v2", 404, "the server could not find the requested resource"),
    Contract(
        "a resource of an unknown version of the core", "GET /api/v2/pods", 404,
        "the server could not find the requested resource"),
    Contract(
        "a namespaced path to what has no namespace", "GET nodes", 404,
        "the server could not find the requested resource"),
    Contract(
        "a namespace in a namespace", "GET namespaces/x", 404, "the server could not find the requested resource"),
    Contract(
        "a token that is read", "GET serviceaccounts/default/token", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "an eviction that is read", "GET pods/a/eviction", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a DELETE of every namespace", "DELETE /api/v1/namespaces", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a POST to the version", "POST /version", "{}", 405,
        "the server does not allow this method on the requested resource"),
    Contract(
        "a missing object", "GET configmaps/nope-nope", 404, #"configmaps "nope-nope" not found"#),
    Contract(
        "a missing object of a group", "GET apps/v1:deployments/nope", 404, #"deployments.apps "nope" not found"#),
    Contract(
        "a missing object that is deleted", "DELETE apps/v1:deployments/nope", 404,
        #"deployments.apps "nope" not found"#),
    Contract(
        "a missing object that is patched", "MERGE apps/v1:deployments/nope", "{}", 404,
        #"deployments.apps "nope" not found"#),
    Contract(
        "a missing object that is replaced", "PUT apps/v1:deployments/nope",
        #"""
        {"metadata":{"name":"nope"},"spec":{"selector":{"matchLabels":{"a":"b"}},\#
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """#, 404, #"deployments.apps "nope" not found"#),
]

private let options: [Contract] = [
    Contract(
        "a dry run that is not for all", "POST configmaps?dryRun=Some", #"{"metadata":{"name":"a"}}"#, 422,
        #"""
        CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported \#
        values: "All"
        """#),
    Contract(
        "a dry run of nothing", "POST configmaps?dryRun=", #"{"metadata":{"name":"a"}}"#, 422,
        #"""
        CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{""}: supported values: \#
        "All"
        """#),
    Contract(
        "a manager of 129 letters", "POST configmaps?fieldManager={a129}&dryRun=All",
        #"{"metadata":{"name":"a"}}"#, 422,
        #"CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: must have at most 128 bytes"#),
    Contract(
        "a manager with a control character", "POST configmaps?fieldManager=a%01b&dryRun=All",
        #"{"metadata":{"name":"a"}}"#, 422,
        .beginning(#"CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "#)),
    Contract(
        "a dry run that says so twice", "POST configmaps?dryRun=All&dryRun=All", #"{"metadata":{"name":"a"}}"#,
        shows: #"{"metadata":{"name":"a","resourceVersion":null}}"#),
    Contract(
        "an update that runs dry in part", "PUT configmaps/nope?dryRun=Some", #"{"metadata":{"name":"nope"}}"#,
        422,
        #"""
        UpdateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported \#
        values: "All"
        """#),
    Contract(
        "a patch that runs dry in part", "MERGE configmaps/nope?dryRun=Some", "{}", 422,
        #"""
        PatchOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported \#
        values: "All"
        """#),
    Contract(
        "a deletion that runs dry in part", "DELETE configmaps/nope?dryRun=Some", 422,
        #"""
        DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported \#
        values: "All"
        """#),
    Contract(
        "a forced patch that is no apply", "MERGE configmaps/nope?force=true", "{}", 422,
        #"PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch"#),
    Contract(
        "an apply by nobody", "APPLY configmaps/a?fieldManager=",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#, 422,
        #"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch"#),
    Contract(
        "an unknown propagation", "DELETE configmaps/nope?propagationPolicy=Nope", 422,
        #"""
        DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Nope": supported \#
        values: "Foreground", "Background", "Orphan", "nil"
        """#),
    Contract(
        "an unknown propagation in the body", "DELETE configmaps/nope", #"{"propagationPolicy":"Nope"}"#, 422,
        #"""
        DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Nope": supported \#
        values: "Foreground", "Background", "Orphan", "nil"
        """#),
    Contract(
        "two words on propagation", "DELETE configmaps/nope",
        #"{"propagationPolicy":"Orphan","orphanDependents":true}"#, 422,
        #"""
        DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": \#
        orphanDependents and deletionPropagation cannot be both set
        """#),
    Contract(
        "a grace period that is no number", "DELETE configmaps/nope?gracePeriodSeconds=x", 400,
        #"strconv.ParseInt: parsing "x": invalid syntax"#),
    Contract(
        "a list with a limit that is no number", "GET configmaps?limit=x", 400,
        #"strconv.ParseInt: parsing "x": invalid syntax"#),
    Contract(
        "a list with a timeout that is no number", "GET configmaps?timeoutSeconds=x", 400,
        #"strconv.ParseInt: parsing "x": invalid syntax"#),
    Contract(
        "a list with a version that is no number", "GET configmaps?resourceVersion=x", 500,
        #"resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"#),
    Contract(
        "a list with a negative version", "GET configmaps?resourceVersion=-1", 500,
        #"resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax"#),
    Contract(
        "a list with a match without a version", "GET configmaps?resourceVersionMatch=Exact", 422,
        #"""
        ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is \#
        forbidden unless resourceVersion is provided
        """#),
    Contract(
        "a list with an unknown match", "GET configmaps?resourceVersionMatch=Nope&resourceVersion=5", 422,
        #"""
        ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Nope": supported \#
        values: "Exact", "NotOlderThan", ""
        """#),
    Contract(
        "a list with exactly any version", "GET configmaps?resourceVersionMatch=Exact&resourceVersion=0", 422,
        #"""
        ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \#
        "exact" is forbidden for resourceVersion "0"
        """#),
    Contract(
        "a list with a version match in a watch",
        "GET configmaps?watch=true&resourceVersionMatch=Exact&resourceVersion=1", 422,
        #"""
        ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is \#
        forbidden for watch
        """#),
    Contract(
        "a list with a match beside a token",
        "GET configmaps?resourceVersionMatch=Exact&resourceVersion=1&continue=x", 422,
        #"""
        ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is \#
        forbidden when continue is provided
        """#),
    Contract(
        "a list with a token of another server", "GET configmaps?continue=x", 400,
        .beginning("invalid continue token: continue key is not valid: ")),
    Contract(
        "a list from a version that will be", "GET configmaps?resourceVersion=9999999999", 504,
        .beginning("Timeout: Too large resource version: 9999999999, current: ")),
    Contract(
        "an object of a version that will be", "GET serviceaccounts/default?resourceVersion=9999999999", 504,
        .beginning("Timeout: Too large resource version: 9999999999, current: ")),
]
