import Testing

@Suite("Bodies")
struct SemanticsBodiesTests {
    @Test("a body must be an object of the kind its path is for", arguments: SemanticsServer.all, bodies)
    func bodiesHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let bodies: [Contract] = [
    Contract(
        "half an object", "POST configmaps?dryRun=All", "{", 400,
        .beginning("the object provided is unrecognized")),
    Contract(
        "a list instead of an object", "POST configmaps?dryRun=All", "[]", 400,
        .beginning("the object provided is unrecognized (must be of type ConfigMap): ")),
    Contract(
        "a text instead of an object", "POST configmaps?dryRun=All", #""x""#, 400,
        .beginning("the object provided is unrecognized (must be of type ConfigMap): ")),
    Contract(
        "no body", "POST configmaps?dryRun=All", 400,
        .beginning("the object provided is unrecognized (must be of type ConfigMap): ")),
    Contract(
        "null instead of an object", "POST configmaps?dryRun=All", "null", 422,
        #"ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required"#),
    Contract(
        "an empty object", "POST configmaps?dryRun=All", "{}", 422,
        #"ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required"#),
    Contract(
        "another kind", "POST configmaps?dryRun=All",
        #"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}"#, 400,
        .beginning(#"Secret in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "an unknown kind", "POST configmaps?dryRun=All",
        #"{"kind":"Nope","apiVersion":"v1","metadata":{"name":"a"}}"#, 400,
        .beginning(#"Nope in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with a number as its name", "POST configmaps?dryRun=All", #"{"metadata":{"name":1}}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with a number as a value", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a"},"data":{"k":1}}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with a text as its data", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a"},"data":"x"}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with a list as its metadata", "POST configmaps?dryRun=All", #"{"metadata":[]}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with a number as a label", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a","labels":{"a":1}}}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with a text as a flag", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a"},"immutable":"yes"}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a ConfigMap with broken base64", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a"},"binaryData":{"k":"!!"}}"#, 400,
        .beginning(#"ConfigMap in version "v1" cannot be handled as a ConfigMap: "#)),
    Contract(
        "a Secret with broken base64", "POST secrets?dryRun=All", #"{"metadata":{"name":"a"},"data":{"k":"!!"}}"#,
        400, .beginning(#"Secret in version "v1" cannot be handled as a Secret: "#)),
    Contract(
        "a null among values", "POST configmaps?dryRun=All", #"{"metadata":{"name":"a"},"data":{"k":null}}"#,
        shows: #"{"data":{"k":""}}"#),
    Contract(
        "unknown fields", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a","nope":1},"data":{"k":"v"},"nope":{}}"#,
        shows: #"{"data":{"k":"v"},"nope":null,"metadata":{"nope":null}}"#),
    Contract(
        "empty lists and maps", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a","labels":{},"finalizers":[]},"data":{}}"#,
        shows: #"{"data":null,"metadata":{"labels":null,"finalizers":null}}"#),
    Contract(
        "a body of another namespace", "POST configmaps?dryRun=All",
        #"{"metadata":{"name":"a","namespace":"other"}}"#, 400,
        "the namespace of the provided object does not match the namespace sent on the request"),
    Contract(
        "a body of another name", "PUT configmaps/a?dryRun=All", #"{"metadata":{"name":"b"}}"#, 400,
        "the name of the object (b) does not match the name on the URL (a)"),
    Contract(
        "an update of an absent object by its uid", "PUT configmaps/nope",
        #"{"metadata":{"name":"nope","uid":"01234567-89ab-4cde-8f01-23456789abcd"}}"#, 409,
        .beginning(
            #"""
            Operation cannot be fulfilled on configmaps "nope": StorageError: invalid object, Code: 4, Key: \#
            /registry/configmaps/default/nope, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID \#
            in precondition: 01234567-89ab-4cde-8f01-23456789abcd, UID in object meta:
            """#)),
    Contract(
        "an apply without a kind", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","metadata":{"name":"a"}}"#, 500,
        "failed to create typed patch object: no corresponding type for /v1, Kind="),
    Contract(
        "an apply without a version", "APPLY configmaps/a?dryRun=All",
        #"{"kind":"ConfigMap","metadata":{"name":"a"}}"#, 400,
        "Incorrect version specified in apply patch. Specified patch version: , expected: v1"),
    Contract(
        "an apply of another version", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"a"}}"#, 400,
        "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1"),
    Contract(
        "an apply without a name", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}"#, 400,
        "the name of the object (a based on URL) was undeterminable: name must be provided"),
    Contract(
        "an apply of another name", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}"#, 400,
        "the name of the object (b) does not match the name on the URL (a)"),
    Contract(
        "an apply to another namespace", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"other"}}"#, 400,
        .beginning("the namespace of the")),
    Contract(
        "an apply with an unknown field", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"nope":1}"#, 500,
        "failed to create typed patch object: .nope: field not declared in schema"),
    Contract(
        "an apply with an unknown field of metadata", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","nope":1}}"#, 500,
        "failed to create typed patch object: .metadata.nope: field not declared in schema"),
    Contract(
        "an apply with a value of the wrong type", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":1}}"#, 500,
        .beginning("failed to create typed patch object: .data.k: expected ")),
    Contract(
        "an apply with one value of a set twice", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["a/b","a/b"]}}"#, 500,
        #"failed to create typed patch object: .metadata.finalizers: duplicate entries for key [="a/b"]"#),
    Contract(
        "an apply with managed fields", "APPLY configmaps/a?dryRun=All",
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[{"manager":"x"}]}}"#, 400,
        "metadata.managedFields must be nil"),
    Contract(
        "an apply of a version that none has", "APPLY configmaps/nope?dryRun=All",
        #"""
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"nope","resourceVersion":"5",\#
        "uid":"01234567-89ab-4cde-8f01-23456789abcd"}}
        """#, 409,
        #"""
        Operation cannot be fulfilled on configmaps "nope": uid mismatch: the provided object specified uid \#
        01234567-89ab-4cde-8f01-23456789abcd, and no existing object was found
        """#),
    Contract(
        "an apply in YAML", "APPLY configmaps/a?dryRun=All",
        #"apiVersion: v1\#nkind: ConfigMap\#nmetadata:\#n  name: a\#ndata: {k: v}\#n"#,
        shows: #"{"data":{"k":"v"}}"#),
]
