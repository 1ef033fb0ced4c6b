import Formats

/// Reads schemas of built-in kinds from a notation that fits on a line.
///
/// `spec:(hard:{quantity} scopes:[string])`: a struct in parentheses, a list in brackets, a map in braces; the
/// types of JSON by their names; `any` for whatever comes; `+` in a struct that may have further fields.
struct SchemaNotation {
    private var words: [Substring]
    private var position = 0

    private static let names: [String: String] = [
        "SELECTOR": "(matchLabels:{string} matchExpressions:[(key:string operator:string values:[string])])",
        "METADATA":
            """
        (name:string generateName:string namespace:string uid:string resourceVersion:string generation:integer \
        selfLink:string creationTimestamp:string deletionTimestamp:string deletionGracePeriodSeconds:integer \
        labels:{string} annotations:{string} finalizers:[string] ownerReferences:[OWNER] managedFields:any)
        """,
        "OWNER":
            "(apiVersion:string kind:string name:string uid:string controller:boolean blockOwnerDeletion:boolean)",
        "PODSPEC": "(containers:[CONTAINER] initContainers:[CONTAINER] +)",
        "CONTAINER": "(name:string image:string resources:RESOURCES +)",
        "RESOURCES": "(limits:{quantity} requests:{quantity} +)",
        "TEMPLATE": "(metadata:METADATA spec:PODSPEC)",
        "POLICYPORTS": "[(protocol:string port:intOrString endPort:integer)]",
        "PEERS": "[(podSelector:SELECTOR namespaceSelector:SELECTOR ipBlock:(cidr:string except:[string]))]",
        "RULES":
            "[(verbs:[string] apiGroups:[string] resources:[string] resourceNames:[string] nonResourceURLs:[string])]",
        "SUBJECTS": "[(kind:string apiGroup:string name:string namespace:string)]",
        "REFERENCE": "(apiGroup:string kind:string name:string)",
    ]

    /// The schema of an object with these fields, and those that every object has.
    static func object(_ text: String) -> StructuralSchema {
        var notation = SchemaNotation("(apiVersion:string kind:string metadata:METADATA \(text))")
        return StructuralSchema(notation.type())
    }

    private init(_ text: String) {
        words = Self.words(text)
    }

    private static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var start: String.Index?
        for index in text.indices {
            let isLetter = text[index].isLetter || text[index].isNumber
            if !isLetter, let first = start {
                words.append(text[first..<index])
                start = nil
            }
            if isLetter, start == nil { start = index }
            if !isLetter, text[index] != " ", text[index] != ":" { words.append(text[index...index]) }
        }
        if let start { words.append(text[start...]) }
        return words
    }

    private mutating func next() -> Substring {
        guard position < words.count else { return "" }
        defer { position += 1 }
        return words[position]
    }

    /// The schema as a definition writes it.
    private mutating func type() -> JSONValue {
        switch next() {
        case "(": return structure()
        case "[":
            defer { _ = next() }
            return ["type": "array", "items": type()]
        case "{":
            defer { _ = next() }
            return ["type": "object", "additionalProperties": type()]
        case "any": return ["x-kubernetes-preserve-unknown-fields": true]
        case "intOrString": return ["x-kubernetes-int-or-string": true]
        case let name:
            guard let expansion = Self.names[String(name)] else { return ["type": .string(String(name))] }
            var notation = SchemaNotation(expansion)
            return notation.type()
        }
    }

    private mutating func structure() -> JSONValue {
        var properties = JSONObject()
        var isOpen = false
        while case let name = next(), name != ")", !name.isEmpty {
            if name == "+" { isOpen = true } else { properties[String(name)] = type() }
        }
        return [
            "type": "object", "properties": .object(properties), "x-kubernetes-preserve-unknown-fields": .bool(isOpen),
        ]
    }
}
