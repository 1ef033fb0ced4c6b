extension JSONValue {
    /// The value after an RFC 7386 merge patch.
    package func merging(_ patch: JSONValue) -> JSONValue {
        guard let changes = patch.object else { return patch }
        let members: JSONObject = object ?? JSONObject()
        let index: JSONKeyIndex = JSONKeyIndex(members)
        var values: [JSONValue?] = members.values
        var added: [JSONObject.Member] = []
        for (key, change) in changes {
            if let place = index.place(of: key) {
                // Of its own type, or `nil` would mean the null of JSON.
                let kept: JSONValue? = change.isNull ? .none : .some(members.values[place].merging(change))
                values[place] = kept
            } else if !change.isNull {
                added.append((key, JSONValue.null.merging(change)))
            }
        }
        let kept: [JSONObject.Member] = zip(members.keys, values).compactMap { key, value in value.map { (key, $0) } }
        return .object(JSONObject(unique: kept + added))
    }

    /// The smallest merge patch that turns this value into `target`; `nil` where none is needed.
    ///
    /// A merge patch cannot set a member to null, only take it away: members of `target` that are
    /// null count as absent. Elements of arrays are whatever they are.
    package func mergePatch(to target: JSONValue) -> JSONValue? {
        guard let old = object, let new = target.object else {
            return self == target ? .none : .some(target.withoutNullMembers)
        }
        let oldIndex: JSONKeyIndex = JSONKeyIndex(old)
        let newIndex: JSONKeyIndex = JSONKeyIndex(new)
        var changes: [JSONObject.Member] = []
        for (key, value) in old where newIndex.value(of: key)?.isNull ?? true {
            // A null that is to stay needs no change, and could not be set by one.
            if !(value.isNull && newIndex.value(of: key) != nil) { changes.append((key, .null)) }
        }
        for (key, value) in new where !value.isNull {
            guard let before = oldIndex.value(of: key) else {
                changes.append((key, value.withoutNullMembers))
                continue
            }
            if let change = before.mergePatch(to: value) { changes.append((key, change)) }
        }
        return changes.isEmpty ? .none : .some(.object(JSONObject(unique: changes)))
    }

    private var withoutNullMembers: JSONValue {
        guard let members = object else { return self }
        let kept: [JSONObject.Member] = members.filter { !$0.value.isNull }
        return .object(JSONObject(unique: kept.map { ($0.key, $0.value.withoutNullMembers) }))
    }
}
