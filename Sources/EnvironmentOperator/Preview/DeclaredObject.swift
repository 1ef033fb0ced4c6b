import EnvironmentAPI
import Formats
package import Kubernetes

/// An Environment or a class as a file declares it, and what applying the file would make of it.
package struct DeclaredObject: Sendable, Hashable {
    package let key: ObjectKey
    /// As it would be stored.
    package let object: KubernetesObject
    /// `nil` where the file changes nothing.
    package let change: ObjectChange?
    /// There is none yet.
    package let isNew: Bool

    package init(_ file: KubernetesObject, as key: ObjectKey, over live: KubernetesObject?) {
        self.key = key
        let object = KubernetesObject(Self.applied(file, over: live))
        (self.object, isNew) = (object, live == nil)
        guard let live else {
            change = ObjectChange(key, wanted: object.json, found: nil)
            return
        }
        // Both with every default in place, as the API server stores them.
        let found = Self.declaration(live)
        change = ObjectChange(key, wanted: Self.declaration(object), found: found, formerly: found)
    }

    /// What people decide of an object, with the defaults of what they leave out.
    private static func declaration(_ object: KubernetesObject) -> JSONValue {
        var declaration: JSONValue = ["metadata": [:]]
        for field in declared {
            declaration["metadata"]?[field] = object.json[path: "metadata", field]
        }
        declaration["metadata"]?["annotations"]?[FieldChange.appliedAnnotation] = nil
        declaration["spec"] =
            object.kind == APIResource.environmentClasses.kind
            ? EnvironmentClass(from: object).spec.json : Environment(from: object).spec.json
        return declaration
    }

    /// What of the metadata is for people to decide.
    private static let declared = ["labels", "annotations"]

    private static func applied(_ file: KubernetesObject, over live: KubernetesObject?) -> JSONValue {
        var wanted: JSONValue = [
            "apiVersion": .string(file.apiVersion), "kind": .string(file.kind),
            "metadata": ["name": .string(file.name)],
        ]
        wanted["metadata"]?["namespace"] = file.namespace.map(JSONValue.string)
        for field in declared { wanted["metadata"]?[field] = file.json[path: "metadata", field] }
        wanted["metadata"]?["annotations"]?[FieldChange.appliedAnnotation] = nil
        wanted["spec"] = file["spec"]
        guard let live else { return wanted }
        // Where `kubectl apply` keeps its own note, which is no wish.
        let annotations = wanted[path: "metadata", "annotations"] ?? [:]
        wanted["metadata"]?["annotations"] = annotations
        return live.json.applying(wanted, formerly: live.lastApplied ?? live.serverSideApplied)
    }
}

extension KubernetesObject {
    /// What `kubectl apply` says that it applied last, as far as it concerns what people decide.
    fileprivate var lastApplied: JSONValue? {
        guard let text = annotation(FieldChange.appliedAnnotation) else { return nil }
        do {
            var applied = try JSONValue(parsing: Array(text.utf8))
            applied["metadata"]?["namespace"] = nil
            return applied
        } catch {
            return nil
        }
    }

    /// The fields that whoever applies on the server has applied, each as an object; the operator applies none here.
    fileprivate var serverSideApplied: JSONValue? {
        let entries = json[path: "metadata", "managedFields"]?.array ?? []
        let applied = entries.filter { $0["operation"]?.string == "Apply" && $0["subresource"] == nil }
        guard !applied.isEmpty else { return nil }
        return applied.reduce([:]) { $0.adding(ownedFields: $1["fieldsV1"] ?? .null) }
    }
}

extension JSONValue {
    /// Adds the keys of a manager's field set, `f:spec` and the like; what identifies elements of lists is left out.
    fileprivate func adding(ownedFields fields: JSONValue) -> JSONValue {
        var result = self
        for (key, value) in fields.object ?? JSONObject() where key.hasPrefix("f:") {
            let name = String(key.dropFirst(2))
            result[name] = (result[name] ?? [:]).adding(ownedFields: value)
        }
        return result
    }

    /// What `kubectl apply` makes of a value: what is declared holds, what was declared before and is not now goes,
    /// and what others added stays; lists are replaced as wholes.
    func applying(_ declared: JSONValue, formerly: JSONValue?) -> JSONValue {
        guard case .object(let members) = declared, case .object = self else { return declared }
        var result = self
        for (key, _) in formerly?.object ?? JSONObject() where members[key] == nil { result[key] = nil }
        for (key, value) in members {
            result[key] = value.isNull ? nil : result[key]?.applying(value, formerly: formerly?[key]) ?? value
        }
        return result
    }
}
