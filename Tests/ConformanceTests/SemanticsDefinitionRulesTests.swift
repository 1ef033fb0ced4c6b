import Testing

@Suite("Definitions")
struct SemanticsDefinitionRulesTests {
    @Test("are structural and consistent", arguments: SemanticsServer.all, definitions)
    func definitionsHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let definitions: [Contract] = [
    Contract(
        "a definition named otherwise", "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"other"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422,
        .containing(#"metadata.name: Invalid value: "other": must be spec.names.plural+"."+spec.group"#)),
    Contract(
        "a definition without versions",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[]}}
        """#, 422, .containing("must have exactly one version marked as storage version")),
    Contract(
        "a definition with two stored versions",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}},{"name":"v2","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422, .containing("must have exactly one version marked as storage version")),
    Contract(
        "a definition with no stored version",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":false,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422, .containing("must have exactly one version marked as storage version")),
    Contract(
        "a definition with one version twice",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}},{"name":"v1","served":true,"storage":false,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422, .containing("must contain unique version names")),
    Contract(
        "a definition with a version in capitals",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"V_1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422, .containing(#"spec.versions[0].name: Invalid value: "V_1": \#(Texts.label1035)"#)),
    Contract(
        "a definition of an unknown scope",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Nope",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: spec.scope: \#
        Unsupported value: "Nope": supported values: "Cluster", "Namespaced"
        """#),
    Contract(
        "a definition of no scope", "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: spec.scope: \#
        Required value
        """#),
    Contract(
        "a definition without a kind", "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":""},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422, .containing("spec.names.kind: Required value")),
    Contract(
        "a definition of a group without a domain",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x"},"spec":{"group":"x","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x" is invalid: spec.group: Invalid value: \#
        "x": should be a domain with at least one dot
        """#),
    Contract(
        "a definition with names that are none",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget","shortNames":["A B"],"singular":"G"},\#
        "versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        [spec.names.singular: Invalid value: "G": \#(Texts.label1035), spec.names.shortNames[0]: Invalid \#
        value: "A B": \#(Texts.label1035)]
        """#),
    Contract(
        "a definition with an unknown conversion",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}],"conversion":{"strategy":"Nope"}}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.conversion.strategy: Unsupported value: "Nope": supported values: "None", "Webhook"
        """#),
    Contract(
        "a definition that keeps all it does not know",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}],"preserveUnknownFields":true}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-preserve-unknown-fields \#
        to true in spec.versions[*].schema instead
        """#),
    Contract(
        "a definition without a schema",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,\#
        "storage":true}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required
        """#),
    Contract(
        "a definition of texts", "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"string"}},"subresources":{"status":{}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        [spec.validation.openAPIV3Schema.type: Invalid value: "string": only "object" is allowed as the \#
        type at the root of the schema if the status subresource is enabled, \#
        spec.validation.openAPIV3Schema.type: Invalid value: "string": must be object at the root]
        """#),
    Contract(
        "a definition of nothing in particular",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root
        """#),
    Contract(
        "a definition with a list of anything",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"array"}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].items: Required value: must be specified
        """#),
    Contract(
        "a definition with a field of no type",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified \#
        object fields
        """#),
    Contract(
        "a definition with a default of the wrong type",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"string","default":5}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].default: Invalid value: "integer":  in body must be \#
        of type string: "integer"
        """#),
    Contract(
        "a definition with fields and other keys",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"object",\#
        "properties":{"x":{"type":"string"}},"additionalProperties":{"type":"string"}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].additionalProperties: Forbidden: additionalProperties \#
        and properties are mutual exclusive
        """#),
    Contract(
        "a definition with a set of objects",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"array",\#
        "x-kubernetes-list-type":"set","items":{"type":"object"}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].items.x-kubernetes-map-type: Invalid value: "null": \#
        must be atomic as item of a list with x-kubernetes-list-type=set
        """#),
    Contract(
        "a definition with a list of maps without keys",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"array",\#
        "x-kubernetes-list-type":"map","items":{"type":"object"}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].x-kubernetes-list-map-keys: Required value: must not \#
        be empty if x-kubernetes-list-type is map
        """#),
    Contract(
        "a definition with a list of maps without that key",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"array",\#
        "x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object"}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].x-kubernetes-list-map-keys: Invalid value: \#
        []string{"k"}: entries must all be names of item properties
        """#),
    Contract(
        "a definition with unique items",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"array","uniqueItems":true,\#
        "items":{"type":"string"}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to \#
        true since the runtime complexity becomes quadratic
        """#),
    Contract(
        "a definition with a reference",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"$ref":"x"}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].$ref: Forbidden: $ref is not supported
        """#),
    Contract(
        "a definition with items of no type",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"array","items":{}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[a].items.type: Required value: must not be empty for \#
        specified array items
        """#),
    Contract(
        "a definition with a pattern that cannot be read",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{"type":"string",\#
        "pattern":"("}}}}}]}}
        """#, 422,
        .containing(
            #"""
            spec.validation.openAPIV3Schema.properties[a].pattern: Invalid value: "(": must be a valid regular \#
            expression, but isn't:
            """#)),
    Contract(
        "a definition with labels in its schema",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"metadata":{"type":"object",\#
        "properties":{"labels":{"type":"object","properties":{"a":{"type":"string"}}}}}}}}}]}}
        """#, 422,
        #"""
        CustomResourceDefinition.apiextensions.k8s.io "gadgets.x.example.com" is invalid: \#
        spec.validation.openAPIV3Schema.properties[metadata]: Forbidden: must not specify anything other \#
        than name and generateName, but metadata is implicitly specified
        """#),
    Contract(
        "a definition with a rule for names",
        "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"metadata":{"type":"object",\#
        "properties":{"name":{"type":"string","maxLength":3}}}}}}}]}}
        """#,
        shows: #"""
            {"spec":{"names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"}}}
            """#),
    Contract(
        "a definition that is fine", "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
        #"""
        {"metadata":{"name":"gadgets.x.example.com"},"spec":{"group":"x.example.com","scope":"Namespaced",\#
        "names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}},{"name":"v2","served":true,"storage":false,\#
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """#,
        shows: #"""
            {"spec":{"names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"},\#
            "conversion":{"strategy":"None"}},"metadata":{"generation":1}}
            """#),
]
