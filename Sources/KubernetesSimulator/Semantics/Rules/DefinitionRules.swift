import Formats

/// What a definition of a custom resource must look like.
enum DefinitionRules {
    static func errors(in object: JSONValue, replacing old: JSONValue?) -> [FieldError] {
        let spec = object["spec"] ?? [:]
        // What a definition is about stays; then the name it has is the right one still.
        let changed = changeErrors(spec, old)
        return changed.isEmpty ? nameErrors(object, spec) + versionErrors(spec) : changed
    }

    private static func changeErrors(_ spec: JSONValue, _ old: JSONValue?) -> [FieldError] {
        guard let before = old?["spec"] else { return [] }
        let isEstablished = (old?[path: "status", "conditions"]?.array ?? []).contains {
            $0["type"] == "Established" && $0["status"] == "True"
        }
        let fixed = [["group"], ["names", "plural"]] + (isEstablished ? [["scope"], ["names", "kind"]] : [])
        return fixed.compactMap { path in
            let value = path.reduce(Optional(spec)) { $0?[$1] }
            let known = path.reduce(Optional(before)) { $0?[$1] }
            guard value != known else { return nil }
            return .immutable("spec." + path.joined(separator: "."), value ?? .null)
        }
    }

    private static func nameErrors(_ object: JSONValue, _ spec: JSONValue) -> [FieldError] {
        let names = spec["names"] ?? [:]
        let plural = names["plural"]?.string ?? ""
        let group = spec["group"]?.string ?? ""
        let name = object[path: "metadata", "name"]?.string ?? ""
        var errors: [FieldError] = []
        if name != "\(plural).\(group)" {
            errors.append(.invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
        }
        if !group.contains(".") {
            errors.append(.invalid("spec.group", .string(group), "should be a domain with at least one dot"))
        }
        for field in ["singular", "kind", "listKind"] where names[field]?.string?.isEmpty ?? true {
            errors.append(.required("spec.names.\(field)"))
        }
        if !plural.isEmpty { errors += label(plural, at: "spec.names.plural") }
        if let singular = names["singular"]?.string, !singular.isEmpty {
            errors += label(singular, at: "spec.names.singular")
        }
        for (index, short) in (names["shortNames"]?.array ?? []).enumerated() {
            errors += label(short.string ?? "", at: "spec.names.shortNames[\(index)]")
        }
        let strategies = ["None", "Webhook"]
        if let strategy = spec[path: "conversion", "strategy"]?.string, !strategies.contains(strategy) {
            errors.append(.notSupported("spec.conversion.strategy", .string(strategy), strategies))
        }
        if spec["preserveUnknownFields"] == true {
            let why = "cannot set to true, set x-preserve-unknown-fields to true in spec.versions[*].schema instead"
            errors.append(.invalid("spec.preserveUnknownFields", true, why))
        }
        return errors + scopeErrors(spec)
    }

    private static func label(_ text: String, at path: String) -> [FieldError] {
        NameSyntax.label1035(text).map { .invalid(path, .string(text), $0) }
    }

    private static func scopeErrors(_ spec: JSONValue) -> [FieldError] {
        let scope = spec["scope"]?.string ?? ""
        if scope.isEmpty { return [.required("spec.scope")] }
        let known = ["Cluster", "Namespaced"]
        return known.contains(scope) ? [] : [.notSupported("spec.scope", .string(scope), known)]
    }

    // MARK: - Versions

    private static func versionErrors(_ spec: JSONValue) -> [FieldError] {
        let versions = spec["versions"]?.array ?? []
        var errors: [FieldError] = []
        func refuse(_ why: String) { errors.append(.invalid("spec.versions", .array(versions), why)) }
        if versions.filter({ $0["storage"] == true }).count != 1 {
            refuse("must have exactly one version marked as storage version")
        }
        if Set(versions.map { $0["name"] }).count < versions.count { refuse("must contain unique version names") }
        for (index, version) in versions.enumerated() {
            errors += label(version["name"]?.string ?? "", at: "spec.versions[\(index)].name")
            // The only version's schema is shown where definitions had it before they had versions.
            let path = versions.count == 1 ? "spec.validation" : "spec.versions[\(index)].schema"
            guard let schema = version[path: "schema", "openAPIV3Schema"], schema.object != nil else {
                errors.append(
                    .required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
                continue
            }
            errors += rootErrors(schema, hasStatus: version[path: "subresources", "status"] != nil, at: path)
        }
        return errors
    }

    private static func rootErrors(_ schema: JSONValue, hasStatus: Bool, at path: String) -> [FieldError] {
        let path = "\(path).openAPIV3Schema"
        let type = schema["type"]?.string ?? ""
        guard !type.isEmpty else { return [.required("\(path).type", "must not be empty at the root")] }
        guard type == "object" else {
            let inStatus =
                "only \"object\" is allowed as the type at the root of the schema if the status subresource "
                + "is enabled"
            let reasons = (hasStatus ? [inStatus] : []) + ["must be object at the root"]
            return reasons.map { .invalid("\(path).type", .string(type), $0) }
        }
        var errors = SchemaRules.errors(in: schema, at: path)
        let metadata = schema[path: "properties", "metadata", "properties"]?.object?.keys ?? []
        if metadata.contains(where: { !["name", "generateName"].contains($0) }) {
            let why =
                "must not specify anything other than name and generateName, but metadata is implicitly specified"
            errors.append(.forbidden("\(path).properties[metadata]", why))
        }
        return errors
    }
}
