import Testing

@Suite("ConfigMaps, Secrets, roles and bindings")
struct SemanticsDataRulesTests {
    @Test("data and rules are well-formed", arguments: SemanticsServer.all, data)
    func dataHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let data: [Contract] = [
    Contract(
        "a ConfigMap with a key of a space", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"a b":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[a b]: Invalid value: "a b": \#(Texts.dataKey)"#),
    Contract(
        "a ConfigMap with a key of a slash", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"a/b":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[a/b]: Invalid value: "a/b": \#(Texts.dataKey)"#),
    Contract(
        "a ConfigMap with a key of nothing", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[]: Invalid value: "": \#(Texts.dataKey)"#),
    Contract(
        "a ConfigMap with a key of one dot", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{".":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[.]: Invalid value: ".": must not be '.'"#),
    Contract(
        "a ConfigMap with a key of two dots", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"..":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[..]: Invalid value: "..": must not be '..'"#),
    Contract(
        "a ConfigMap with a key of two dots in front", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"..a":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[..a]: Invalid value: "..a": must not start with '..'"#),
    Contract(
        "a ConfigMap with a key of 254 letters", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"{a254}":"v"}}"#, 422,
        #"ConfigMap "x" is invalid: data[{a254}]: Invalid value: "{a254}": must be no more than 253 characters"#),
    Contract(
        "a Secret with a key of two dots", "POST secrets?dryRun=All",
        #"{"metadata":{"name":"s"},"data":{"..":"dg=="}}"#, 422,
        #"Secret "s" is invalid: data[..]: Invalid value: "..": must not be '..'"#),
    Contract(
        "keys of every form", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"A.b_c-d":"v",".a":"w"}}"#,
        shows: #"{"data":{".a":"w","A.b_c-d":"v"}}"#),
    Contract(
        "a ConfigMap with one key of two kinds", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x"},"data":{"k":"v"},"binaryData":{"k":"dg=="}}"#, 422,
        #"ConfigMap "x" is invalid: data[k]: Invalid value: "k": duplicate of key present in binaryData"#),
    Contract(
        "a Secret without a certificate", "POST secrets?dryRun=All",
        #"{"metadata":{"name":"s"},"type":"kubernetes.io/tls"}"#, 422,
        #"Secret "s" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]"#),
    Contract(
        "a Secret without credentials", "POST secrets?dryRun=All",
        #"{"metadata":{"name":"s"},"type":"kubernetes.io/dockerconfigjson"}"#, 422,
        #"Secret "s" is invalid: data[.dockerconfigjson]: Required value"#),
    Contract(
        "a Secret with text over bytes", "POST secrets?dryRun=All",
        #"{"metadata":{"name":"s"},"data":{"a":"dg=="},"stringData":{"a":"x","b":"y"}}"#,
        shows: #"{"data":{"a":"eA==","b":"eQ=="},"stringData":null,"type":"Opaque"}"#),
    Contract(
        "a Role without resources", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[{"verbs":["get"]}]}"#, 422,
        #"""
        Role.rbac.authorization.k8s.io "a" is invalid: [rules[0].apiGroups: Required value: resource rules \#
        must supply at least one api group, rules[0].resources: Required value: resource rules must supply \#
        at least one resource]
        """#),
    Contract(
        "a Role without verbs", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[{"verbs":[],"apiGroups":[""],"resources":["x"]}]}"#, 422,
        #"""
        Role.rbac.authorization.k8s.io "a" is invalid: rules[0].verbs: Required value: verbs must contain \#
        at least one value
        """#),
    Contract(
        "a Role without groups", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[{"verbs":["get"],"apiGroups":[],"resources":["x"]}]}"#, 422,
        #"""
        Role.rbac.authorization.k8s.io "a" is invalid: rules[0].apiGroups: Required value: resource rules \#
        must supply at least one api group
        """#),
    Contract(
        "a Role with a path", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]}"#, 422,
        #"""
        Role.rbac.authorization.k8s.io "a" is invalid: rules[0].nonResourceURLs: Invalid value: \#
        []string{"/x"}: namespaced rules cannot apply to non-resource URLs
        """#),
    Contract(
        "a ClusterRole with a path among resources",
        "POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"rules":[{"verbs":["get"],"nonResourceURLs":["/x"],"apiGroups":[""],\#
        "resources":["x"]}]}
        """#, 422,
        #"""
        ClusterRole.rbac.authorization.k8s.io "a" is invalid: rules[0].nonResourceURLs: Invalid value: \#
        []string{"/x"}: rules cannot apply to both regular resources and non-resource URLs
        """#),
    Contract(
        "a ClusterRole with a path", "POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]}"#,
        shows: #"{"rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]}"#),
    Contract(
        "a ClusterRole of no others", "POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[],"aggregationRule":{}}"#, 422,
        #"""
        ClusterRole.rbac.authorization.k8s.io "a" is invalid: aggregationRule.clusterRoleSelectors: \#
        Required value: at least one clusterRoleSelector required if aggregationRule is non-nil
        """#),
    Contract(
        "a Role without rules", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a"},"rules":[]}"#, shows: #"{"kind":"Role"}"#),
    Contract(
        "a binding of an unknown kind", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role",\#
        "name":"r"},"subjects":[{"kind":"Nope","name":"x"}]}
        """#, 422,
        #"""
        RoleBinding.rbac.authorization.k8s.io "a" is invalid: subjects[0].kind: Unsupported value: "Nope": \#
        supported values: "ServiceAccount", "User", "Group"
        """#),
    Contract(
        "a binding of an account with a wrong name", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role",\#
        "name":"r"},"subjects":[{"kind":"ServiceAccount","name":"X_","namespace":"y"}]}
        """#, 422,
        #"""
        RoleBinding.rbac.authorization.k8s.io "a" is invalid: subjects[0].name: Invalid value: "X_": \#
        \#(Texts.subdomain)
        """#),
    Contract(
        "a binding of an account of a group", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role",\#
        "name":"r"},"subjects":[{"kind":"ServiceAccount","name":"x","namespace":"y","apiGroup":"z"}]}
        """#, 422,
        #"""
        RoleBinding.rbac.authorization.k8s.io "a" is invalid: subjects[0].apiGroup: Unsupported value: "z": \#
        supported values: ""
        """#),
    Contract(
        "a binding of a nameless group", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role",\#
        "name":"r"},"subjects":[{"kind":"Group","name":"","apiGroup":"rbac.authorization.k8s.io"}]}
        """#, 422,
        #"RoleBinding.rbac.authorization.k8s.io "a" is invalid: subjects[0].name: Required value"#),
    Contract(
        "a binding of a group of another API", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role",\#
        "name":"r"},"subjects":[{"kind":"Group","name":"x","apiGroup":"z"}]}
        """#, 422,
        #"""
        RoleBinding.rbac.authorization.k8s.io "a" is invalid: subjects[0].apiGroup: Unsupported value: "z": \#
        supported values: "rbac.authorization.k8s.io"
        """#),
    Contract(
        "a binding to a role of another API", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"{"metadata":{"name":"a"},"roleRef":{"apiGroup":"x","kind":"Role","name":"r"},"subjects":[]}"#, 422,
        #"""
        RoleBinding.rbac.authorization.k8s.io "a" is invalid: roleRef.apiGroup: Unsupported value: "x": \#
        supported values: "rbac.authorization.k8s.io"
        """#),
    Contract(
        "a binding to what is no role", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Nope",\#
        "name":"r"},"subjects":[]}
        """#, 422,
        #"""
        RoleBinding.rbac.authorization.k8s.io "a" is invalid: roleRef.kind: Unsupported value: "Nope": \#
        supported values: "Role", "ClusterRole"
        """#),
    Contract(
        "a binding to a nameless role", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":""},\#
        "subjects":[]}
        """#, 422,
        #"RoleBinding.rbac.authorization.k8s.io "a" is invalid: roleRef.name: Required value"#),
    Contract(
        "a binding of a user", "POST rbac.authorization.k8s.io/v1:rolebindings?dryRun=All",
        #"{"metadata":{"name":"a"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"x"}]}"#,
        shows: #"""
            {"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"x"}],\#
            "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"}}
            """#),
    Contract(
        "a binding everywhere to a Role",
        "POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?dryRun=All",
        #"""
        {"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role",\#
        "name":"r"},"subjects":[]}
        """#, 422,
        #"""
        ClusterRoleBinding.rbac.authorization.k8s.io "a" is invalid: roleRef.kind: Unsupported value: \#
        "Role": supported values: "ClusterRole"
        """#),
]
