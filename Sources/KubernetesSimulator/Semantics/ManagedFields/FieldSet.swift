import Formats

/// A set of paths through an object, kept as a tree.
struct FieldSet: Hashable, Sendable {
    /// The path that ends here belongs to the set.
    var isMember = false
    private(set) var children: [PathElement: FieldSet] = [:]

    var isEmpty: Bool { !isMember && children.isEmpty }

    subscript(element: PathElement) -> FieldSet {
        get { children[element] ?? FieldSet() }
        set { children[element] = newValue.isEmpty ? nil : newValue }
    }

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.isMember = isMember || other.isMember
        for (element, child) in other.children { result.children[element] = self[element].union(child) }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.isMember = isMember && other.isMember
        for (element, child) in children {
            if let twin = other.children[element] { result[element] = child.intersection(twin) }
        }
        return result
    }

    /// Without the paths of `other`; what lies below them stays.
    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = self
        result.isMember = isMember && !other.isMember
        for (element, child) in other.children where children[element] != nil {
            result[element] = self[element].subtracting(child)
        }
        return result
    }

    /// Without the paths of `other` and all that lies below them.
    func subtractingRecursively(_ other: FieldSet) -> FieldSet {
        guard !other.isMember else { return FieldSet() }
        var result = self
        for (element, child) in other.children where children[element] != nil {
            result[element] = self[element].subtractingRecursively(child)
        }
        return result
    }

    /// With every path on the way to a member a member itself.
    func closedUpwards() -> FieldSet {
        var result = FieldSet()
        result.isMember = true
        for (element, child) in children { result.children[element] = child.closedUpwards() }
        return result
    }

    /// All members as texts, in a stable order.
    var paths: [String] {
        ordered.flatMap { element, child -> [String] in
            let own = child.isMember ? [element.display] : []
            return own + child.paths.map { element.display + $0 }
        }
    }

    private var ordered: [(element: PathElement, child: FieldSet)] {
        children.map { ($0.key.text, $0.key, $0.value) }.sorted { $0.0 < $1.0 }.map { ($0.1, $0.2) }
    }
}

// MARK: - The form of `fieldsV1`

extension FieldSet {
    var json: JSONValue {
        var members: [JSONObject.Member] = []
        if isMember, !children.isEmpty { members.append((".", .object(JSONObject()))) }
        for (element, child) in ordered { members.append((element.text, child.json)) }
        return .object(JSONObject(unique: members))
    }

    /// Reads `fieldsV1`; what is no path is left out.
    init(_ json: JSONValue) {
        self.init(json, isMember: false)
    }

    private init(_ json: JSONValue, isMember: Bool) {
        self.isMember = isMember
        for member in json.object ?? JSONObject() {
            guard member.key != ".", let element = PathElement(text: member.key) else { continue }
            let inner = member.value.object ?? JSONObject()
            children[element] = FieldSet(member.value, isMember: inner.isEmpty || inner["."] != nil)
        }
    }
}
