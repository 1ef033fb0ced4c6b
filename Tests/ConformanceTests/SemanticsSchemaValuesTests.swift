import Testing

/// Both halves share one kind, which a real server is given once.
@Suite("Custom objects", .withContractDefinition)
enum SemanticsSchemaTests {}

extension SemanticsSchemaTests {
    @Suite("Values of custom objects")
    struct Values {
        @Test("follow their schema", arguments: SemanticsServer.all, values)
        func valuesHold(server: SemanticsServer, contract: Contract) async throws {
            try await contract.check(server)
        }
    }
}

private let values: [Contract] = [
    Contract(
        "a text that is too short", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"text":"a"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.text: Invalid value: "a": spec.text in body should \#
        be at least 2 chars long
        """#),
    Contract(
        "a text that is too long", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"text":"abcdef"}}
        """#, 422,
        .differing(
            simulated:
                #"Gadget.contract.example.com "x" is invalid: spec.text: Too long: may not be more than 5 bytes"#,
            real: #"""
                Gadget.contract.example.com "x" is invalid: spec.text: Invalid value: "abcdef": spec.text in \#
                body should be at most 5 chars long
                """#)),
    Contract(
        "a text that does not match", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"text":"bcd"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.text: Invalid value: "bcd": spec.text in body \#
        should match '^a'
        """#),
    Contract(
        "a text that is short and does not match", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"text":"b"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.text: Invalid value: "b": spec.text in body should \#
        be at least 2 chars long
        """#),
    Contract(
        "a number for a text", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"text":5}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.text: Invalid value: "integer": spec.text in body \#
        must be of type string: "integer"
        """#),
    Contract(
        "a null for a text", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"text":null}}"#,
        shows: #"{"spec":{"text":null}}"#),
    Contract(
        "a number that is too small", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"number":1}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.number: Invalid value: 1: spec.number in body \#
        should be greater than or equal to 2
        """#),
    Contract(
        "a number that is too large", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"number":10}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.number: Invalid value: 10: spec.number in body \#
        should be less than or equal to 9
        """#),
    Contract(
        "a fraction for an integer", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"number":2.5}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.number: Invalid value: "number": spec.number in \#
        body must be of type integer: "number"
        """#),
    Contract(
        "a text for a number", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"number":"3"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.number: Invalid value: "string": spec.number in \#
        body must be of type integer: "string"
        """#),
    Contract(
        "a number at an open bound", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"open":1}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.open: Invalid value: 1: spec.open in body should \#
        be greater than 1
        """#),
    Contract(
        "a text for a flag", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"flag":"true"}}
        """#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.flag: Invalid value: "string": spec.flag in body \#
        must be of type boolean: "string"
        """#),
    Contract(
        "a value that is no choice", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"choice":"c"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.choice: Unsupported value: "c": supported values: \#
        "a", "b"
        """#),
    Contract(
        "a number for a choice", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"choice":1}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: [spec.choice: Invalid value: "integer": spec.choice in \#
        body must be of type string: "integer", spec.choice: Unsupported value: 1: supported values: "a", \#
        "b"]
        """#),
    Contract(
        "a number that is no choice", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"digit":3}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.digit: Unsupported value: 3: supported values: "1",\#
         "2"
        """#),
    Contract(
        "a list without items", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"list":[]}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.list: Invalid value: 0: spec.list in body should \#
        have at least 1 items
        """#),
    Contract(
        "a list with too many items", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"list":["a",\#
        "b","c"]}}
        """#, 422,
        .differing(
            simulated:
                #"Gadget.contract.example.com "x" is invalid: spec.list: Too many: 3: must have at most 2 items"#,
            real: #"""
                Gadget.contract.example.com "x" is invalid: spec.list: Invalid value: 3: spec.list in body \#
                should have at most 2 items
                """#)),
    Contract(
        "a list of numbers for texts", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"list":[1]}}"#,
        422,
        .differing(
            simulated: #"""
                Gadget.contract.example.com "x" is invalid: spec.list[0]: Invalid value: "integer": \#
                spec.list[0] in body must be of type string: "integer"
                """#,
            real: #"""
                Gadget.contract.example.com "x" is invalid: spec.list: Invalid value: "integer": spec.list in \#
                body must be of type string: "integer"
                """#)),
    Contract(
        "a text for a list", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"list":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.list: Invalid value: "string": spec.list in body \#
        must be of type array: "string"
        """#),
    Contract(
        "a null for a list", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"list":null}}"#,
        shows: #"{"spec":{"list":null}}"#),
    Contract(
        "one value of a set twice", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"set":[1,1]}}"#,
        422, #"Gadget.contract.example.com "x" is invalid: spec.set[1]: Duplicate value: 1"#),
    Contract(
        "a set", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"set":[1,2]}}"#,
        shows: #"{"spec":{"set":[1,2]}}"#),
    Contract(
        "a map with too few keys", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"map":{}}}"#,
        422,
        .differing(
            simulated: #"""
                Gadget.contract.example.com "x" is invalid: spec.map: Invalid value: 0: spec.map in body should \#
                have at least 1 properties
                """#,
            real: #"""
                Gadget.contract.example.com "x" is invalid: spec.map: Invalid value: 1: spec.map in body should \#
                have at least 1 properties
                """#)),
    Contract(
        "a map with too many keys", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"map":{"a":1,"b":2,"c":3}}}
        """#, 422,
        .differing(
            simulated:
                #"Gadget.contract.example.com "x" is invalid: spec.map: Too many: 3: must have at most 2 items"#,
            real: #"""
                Gadget.contract.example.com "x" is invalid: spec.map: Invalid value: 2: spec.map in body should \#
                have at most 2 properties
                """#)),
    Contract(
        "a text in a map of numbers", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"map":{"a":"x"}}}
        """#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.map.a: Invalid value: "string": spec.map.a in body \#
        must be of type integer: "string"
        """#),
    Contract(
        "a list for a map", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"map":[]}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.map: Invalid value: "array": spec.map in body must \#
        be of type object: "array"
        """#),
    Contract(
        "a text for either", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"either":"x"}}"#,
        shows: #"{"spec":{"either":"x"}}"#),
    Contract(
        "a number for either", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"either":5}}"#,
        shows: #"{"spec":{"either":5}}"#),
    Contract(
        "a fraction for either", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"either":5.5}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.either: Invalid value: "number": spec.either in \#
        body must be of type integer,string: "number"
        """#),
    Contract(
        "a flag for either", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"either":true}}
        """#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.either: Invalid value: "boolean": spec.either in \#
        body must be of type integer,string: "boolean"
        """#),
    Contract(
        "an object for either", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"either":{}}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.either: Invalid value: "object": spec.either in \#
        body must be of type integer,string: "object"
        """#),
    Contract(
        "a null where one may be", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"none":null}}"#,
        shows: #"{"spec":{"none":null}}"#),
    Contract(
        "a null where one may be, and a default", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"noneOrDefault":null}}
        """#, shows: #"{"spec":{"noneOrDefault":null}}"#),
    Contract(
        "nothing, and a default", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{}}"#,
        shows: #"{"spec":{"noneOrDefault":"d"}}"#),
    Contract(
        "a text that is no time", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"time":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.time: Invalid value: "x": spec.time in body must \#
        be of type date-time: "x"
        """#),
    Contract(
        "a time", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"time":"2020-01-01T00:00:00Z"}}
        """#, shows: #"{"spec":{"time":"2020-01-01T00:00:00Z"}}"#),
    Contract(
        "a text that is no date", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"date":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.date: Invalid value: "x": spec.date in body must \#
        be of type date: "x"
        """#),
    Contract(
        "a date", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"date":"2020-01-01"}}
        """#, shows: #"{"spec":{"date":"2020-01-01"}}"#),
    Contract(
        "a text that is no bytes", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"bytes":"!"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.bytes: Invalid value: "!": spec.bytes in body must \#
        be of type byte: "!"
        """#),
    Contract(
        "a bytes", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"bytes":"dg=="}}
        """#, shows: #"{"spec":{"bytes":"dg=="}}"#),
    Contract(
        "a text that is no address", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"address":"x"}}
        """#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.address: Invalid value: "x": spec.address in body \#
        must be of type ipv4: "x"
        """#),
    Contract(
        "a address", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"address":"1.2.3.4"}}
        """#, shows: #"{"spec":{"address":"1.2.3.4"}}"#),
    Contract(
        "a text that is no uuid", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"uuid":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.uuid: Invalid value: "x": spec.uuid in body must \#
        be of type uuid: "x"
        """#),
    Contract(
        "a uuid", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"uuid":"01234567-89ab-4cde-8f01-23456789abcd"}}
        """#, shows: #"{"spec":{"uuid":"01234567-89ab-4cde-8f01-23456789abcd"}}"#),
    Contract(
        "a text that is no duration", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"duration":"x"}}
        """#, 422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.duration: Invalid value: "x": spec.duration in \#
        body must be of type duration: "x"
        """#),
    Contract(
        "a duration", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"""
        {"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},\#
        "spec":{"duration":"1h30m"}}
        """#, shows: #"{"spec":{"duration":"1h30m"}}"#),
    Contract(
        "a text that is no mail", "POST contract.example.com/v1:gadgets?dryRun=All",
        #"{"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"x"},"spec":{"mail":"x"}}"#,
        422,
        #"""
        Gadget.contract.example.com "x" is invalid: spec.mail: Invalid value: "x": spec.mail in body must \#
        be of type email: "x"
        """#),
]
