import Formats

extension StructuralSchema {
    static let metadataName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

    /// What every object's metadata holds.
    static let metadataDocument: JSONValue = {
        func typed(_ type: String) -> JSONValue { ["type": .string(type)] }
        let texts: JSONValue = ["type": "object", "additionalProperties": typed("string")]
        let list: JSONValue = ["type": "array", "items": typed("string")]
        let owner: JSONValue = [
            "type": "object",
            "properties": [
                "apiVersion": typed("string"), "blockOwnerDeletion": typed("boolean"),
                "controller": typed("boolean"), "kind": typed("string"), "name": typed("string"),
                "uid": typed("string"),
            ],
            "required": ["apiVersion", "kind", "name", "uid"],
        ]
        return [
            "type": "object",
            "properties": [
                "annotations": texts, "creationTimestamp": typed("string"),
                "deletionGracePeriodSeconds": typed("integer"), "deletionTimestamp": typed("string"),
                "finalizers": list, "generateName": typed("string"), "generation": typed("integer"),
                "labels": texts, "managedFields": ["type": "array", "items": ["type": "object"]],
                "name": typed("string"), "namespace": typed("string"),
                "ownerReferences": ["type": "array", "items": owner], "resourceVersion": typed("string"),
                "uid": typed("string"),
            ],
        ]
    }()

    /// The schema of a built-in kind in OpenAPI's words.
    var document: JSONValue {
        if isIntegerOrString { return ["type": "string", "format": "int-or-string"] }
        switch type {
        case "quantity": return ["type": "string"]
        case "": return ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        case "array": return ["type": "array", "items": element?.document ?? ["type": "object"]]
        case "object":
            var document: JSONValue = ["type": "object"]
            if additional == .schema, let element { document["additionalProperties"] = element.document }
            if !properties.isEmpty {
                document["properties"] = .object(
                    JSONObject(unique: properties.map { ($0.name, $0.schema.document) }))
            }
            if preservesUnknown { document["x-kubernetes-preserve-unknown-fields"] = true }
            return document
        default: return ["type": .string(type)]
        }
    }
}
