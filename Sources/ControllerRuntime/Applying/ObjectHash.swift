package import Formats
package import Kubernetes

/// A fingerprint of chosen fields of an object: what a cache keeps instead of the object.
///
/// Equal in every process and version for values that mean the same: the order of keys, `null` members, `1` and `1.0`,
/// and the spelling of quantities make no difference. It finds drift; it does not prove anything to an adversary.
package struct ObjectHash: Sendable, Hashable {
    package var value: UInt64

    package init(value: UInt64) { self.value = value }

    /// The fingerprint of a whole value.
    package init(of json: JSONValue) {
        self.init(of: json, fields: [[]])
    }

    /// The fingerprint of the values at these paths, `["spec", "hard"]` and the like.
    package init(of json: JSONValue, fields: [[String]]) {
        var digest = CanonicalDigest()
        for path in fields {
            let value = path.reduce(Optional(json)) { $0?[$1] }
            digest.add(path)
            digest.add(value ?? .null, of: path.last ?? "")
        }
        value = digest.value
    }

    /// The fingerprint of all that somebody may desire of an object: labels, annotations, and all but the status.
    package init(of object: KubernetesObject) {
        let roots = (object.json.object?.keys ?? []).filter { !Self.isBookkeeping($0) }.map { [$0] }
        let fields = [["metadata", "labels"], ["metadata", "annotations"]] + roots
        self.init(of: object.json, fields: fields.sorted { $0.lexicographicallyPrecedes($1) })
    }

    private static func isBookkeeping(_ key: String) -> Bool {
        key == "apiVersion" || key == "kind" || key == "metadata" || key == "status"
    }
}

extension ObjectHash: CustomStringConvertible {
    /// Sixteen hexadecimal digits.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Digests a JSON value in one canonical form (FNV-1a over tagged, counted parts).
private struct CanonicalDigest {
    /// Members of these hold quantities, in every kind that we write or watch.
    private static let quantityMaps: Set<String> = [
        "allocatable", "capacity", "default", "defaultRequest", "hard", "limits", "max", "maxLimitRequestRatio", "min",
        "overhead", "requests", "used",
    ]

    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ path: [String]) {
        add(tag: "p", count: path.count)
        for key in path { add(key) }
    }

    /// Adds the value of a key; `isQuantity` where it lies in a map of quantities.
    mutating func add(_ json: JSONValue, of key: String, isQuantity: Bool = false) {
        switch json {
        case .null: add(tag: "n", count: 0)
        case .bool(let bool): add(tag: bool ? "t" : "f", count: 0)
        case .integer(let number): isQuantity ? addQuantity("\(number)") : addNumber("\(number)")
        case .unsigned(let number): isQuantity ? addQuantity("\(number)") : addNumber("\(number)")
        case .double(let number):
            let text = Int64(exactly: number).map { "\($0)" } ?? "\(number)"
            isQuantity ? addQuantity(text) : addNumber(text)
        case .string(let text): isQuantity ? addQuantity(text) : addText("s", text)
        case .array(let elements):
            add(tag: "a", count: elements.count)
            for element in elements { add(element, of: "") }
        case .object(let members): add(members, areQuantities: Self.quantityMaps.contains(key))
        }
    }

    private mutating func add(_ members: JSONObject, areQuantities: Bool) {
        add(tag: "o", count: members.count { !$0.value.isNull })
        for place in members.sortedPlaces {
            let (key, value) = members[place]
            guard !value.isNull else { continue }
            add(key)
            add(value, of: key, isQuantity: areQuantities)
        }
    }

    private mutating func addQuantity(_ text: String) {
        do {
            addText("q", try Quantity(text).description)
        } catch {
            addText("s", text)
        }
    }

    private mutating func addNumber(_ text: String) { addText("i", text) }
    private mutating func add(_ key: String) { addText("k", key) }

    private mutating func addText(_ tag: Unicode.Scalar, _ text: String) {
        add(tag: tag, count: text.utf8.count)
        for byte in text.utf8 { add(byte) }
    }

    private mutating func add(tag: Unicode.Scalar, count: Int) {
        add(UInt8(truncatingIfNeeded: tag.value))
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: count >> shift)) }
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
