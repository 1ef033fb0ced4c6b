package import Formats

extension JSONObject {
    /// Reads a file of values as Helm does: its documents are merged, the later ones win.
    ///
    /// Of the values that somebody gives, a key twice would lose one of them without a word; a chart's own values are
    /// as they are.
    package init(
        values bytes: [UInt8], name: String = "values.yaml", repeatedKeys: YAML.RepeatedKeys = .refused
    ) throws(HelmError) {
        let documents: [JSONValue]
        do throws(FormatError) {
            documents = try YAML.documents(in: bytes, repeatedKeys: repeatedKeys)
        } catch {
            throw HelmError("\(name): \(error)")
        }
        let merged: ValueTable = ValueTable()
        for document in documents {
            guard case .object(let members) = document else {
                throw HelmError("\(name) must be a map of keys and values")
            }
            merged.overlay(ValueTable(members))
        }
        self = try merged.object().withGoNumbers
    }

    /// These values with others laid over them: tables are merged, everything else is replaced.
    package func overlaid(with other: JSONObject) throws(HelmError) -> JSONObject {
        let merged: ValueTable = ValueTable(self)
        merged.overlay(ValueTable(other))
        return try merged.object()
    }

    /// Values as Helm holds them: keys in the order of their bytes, every number a 64-bit float.
    ///
    /// That is how Go reads JSON, and what templates print shows it: a million is `1e+06`.
    package var withGoNumbers: JSONObject {
        JSONObject(
            unique: sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { ($0.key, $0.value.withGoNumbers) })
    }
}

extension JSONValue {
    /// The value with every number a 64-bit float, and keys in the order of their bytes.
    package var withGoNumbers: JSONValue {
        switch self {
        case .integer(let value): .double(Double(value))
        case .unsigned(let value): .double(Double(value))
        case .array(let elements): .array(elements.map(\.withGoNumbers))
        case .object(let members): .object(members.withGoNumbers)
        case .null, .bool, .double, .string: self
        }
    }
}
