import Formats

/// A patch that knows which lists of a built-in kind merge, and by what: what `kubectl apply` sends for them.
///
/// Beside values it holds directives: `$patch` (`replace`, `delete`), `$retainKeys`, `$setElementOrder/<list>` and
/// `$deleteFromPrimitiveList/<list>`.
struct StrategicMergePatch {
    private static let orderPrefix = "$setElementOrder/"
    private static let deletionPrefix = "$deleteFromPrimitiveList/"

    /// Two values deeper than this are not merged.
    private static let depthLimit = 64

    /// What definitions say of lists does not reach this kind of patch, so that their objects do not take it.
    static let unknownToDefinitions = APIStatus(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
            + [MediaType.json, MediaType.merge, MediaType.apply].joined(separator: ", "))

    let patch: JSONValue

    init(_ patch: JSONValue) throws(APIStatus) {
        guard patch.object != nil else {
            throw .badRequest("cannot unmarshal a patch that is no object")
        }
        self.patch = patch
    }

    func applied(to live: JSONValue, _ shape: Shape) throws(APIStatus) -> JSONValue {
        try Self.merge(live, patch, shape, depth: 0)
    }

    // MARK: - Maps

    private static func merge(
        _ live: JSONValue,
        _ patch: JSONValue,
        _ shape: Shape,
        depth: Int
    ) throws(APIStatus) -> JSONValue {
        guard depth < depthLimit else { throw .badRequest("the patch is nested too deeply") }
        var result = live
        switch patch["$patch"]?.string {
        case "replace": return withoutDirectives(patch)
        case "delete": return [:]
        case nil, "merge": break
        case let other?: throw .badRequest("Unrecognized $patch directive: \(other)")
        }
        if let retained = patch["$retainKeys"]?.array?.compactMap(\.string) {
            let kept = (result.object ?? JSONObject()).filter { retained.contains($0.key) }
            result = .object(JSONObject(unique: kept))
        }
        for (name, value) in patch.object ?? JSONObject() where !name.hasPrefix("$") {
            result[name] = try member(result[name], value, name, patch, shape.field(name), depth: depth)
        }
        for (name, value) in patch.object ?? JSONObject() {
            try direct(&result, name, value, patch, shape)
        }
        return result
    }

    /// What becomes of one member; `nil` where it goes.
    private static func member(
        _ live: JSONValue?,
        _ change: JSONValue,
        _ name: String,
        _ patch: JSONValue,
        _ shape: Shape,
        depth: Int
    ) throws(APIStatus) -> JSONValue? {
        if change.isNull { return nil }
        switch (live, change) {
        case (.object?, .object): return try merge(live ?? [:], change, shape, depth: depth + 1)
        case (.array(let items)?, .array(let changes)):
            return try list(items, changes, order: patch[orderPrefix + name], shape, depth: depth)
        case (_, .array(let changes)):
            return try list([], changes, order: patch[orderPrefix + name], shape, depth: depth)
        case (_, .object): return try merge([:], change, shape, depth: depth + 1)
        default: return change
        }
    }

    /// Directives about a list that the patch does not hold itself.
    private static func direct(
        _ result: inout JSONValue,
        _ name: String,
        _ value: JSONValue,
        _ patch: JSONValue,
        _ shape: Shape
    ) throws(APIStatus) {
        if name.hasPrefix(deletionPrefix) {
            let list = String(name.dropFirst(deletionPrefix.count))
            let gone = value.array ?? []
            guard let items = result[list]?.array else { return }
            result[list] = .array(items.filter { !gone.contains($0) })
        }
        if name.hasPrefix(orderPrefix) {
            let list = String(name.dropFirst(orderPrefix.count))
            guard patch[list] == nil, let items = result[list]?.array else { return }
            result[list] = .array(ordered(items, live: items, by: value, key(of: shape.field(list))))
        }
    }

    // MARK: - Lists

    private enum ListKey {
        case atomic
        /// Values that are their own keys.
        case value
        case member(String)
    }

    private static func key(of shape: Shape) -> ListKey {
        switch shape.merge {
        case .set: .value
        // Where an apply merges by two keys, this merges by the first.
        case .map(let keys): keys.first.map(ListKey.member) ?? .atomic
        default: .atomic
        }
    }

    private static func list(
        _ live: [JSONValue],
        _ changes: [JSONValue],
        order: JSONValue?,
        _ shape: Shape,
        depth: Int
    ) throws(APIStatus) -> JSONValue {
        let key = key(of: shape)
        let merged: [JSONValue]
        switch key {
        case .atomic: return .array(changes.map(withoutDirectives))
        case .value: merged = live + changes.filter { !live.contains($0) }
        case .member(let name): merged = try items(live, changes, name, shape.element, depth: depth)
        }
        guard let order else { return .array(merged) }
        return .array(ordered(merged, live: live, by: order, key))
    }

    private static func items(
        _ live: [JSONValue],
        _ changes: [JSONValue],
        _ key: String,
        _ shape: Shape,
        depth: Int
    ) throws(APIStatus) -> [JSONValue] {
        if changes.contains(where: { $0["$patch"] == "replace" }) {
            return changes.filter { $0["$patch"] != "replace" }.map(withoutDirectives)
        }
        var result = live
        for change in changes {
            guard let id = change[key] else {
                throw .badRequest("map: \(change.text()) does not contain declared merge key: \(key)")
            }
            let index = result.firstIndex { $0[key] == id }
            if change["$patch"] == "delete" {
                result.removeAll { $0[key] == id }
            } else if let index {
                result[index] = try merge(result[index], change, shape, depth: depth + 1)
            } else {
                result.append(try merge([:], change, shape, depth: depth + 1))
            }
        }
        return result
    }

    /// The items that the order names, as it says; others stay where they are beside them.
    private static func ordered(
        _ items: [JSONValue],
        live: [JSONValue],
        by order: JSONValue,
        _ key: ListKey
    ) -> [JSONValue] {
        func id(_ item: JSONValue) -> JSONValue? {
            if case .member(let name) = key { return item[name] }
            return item
        }
        let wanted = (order.array ?? []).map { id($0) }
        let before = live.map(id)
        var named = wanted.compactMap { wish in items.first { id($0) == wish } }[...]
        var others = items.filter { !wanted.contains(id($0)) }[...]
        var result: [JSONValue] = []
        while let other = others.first {
            guard let next = named.first, let place = before.firstIndex(of: id(next)),
                let own = before.firstIndex(of: id(other)), place < own
            else {
                result.append(other)
                others.removeFirst()
                continue
            }
            result.append(next)
            named.removeFirst()
        }
        return result + named
    }

    /// A value as it is stored: nulls and directives say something about what was there, which is nothing.
    private static func withoutDirectives(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            let kept = members.filter { !$0.key.hasPrefix("$") && !$0.value.isNull }
            return .object(JSONObject(unique: kept.map { ($0.key, withoutDirectives($0.value)) }))
        case .array(let items): return .array(items.map(withoutDirectives))
        default: return value
        }
    }
}
