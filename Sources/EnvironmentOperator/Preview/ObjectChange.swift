import Formats
package import Kubernetes

/// An object that would be created, changed or deleted.
package struct ObjectChange: Sendable, Hashable {
    package var action: ChangeAction
    package var key: ObjectKey
    /// By their paths; of an object that would be deleted none.
    package var fields: [FieldChange]
}

extension ObjectChange {
    /// `nil` where nothing would change.
    init?(_ key: ObjectKey, wanted: JSONValue, found: JSONValue?, formerly: JSONValue = .null) {
        self.key = key
        action = found == nil ? .create : .change
        fields = FieldChange.changes(wanted: wanted, found: found, formerly: formerly, in: key.resource.kind)
        guard action == .create || !fields.isEmpty else { return nil }
    }

    init(deleting key: ObjectKey) { (action, self.key, fields) = (.delete, key, []) }

    /// An object of ours, of which all that we decide is compared.
    init?(_ wanted: WantedObject, found: KubernetesObject?) {
        guard let found else {
            self.init(wanted.key, wanted: wanted.object.json, found: nil)
            return
        }
        self.init(
            wanted.key, wanted: WantedObject.decided(in: wanted.object), found: WantedObject.decided(in: found),
            formerly: WantedObject.decided(in: found))
    }
}

// MARK: - What is not known yet

extension ObjectChange {
    /// The same with one text for another, wherever it stands: for names that are not known yet.
    func replacing(_ text: String, with other: String) -> ObjectChange {
        var change = self
        change.key.name = key.name.substituting(text, other)
        change.key.namespace = key.namespace?.substituting(text, other)
        for index in change.fields.indices {
            change.fields[index].old = change.fields[index].old?.substituting(text, other)
            change.fields[index].new = change.fields[index].new?.substituting(text, other)
        }
        return change
    }
}

extension JSONValue {
    fileprivate func substituting(_ text: String, _ other: String) -> JSONValue {
        switch self {
        case .string(let value): .string(value.substituting(text, other))
        case .array(let elements): .array(elements.map { $0.substituting(text, other) })
        case .object(let members):
            .object(JSONObject(unique: members.map { ($0.key, $0.value.substituting(text, other)) }))
        default: self
        }
    }
}

extension String {
    /// The text with each occurrence of a part replaced.
    func substituting(_ part: String, _ other: String) -> String {
        var (rest, result) = (self[...], "")
        while let range = rest.firstRange(of: part) {
            result += rest[..<range.lowerBound] + other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
