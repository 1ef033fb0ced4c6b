extension JSONValue {
    /// The value after an RFC 7386 merge patch.
    package func merging(_ patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var merged = object ?? JSONObject()
        for (key, change) in changes {
            // Not `nil` in a ternary: that would be the JSON value `null`, and not the member's absence.
            merged[key] = change.isNull ? JSONValue?.none : (merged[key] ?? .null).merging(change)
        }
        return .object(merged)
    }

    /// The smallest merge patch that turns this value into `target`; `nil` where they are equal.
    ///
    /// A `null` inside an object of the target cannot be expressed: RFC 7386 takes it for the member's absence.
    package func mergePatch(to target: JSONValue) -> JSONValue? {
        guard self != target else { return nil }
        guard case .object(let old) = self, case .object(let new) = target else { return target }
        var patch = JSONObject()
        for (key, _) in old where new[key] == nil { patch[key] = .null }
        for (key, value) in new {
            guard let before = old[key] else {
                patch[key] = value
                continue
            }
            patch[key] = before.mergePatch(to: value)
        }
        return .object(patch)
    }
}
