import Formats
import Kubernetes

/// OpenAPI v3: the fields of every kind, as far as they are known here, and what a request may ask for.
extension Cluster {
    /// `/openapi/v3` and what lies below it; `nil` for every other path.
    func openAPI(_ parts: [String]) -> JSONValue? {
        guard parts.prefix(2) == ["openapi", "v3"] else { return nil }
        switch (parts.count, parts.dropFirst(2).first) {
        case (2, _): return openAPIIndex
        case (4, "api"): return openAPIDocument("", parts[3])
        case (5, "apis"): return openAPIDocument(parts[3], parts[4])
        default: return nil
        }
    }

    static let openAPIv2Type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    /// An OpenAPI v2 document without paths and definitions, in protobuf: enough for clients that ask for it where the
    /// v3 documents have no answer, which is that there is none.
    static let openAPIv2: [UInt8] = {
        func text(_ field: UInt8, _ text: String) -> [UInt8] { [field << 3 | 2, UInt8(text.utf8.count)] + text.utf8 }
        let info = text(1, "Kubernetes") + text(2, "v1")
        return text(1, "2.0") + [2 << 3 | 2, UInt8(info.count)] + info
    }()

    private var openAPIIndex: JSONValue {
        var paths = JSONObject()
        for descriptor in registry.all {
            let path = descriptor.rootPath
            guard paths[path] == nil else { continue }
            // Documents change with their definitions: a client keeps one for as long as its address is the same.
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(openAPIHash(descriptor))")]
        }
        return ["paths": .object(paths)]
    }

    private func openAPIHash(_ descriptor: ResourceDescriptor) -> String {
        let revisions = store.objects(of: .definitions).filter { definition in
            definition.json[path: "spec", "group"]?.string == descriptor.resource.group
        }
        return String(revisions.map(\.revision).max() ?? 0, radix: 16)
    }

    private func openAPIDocument(_ group: String, _ version: String) -> JSONValue? {
        let descriptors = registry.all.filter { $0.resource.group == group && $0.resource.version == version }
        guard !descriptors.isEmpty else { return nil }
        var paths = JSONObject()
        var schemas = JSONObject()
        for descriptor in descriptors {
            for (path, item) in descriptor.openAPIPaths { paths[path] = item }
            schemas[descriptor.schemaName] = descriptor.openAPISchema
        }
        schemas[StructuralSchema.metadataName] = StructuralSchema.metadataDocument
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(settings.version)],
            "paths": .object(paths), "components": ["schemas": .object(schemas)],
        ]
    }
}

extension ResourceDescriptor {
    /// `api/v1`, `apis/apps/v1`.
    fileprivate var rootPath: String {
        resource.group.isEmpty ? "api/\(resource.version)" : "apis/\(resource.group)/\(resource.version)"
    }

    private var groupVersionKind: JSONValue {
        ["group": .string(resource.group), "version": .string(resource.version), "kind": .string(resource.kind)]
    }

    /// `dev.envfactory.v1alpha1.Environment`, `io.k8s.api.apps.v1.Deployment`.
    fileprivate var schemaName: String {
        let group =
            custom == nil
            ? "io.k8s.api.\(resource.group.split(separator: ".").first ?? "core")"
            : resource.group.split(separator: ".").reversed().joined(separator: ".")
        return "\(group).\(resource.version).\(resource.kind)"
    }

    fileprivate var openAPIPaths: [(String, JSONValue)] {
        let collection = "/\(rootPath)/" + (resource.isNamespaced ? "namespaces/{namespace}/" : "") + resource.plural
        return [
            (
                collection,
                ["get": operation("list"), "post": operation("post", ["dryRun", "fieldManager", "fieldValidation"])]
            ),
            (
                "\(collection)/{name}",
                [
                    "get": operation("get"), "put": operation("put", ["dryRun", "fieldManager", "fieldValidation"]),
                    "patch": operation("patch", ["dryRun", "fieldManager", "fieldValidation", "force"]),
                    "delete": operation("delete", ["dryRun", "gracePeriodSeconds", "propagationPolicy"]),
                ]
            ),
        ]
    }

    private func operation(_ action: String, _ parameters: [String] = []) -> JSONValue {
        let described = parameters.map { name -> JSONValue in
            ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
        }
        let reference = JSONValue.string("#/components/schemas/\(schemaName)")
        let content: JSONValue = ["application/json": ["schema": ["$ref": reference]]]
        return [
            "parameters": .array(described), "responses": ["200": ["description": "OK", "content": content]],
            "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": groupVersionKind,
        ]
    }

    fileprivate var openAPISchema: JSONValue {
        var document = custom?.document ?? schema?.document ?? ["type": "object"]
        var properties: JSONValue = [
            "apiVersion": ["type": "string"], "kind": ["type": "string"],
            "metadata": [
                "default": [:],
                "allOf": [["$ref": .string("#/components/schemas/\(StructuralSchema.metadataName)")]],
            ],
        ]
        for (name, value) in document["properties"]?.object ?? JSONObject() where name != "metadata" {
            properties[name] = value
        }
        document["properties"] = properties
        document["x-kubernetes-group-version-kind"] = [groupVersionKind]
        return document
    }
}
