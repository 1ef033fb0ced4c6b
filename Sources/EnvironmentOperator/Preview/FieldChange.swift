import ControllerRuntime
package import Formats

/// What would become of an object or a field.
package enum ChangeAction: String, Sendable, Hashable, CaseIterable {
    case create, change, delete
}

/// A field that would change.
package struct FieldChange: Sendable, Hashable {
    /// `spec.template.spec.containers[0].image`.
    package var path: String
    package var action: ChangeAction
    /// `nil` where there is none, and where it is secret.
    package var old: JSONValue?
    package var new: JSONValue?
    /// Its values are secret, and not in here.
    package var isSensitive: Bool
}

extension FieldChange {
    init(_ path: String, old: JSONValue?, new: JSONValue?, in kind: String) {
        self.path = path
        action = old == nil ? .create : new == nil ? .delete : .change
        isSensitive = Sensitivity.hides(path, in: kind)
        self.old = isSensitive ? nil : old.map(Sensitivity.redacted)
        self.new = isSensitive ? nil : new.map(Sensitivity.redacted)
    }

    /// The fields by which what is there differs from what is wanted, by their paths.
    ///
    /// `formerly` is what was wanted before, or all that is there and ours to decide: what of it is wanted no more goes.
    static func changes(
        wanted: JSONValue, found: JSONValue?, formerly: JSONValue = .null, in kind: String
    ) -> [FieldChange] {
        guard let found else {
            return sorted(
                FieldDifference.all(of: wanted).map { FieldChange($0.path, old: nil, new: $0.wanted, in: kind) })
        }
        let set = FieldDifference.between(wanted: wanted, found: found)
            .map { FieldChange($0.path, old: $0.found, new: $0.wanted, in: kind) }
        // What is gone already need not go.
        let gone = Set(FieldDifference.between(wanted: formerly, found: found).filter(\.isUnset).map(\.path))
        let unset = FieldDifference.between(wanted: formerly.asStored, found: wanted.asStored)
            .filter { $0.isUnset && !gone.contains($0.path) }
            .map { FieldChange($0.path, old: $0.wanted, new: nil, in: kind) }
        return sorted(set + unset)
    }

    private static func sorted(_ changes: [FieldChange]) -> [FieldChange] {
        changes.filter { $0.path != "metadata.annotations[\(appliedAnnotation)]" }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Where `kubectl apply` keeps what it applied last, secrets and all.
    static let appliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"
}

extension FieldDifference {
    /// What was wanted before is not wanted now, rather than wanted otherwise.
    fileprivate var isUnset: Bool { found.map { $0.array?.isEmpty ?? false } ?? true }
}

extension JSONValue {
    /// An object's texts as the API server stores them: `stringData` in `data`.
    fileprivate var asStored: JSONValue {
        guard let texts = self["stringData"]?.object else { return self }
        var stored = self
        stored["stringData"] = nil
        var data = self["data"] ?? [:]
        for (key, value) in texts { data[key] = value.string.map { .string(Base64.encode(Array($0.utf8))) } ?? value }
        stored["data"] = data
        return stored
    }
}

/// What of objects nobody is shown: what Secrets hold, also those that lie in lists and texts of others.
private enum Sensitivity {
    private static let fields = ["data", "stringData"]
    private static let hidden: JSONValue = "(sensitive)"

    static func hides(_ path: String, in kind: String) -> Bool {
        // A copy of a whole object, whatever it is.
        if path.contains(FieldChange.appliedAnnotation) { return true }
        if kind == "Secret" {
            return fields.contains { path == $0 || path.hasPrefix("\($0).") || path.hasPrefix("\($0)[") }
        }
        // Objects that a class puts into virtual clusters: of what kind they are the path does not tell.
        guard path.hasPrefix("spec.virtualCluster.manifests[") else { return false }
        return fields.contains { path.contains("].\($0)") }
    }

    /// The value without what Secrets in it hold.
    static func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(redacted))
        case .object(let members):
            let hiding = [FieldChange.appliedAnnotation] + (members["kind"]?.string == "Secret" ? fields : [])
            return .object(
                JSONObject(unique: members.map { ($0.key, hiding.contains($0.key) ? hidden : redacted($0.value)) }))
        default: return value
        }
    }
}
