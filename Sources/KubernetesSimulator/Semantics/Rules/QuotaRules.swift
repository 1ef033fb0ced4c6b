import Formats
import Kubernetes

/// What quotas and limit ranges must look like.
enum QuotaRules {
    private static let standard: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "services", "replicationcontrollers",
        "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims", "requests.storage",
        "services.loadbalancers", "services.nodeports",
    ]
    /// What is counted rather than measured.
    private static let counted: Set<String> = [
        "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
        "persistentvolumeclaims", "services.loadbalancers", "services.nodeports",
    ]
    private static let scopes = [
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity",
    ]

    static func errors(inQuota object: JSONValue) -> [FieldError] {
        let hard = object[path: "spec", "hard"]?.object ?? JSONObject()
        return hard.flatMap { name, value in errors(name, value, at: "spec.hard[\(name)]") }
            + scopeErrors(object[path: "spec", "scopes"]?.array?.compactMap(\.string) ?? [], hard)
    }

    private static func errors(_ name: String, _ value: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        if !name.contains("/"), !standard.contains(name) {
            errors.append(.invalid(path, .string(name), "must be a standard resource type or fully qualified"))
            errors.append(.invalid(path, .string(name), "must be a standard resource for quota"))
        }
        guard let amount = value.amount else { return errors }
        if amount < .zero { errors.append(.invalid(path, value, "must be greater than or equal to 0")) }
        if counted.contains(name), amount.description.hasSuffix("m") {
            errors.append(.invalid(path, value, "must be an integer"))
        }
        return errors
    }

    private static func scopeErrors(_ names: [String], _ hard: JSONObject) -> [FieldError] {
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        func refusal(_ why: String) -> FieldError {
            let body = "Invalid value: []core.ResourceQuotaScope{\(list)}: \(why)"
            return FieldError(type: .invalid, field: "spec.scopes", body: body)
        }
        var errors: [FieldError] = []
        for name in names {
            guard scopes.contains(name) else {
                errors.append(refusal("unsupported scope"))
                continue
            }
            let isMeasurable = name == "BestEffort" ? ["pods"] : QuotaUsage.compute + ["pods"]
            errors += hard.keys.filter { !isMeasurable.contains($0) }.map { _ in
                refusal("unsupported scope applied to resource")
            }
        }
        for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]]
        where pair.allSatisfy(names.contains) {
            errors.append(refusal("conflicting scopes"))
        }
        return errors
    }

    // MARK: - Limit ranges

    private static let types = ["Pod", "Container", "PersistentVolumeClaim"]

    static func errors(inLimits object: JSONValue) -> [FieldError] {
        var seen: Set<String> = []
        return (object[path: "spec", "limits"]?.array ?? []).enumerated().flatMap { index, limit -> [FieldError] in
            let path = "spec.limits[\(index)]"
            let type = limit["type"]?.string ?? ""
            var errors: [FieldError] = []
            if !types.contains(type), !type.contains("/") {
                let why = "must be a standard limit type or fully qualified"
                errors = NameSyntax.qualified(type).map { .invalid("\(path).type", .string(type), $0) }
                if errors.isEmpty { errors.append(.invalid("\(path).type", .string(type), why)) }
            }
            if !seen.insert(type).inserted { errors.append(.duplicate("\(path).type", .string(type))) }
            return errors + typeErrors(limit, type, at: path) + orderErrors(limit, at: path)
        }
    }

    private static func typeErrors(_ limit: JSONValue, _ type: String, at path: String) -> [FieldError] {
        switch type {
        case "Pod":
            return ["default", "defaultRequest"].filter { limit[$0]?.object?.isEmpty == false }.map {
                .forbidden("\(path).\($0)", "may not be specified when `type` is 'Pod'")
            }
        case "PersistentVolumeClaim":
            guard limit[path: "min", "storage"] == nil, limit[path: "max", "storage"] == nil else { return [] }
            let why = "either minimum or maximum storage value is required, but neither was provided"
            return [.required("\(path).limits", why)]
        default: return []
        }
    }

    /// Which list of a limit must not go over which other.
    private static let order = [
        ("min", "max", "min value %a is greater than max value %b"),
        ("min", "defaultRequest", "min value %a is greater than default request value %b"),
        ("defaultRequest", "max", "default request value %a is greater than max value %b"),
        ("defaultRequest", "default", "default request value %a is greater than default limit value %b"),
        ("min", "default", "min value %a is greater than default value %b"),
        ("default", "max", "default value %a is greater than max value %b"),
    ]

    private static func orderErrors(_ limit: JSONValue, at path: String) -> [FieldError] {
        var errors = order.flatMap { low, high, words in
            (limit[low]?.object ?? JSONObject()).compactMap { name, value -> FieldError? in
                guard let left = value.amount, let right = limit[path: high, name]?.amount, left > right else {
                    return nil
                }
                let why = words.replacing("%a", with: left.description).replacing("%b", with: right.description)
                return .invalid("\(path).\(low)[\(name)]", value, why)
            }
        }
        for (name, value) in limit["maxLimitRequestRatio"]?.object ?? JSONObject() {
            guard let ratio = value.amount, ratio < Quantity(1) else { continue }
            errors.append(
                .invalid("\(path).maxLimitRequestRatio[\(name)]", value, "ratio \(ratio) is less than 1"))
        }
        return errors
    }
}
