import Formats
import Kubernetes

/// What pods, and what makes them, must look like.
enum PodRules {
    static func errors(in object: JSONValue, replacing old: JSONValue?) -> [FieldError] {
        let spec = object["spec"] ?? [:]
        var errors = errors(inSpec: spec, at: "spec")
        if let old, fixed(spec) != fixed(old["spec"] ?? [:]) {
            let why =
                "pod updates may not change fields other than `spec.containers[*].image`, "
                + "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions "
                + "to existing tolerations)"
            errors.append(.forbidden("spec", why))
        }
        return errors
    }

    /// What of a pod's spec must stay as it is.
    private static func fixed(_ spec: JSONValue) -> JSONValue {
        var spec = spec
        for list in ["containers", "initContainers"] { spec.mapItems(at: [list]) { $0["image"] = nil } }
        spec["activeDeadlineSeconds"] = nil
        spec["tolerations"] = nil
        return spec
    }

    /// Claims are named that become volumes with the pod.
    private static func errors(
        inSpec spec: JSONValue,
        at path: String,
        claims: [JSONValue] = []
    ) -> [FieldError] {
        let containers = spec["containers"]?.array ?? []
        var errors: [FieldError] = containers.isEmpty ? [.required("\(path).containers")] : []
        let volumes = claims + (spec["volumes"]?.array?.compactMap { $0["name"] } ?? [])
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            let own = "\(path).containers[\(index)]"
            let name = container["name"]?.string ?? ""
            if name.isEmpty {
                errors.append(.required("\(own).name"))
            } else {
                errors += NameSyntax.label(name).map { .invalid("\(own).name", .string(name), $0) }
                if !names.insert(name).inserted { errors.append(.duplicate("\(own).name", .string(name))) }
            }
            if container["image"]?.string?.isEmpty ?? true { errors.append(.required("\(own).image")) }
            for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
                guard let name = mount["name"], !volumes.contains(name) else { continue }
                let body = "Not found: \(name.text())"
                errors.append(FieldError(type: .notFound, field: "\(own).volumeMounts[\(index)].name", body: body))
            }
            errors += resourceErrors(container["resources"] ?? [:], at: "\(own).resources")
        }
        let policies = ["Always", "OnFailure", "Never"]
        if let policy = spec["restartPolicy"]?.string, !policies.contains(policy) {
            errors.append(.notSupported("\(path).restartPolicy", .string(policy), policies))
        }
        return errors
    }

    private static func resourceErrors(_ resources: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        for list in ["limits", "requests"] {
            for (name, value) in resources[list]?.object ?? JSONObject() {
                guard let amount = value.amount, amount < .zero else { continue }
                errors.append(.invalid("\(path).\(list)[\(name)]", value, "must be greater than or equal to 0"))
            }
        }
        for (name, value) in resources["requests"]?.object ?? JSONObject() {
            guard let asked = value.amount, let limit = resources[path: "limits", name]?.amount, asked > limit else {
                continue
            }
            errors.append(.invalid("\(path).requests", value, "must be less than or equal to \(name) limit"))
        }
        return errors
    }

    // MARK: - Workloads

    static func errors(inWorkload object: JSONValue, replacing old: JSONValue?) -> [FieldError] {
        let selector = object[path: "spec", "selector"]
        let claims = object[path: "spec", "volumeClaimTemplates"]?.array?.compactMap { $0[path: "metadata", "name"] }
        let template = object[path: "spec", "template", "spec"] ?? [:]
        let pods = errors(inSpec: template, at: "spec.template.spec", claims: claims ?? [])
        let labels = object[path: "spec", "template", "metadata", "labels"]
        var errors: [FieldError] = []
        if let replicas = object[path: "spec", "replicas"]?.integer, replicas < 0 {
            errors.append(.invalid("spec.replicas", .integer(replicas), "must be greater than or equal to 0"))
        }
        if selector == nil { errors.append(.required("spec.selector")) }
        let wanted = selector?["matchLabels"]?.object ?? JSONObject()
        if wanted.contains(where: { labels?[$0.key] != $0.value }) {
            errors.append(
                .invalid("spec.template.metadata.labels", labels ?? [:], "`selector` does not match template `labels`"))
        }
        errors += pods
        if let old, old[path: "spec", "selector"] != selector {
            errors.append(.immutable("spec.selector", selector ?? .null))
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
