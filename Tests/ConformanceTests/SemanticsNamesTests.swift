import Testing

@Suite("Names and metadata")
struct SemanticsNamesTests {
    @Test("names follow the rule of their kind", arguments: SemanticsServer.all, names)
    func namesHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }

    @Test("labels, annotations, finalizers and owners are well-formed", arguments: SemanticsServer.all, metadata)
    func metadataHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let names: [Contract] = [
    Contract(
        "a ConfigMap with capitals in its name", "POST configmaps?dryRun=All", #"{"metadata":{"name":"A"}}"#, 422,
        #"ConfigMap "A" is invalid: metadata.name: Invalid value: "A": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with an underscore in its name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a_b"}}"#, 422,
        #"ConfigMap "a_b" is invalid: metadata.name: Invalid value: "a_b": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with a dash in front in its name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"-a"}}"#, 422,
        #"ConfigMap "-a" is invalid: metadata.name: Invalid value: "-a": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with a dash at its end in its name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a-"}}"#, 422,
        #"ConfigMap "a-" is invalid: metadata.name: Invalid value: "a-": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with two dots in its name", "POST configmaps?dryRun=All", #"{"metadata":{"name":"a..b"}}"#,
        422, #"ConfigMap "a..b" is invalid: metadata.name: Invalid value: "a..b": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with a space in its name", "POST configmaps?dryRun=All", #"{"metadata":{"name":"a b"}}"#,
        422, #"ConfigMap "a b" is invalid: metadata.name: Invalid value: "a b": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with a slash in its name", "POST configmaps?dryRun=All", #"{"metadata":{"name":"a/b"}}"#,
        422, #"ConfigMap "a/b" is invalid: metadata.name: Invalid value: "a/b": \#(Texts.subdomain)"#),
    Contract(
        "a ConfigMap with a name of 254 letters", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"{a254}"}}"#, 422,
        #"""
        ConfigMap "{a254}" is invalid: metadata.name: Invalid value: "{a254}": must be no more than 253 \#
        characters
        """#),
    Contract(
        "a ConfigMap with a dot in its name", "POST configmaps?dryRun=All", #"{"metadata":{"name":"a.b"}}"#,
        shows: #"{"metadata":{"name":"a.b"}}"#),
    Contract(
        "an object without a name", "POST configmaps?dryRun=All", #"{"metadata":{}}"#, 422,
        #"ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required"#),
    Contract(
        "a Service with a digit in front", "POST services?dryRun=All",
        #"{"metadata":{"name":"1a"},"spec":{"ports":[{"port":80}]}}"#, 422,
        #"Service "1a" is invalid: metadata.name: Invalid value: "1a": \#(Texts.label1035)"#),
    Contract(
        "a Service with a dot in its name", "POST services?dryRun=All",
        #"{"metadata":{"name":"a.b"},"spec":{"ports":[{"port":80}]}}"#, 422,
        #"Service "a.b" is invalid: metadata.name: Invalid value: "a.b": \#(Texts.label1035)"#),
    Contract(
        "a Service with a name of 64 letters", "POST services?dryRun=All",
        #"{"metadata":{"name":"{a64}"},"spec":{"ports":[{"port":80}]}}"#, 422,
        #"Service "{a64}" is invalid: metadata.name: Invalid value: "{a64}": must be no more than 63 characters"#),
    Contract(
        "a ServiceAccount with a dot in its name", "POST serviceaccounts?dryRun=All",
        #"{"metadata":{"name":"a.b"}}"#, shows: #"{"metadata":{"name":"a.b"}}"#),
    Contract(
        "a Secret with capitals in its name", "POST secrets?dryRun=All", #"{"metadata":{"name":"A"}}"#, 422,
        #"Secret "A" is invalid: metadata.name: Invalid value: "A": \#(Texts.subdomain)"#),
    Contract(
        "a Role with a percent sign in its name", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a%b"}}"#, 422,
        #"""
        Role.rbac.authorization.k8s.io "a%b" is invalid: metadata.name: Invalid value: "a%b": may not \#
        contain '%'
        """#),
    Contract(
        "a Role with a slash in its name", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a/b"}}"#, 422,
        #"""
        Role.rbac.authorization.k8s.io "a/b" is invalid: metadata.name: Invalid value: "a/b": may not \#
        contain '/'
        """#),
    Contract(
        "a Role named by two dots", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":".."}}"#, 422,
        #"Role.rbac.authorization.k8s.io ".." is invalid: metadata.name: Invalid value: "..": may not be '..'"#),
    Contract(
        "a Role with a colon in its name", "POST rbac.authorization.k8s.io/v1:roles?dryRun=All",
        #"{"metadata":{"name":"a:B c"}}"#, shows: #"{"metadata":{"name":"a:B c"}}"#),
    Contract(
        "a Namespace with a dot in its name", "POST /api/v1/namespaces?dryRun=All",
        #"{"metadata":{"name":"a.b"}}"#, 422,
        #"Namespace "a.b" is invalid: metadata.name: Invalid value: "a.b": \#(Texts.label)"#),
    Contract(
        "a Namespace with capitals in its name", "POST /api/v1/namespaces?dryRun=All",
        #"{"metadata":{"name":"A"}}"#, 422,
        #"Namespace "A" is invalid: metadata.name: Invalid value: "A": \#(Texts.label)"#),
    Contract(
        "a Namespace with a dash in front in its name", "POST /api/v1/namespaces?dryRun=All",
        #"{"metadata":{"name":"-a"}}"#, 422,
        #"Namespace "-a" is invalid: metadata.name: Invalid value: "-a": \#(Texts.label)"#),
    Contract(
        "a Namespace with a name of 64 letters", "POST /api/v1/namespaces?dryRun=All",
        #"{"metadata":{"name":"{a64}"}}"#, 422,
        #"""
        Namespace "{a64}" is invalid: metadata.name: Invalid value: "{a64}": must be no more than 63 \#
        characters
        """#),
    Contract(
        "a Namespace with a digit in front", "POST /api/v1/namespaces?dryRun=All", #"{"metadata":{"name":"1a"}}"#,
        shows: #"{"metadata":{"name":"1a"}}"#),
    Contract(
        "a generateName beside a name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","generateName":"y-"}}"#,
        shows: #"{"metadata":{"name":"x","generateName":"y-"}}"#),
    Contract(
        "a wrong generateName beside a name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","generateName":"Y_"}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.generateName: Invalid value: "Y_": \#(Texts.subdomain)"#),
]

private let metadata: [Contract] = [
    Contract(
        "a label with a space in its key", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a b":"c"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.labels: Invalid value: "a b": name part \#(Texts.qualified)"#),
    Contract(
        "a label with a space in its value", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a":"b c"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.labels: Invalid value: "b c": \#(Texts.labelValue)"#),
    Contract(
        "a label with a dash before its value", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a":"-b"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.labels: Invalid value: "-b": \#(Texts.labelValue)"#),
    Contract(
        "a label with a value of 64 letters", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a":"{a64}"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.labels: Invalid value: "{a64}": must be no more than 63 characters"#),
    Contract(
        "a label with a key of 64 letters", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"{a64}":"a"}}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.labels: Invalid value: "{a64}": name part must be no more than \#
        63 characters
        """#),
    Contract(
        "a label with two slashes", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"x/y/z":"a"}}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.labels: Invalid value: "x/y/z": a qualified name \#
        \#(Texts.qualified) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
        """#),
    Contract(
        "a label with capitals in its domain", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"X.Y/z":"a"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.labels: Invalid value: "X.Y/z": prefix part \#(Texts.subdomain)"#),
    Contract(
        "a label with an empty domain", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"/a":"b"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.labels: Invalid value: "/a": prefix part must be non-empty"#),
    Contract(
        "a label with a domain and no name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a/":"b"}}}"#, 422,
        #"""
        ConfigMap "x" is invalid: [metadata.labels: Invalid value: "a/": name part must be non-empty, \#
        metadata.labels: Invalid value: "a/": name part \#(Texts.qualified)]
        """#),
    Contract(
        "a label with no key", "POST configmaps?dryRun=All", #"{"metadata":{"name":"x","labels":{"":"b"}}}"#, 422,
        #"""
        ConfigMap "x" is invalid: [metadata.labels: Invalid value: "": name part must be non-empty, \#
        metadata.labels: Invalid value: "": name part \#(Texts.qualified)]
        """#),
    Contract(
        "a label with a domain of 254 letters", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"{a254}/a":"b"}}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.labels: Invalid value: "{a254}/a": prefix part must be no more \#
        than 253 characters
        """#),
    Contract(
        "labels of every form", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a":"","a_b.c-D":"E_f.g","example.com/x":"1"}}}"#,
        shows: #"{"metadata":{"labels":{"a":"","a_b.c-D":"E_f.g","example.com/x":"1"}}}"#),
    Contract(
        "several wrong labels", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","labels":{"a":"b c","c":"-"}}}"#, 422,
        // In any order: labels are a map.
        .containing(#"metadata.labels: Invalid value: "b c": \#(Texts.labelValue)"#)),
    Contract(
        "an annotation with a space in its key", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","annotations":{"a b":"c"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.annotations: Invalid value: "a b": name part \#(Texts.qualified)"#),
    Contract(
        "an annotation with two slashes", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","annotations":{"x/y/z":"a"}}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.annotations: Invalid value: "x/y/z": a qualified name \#
        \#(Texts.qualified) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
        """#),
    Contract(
        "an annotation with an empty domain", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","annotations":{"/a":"b"}}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.annotations: Invalid value: "/a": prefix part must be non-empty"#),
    Contract(
        "an annotation with capitals in its domain", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","annotations":{"X.Y/z":"any text"}}}"#,
        shows: #"{"metadata":{"annotations":{"X.Y/z":"any text"}}}"#),
    Contract(
        "a finalizer without a domain", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","finalizers":["a"]}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.finalizers[0]: Invalid value: "a": name is neither a standard \#
        finalizer name nor is it fully qualified
        """#),
    Contract(
        "a finalizer with a space", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","finalizers":["a b"]}}"#, 422,
        #"""
        ConfigMap "x" is invalid: [metadata.finalizers: Invalid value: "a b": name part \#(Texts.qualified),\#
         metadata.finalizers[0]: Invalid value: "a b": name is neither a standard finalizer name nor is it \#
        fully qualified]
        """#),
    Contract(
        "a finalizer with two slashes", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","finalizers":["a/b/c"]}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.finalizers: Invalid value: "a/b/c": a qualified name \#
        \#(Texts.qualified) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
        """#),
    Contract(
        "a finalizer without a name", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","finalizers":[""]}}"#, 422,
        #"""
        ConfigMap "x" is invalid: [metadata.finalizers: Invalid value: "": name part must be non-empty, \#
        metadata.finalizers: Invalid value: "": name part \#(Texts.qualified), metadata.finalizers[0]: \#
        Invalid value: "": name is neither a standard finalizer name nor is it fully qualified]
        """#),
    Contract(
        "finalizers that exclude each other", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","finalizers":["foregroundDeletion","orphan"]}}"#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.finalizers: Invalid value: []string{"foregroundDeletion", \#
        "orphan"}: finalizer orphan and foregroundDeletion cannot be both set
        """#),
    Contract(
        "finalizers that Kubernetes knows", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","finalizers":["orphan","kubernetes","example.com/mine"]}}"#,
        shows: #"{"metadata":{"finalizers":["orphan","kubernetes","example.com/mine"]}}"#),
    Contract(
        "an owner without uid", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o",\#
        "uid":""}]}}
        """#, 422,
        #"ConfigMap "x" is invalid: metadata.ownerReferences.uid: Invalid value: "": uid must not be empty"#),
    Contract(
        "an owner without name", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
        """#, 422,
        #"ConfigMap "x" is invalid: metadata.ownerReferences.name: Invalid value: "": name must not be empty"#),
    Contract(
        "an owner without kind", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
        """#, 422,
        #"ConfigMap "x" is invalid: metadata.ownerReferences.kind: Invalid value: "": kind must not be empty"#),
    Contract(
        "an owner without apiVersion", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"","kind":"ConfigMap","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
        """#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.ownerReferences.apiVersion: Invalid value: "": version must not \#
        be empty
        """#),
    Contract(
        "an owner of an unreadable version", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"a/b/c","kind":"ConfigMap","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
        """#, 422,
        #"""
        ConfigMap "x" is invalid: metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must \#
        not be empty
        """#),
    Contract(
        "an owner that says nothing", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"x","ownerReferences":[{}]}}"#, 422,
        #"""
        ConfigMap "x" is invalid: [metadata.ownerReferences.apiVersion: Invalid value: "": version must not \#
        be empty, metadata.ownerReferences.kind: Invalid value: "": kind must not be empty, \#
        metadata.ownerReferences.name: Invalid value: "": name must not be empty, \#
        metadata.ownerReferences.uid: Invalid value: "": uid must not be empty]
        """#),
    Contract(
        "two owners that control", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd","controller":true},{"apiVersion":"v1",\#
        "kind":"ConfigMap","name":"p","uid":"01234567-89ab-4cde-8f01-23456789abcd","controller":true}]}}
        """#, 422, .containing("Only one reference can have Controller set to true.")),
    Contract(
        "the same owner twice", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"},{"apiVersion":"v1","kind":"ConfigMap","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
        """#,
        shows: #"""
            {"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o",\#
            "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
            """#),
    Contract(
        "an Event as an owner", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"o",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}]}}
        """#, 422, .containing("/v1, Kind=Event is disallowed from being an owner")),
    Contract(
        "a negative generation", "POST configmaps?dryRun=All", #"{"metadata":{"name":"x","generation":-1}}"#, 422,
        #"ConfigMap "x" is invalid: metadata.generation: Invalid value: -1: must be greater than or equal to 0"#),
    Contract(
        "what only the server decides", "POST configmaps?dryRun=All",
        #"""
        {"metadata":{"name":"x","deletionTimestamp":"2020-01-01T00:00:00Z","deletionGracePeriodSeconds":4,\#
        "selfLink":"/x"}}
        """#, shows: #"{"metadata":{"deletionTimestamp":null,"deletionGracePeriodSeconds":null}}"#),
]
