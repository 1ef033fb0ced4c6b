import Formats

/// Tracks who owns which field through one write.
struct FieldManager {
    var shape: Shape
    var manager: ManagedFields.Manager
    var apiVersion: String
    var time: String
    /// What this write may own; the rest of the object is reset before it is stored.
    var scope: Scope

    enum Scope {
        /// Everything.
        case object
        /// Everything but the status.
        case withoutStatus
        /// Only the status.
        case statusOnly
    }

    /// The object with the owners after an update.
    func update(_ old: JSONValue?, _ new: JSONValue) -> JSONValue {
        var managed = startingPoint(old, new)
        // Of an object nobody owns anything of, nobody begins to own something by an update.
        if old != nil, managed.entries.isEmpty { return new.withManagedFields(managed) }
        let comparison = FieldComparison(old.map(tracked) ?? Self.absent, tracked(new), shape)
        managed.recordUpdate(comparison, by: manager, apiVersion, at: time)
        return new.withManagedFields(managed)
    }

    /// The object after an apply.
    func apply(_ applied: JSONValue, to live: JSONValue?, force: Bool, _ resource: NamedResource) throws(APIStatus)
        -> JSONValue
    {
        var managed = ManagedFields(live?[path: "metadata", "managedFields"])
        let configuration = applied.withoutNulls
        let base = live ?? Self.absent
        if live != nil, managed.entries.isEmpty { noteUnowned(base, in: &managed) }
        let fields = FieldSet(of: tracked(configuration), shape)
        var merged = ShapedValue(base, shape).merged(with: configuration)
        if let last = managed.entries[manager]?.fields {
            merged = pruned(merged, last: last, owned: managed.owned(with: fields, by: manager))
        }
        let comparison = FieldComparison(tracked(base), tracked(merged), shape)
        let conflicts = managed.conflicts(comparison, for: manager)
        if !force, !conflicts.isEmpty { throw Self.conflict(conflicts) }
        managed.recordApply(fields, comparison, by: manager, apiVersion, at: time)
        return merged.withManagedFields(managed)
    }

    /// Whatever is there when somebody applies for the first time belongs to whoever was there before.
    private func noteUnowned(_ live: JSONValue, in managed: inout ManagedFields) {
        let everything = FieldComparison(Self.absent, tracked(live), shape)
        let before = ManagedFields.Manager("before-first-apply", .update, apiVersion: apiVersion)
        managed.recordUpdate(everything, by: before, apiVersion, at: time)
    }

    /// The object without what this manager applied before, applies no more, and nobody else owns.
    private func pruned(_ merged: JSONValue, last: FieldSet, owned: FieldSet) -> JSONValue {
        // What anyone owns keeps the containers it is in.
        let dropped = last.subtracting(owned.closedUpwards())
        return ShapedValue(merged, shape).removing(dropped) ?? merged
    }

    /// Clients that know nothing of managed fields must not lose them; an explicit `[{}]` resets them.
    private func startingPoint(_ old: JSONValue?, _ new: JSONValue) -> ManagedFields {
        let sent = new[path: "metadata", "managedFields"]
        if sent == .array([.object(JSONObject())]) { return ManagedFields(nil) }
        let managed = ManagedFields(sent)
        return managed.entries.isEmpty ? ManagedFields(old?[path: "metadata", "managedFields"]) : managed
    }

    private static let absent = JSONValue.object(JSONObject())

    /// The part of an object whose fields have owners.
    private func tracked(_ object: JSONValue) -> JSONValue {
        var members = object.object ?? JSONObject()
        members["apiVersion"] = nil
        members["kind"] = nil
        if let metadata = members["metadata"]?.object {
            let kept = metadata.filter { !Self.untracked.contains($0.key) }
            members["metadata"] = kept.isEmpty ? nil : .object(JSONObject(unique: kept))
        }
        switch scope {
        case .object: break
        case .withoutStatus: members["status"] = nil
        case .statusOnly:
            let status = members["status"]
            members = JSONObject()
            members["status"] = status
        }
        return .object(members)
    }

    private static let untracked: Set<String> = [
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    ]

    private static func conflict(_ conflicts: [ManagedFields.Conflict]) -> APIStatus {
        let paths = conflicts.map { ($0.managerText, $0.fields.paths) }
        let count = paths.reduce(0) { $0 + $1.1.count }
        var status: APIStatus
        if count == 1, let (manager, path) = paths.first {
            let place = path.joined()
            status = APIStatus(409, "Conflict", "Apply failed with 1 conflict: conflict with \(manager): \(place)")
        } else {
            let lists = paths.map { "conflicts with \($0.0):\n" + $0.1.map { "- \($0)" }.joined(separator: "\n") }
            let message = "Apply failed with \(count) conflicts: \(lists.joined(separator: "\n"))"
            status = APIStatus(409, "Conflict", message)
        }
        status.causes = paths.flatMap { manager, paths in
            paths.map {
                APIStatus.Cause(reason: "FieldManagerConflict", message: "conflict with \(manager)", field: $0)
            }
        }
        return status
    }
}

extension JSONValue {
    fileprivate func withManagedFields(_ managed: ManagedFields) -> JSONValue {
        var result = self
        result["metadata"]?["managedFields"] = managed.json
        return result
    }
}
