import Formats

/// A set of paths through an object, kept as a tree.
struct FieldSet: Hashable, Sendable {
    struct Child: Hashable, Sendable {
        var element: PathElement
        var fields: FieldSet
    }

    /// The path that ends here belongs to the set.
    var isMember = false
    // Two of these are merged at every write, which is quicker than going through tables.
    /// In the order of `fieldsV1`, none of them empty.
    private(set) var children: [Child] = []

    var isEmpty: Bool { !isMember && children.isEmpty }

    /// Of several children of one element the last counts.
    init(isMember: Bool = false, _ children: [Child] = []) {
        self.isMember = isMember
        self.children = children.filter { !$0.fields.isEmpty }
        guard !Self.isOrdered(self.children) else { return }
        // The sort is stable.
        let sorted = self.children.sorted { $0.element < $1.element }
        self.children = zip(sorted, sorted.dropFirst()).filter { $0.element != $1.element }.map(\.0) + sorted.suffix(1)
    }

    private static func isOrdered(_ children: [Child]) -> Bool {
        zip(children, children.dropFirst()).allSatisfy { $0.element < $1.element }
    }

    subscript(element: PathElement) -> FieldSet {
        children.first { $0.element == element }?.fields ?? FieldSet()
    }

    func union(_ other: FieldSet) -> FieldSet {
        merged(with: other, isMember: isMember || other.isMember) { own, other in
            guard let own, let other else { return own ?? other }
            return own.union(other)
        }
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        merged(with: other, isMember: isMember && other.isMember) { own, other in
            guard let own, let other else { return nil }
            return own.intersection(other)
        }
    }

    /// Without the paths of `other`; what lies below them stays.
    func subtracting(_ other: FieldSet) -> FieldSet {
        merged(with: other, isMember: isMember && !other.isMember) { own, other in
            guard let own, let other else { return own }
            return own.subtracting(other)
        }
    }

    /// With every path on the way to a member a member itself.
    func closedUpwards() -> FieldSet {
        var result = self
        result.isMember = true
        for index in children.indices { result.children[index].fields = children[index].fields.closedUpwards() }
        return result
    }

    /// Goes through the children of both in their order.
    private func merged(
        with other: FieldSet, isMember: Bool, _ combine: (_ own: FieldSet?, _ other: FieldSet?) -> FieldSet?
    ) -> FieldSet {
        var result = FieldSet()
        result.isMember = isMember
        result.children.reserveCapacity(max(children.count, other.children.count))
        func take(_ element: PathElement, _ own: FieldSet?, _ other: FieldSet?) {
            guard let fields = combine(own, other), !fields.isEmpty else { return }
            result.children.append(Child(element: element, fields: fields))
        }
        var rest = other.children[...]
        for child in children {
            while let next = rest.first, next.element < child.element {
                take(next.element, nil, next.fields)
                rest.removeFirst()
            }
            let twin = rest.first?.element == child.element ? rest.popFirst() : nil
            take(child.element, child.fields, twin?.fields)
        }
        for child in rest { take(child.element, nil, child.fields) }
        return result
    }

    /// All members as texts, in a stable order.
    var paths: [String] {
        children.flatMap { child -> [String] in
            let own = child.fields.isMember ? [child.element.display] : []
            return own + child.fields.paths.map { child.element.display + $0 }
        }
    }
}

// MARK: - The form of `fieldsV1`

extension FieldSet {
    var json: JSONValue {
        var members: [JSONObject.Member] = []
        if isMember, !children.isEmpty { members.append((".", .object(JSONObject()))) }
        for child in children { members.append((child.element.text, child.fields.json)) }
        return .object(JSONObject(unique: members))
    }

    /// Reads `fieldsV1`; what is no path is left out.
    init(_ json: JSONValue) {
        self.init(json, isMember: false)
    }

    private init(_ json: JSONValue, isMember: Bool) {
        let children = (json.object ?? JSONObject()).compactMap { name, value -> Child? in
            guard name != ".", let element = PathElement(text: name) else { return nil }
            let isMember = value.object.map { $0.isEmpty || $0["."] != nil } ?? true
            return Child(element: element, fields: FieldSet(value, isMember: isMember))
        }
        self.init(isMember: isMember, children)
    }
}
