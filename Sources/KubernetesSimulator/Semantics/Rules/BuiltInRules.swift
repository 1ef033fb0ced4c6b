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
        case "ConfigMap": return dataErrors(object, old) + configurationErrors(object)
        case "Secret": return dataErrors(object, old) + secretErrors(object)
        case "Pod": return PodRules.errors(in: object, replacing: old)
        case "Service": return ServiceRules.errors(in: object, replacing: old)
        case "ResourceQuota": return QuotaRules.errors(inQuota: object)
        case "LimitRange": return QuotaRules.errors(inLimits: object)
        case "Role", "ClusterRole": return AccessRules.errors(inRole: object)
        case "RoleBinding", "ClusterRoleBinding": return AccessRules.errors(inBinding: object, replacing: old)
        case "Deployment", "StatefulSet": return PodRules.errors(inWorkload: object, replacing: old)
        case "PersistentVolumeClaim": return claimErrors(object, old)
        case "Namespace": return namespaceErrors(object)
        case "Event": return eventErrors(object)
        case "Lease": return leaseErrors(object)
        case "CustomResourceDefinition": return DefinitionRules.errors(in: object, replacing: old)
        default: return []
        }
    }

    // MARK: - ConfigMaps and Secrets

    private static func dataErrors(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        let keys = object["data"]?.object?.keys ?? []
        var errors = keys.flatMap { key in
            NameSyntax.dataKey(key).map { FieldError.invalid("data[\(key)]", .string(key), $0) }
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

    /// What the values of a ConfigMap or Secret may hold together.
    private static let dataLimit = 1 << 20

    private static func configurationErrors(_ object: JSONValue) -> [FieldError] {
        let data = object["data"]?.object ?? JSONObject()
        let binary = object["binaryData"]?.object ?? JSONObject()
        var errors = data.keys.filter { binary[$0] != nil }.map {
            FieldError.invalid("data[\($0)]", .string($0), "duplicate of key present in binaryData")
        }
        let size = data.reduce(0) { $0 + ($1.value.string?.utf8.count ?? 0) } + Self.decodedSize(binary)
        if size > dataLimit { errors.append(.tooLong("[]", limit: dataLimit)) }
        return errors
    }

    private static func secretErrors(_ object: JSONValue) -> [FieldError] {
        let data = object["data"]?.object ?? JSONObject()
        var errors: [FieldError] = []
        if decodedSize(data) > dataLimit { errors.append(.tooLong("data", limit: dataLimit)) }
        let needed =
            switch object["type"]?.string {
            case "kubernetes.io/tls": ["tls.crt", "tls.key"]
            case "kubernetes.io/dockerconfigjson": [".dockerconfigjson"]
            default: [String]()
            }
        return errors + needed.filter { data[$0] == nil }.map { .required("data[\($0)]") }
    }

    /// How many bytes the values of base64 stand for.
    private static func decodedSize(_ data: JSONObject) -> Int {
        data.reduce(0) { sum, member in
            let text = member.value.string ?? ""
            return sum + text.utf8.count / 4 * 3 - text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        }
    }

    // MARK: - Smaller kinds

    /// Those about what has no namespace lie in `default`, or with an eventTime in `kube-system`; others beside
    /// their object.
    private static func eventErrors(_ object: JSONValue) -> [FieldError] {
        let involved = (object["regarding"] ?? object["involvedObject"])?["namespace"]?.string ?? ""
        let own = object[path: "metadata", "namespace"]?.string
        let home = object["eventTime"]?.string == nil ? "default" : "kube-system"
        guard own != (involved.isEmpty ? home : involved) else { return [] }
        return [.invalid("involvedObject.namespace", .string(involved), "does not match event.namespace")]
    }

    private static func leaseErrors(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if let seconds = object[path: "spec", "leaseDurationSeconds"]?.integer, seconds <= 0 {
            errors.append(.invalid("spec.leaseDurationSeconds", .integer(seconds), "must be greater than 0"))
        }
        if let count = object[path: "spec", "leaseTransitions"]?.integer, count < 0 {
            errors.append(.invalid("spec.leaseTransitions", .integer(count), "must to greater or equal than 0"))
        }
        return errors
    }

    private static func namespaceErrors(_ object: JSONValue) -> [FieldError] {
        var errors = (object[path: "spec", "finalizers"]?.array ?? []).compactMap { value -> FieldError? in
            let name = value.string ?? ""
            guard name != "kubernetes", !name.contains("/") else { return nil }
            let why = "name is neither a standard finalizer name nor is it fully qualified"
            return .invalid("spec.finalizers", value, why)
        }
        let isDeleting = object[path: "metadata", "deletionTimestamp"] != nil
        if !isDeleting, let phase = object[path: "status", "phase"], phase != "Active" {
            errors.append(.invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"))
        }
        return errors
    }

    private static func claimErrors(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        let spec = object["spec"] ?? [:]
        var errors: [FieldError] = []
        let modes = spec["accessModes"]?.array ?? []
        if modes.isEmpty { errors.append(.required("spec.accessModes", "at least 1 access mode is required")) }
        let knownModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"]
        for mode in modes where mode.string.map({ !(knownModes + ["ReadWriteOncePod"]).contains($0) }) ?? true {
            errors.append(.notSupported("spec.accessModes", mode, knownModes))
        }
        switch spec[path: "resources", "requests", "storage"] {
        case nil: errors.append(.required("spec.resources[storage]"))
        case let storage? where storage.amount.map({ $0 <= .zero }) ?? true:
            errors.append(.invalid("spec.resources[storage]", storage, "must be greater than zero"))
        default: break
        }
        let volumeModes = ["Block", "Filesystem"]
        if let mode = spec["volumeMode"], mode.string.map({ !volumeModes.contains($0) }) ?? true {
            errors.append(.notSupported("spec.volumeMode", mode, volumeModes))
        }
        guard let old, isRewritten(spec, old) else { return errors }
        let why = "spec is immutable after creation except resources.requests for bound claims"
        return errors + [.forbidden("spec", why)]
    }

    /// Whether a claim's spec changed beyond what a bound claim may ask for, and what binding fills in.
    private static func isRewritten(_ spec: JSONValue, _ old: JSONValue) -> Bool {
        func fixed(_ spec: JSONValue?) -> JSONValue? {
            var spec = spec
            if old[path: "status", "phase"] == "Bound" { spec?["resources"] = nil }
            spec?["volumeName"] = nil
            return spec
        }
        return fixed(spec) != fixed(old["spec"])
    }
}
