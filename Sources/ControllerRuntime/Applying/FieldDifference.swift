package import Formats

/// A field that is not as it is wanted.
package struct FieldDifference: Sendable, Hashable {
    /// `spec.template.spec.containers[0].image`.
    package var path: String
    package var wanted: JSONValue
    /// `nil` where the field is missing.
    package var found: JSONValue?

    package init(path: String, wanted: JSONValue, found: JSONValue?) {
        self.path = path
        self.wanted = wanted
        self.found = found
    }
}

extension FieldDifference {
    /// The fields of an object that differ from what is wanted; what nobody decided is not compared.
    ///
    /// The API server stores some fields otherwise than they were written: quantities in their canonical form, empty
    /// ones not at all, `stringData` as `data`. None of these is a difference.
    package static func between(wanted: JSONValue, found: JSONValue) -> [FieldDifference] {
        var comparison = Comparison()
        for (key, value) in wanted.object ?? JSONObject() {
            switch key {
            // Which version it was written in, and what others report, is nobody's wish.
            case "apiVersion", "kind", "status": continue
            case "stringData": comparison.compareTexts(value, found["data"])
            default: comparison.compare(value, found[key], Place(path: key, key: key))
            }
        }
        return comparison.differences
    }
}

extension FieldDifference {
    /// Every field of an object that holds no others, as it differs from nothing; what identifies it is left out.
    package static func all(of wanted: JSONValue) -> [FieldDifference] {
        var found: [FieldDifference] = []
        for (key, value) in wanted.object ?? JSONObject() where !["apiVersion", "kind", "status"].contains(key) {
            var value = value
            if key == "metadata" { (value["name"], value["namespace"]) = (nil, nil) }
            gather(value, Place(path: key, key: key), into: &found)
        }
        return found
    }

    private static func gather(_ value: JSONValue, _ place: Place, into found: inout [FieldDifference]) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for (key, value) in members { gather(value, place.member(key), into: &found) }
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() { gather(element, place.element(index), into: &found) }
        case .object where place.key == "metadata": return
        default: found.append(FieldDifference(path: place.path, wanted: value, found: nil))
        }
    }
}

/// Where a comparison is.
private struct Place {
    var path: String
    /// The last key of the path.
    var key: String
    /// It is below a key whose values are quantities.
    var isQuantity = false

    func member(_ name: String) -> Place {
        let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
        return Place(
            path: isPlain ? "\(path).\(name)" : "\(path)[\(name)]", key: name,
            isQuantity: isQuantity || Self.quantityKeys.contains(name))
    }

    func element(_ index: Int) -> Place { Place(path: "\(path)[\(index)]", key: key, isQuantity: isQuantity) }

    private static let quantityKeys: Set<String> = [
        "limits", "requests", "hard", "default", "defaultRequest", "min", "max", "maxLimitRequestRatio", "sizeLimit",
        "capacity", "divisor",
    ]
}

private struct Comparison {
    var differences: [FieldDifference] = []

    mutating func compare(_ wanted: JSONValue, _ found: JSONValue?, _ place: Place) {
        if wanted.isEmptyField, found.map(\.isEmptyField) ?? true { return }
        switch (wanted, found) {
        case (.object(let members), .object?):
            for (key, value) in members { compare(value, found?[key], place.member(key)) }
        case (.array(let elements), .array(let others)?):
            compare(elements, others, wanted, place)
        case (_, let found?) where wanted == found || place.isQuantity && wanted.isSameQuantity(as: found):
            return
        default:
            differences.append(FieldDifference(path: place.path, wanted: wanted, found: found))
        }
    }

    /// Lists whose elements have names are maps to the API server: what others added to them is theirs.
    private mutating func compare(
        _ wanted: [JSONValue], _ found: [JSONValue], _ whole: JSONValue, _ place: Place
    ) {
        for key in Self.listKeys where wanted.allSatisfy({ $0[key] != nil }) {
            for (index, element) in wanted.enumerated() {
                guard let other = found.first(where: { $0[key] == element[key] }) else {
                    differences.append(
                        FieldDifference(path: place.element(index).path, wanted: element, found: nil))
                    continue
                }
                compare(element, other, place.element(index))
            }
            return
        }
        guard wanted.count == found.count else {
            differences.append(FieldDifference(path: place.path, wanted: whole, found: .array(found)))
            return
        }
        for (index, (element, other)) in zip(wanted, found).enumerated() {
            compare(element, other, place.element(index))
        }
    }

    private static let listKeys = ["name", "mountPath", "containerPort"]

    mutating func compareTexts(_ wanted: JSONValue, _ found: JSONValue?) {
        for (key, value) in wanted.object ?? JSONObject() {
            guard let text = value.string, found?[key]?.string != Base64.encode(Array(text.utf8)) else { continue }
            differences.append(FieldDifference(path: "data.\(key)", wanted: value, found: found?[key]))
        }
    }
}

extension JSONValue {
    /// What the API server leaves out when it stores an object.
    fileprivate var isEmptyField: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.allSatisfy { $0.value.isEmptyField }
        case .bool(let flag): !flag
        case .integer(let number): number == 0
        default: false
        }
    }

    fileprivate func isSameQuantity(as other: JSONValue) -> Bool {
        guard let mine = quantity, let others = other.quantity else { return false }
        return mine == others
    }

    private var quantity: Quantity? {
        let text: String
        switch self {
        case .string(let value): text = value
        case .integer(let value): text = String(value)
        case .double(let value): text = String(value)
        default: return nil
        }
        do { return try Quantity(text) } catch { return nil }
    }
}
