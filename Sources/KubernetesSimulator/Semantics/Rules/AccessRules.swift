import Formats

/// What roles and bindings must look like.
enum AccessRules {
    private static let group = "rbac.authorization.k8s.io"

    static func errors(inRole object: JSONValue) -> [FieldError] {
        let isNamespaced = object["kind"] == "Role"
        var errors = (object["rules"]?.array ?? []).enumerated().flatMap { index, rule in
            Self.errors(in: rule, at: "rules[\(index)]", isNamespaced)
        }
        if let aggregation = object["aggregationRule"]?.object,
            aggregation["clusterRoleSelectors"]?.array?.isEmpty ?? true
        {
            errors.append(
                .required(
                    "aggregationRule.clusterRoleSelectors",
                    "at least one clusterRoleSelector required if aggregationRule is non-nil"))
        }
        return errors
    }

    private static func errors(in rule: JSONValue, at path: String, _ isNamespaced: Bool) -> [FieldError] {
        func isEmpty(_ key: String) -> Bool { rule[key]?.array?.isEmpty ?? true }
        var errors: [FieldError] = []
        if isEmpty("verbs") { errors.append(.required("\(path).verbs", "verbs must contain at least one value")) }
        if let urls = rule["nonResourceURLs"]?.array?.compactMap(\.string), !urls.isEmpty {
            let list = urls.map { "\"\($0)\"" }.joined(separator: ", ")
            func refuse(_ why: String) {
                let body = "Invalid value: []string{\(list)}: \(why)"
                errors.append(FieldError(type: .invalid, field: "\(path).nonResourceURLs", body: body))
            }
            if isNamespaced { refuse("namespaced rules cannot apply to non-resource URLs") }
            let isMixed = !(isEmpty("apiGroups") && isEmpty("resources") && isEmpty("resourceNames"))
            if isMixed { refuse("rules cannot apply to both regular resources and non-resource URLs") }
            return errors
        }
        if isEmpty("apiGroups") {
            errors.append(.required("\(path).apiGroups", "resource rules must supply at least one api group"))
        }
        if isEmpty("resources") {
            errors.append(.required("\(path).resources", "resource rules must supply at least one resource"))
        }
        return errors
    }

    static func errors(inBinding object: JSONValue, replacing old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        let reference = object["roleRef"] ?? [:]
        let kinds = object["kind"] == "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]
        let kind = reference["kind"]?.string ?? ""
        if let group = reference["apiGroup"], group != "", group != .string(Self.group) {
            errors.append(.notSupported("roleRef.apiGroup", group, [Self.group]))
        }
        if !kinds.contains(kind) { errors.append(.notSupported("roleRef.kind", .string(kind), kinds)) }
        if reference["name"]?.string?.isEmpty ?? true {
            errors.append(.required("roleRef.name"))
        } else {
            errors += NameSyntax.segment(reference["name"]?.string ?? "").map {
                .invalid("roleRef.name", reference["name"] ?? "", $0)
            }
        }
        for (index, subject) in (object["subjects"]?.array ?? []).enumerated() {
            errors += Self.errors(in: subject, at: "subjects[\(index)]", isInNamespace: object["kind"] == "RoleBinding")
        }
        if let old, old["roleRef"] != object["roleRef"] {
            errors.append(.invalid("roleRef", reference, "cannot change roleRef"))
        }
        return errors
    }

    private static func errors(in subject: JSONValue, at path: String, isInNamespace: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        let name = subject["name"]?.string ?? ""
        if name.isEmpty { errors.append(.required("\(path).name")) }
        let kind = subject["kind"]?.string ?? ""
        switch kind {
        case "ServiceAccount":
            if !name.isEmpty {
                errors += NameSyntax.subdomain(name).map { .invalid("\(path).name", .string(name), $0) }
            }
            errors += groupErrors(subject, "", at: path)
            // A binding in a namespace may mean accounts of its own.
            if !isInNamespace, subject["namespace"]?.string?.isEmpty ?? true {
                errors.append(.required("\(path).namespace"))
            }
        case "User", "Group": errors += groupErrors(subject, Self.group, at: path)
        default:
            errors.append(.notSupported("\(path).kind", .string(kind), ["ServiceAccount", "User", "Group"]))
        }
        return errors
    }

    private static func groupErrors(_ subject: JSONValue, _ expected: String, at path: String) -> [FieldError] {
        guard let group = subject["apiGroup"]?.string, group != expected, !group.isEmpty else { return [] }
        return [.notSupported("\(path).apiGroup", .string(group), [expected])]
    }
}
