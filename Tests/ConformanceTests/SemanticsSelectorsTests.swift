import Testing

@Suite("Selectors")
struct SemanticsSelectorsTests {
    @Test("a selector must be one", arguments: SemanticsServer.all, selectors)
    func selectorsHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let selectors: [Contract] = [
    Contract(
        "a label selector with an open list", "GET configmaps?labelSelector=n+in+(a", 400,
        "unable to parse requirement: found '', expected: ',' or ')'"),
    Contract(
        "a label selector with a list without brackets", "GET configmaps?labelSelector=n+in+a", 400,
        "unable to parse requirement: found 'a' expected: '('"),
    Contract(
        "a label selector with no list", "GET configmaps?labelSelector=n+in", 400,
        "unable to parse requirement: found '' expected: '('"),
    Contract(
        "a label selector with no key", "GET configmaps?labelSelector=%3D", 400,
        "found '=', expected: !, identifier, or 'end of string'"),
    Contract(
        "a label selector with three equal signs", "GET configmaps?labelSelector=a%3D%3D%3Db", 400,
        "unable to parse requirement: found '=', expected: identifier"),
    Contract(
        "a label selector with two values", "GET configmaps?labelSelector=n%3Da%3Db", 400,
        "found '=', expected: ',' or 'end of string'"),
    Contract(
        "a label selector with a comparison with a text", "GET configmaps?labelSelector=n>x", 400,
        "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"),
    Contract(
        "a label selector with a comparison with a fraction", "GET configmaps?labelSelector=n>0.5", 400,
        "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"),
    Contract(
        "a label selector with a comma at its end", "GET configmaps?labelSelector=n,", 400,
        "found '', expected: identifier after ','"),
    Contract(
        "a label selector with two commas", "GET configmaps?labelSelector=n,,s", 400,
        "found ',', expected: identifier after ','"),
    Contract(
        "a label selector with only a comma", "GET configmaps?labelSelector=,", 400,
        "found ',', expected: !, identifier, or 'end of string'"),
    Contract(
        "a label selector with two words", "GET configmaps?labelSelector=a+b", 400,
        "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'"),
    Contract(
        "a label selector with an unknown operator", "GET configmaps?labelSelector=n+nope+(a)", 400,
        "unable to parse requirement: found 'nope', expected: '=', '!=', '==', 'in', notin'"),
    Contract(
        "a label selector with only a negation", "GET configmaps?labelSelector=%21", 400,
        "unable to parse requirement: found '', expected: identifier"),
    Contract(
        "a label selector with a negation and a value", "GET configmaps?labelSelector=%21n%3Da", 400,
        "found '=', expected: ',' or 'end of string'"),
    Contract(
        "a label selector with two slashes in its key", "GET configmaps?labelSelector=x%2Fy%2Fz", 400,
        #"""
        unable to parse requirement: invalid label key "x/y/z": a qualified name \#(Texts.qualified) with \#
        an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
        """#),
    Contract(
        "a label selector with two values without a comma", "GET configmaps?labelSelector=n%3Da+b", 400,
        "found 'b', expected: ',' or 'end of string'"),
    Contract(
        "a label selector with a dash before its key", "GET configmaps?labelSelector=-a", 400,
        #"unable to parse requirement: invalid label key "-a": name part \#(Texts.qualified)"#),
    Contract(
        "a label selector with a dash before its value", "GET configmaps?labelSelector=n%3D-a", 400,
        #"unable to parse requirement: invalid label value: "-a": at key: "n": \#(Texts.labelValue)"#),
    Contract(
        "a label selector with a dash before a value of its list", "GET configmaps?labelSelector=n+in+(-a)", 400,
        #"unable to parse requirement: invalid label value: "-a": at key: "n": \#(Texts.labelValue)"#),
    Contract(
        "a field selector with an unknown field", "GET configmaps?fieldSelector=data.k%3Dv", 400,
        #""data.k" is not a known field selector: only "metadata.name", "metadata.namespace""#),
    Contract(
        "a field selector with no operator", "GET configmaps?fieldSelector=metadata.name", 400,
        "invalid selector: 'metadata.name'; can't understand 'metadata.name'"),
    Contract(
        "a field selector with no field", "GET configmaps?fieldSelector=%3Da", 400,
        #""" is not a known field selector: only "metadata.name", "metadata.namespace""#),
    Contract(
        "a field selector with a set", "GET configmaps?fieldSelector=metadata.name+in+(a)", 400,
        "invalid selector: 'metadata.name in (a)'; can't understand 'metadata.name in (a)'"),
    Contract(
        "a field selector with an unknown field of a pod", "GET pods?fieldSelector=spec.nope%3Dx", 400,
        "field label not supported: spec.nope"),
    Contract(
        "a field selector with an unknown field of a Secret", "GET secrets?fieldSelector=typ%3Dx", 400,
        "field label not supported: typ"),
    Contract(
        "a field selector with an unknown field of an Event", "GET events?fieldSelector=involvedObject.nope%3Dz",
        400, "field label not supported: involvedObject.nope"),
    Contract(
        "a field selector with the address of a Service", "GET services?fieldSelector=spec.clusterIP%3Dx", 400,
        #""spec.clusterIP" is not a known field selector: only "metadata.name", "metadata.namespace""#),
    Contract(
        "a field selector with the replicas of a Deployment",
        "GET apps/v1:deployments?fieldSelector=spec.replicas%3D1", 400,
        #""spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace""#),
    Contract(
        "a field selector with all that pods can be selected by",
        #"""
        GET pods?fieldSelector=status.phase%3DRunning,spec.nodeName%3Dx,spec.restartPolicy%3DAlways,\#
        spec.serviceAccountName%3Da,status.podIP%3D1,spec.schedulerName%3Dx,status.nominatedNodeName%3Dx
        """#, 200, shows: #"{"items":[]}"#),
    Contract(
        "a field selector with all that events can be selected by",
        #"""
        GET events?fieldSelector=involvedObject.name%3Dx,involvedObject.kind%3Dy,reason%3Dy,type%3DNormal,\#
        source%3Dx,reportingComponent%3Dq
        """#, 200, shows: #"{"items":[]}"#),
    Contract(
        "a field selector with a Secret's type", "GET secrets?fieldSelector=type%3Dx", 200,
        shows: #"{"items":[]}"#),
    Contract(
        "a field selector with a node's unschedulable",
        "GET /api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue,metadata.name%3Dnone", 200, shows: #"{"items":[]}"#),
    Contract(
        "a field selector with a namespace's phase", "GET /api/v1/namespaces?fieldSelector=status.phase%3DNope",
        200, shows: #"{"items":[]}"#),
    Contract(
        "a field selector with a name twice, differently",
        "GET configmaps?fieldSelector=metadata.name%3Da,metadata.name%3Db", 200, shows: #"{"items":[]}"#),
    Contract(
        "a field selector with another namespace", "GET configmaps?fieldSelector=metadata.namespace%3Dother", 200,
        shows: #"{"items":[]}"#),
    Contract(
        "a deletion with a broken selector", "DELETE configmaps?labelSelector=x+in", 400,
        "unable to parse requirement: found '' expected: '('"),
    Contract(
        "a watch with a broken selector", "GET configmaps?watch=true&labelSelector=x+in", 400,
        "unable to parse requirement: found '' expected: '('"),
]
