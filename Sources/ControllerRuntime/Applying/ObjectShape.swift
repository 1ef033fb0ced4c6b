package import Formats

extension JSONValue {
    /// The part of this value that `shape` speaks of: its keys, and the elements of arrays of equal length.
    ///
    /// The server adds defaults and its own bookkeeping. An object is as desired where its reduction to the desired
    /// one equals it, whatever else it holds.
    package func reduced(to shape: JSONValue) -> JSONValue {
        switch (self, shape) {
        case (.object(let members), .object(let wanted)):
            var kept = JSONObject()
            for (key, value) in wanted {
                kept[key] = members[key].map { $0.reduced(to: value) }
            }
            return .object(kept)
        case (.array(let elements), .array(let wanted)) where elements.count == wanted.count:
            return .array(zip(elements, wanted).map { $0.reduced(to: $1) })
        default:
            return self
        }
    }
}
