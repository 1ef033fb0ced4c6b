import Formats
import Kubernetes

/// What the server checks on built-in kinds, as far as the product can run into it.
enum BuiltInRules {
    static func errors(
        in object: JSONValue,
        replacing old: JSONValue?,
        _ descriptor: ResourceDescriptor
    ) -> [FieldError] {
        guard descriptor.custom == nil else { return [] }
        switch descriptor.resource.kind {
        case "ConfigMap", "Secret": return dataErrors(object, old)
        case "Pod": return podErrors(object["spec"], at: "spec")
        case "Service": return serviceErrors(object)
        case "ResourceQuota": return quotaErrors(object)
        case "Role", "ClusterRole": return ruleErrors(object)
        case "RoleBinding", "ClusterRoleBinding": return bindingErrors(object, old)
        case "Deployment", "StatefulSet": return workloadErrors(object, old)
        case "Event": return eventErrors(object)
        case "CustomResourceDefinition": return CustomResource.definitionErrors(object)
        default: return []
        }
    }

    /// Of Events with an eventTime: those about what has no namespace lie in `kube-system`, others beside their object.
    private static func eventErrors(_ object: JSONValue) -> [FieldError] {
        guard object["eventTime"]?.string != nil else { return [] }
        let involved = (object["regarding"] ?? object["involvedObject"])?["namespace"]?.string ?? ""
        guard object[path: "metadata", "namespace"]?.string != (involved.isEmpty ? "kube-system" : involved) else {
            return []
        }
        return [.invalid("involvedObject.namespace", .string(involved), "does not match event.namespace")]
    }

    private static func dataErrors(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        for key in object["data"]?.object?.keys ?? [] where !isDataKey(key) {
            errors.append(
                .invalid(
                    "data[\(key)]", .string(key),
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  "
                        + "or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"))
        }
        if let old, old["type"] != object["type"] {
            errors.append(.immutable("type", object["type"] ?? .null))
        }
        guard let old, old["immutable"] == true else { return errors }
        for field in ["data", "binaryData"] where old[field] != object[field] {
            errors.append(.forbidden(field, "field is immutable when `immutable` is set"))
        }
        if object["immutable"] != true {
            errors.append(.forbidden("immutable", "field is immutable when `immutable` is set"))
        }
        return errors
    }

    private static func isDataKey(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.count <= 253
            && key.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                        || "-_.".unicodeScalars.contains($0))
            }
    }

    private static func podErrors(_ spec: JSONValue?, at path: String) -> [FieldError] {
        guard let containers = spec?["containers"]?.array, !containers.isEmpty else {
            return [.required("\(path).containers")]
        }
        return containers.enumerated().flatMap { index, container in
            ["name", "image"].filter { container[$0]?.string?.isEmpty ?? true }.map {
                FieldError.required("\(path).containers[\(index)].\($0)")
            }
        }
    }

    private static func serviceErrors(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"]
        let isHeadless = spec?["clusterIP"] == "None" || spec?["type"] == "ExternalName"
        guard !isHeadless, spec?["ports"]?.array?.isEmpty ?? true else { return [] }
        return [.required("spec.ports")]
    }

    private static func quotaErrors(_ object: JSONValue) -> [FieldError] {
        (object[path: "spec", "hard"]?.object ?? JSONObject()).compactMap { name, value in
            guard let amount = value.amount else {
                return .invalid("spec.hard[\(name)]", value, "must be a quantity")
            }
            return amount < .zero
                ? .invalid("spec.hard[\(name)]", value, "must be greater than or equal to 0") : nil
        }
    }

    private static func ruleErrors(_ object: JSONValue) -> [FieldError] {
        (object["rules"]?.array ?? []).enumerated().flatMap { index, rule -> [FieldError] in
            var errors: [FieldError] = []
            if rule["verbs"]?.array?.isEmpty ?? true {
                errors.append(.required("rules[\(index)].verbs", "verbs must contain at least one value"))
            }
            guard rule["nonResourceURLs"]?.array?.isEmpty ?? true else { return errors }
            if rule["apiGroups"]?.array?.isEmpty ?? true {
                errors.append(
                    .required("rules[\(index)].apiGroups", "resource rules must supply at least one api group"))
            }
            if rule["resources"]?.array?.isEmpty ?? true {
                errors.append(
                    .required("rules[\(index)].resources", "resource rules must supply at least one resource"))
            }
            return errors
        }
    }

    private static func bindingErrors(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        let kinds = object["kind"] == "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]
        let kind = object[path: "roleRef", "kind"]?.string ?? ""
        if !kinds.contains(kind) { errors.append(.notSupported("roleRef.kind", .string(kind), kinds)) }
        if object[path: "roleRef", "name"]?.string?.isEmpty ?? true { errors.append(.required("roleRef.name")) }
        if let old, old["roleRef"] != object["roleRef"] {
            errors.append(.invalid("roleRef", object["roleRef"] ?? .null, "cannot change roleRef"))
        }
        return errors
    }

    private static func workloadErrors(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        let selector = object[path: "spec", "selector"]
        let containers = podErrors(object[path: "spec", "template", "spec"], at: "spec.template.spec")
        guard selector != nil else { return [.required("spec.selector")] + containers }
        var errors = containers
        if let old, old[path: "spec", "selector"] != selector {
            errors.append(.immutable("spec.selector", selector ?? .null))
        }
        let labels = object[path: "spec", "template", "metadata", "labels"]
        for (key, value) in selector?["matchLabels"]?.object ?? JSONObject() where labels?[key] != value {
            errors.append(
                .invalid("spec.template.metadata.labels", labels ?? [:], "`selector` does not match template `labels`"))
            break
        }
        return errors + (object["kind"] == "StatefulSet" ? immutableErrors(object["spec"], old?["spec"]) : [])
    }

    /// What of a StatefulSet may change.
    private static let mutableFields = [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
    ]

    private static func immutableErrors(_ spec: JSONValue?, _ old: JSONValue?) -> [FieldError] {
        guard let old = old?.object, let spec = spec?.object else { return [] }
        let changed = (old.keys + spec.keys).contains { !mutableFields.contains($0) && old[$0] != spec[$0] }
        guard changed else { return [] }
        let names = mutableFields.map { "'\($0)'" }
        return [
            .forbidden(
                "spec",
                "updates to statefulset spec for fields other than \(names.dropLast().joined(separator: ", ")) and "
                    + "\(names.last ?? "") are forbidden")
        ]
    }
}
