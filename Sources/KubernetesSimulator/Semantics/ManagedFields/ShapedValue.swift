import Formats

/// A value together with how it merges: the operations that structured merge is made of.
struct ShapedValue {
    var value: JSONValue
    var shape: Shape

    init(_ value: JSONValue, _ shape: Shape) {
        self.value = value
        self.shape = shape
    }

    /// What the value is made of; `nil` where it is one piece.
    enum Parts {
        /// The members of a map, in order.
        case members(JSONObject)
        /// The items of a list that merges.
        case items([(element: PathElement, value: JSONValue)])

        var isEmpty: Bool {
            switch self {
            case .members(let members): members.isEmpty
            case .items(let items): items.isEmpty
            }
        }

        var items: [(PathElement, JSONValue)] {
            switch self {
            case .members(let members): members.map { (.field($0.key), $0.value) }
            case .items(let items): items
            }
        }
    }

    var parts: Parts? {
        switch (value, shape.merge) {
        case (_, .atomic): return nil
        case (.object(let members), _): return .members(members)
        case (.array(let items), .set): return .items(items.map { (.value($0), $0) })
        case (.array(let items), .map(let keys)): return .items(items.map { (element(of: $0, keys), $0) })
        default: return nil
        }
    }

    private func element(of item: JSONValue, _ keys: [String]) -> PathElement {
        let pairs = keys.sorted().compactMap { key -> PathElement.KeyValue? in
            let value = item[key] ?? shape.keyDefaults[key].map(JSONValue.string)
            return value.map { PathElement.KeyValue(key: key, value: $0) }
        }
        return .key(pairs)
    }
}

extension Shape {
    /// The first item of a set or a list of maps that is there twice, and its path.
    func duplicate(in value: JSONValue, at path: String) -> (path: String, key: String)? {
        switch ShapedValue(value, self).parts {
        case nil: return nil
        case .members(let members):
            for (name, value) in members {
                if let found = field(name).duplicate(in: value, at: "\(path).\(name)") { return found }
            }
        case .items(let items):
            var seen: Set<PathElement> = []
            for (element, value) in items {
                guard seen.insert(element).inserted else { return (path, element.display) }
                if let found = self.element.duplicate(in: value, at: path + element.display) { return found }
            }
        }
        return nil
    }
}

// MARK: - What a value owns

extension FieldSet {
    /// All paths of a value that a manager who applies it owns.
    init(of value: JSONValue, _ shape: Shape) {
        switch ShapedValue(value, shape).parts {
        case nil: self.init(isMember: true)
        case .members(let members):
            self.init(
                members.map { name, value in
                    var fields = FieldSet(of: value, shape.field(name))
                    if value.object?.isEmpty == true || !shape.isField(name) { fields.isMember = true }
                    return Child(element: .field(name), fields: fields)
                })
        case .items(let items):
            self.init(
                items.map { element, value in
                    var fields = FieldSet(of: value, shape.element)
                    fields.isMember = true
                    return Child(element: element, fields: fields)
                })
        }
    }
}

// MARK: - Merging

extension ShapedValue {
    /// The value with all that `other` says laid over it.
    func merged(with other: JSONValue) -> JSONValue {
        switch (parts, ShapedValue(other, shape).parts) {
        case (.members, .members(let changes)):
            var result = value
            for (name, change) in changes {
                result[name] = value[name].map { ShapedValue($0, shape.field(name)).merged(with: change) } ?? change
            }
            return result
        case (.items(let items), .items(let changes)):
            let changed = Dictionary(changes.map { ($0.element, $0.value) }) { $1 }
            let known = Set(items.map(\.element))
            let kept = items.map { element, value in
                changed[element].map { ShapedValue(value, shape.element).merged(with: $0) } ?? value
            }
            return .array(kept + changes.filter { !known.contains($0.element) }.map(\.value))
        default: return other
        }
    }

    /// The value without the members of a set; `nil` where nothing is left.
    func removing(_ fields: FieldSet) -> JSONValue? {
        guard !fields.isEmpty else { return value }
        switch parts {
        case nil: return value
        case .members(let members):
            guard !members.isEmpty else { return value }
            let kept = members.compactMap { name, value -> JSONObject.Member? in
                Self.removing(fields[.field(name)], value, shape.field(name)).map { (name, $0) }
            }
            return kept.isEmpty ? nil : .object(JSONObject(unique: kept))
        case .items(let items):
            guard !items.isEmpty else { return value }
            let kept = items.compactMap { Self.removing(fields[$0.element], $0.value, shape.element) }
            return kept.isEmpty ? nil : .array(kept)
        }
    }

    private static func removing(_ fields: FieldSet, _ value: JSONValue, _ shape: Shape) -> JSONValue? {
        fields.isMember ? nil : ShapedValue(value, shape).removing(fields)
    }
}
