import Testing

extension SemanticsSchemaTests {
    @Suite("Parts of custom objects")
    struct Objects {
        @Test("follow their schema", arguments: SemanticsServer.all, objects)
        func objectsHold(server: SemanticsServer, contract: Contract) async throws {
            try await contract.check(server)
        }
    }
}

private let objects: [Contract] = [
    Contract(
        "a mail", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"mail":"a@example.com"}}
        """#, shows: #"{"spec":{"mail":"a@example.com"}}"#),
    Contract(
        "a text that is no link", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"link":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.link: Invalid value: "x": spec.link in body must \#
        be of type uri: "x"
        """#),
    Contract(
        "a link", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"link":"https://example.com/a"}}
        """#, shows: #"{"spec":{"link":"https://example.com/a"}}"#),
    Contract(
        "a text that is no block", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"block":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.block: Invalid value: "x": spec.block in body must \#
        be of type cidr: "x"
        """#),
    Contract(
        "a block", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"block":"10.0.0.0/24"}}
        """#, shows: #"{"spec":{"block":"10.0.0.0/24"}}"#),
    Contract(
        "a duration in days", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"duration":"7d"}}
        """#, shows: #"{"spec":{"duration":"7d"}}"#),
    Contract(
        "an object in it that does not say what it is", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"embedded":{}}}
        """#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: [spec.embedded.apiVersion: Required value: must not be \#
        empty, spec.embedded.kind: Required value: must not be empty]
        """#),
    Contract(
        "an object in it", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"embedded":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"q":1}}}}
        """#,
        shows: #"{"spec":{"embedded":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"q":1}}}}"#),
    Contract(
        "an object in it of which a part is known", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"known":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"a":"b","q":1},\#
        "other":1}}}
        """#,
        shows: #"{"spec":{"known":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"a":"b"}}}}"#),
    Contract(
        "what is free, and what is known in it", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"free":{"x":1,"inner":{"a":"b","c":"d"}}}}
        """#, shows: #"{"spec":{"free":{"inner":{"a":"b"},"x":1}}}"#),
    Contract(
        "none of one", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"one":{}}}"#,
        422, .containing(#""spec.one" must validate one and only one schema (oneOf). Found none valid"#)),
    Contract(
        "two of one", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"one":{"a":"x","b":"y"}}}
        """#, 422,
        .containing(#""spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives"#)),
    Contract(
        "one of one", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"one":{"a":"x"}}}
        """#, shows: #"{"spec":{"one":{"a":"x"}}}"#),
    Contract(
        "none of any", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"any":{}}}"#,
        422, .containing(#""spec.any" must validate at least one schema (anyOf)"#)),
    Contract(
        "what must not be", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"no":{"a":"x"}}}
        """#, 422, .containing(#""spec.no" must not validate the schema (not)"#)),
    Contract(
        "less than all want", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"all":2}}"#,
        422, .containing(#""spec.all" must validate all the schemas (allOf)"#)),
    Contract(
        "what all want", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"all":3}}"#,
        shows: #"{"spec":{"all":3}}"#),
    Contract(
        "one key twice, once by default", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"keyed":[{"k":"a"},{"k":"a","p":7}]}}
        """#, 422, .containing("spec.keyed[1]: Duplicate value: ")),
    Contract(
        "two keys", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"keyed":[{"k":"a"},{"k":"a","p":8}]}}
        """#, shows: #"{"spec":{"keyed":[{"k":"a","p":7},{"k":"a","p":8}]}}"#),
    Contract(
        "an item without its key", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"keyed":[{"p":1}]}}
        """#, 422,
        .differing(
            simulated: #"Gadget.contract.example.com "x" is invalid: spec.keyed[0].k: Required value"#,
            real: #"Gadget.contract.example.com "x" is invalid: spec.keyed.k: Required value"#)),
    Contract(
        "an empty object with defaults", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"defaulted":{}}}
        """#, shows: #"{"spec":{"defaulted":{"z":"zz"}}}"#),
    Contract(
        "no object, and its default", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{}}"#,
        shows: #"{"spec":{"defaulted":{"x":"y","z":"zz"}}}"#),
    Contract(
        "a null for an object with a default", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"defaulted":null}}
        """#, shows: #"{"spec":{"defaulted":{"x":"y","z":"zz"}}}"#),
    Contract(
        "defaults in items", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"items":[{},\#
        {"a":null},{"a":"b","c":"d"}]}}
        """#, shows: #"{"spec":{"items":[{"a":"q"},{"a":"q"},{"a":"b"}]}}"#),
    Contract(
        "defaults in values", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"values":{"k":{}}}}
        """#, shows: #"{"spec":{"values":{"k":{"a":"q"}}}}"#),
    Contract(
        "fields that are needed", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"needed":{}}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: [spec.needed.a: Required value, spec.needed.b: Required \#
        value]
        """#),
    Contract(
        "a field that is needed", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"needed":{"a":"x"}}}
        """#, 422, #"Gadget.contract.example.com "x" is invalid: spec.needed.b: Required value"#),
    Contract(
        "a text for all", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":"x"}"#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec: Invalid value: "string": spec in body must be of \#
        type object: "string"
        """#),
    Contract(
        "a list for all", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":[]}"#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec: Invalid value: "array": spec in body must be of \#
        type object: "array"
        """#),
    Contract(
        "a null for all", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":null}"#,
        shows: #"{"spec":null}"#),
    Contract(
        "a wrong status", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{},\#
        "status":{"ready":"x"}}
        """#, shows: #"{"status":null}"#),
    Contract(
        "another kind", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Other","metadata":{"name":"x"}}"#, 422,
        #"Other.contract.example.com "x" is invalid: kind: Invalid value: "Other": must be Gadget"#),
    Contract(
        "another version", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v2","kind":"Gadget","metadata":{"name":"x"}}"#, 400,
        #"""
        the API version in the data (contract.example.com/v2) does not match the expected API version \#
        (contract.example.com/v1)
        """#),
    Contract(
        "no kind", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","metadata":{"name":"x"}}"#, 400,
        .containing("Object 'Kind' is missing in")),
    Contract(
        "no name", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget"}"#, 422,
        #"""
        Gadget.contract.example.com "" is invalid: metadata.name: Required value: name or generateName is \#
        required
        """#),
    Contract(
        "a name in capitals", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"A"},"spec":{}}"#, 422,
        #"Gadget.contract.example.com "A" is invalid: metadata.name: Invalid value: "A": \#(Texts.subdomain)"#),
    Contract(
        "a number for a name", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":5},"spec":{}}"#, 400,
        .beginning(#"Gadget in version "v1" cannot be handled as a Gadget: "#)),
    Contract(
        "a number for a label", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x","labels":{"a":5}},\#
        "spec":{}}
        """#, 400, .beginning(#"Gadget in version "v1" cannot be handled as a Gadget: "#)),
    Contract(
        "metadata that nobody knows", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x","nope":5},"spec":{}}"#,
        shows: #"{"metadata":{"nope":null,"generation":1}}"#),
    Contract(
        "a finalizer without a domain", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x","finalizers":["a"]},\#
        "spec":{}}
        """#, shows: #"{"metadata":{"finalizers":["a"]}}"#),
    Contract(
        "what is defined and absent", "GET contract.example.com/v1:gadgets/nope", 404,
        #"gadgets.contract.example.com "nope" not found"#),
    Contract(
        "another resource of the group", "GET contract.example.com/v1:others", 404, #"404 page not found\#n"#),
    Contract(
        "a version that is not served", "GET contract.example.com/v2:gadgets", 404, #"404 page not found\#n"#),
    Contract(
        "a list of none", "GET contract.example.com/v1:gadgets", 200,
        shows: #"{"kind":"GadgetList","apiVersion":"contract.example.com/v1","items":[]}"#),
    Contract(
        "a field selector", "GET contract.example.com/v1:gadgets?fieldSelector=spec.number%3D4", 400,
        "field label not supported: spec.number"),
    Contract(
        "an update without a version", "PUT contract.example.com/v1:gadgets/nope",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"nope"},"spec":{}}"#, 404,
        #"gadgets.contract.example.com "nope" not found"#),
]
